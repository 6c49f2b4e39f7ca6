/// What a scan met that a person should look after.
public enum ScanProblem: Hashable, Sendable, CustomStringConvertible {
  /// Something answers at a primary address, and no answer is good: what is wrong with it.
  case sharedAddress(UInt8, String)
  /// A meter acknowledges at a primary address and sends no data.
  case silentAddress(UInt8)
  /// Something answers to a serial, and no answer is good: what is wrong with it.
  case sharedSerial(MeterSerial, String)
  /// Several meters acknowledge one serial, and one of them is heard.
  case drownedOut(MeterSerial)
  /// A meter acknowledges its selection and sends no data.
  case silentMeter(MeterSerial)
  /// Somebody answers to digits with an F at the end, and nobody to a decimal digit in its place.
  case noDigit(MeterSerial)
  /// The line cannot change its speed: at which speeds it has not been looked, and at which it has.
  case speedsLeftOut([Int], line: Int)
  /// The line does not take a speed: which it is, and why.
  case speedRefused(Int, String)
  /// The line cannot be used: why.
  case notBegun(ReadoutFailure)
  /// Anything else, in words.
  case other(String)

  /// The problem in words.
  public var description: String {
    switch self {
    case .sharedAddress(let address, let why):
      "address \(address): no good answer to the request for data (REQ_UD2), perhaps several meters "
        + "have this address: \(why)"
    case .silentAddress(let address):
      "address \(address): a meter acknowledges SND_NKE, but does not answer the request for data "
        + "(REQ_UD2)"
    case .sharedSerial(let serial, let why):
      "no good answer from \(serial), perhaps several meters have this serial: \(why)"
    case .drownedOut(let serial):
      "several meters acknowledge the selection of \(serial), but only one answers well"
    case .silentMeter(let serial):
      "\(serial): a meter acknowledges its selection, but does not answer the request for data (REQ_UD2)"
    case .noDigit(let serial):
      "somebody answers to \(serial), but nobody to one of the digits 0–9 in place of an F: a serial "
        + "with hex digits, or a disturbance"
    case .speedsLeftOut(let speeds, let line):
      "not looked for at \(speeds.map(String.init).joined(separator: ", ")) baud (MBUS_SCANBAUDRATES): this line "
        + "stays at \(line) baud; a converter in the network has a speed of its own, a serial port can change it"
    case .speedRefused(let speed, let why):
      "not looked for at \(speed) baud (MBUS_SCANBAUDRATES): \(why)"
    case .notBegun(let failure): "\(failure)"
    case .other(let text): text
    }
  }
}
