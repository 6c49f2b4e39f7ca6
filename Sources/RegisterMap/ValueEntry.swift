import Metering
import Time

/// The registers that show a value (MUC500 manual 1.1, table 34).
public struct ValueEntry: Hashable, Sendable {
  /// The number as sent, without its scale; 0 when the meter sent a floating point number or no
  /// number at all.
  public var integer: Int64
  /// The value in its unit.
  public var float: Float
  /// The exponent of ten between the number as sent and the unit.
  public var scale: Int16
  /// The row of the table of units.
  public var unit: UInt8
  /// The meter's own time for the value as Unix time; 0: none given.
  public var meterTime: UInt32

  /// A value before its first readout: zeros.
  public static let neverRead = ValueEntry(integer: 0, float: 0, scale: 0, unit: 0, meterTime: 0)

  /// All fields.
  public init(integer: Int64, float: Float, scale: Int16, unit: UInt8, meterTime: UInt32) {
    self.integer = integer
    self.float = float
    self.scale = scale
    self.unit = unit
    self.meterTime = meterTime
  }

  /// The same without a number, for a value marked as invalid and by the stale policy NAN: the float is the quiet NaN 0x7FC00000, the integer
  /// the lowest one, which stands for none in EN 13757-3, too (annex A, type B). The rest is kept.
  public var withoutNumber: ValueEntry {
    var entry = self
    entry.float = Float(bitPattern: 0x7FC0_0000)
    entry.integer = .min
    return entry
  }

  /// The registers of a value as read.
  ///
  /// Where the manuals are silent: text and bytes show 0 as integer and float; what could not be used shows that
  /// there is no number, as `withoutNumber` does; a date shows its Unix seconds in both, 0 if it is invalid, with the
  /// unit UTC and scale 0. A factor that is
  /// no power of ten enters the float only, as does what is to be added where the number cannot hold it. A scale beyond 16 bits ends at the limit; a float beyond the
  /// range of 32 bits is infinite; a time before 1970 or from 2106 on is 0.
  /// - Parameter zone: how the meter's clock runs: its times become UTC.
  public init(_ sent: MeterValue, zone: TimeZoneRules = .utc) {
    let value = sent.withAddendInNumber
    integer = 0
    float = 0
    scale = Int16(clamping: value.scale)
    unit = value.meaning.unit.rawValue
    meterTime =
      value.meterTime.map {
        WallTime(unixSeconds: zone.unixSeconds(of: $0) &+ value.elapsed).registerValue
      } ?? 0
    switch value.reading {
    case .integer(let number):
      integer = number
      float = Self.rounded(value.scaled)
    case .real:
      float = Self.rounded(value.scaled)
    case .time(let time):
      integer = zone.unixSeconds(of: time)
      float = Float(integer)
      scale = 0
      unit = MeterUnit.utc.rawValue
    case .text, .binary: break
    // Who reads a date takes 0 for none.
    case .invalid where value.meaning.unit == .utc: scale = 0
    case .invalid: self = withoutNumber
    }
  }

  /// The nearest 32-bit float; 0 for what is no number.
  private static func rounded(_ number: Double?) -> Float {
    guard let number, !number.isNaN else { return 0 }
    return Float(number)
  }
}
