import Glibc

/// Why a serial port cannot be opened, or be set to another speed. Its path is not part of the text.
enum SerialPortError: Error, Hashable, CustomStringConvertible {
  /// There is nothing at the path.
  case missing
  /// The user may not open it.
  case notPermitted
  /// Somebody else has it open for himself.
  case taken
  /// It is something else.
  case noSerialPort
  /// The system has a name for it, and no hardware behind the name.
  case noHardware
  /// Its clock cannot be divided to the speed.
  case unsupportedBaud(Int, offered: Int)
  /// What was sent before another speed was to be set does not leave it.
  case keepsItsBytes
  /// It takes neither another speed nor the one before.
  case speedLost
  /// Its driver cannot switch the transmitter of an RS-485 port.
  case noRS485
  /// Anything else that the system says.
  case system(CInt)

  /// From what `open`, `flock` or `ioctl` left in `errno`.
  init(errno code: CInt) {
    self =
      switch code {
      case ENOENT, ENODEV, ENXIO, ENOTDIR: .missing
      case EACCES, EPERM: .notPermitted
      case EBUSY, EWOULDBLOCK: .taken
      case ENOTTY, EISDIR, EINVAL: .noSerialPort
      case EIO: .noHardware
      default: .system(code)
      }
  }

  var description: String {
    switch self {
    case .missing: "there is no such device"
    case .notPermitted:
      "not permitted; the user that metergate runs as must be in the group dialout (adduser USER "
        + "dialout)"
    case .taken: "another program uses it"
    case .noSerialPort: "is no serial port"
    case .noHardware: "the port has no hardware or does not answer"
    case .unsupportedBaud(let wanted, let offered):
      "the port cannot do \(wanted) baud; the nearest that it offers is \(offered)"
    case .keepsItsBytes: "the device does not send what it is given"
    case .speedLost: "the port takes neither this speed nor the one before; it is opened anew"
    case .noRS485:
      "its driver cannot switch an RS-485 transmitter; for an adapter that does so by itself, switch "
        + "RS485ENABLE off"
    case .system(let code): String(cString: strerror(code))
    }
  }
}
