import CSerial
import Glibc

/// A serial port that is open for us alone. All of its calls may block for a while when an adapter hangs:
/// they are made on a thread of their own, except those that `SerialLine` makes with each send.
struct SerialPort: Hashable, Sendable {
  private let descriptor: CInt
  /// Its number in the system.
  private let device: dev_t

  /// Opens a port and sets it up.
  /// - Parameter path: the device, or a link to one.
  /// - Throws: `SerialPortError`; nothing is open then.
  static func open(_ path: String, _ parameters: SerialParameters) throws(SerialPortError) -> Self {
    // Some devices do things when they are opened, so what is no character device is not.
    var status = stat()
    guard stat(path, &status) == 0 else { throw SerialPortError(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFCHR else { throw .noSerialPort }
    // Without O_NONBLOCK a port may wait for its carrier.
    let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw SerialPortError(errno: errno) }
    let port = SerialPort(descriptor: descriptor, device: status.st_rdev)
    do throws(SerialPortError) {
      // First the claim: a port that others use keeps its speed.
      try port.claim()
      try port.configure(parameters)
    } catch {
      _ = Glibc.close(descriptor)
      throw error
    }
    // What came before nobody has asked for.
    _ = serial_discard(descriptor)
    return port
  }

  /// Another descriptor of the same port; not for children.
  func duplicate() throws(SerialPortError) -> CInt {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .system(errno) }
    return copy
  }

  /// How many bytes wait in the system to be sent; a pseudo terminal says none.
  var pendingOutput: Int {
    var count: CInt = 0
    return serial_pending_output(descriptor, &count) == 0 ? Int(count) : 0
  }

  /// True when a path leads to another device by now. One that leads nowhere may come back.
  func isElsewhere(than path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_rdev != device
  }

  /// Closes the port. It is free for others then, even if a duplicate is still open for a moment.
  func close() {
    // The system would wait up to 30 s for what has not been sent.
    _ = serial_discard(descriptor)
    _ = serial_release(descriptor)
    _ = flock(descriptor, LOCK_UN)
    _ = Glibc.close(descriptor)
  }

  private func configure(_ parameters: SerialParameters) throws(SerialPortError) {
    var attributes = serial_attributes(parameters)
    try Self.check(serial_set_attributes(descriptor, &attributes))
    var found = serial_attributes()
    try Self.check(serial_get_attributes(descriptor, &found))
    // The character format is not compared: a pseudo terminal always has 8 bits without parity.
    let offered = Int(found.output_speed)
    guard Self.isClose(offered, to: parameters.baud) else {
      throw .unsupportedBaud(parameters.baud, offered: offered)
    }
    if parameters.isRS485, serial_enable_rs485(descriptor) != 0 { throw .noRS485 }
    // Saves up to 16 ms an answer at some adapters; others do not know it.
    _ = serial_set_low_latency(descriptor)
  }

  /// Sets another speed when what has been sent has left; everything else stays. Blocks until then.
  /// - Throws: `SerialPortError` when the port does not take it; the speed before is in force again then, or the
  ///   error is `speedLost`.
  func use(baud: Int) throws(SerialPortError) {
    guard isDrained() else { throw .keepsItsBytes }
    var before = serial_attributes()
    try Self.check(serial_get_attributes(descriptor, &before))
    do throws(SerialPortError) {
      try set(baud: baud, before)
    } catch {
      guard serial_set_attributes(descriptor, &before) == 0 else { throw .speedLost }
      throw error
    }
  }

  private func set(baud: Int, _ before: serial_attributes) throws(SerialPortError) {
    var attributes = before
    attributes.input_speed = UInt32(clamping: baud)
    attributes.output_speed = attributes.input_speed
    try Self.check(serial_set_attributes_drained(descriptor, &attributes))
    try Self.check(serial_get_attributes(descriptor, &attributes))
    let offered = Int(attributes.output_speed)
    guard Self.isClose(offered, to: baud) else { throw .unsupportedBaud(baud, offered: offered) }
  }

  /// Waits until what has been sent has left, but not for a port that hangs: the system would wait for it without
  /// end.
  private func isDrained() -> Bool {
    let (step, steps) = (useconds_t(10_000), 150)
    for _ in 0..<steps where pendingOutput > 0 { usleep(step) }
    return pendingOutput == 0
  }

  /// A receiver samples the last of 11 bits in its middle, so both sides together may be off by half a
  /// bit in 10.5: 4.7 %; half of it is ours.
  static func isClose(_ offered: Int, to wanted: Int) -> Bool {
    abs(offered - wanted) * 1000 <= wanted * 24
  }

  /// `flock` keeps out other gateways, whoever runs them; TIOCEXCL all programs but those of root. That
  /// mark belongs to the terminal and lasts until everybody has closed it: on a pseudo terminal, whose
  /// maker keeps it open, it would outlive a gateway that was killed and keep out the next one.
  private func claim() throws(SerialPortError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw SerialPortError(errno: errno) }
    if !isPseudoTerminal { _ = serial_claim(descriptor) }
  }

  /// The kernel's list of devices gives the major numbers 136 to 143 to the slaves of pseudo terminals.
  private var isPseudoTerminal: Bool { (136...143).contains(device >> 8 & 0xFFF) }

  private static func check(_ code: CInt) throws(SerialPortError) {
    if code != 0 { throw SerialPortError(errno: code) }
  }
}

extension serial_attributes {
  /// Bytes as they are on the wire, independent of modem lines.
  ///
  /// INPCK is set without a parity bit, too: drivers report wrong stop bits only with it. With PARMRK the
  /// system doubles each FF, whatever the parity, and on pseudo terminals as well (seen on Linux 6.18).
  /// IGNPAR would drop damaged bytes, ISTRIP the eighth bit.
  init(_ parameters: SerialParameters) {
    self.init()
    input_flags = UInt32(INPCK | PARMRK) | parameters.flowControl.inputFlags
    let size = parameters.dataBits == 7 ? CS7 : CS8
    // No HUPCL: level converters are powered by the modem lines.
    control_flags =
      UInt32(CREAD | CLOCAL | size) | parameters.parity.flags
      | (parameters.stopBits == 2 ? UInt32(CSTOPB) : 0) | parameters.flowControl.controlFlags
    input_speed = UInt32(clamping: parameters.baud)
    output_speed = input_speed
    // With 0 a read without bytes would look like the end.
    minimum = 1
    time = 0
  }
}

extension SerialParameters.Parity {
  fileprivate var flags: UInt32 {
    switch self {
    case .none: 0
    case .odd: UInt32(PARENB | PARODD)
    case .even: UInt32(PARENB)
    case .mark: UInt32(PARENB | PARODD | CMSPAR)
    case .space: UInt32(PARENB | CMSPAR)
    }
  }
}

extension SerialParameters.FlowControl {
  fileprivate var inputFlags: UInt32 {
    switch self {
    case .none, .rtsCts: 0
    case .xonXoffSending: UInt32(IXON)
    case .xonXoffReceiving: UInt32(IXOFF)
    case .xonXoff: UInt32(IXON | IXOFF)
    }
  }

  /// CRTSCTS, whose value is beyond the type that Glibc's constants have in Swift.
  fileprivate var controlFlags: UInt32 { self == .rtsCts ? 0x8000_0000 : 0 }
}
