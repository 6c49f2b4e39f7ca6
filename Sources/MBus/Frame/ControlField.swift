/// The C field of a frame: who speaks, what for, and the bits that guard against lost frames
/// (EN 13757-2, ch. 5.6).
public struct ControlField: Hashable, Sendable, CustomStringConvertible {
  /// The byte as sent.
  public let rawValue: UInt8

  /// - Parameter rawValue: the byte as sent.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// SND_NKE: the slave resets its link layer; answered by E5.
  public static let sndNKE = ControlField(rawValue: 0x40)

  /// SND_UD: data for the slave; answered by E5.
  /// - Parameter fcb: the frame count bit; nil sends it without one (FCV 0, as a broadcast needs).
  public static func sndUD(fcb: Bool?) -> ControlField {
    ControlField(rawValue: master(function: 0x3, fcb: fcb))
  }

  /// REQ_UD1: asks for alarm data.
  /// - Parameter fcb: the frame count bit.
  public static func reqUD1(fcb: Bool) -> ControlField {
    ControlField(rawValue: master(function: 0xA, fcb: fcb))
  }

  /// REQ_UD2: asks for the meter's data.
  /// - Parameter fcb: the frame count bit; the same bit again asks for the same telegram again.
  public static func reqUD2(fcb: Bool) -> ControlField {
    ControlField(rawValue: master(function: 0xB, fcb: fcb))
  }

  /// RSP_UD: the slave's data.
  /// - Parameters:
  ///   - acd: access demand: the slave has alarm data waiting.
  ///   - dfc: data flow control: the slave takes no further data now.
  public static func rspUD(acd: Bool = false, dfc: Bool = false) -> ControlField {
    ControlField(rawValue: 0x08 | (acd ? Bits.fcbOrACD : 0) | (dfc ? Bits.fcvOrDFC : 0))
  }

  /// True for frames that a master sends (the PRM bit).
  public var isFromMaster: Bool { rawValue & Bits.prm != 0 }
  /// The frame count bit of a master's frame; it counts only when `fcv` is true.
  public var fcb: Bool { isFromMaster && rawValue & Bits.fcbOrACD != 0 }
  /// Whether the frame count bit of a master's frame counts.
  public var fcv: Bool { isFromMaster && rawValue & Bits.fcvOrDFC != 0 }
  /// Access demand, in a slave's frame.
  public var acd: Bool { !isFromMaster && rawValue & Bits.fcbOrACD != 0 }
  /// Data flow control, in a slave's frame.
  public var dfc: Bool { !isFromMaster && rawValue & Bits.fcvOrDFC != 0 }
  /// The function code, 0–15; what it means depends on `isFromMaster`.
  public var function: UInt8 { rawValue & 0x0F }

  /// The same field with the bits that change from frame to frame cleared: what to compare when only
  /// the kind of a frame matters.
  public var kind: ControlField {
    ControlField(rawValue: rawValue & (Bits.prm | 0x0F))
  }

  /// The name of the function, or the byte.
  public var description: String {
    switch kind.rawValue {
    case 0x40: "SND_NKE"
    case 0x43: "SND_UD"
    case 0x4A: "REQ_UD1"
    case 0x4B: "REQ_UD2"
    case 0x08: "RSP_UD"
    default: "C field 0x\(String(rawValue, radix: 16, uppercase: true))"
    }
  }

  /// What the function is for, in words; nil where the name is all there is.
  public var words: String? {
    switch kind.rawValue {
    case 0x40: "reset of the link layer"
    case 0x43: "data for the meter"
    case 0x4A: "request for alarms"
    case 0x4B: "request for data"
    case 0x08: "data of the meter"
    default: nil
    }
  }

  private enum Bits {
    static let prm: UInt8 = 0x40
    static let fcbOrACD: UInt8 = 0x20
    static let fcvOrDFC: UInt8 = 0x10
  }

  private static func master(function: UInt8, fcb: Bool?) -> UInt8 {
    let count = fcb.map { Bits.fcvOrDFC | ($0 ? Bits.fcbOrACD : 0) } ?? 0
    return Bits.prm | count | function
  }
}
