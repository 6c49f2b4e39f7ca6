/// Speed and character format of a serial line.
public struct SerialParameters: Hashable, Sendable {
  /// What the bit behind the data bits is; the raw values are those of MBUS_PARITY (MUC500 manual 1.1,
  /// table 25).
  public enum Parity: Int, CaseIterable, Sendable {
    /// There is no such bit.
    case none
    /// Makes the number of ones odd.
    case odd
    /// Makes the number of ones even: M-Bus.
    case even
    /// Always 1.
    case mark
    /// Always 0.
    case space
  }

  /// How both sides hold each other back; the raw values are those of MODBUS_FLOWCONTROL (MUC500 manual
  /// 1.1, table 25).
  public enum FlowControl: Int, CaseIterable, Sendable {
    /// They do not.
    case none = 0
    /// The other side holds us back by XOFF.
    case xonXoffSending = 1
    /// By the lines RTS and CTS.
    case rtsCts = 2
    /// We hold the other side back by XOFF.
    case xonXoffReceiving = 8
    /// Both by XOFF.
    case xonXoff = 9
  }

  /// Bits a second.
  public var baud: Int
  /// 7 or 8.
  public var dataBits: Int
  /// The parity bit.
  public var parity: Parity
  /// 1 or 2.
  public var stopBits: Int
  /// How both sides hold each other back.
  public var flowControl = FlowControl.none
  /// Whether the system is to switch the transmitter of an RS-485 port.
  public var isRS485 = false

  /// What is left out is that of M-Bus (EN 13757-2).
  public init(baud: Int = 2400, dataBits: Int = 8, parity: Parity = .even, stopBits: Int = 1) {
    self.baud = baud
    self.dataBits = dataBits
    self.parity = parity
    self.stopBits = stopBits
  }

  /// All bits of a character: start, data, parity, stop.
  public var bitsPerCharacter: Int { 1 + dataBits + (parity == .none ? 0 : 1) + stopBits }
}
