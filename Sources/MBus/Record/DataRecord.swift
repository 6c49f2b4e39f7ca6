import Metering
import Time

/// One record of a meter's answer: which value it is, what it means, what was sent (EN 13757-3,
/// ch. 6).
public struct DataRecord: Hashable, Sendable {
  /// The place of its first byte, counted from the start of the telegram.
  public var offset: Int
  /// DIF and DIFEs; empty in the fixed data structure.
  public var dif: [UInt8]
  /// VIF, text of a text VIF, VIFEs, as sent.
  public var vif: [UInt8]
  /// The same without the VIFEs that report an error: the `vif` of the value's key, which does not
  /// change when the meter has no value for once.
  public var keyVIF: [UInt8]
  /// The data as sent; for data of variable length with its length byte.
  public var data: [UInt8]
  /// How the meter came by the value.
  public var function: ValueKey.Function
  /// 0: the current value; above: historic ones.
  public var storage: UInt64
  /// 0: the total; above: the tariff.
  public var tariff: UInt32
  /// The part of the device that measured it.
  public var subunit: UInt32
  /// How the data is coded.
  public var type: DataType
  /// What is measured, and in which unit.
  public var meaning: ValueMeaning
  /// What the VIFEs say, for people.
  public var qualifiers: [String]
  /// Those of them that tell the value from others of the same kind.
  public var whichValue: [String] = []
  /// All of them for programs, in the order of the telegram; without those that report an error.
  public var vifes: [CombinableVIFE] = []
  /// The value without its scale; text with every character that was sent.
  public var reading: Reading
  /// The exponent of ten that belongs to the reading.
  public var scale: Int
  /// A factor that is no power of ten; nil for 1.
  public var factor: Double?
  /// What is to be added, in the unit, behind scale and factor; nil for 0.
  public var addend: Double?
  /// When the value was taken, where a profile tells it; nil for all other records.
  public var time: CivilTime?
  /// Seconds that passed between that and the moment at which it was taken; below 0 when it is older.
  public var elapsed: Int64 = 0
  /// The values in it, when it holds a series of them.
  public var profile: Profile?

  /// Why there is no value; nil when there is one.
  public var error: String? {
    guard case .invalid(let text, _) = reading else { return nil }
    return text
  }

  /// The value in its unit; nil when it is no number.
  public var scaled: Double? { value.scaled }

  /// The record as a value of the meter, the first with its key. Control characters in a text are
  /// replaced by symbols: values are logged and shown.
  public var value: MeterValue {
    let key = ValueKey(
      dif: dif, vif: keyVIF, storage: storage, tariff: tariff, subunit: subunit,
      function: function)
    var shown = reading
    if case .text(let text) = reading { shown = .text(Latin1.visible(text)) }
    var meaning = meaning
    meaning.qualifiers = whichValue
    return MeterValue(
      key: key, meaning: meaning, reading: shown, scale: scale, factor: factor, addend: addend,
      meterTime: time, elapsed: elapsed, data: data)
  }

  /// True for a record whose place is that of a date that says when other values were taken: VIF 6C
  /// or 6D without VIFEs other than errors. Whether the meter sends a usable date in it does not
  /// matter. A time of day without a date (type J) is no such record.
  public var isTimePoint: Bool {
    type != .timeJ && (keyVIF == [PrimaryVIF.date] || keyVIF == [PrimaryVIF.dateTime])
  }
}
