/// A change of the meter list as the API and the control socket have it: one of `add`, `delete`, or a `meter` with what
/// is to be otherwise. Meters are named by their key, a number, or as commands name them (`MeterName`).
public struct ListEdit: Codable, Hashable, Sendable {
  /// The meter that is changed.
  public var meter: NumberOrText?
  /// What is to be otherwise with it; left out: nothing.
  public var label: String?
  /// Seconds between two readouts; 0: as METER_TIME says.
  public var cycle: NumberOrText?
  /// Whether reports and logs carry it.
  public var active: Bool?
  /// Whether it has a battery.
  public var battery: Bool?
  /// 0: the speed of the line.
  public var baud: NumberOrText?
  /// The primary address, 0 to 250.
  public var link: NumberOrText?
  /// Whether it is read by its primary address.
  public var byPrimary: Bool?
  /// Eight digits.
  public var serial: String?
  /// Three letters; empty: any.
  public var manufacturer: String?
  /// Empty: any.
  public var version: NumberOrText?
  /// A name or a number; empty: any.
  public var medium: NumberOrText?
  /// 16 bytes in hexadecimal; empty: none. It is in no text of this structure.
  public var key: HiddenText?
  /// The most values to keep; 0: as METER_MAXVALUECOUNT says.
  public var maxValues: NumberOrText?
  /// The register of its own entry.
  public var register: Int?
  /// What is to be otherwise with its values.
  public var values: [ValueEdit]?
  /// A value that it is to have.
  public var addValue: NewValue?
  /// The number of a value that was added.
  public var deleteValue: Int?
  /// Which value that is to be: the bytes of its DIF and DIFEs; left out, with `vif`: whichever it is.
  public var dif: String?
  /// The bytes of its VIF and VIFEs.
  public var vif: String?
  /// A meter that the list is to have.
  public var add: NewMeter?
  /// The meter that goes.
  public var delete: NumberOrText?

  /// Nothing is changed.
  public init() {}

  /// What is to be otherwise with a value.
  public struct ValueEdit: Codable, Hashable, Sendable {
    /// Which value, from 1.
    public var index: Int
    /// Which value that is to be: the bytes of its DIF and DIFEs; left out, with `vif`: whichever it is.
    public var dif: String?
    /// The bytes of its VIF and VIFEs.
    public var vif: String?
    /// The user's own text: at most 50 characters, without <, > and ".
    public var label: String?
    /// Whether reports and logs carry it.
    public var active: Bool?
    /// The user's own factor.
    public var userScale: NumberOrText?
    /// Empty: none.
    public var obis: String?
    /// The first register of its entry.
    public var register: Int?
  }

  /// A value that a meter's list is to have.
  public struct NewValue: Codable, Hashable, Sendable {
    /// The bytes of DIF and DIFEs, in hexadecimal.
    public var dif: String
    /// The bytes of VIF and VIFEs.
    public var vif: String
    /// The user's own text: at most 50 characters, without <, > and ".
    public var label: String?
    /// Whether reports and logs carry it.
    public var active: Bool?
    /// The user's own factor.
    public var userScale: NumberOrText?
    /// The OBIS code; empty: none.
    public var obis: String?
  }

  /// A meter that the list is to have.
  public struct NewMeter: Codable, Hashable, Sendable {
    /// Eight digits.
    public var serial: String?
    /// The primary address, 0 to 250.
    public var link: NumberOrText?
    /// Whether it is read by its primary address.
    public var byPrimary: Bool?
    /// Three letters; empty: any.
    public var manufacturer: String?
    /// 0 to 255; empty: any.
    public var version: NumberOrText?
    /// A name or a number; empty: any.
    public var medium: NumberOrText?
    /// The user's own text: at most 50 characters, without <, > and ".
    public var label: String?
    /// Seconds between two readouts; 0: as METER_TIME says.
    public var cycle: NumberOrText?
    /// Whether reports and logs carry it.
    public var active: Bool?
    /// Whether it has a battery.
    public var battery: Bool?
    /// The speed at which it is asked, 300 to 38400; 0: that of the line.
    public var baud: NumberOrText?
    /// 16 bytes in hexadecimal; empty: none.
    public var key: HiddenText?
    /// The most values to keep; 0: as METER_MAXVALUECOUNT says.
    public var maxValues: NumberOrText?
    /// The register of its own entry; left out: as a meter that a scan finds.
    public var register: Int?
  }
}

/// A secret on its way: text of which nothing shows the content.
public struct HiddenText: Codable, Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// The text itself.
  public let text: String

  /// - Parameter text: the text itself.
  public init(_ text: String) { self.text = text }

  /// Reads a text.
  public init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  /// Never the text.
  public var description: String { "(not shown)" }
  /// Without the text.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
