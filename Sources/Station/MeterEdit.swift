import Metering

/// Something that a person changes in the meter list. Several go together: all of them or none.
public enum MeterEdit: Hashable, Sendable {
  /// A meter or some of its values are to be otherwise.
  case change(MeterID, MeterChange)
  /// A meter that no scan finds; its register is that of its own entry, 0: none is wished for.
  case add(MeterConfiguration)
  /// A meter goes, with its values and registers.
  case delete(MeterID)
  /// A value that the meter's list is to have.
  case addValue(MeterID, ValueConfiguration)
  /// One that was added goes again: what a meter sends cannot be deleted (MUC500 manual 1.1, ch. 4.4).
  /// - `number`: from 1.
  /// - `codes`: which value that is to be; nil: whichever it is.
  case deleteValue(MeterID, number: Int, codes: ValueCodes? = nil)
}

/// What is to be otherwise with a meter; nil: as it is.
public struct MeterChange: Hashable, Sendable {
  /// The user's own text: `LabelRule`.
  public var label: String?
  /// Seconds between two readouts; 0: as METER_TIME says. A cycle by the calendar ends with it.
  public var cycle: UInt32?
  /// Whether reports and logs carry it; its values follow.
  public var isActive: Bool?
  /// Whether it has a battery.
  public var isBattery: Bool?
  /// The speed at which it is asked; 0: that of the line.
  public var baud: Int?
  /// The most values to keep; 0: as METER_MAXVALUECOUNT says.
  public var maxValueCount: Int?
  /// The AES key; empty: none.
  @Secret public var encryptionKey: [UInt8]?
  /// The primary address.
  public var primaryAddress: UInt8?
  /// Whether it is read by that.
  public var usesPrimaryAddress: Bool?
  /// The number on it.
  public var serial: MeterSerial?
  /// Who made it; nil within it: any.
  public var manufacturer: ManufacturerCode??
  /// The maker's version of it; nil within it: any.
  public var version: UInt8??
  /// What it measures; nil within it: any.
  public var medium: Medium??
  /// The register of its own entry.
  public var register: Int?
  /// What is to be otherwise with its values.
  public var values: [ValueChange] = []

  /// Nothing is to be otherwise.
  public init() { _encryptionKey = Secret(wrappedValue: nil) }
}

/// What is to be otherwise with a value; nil: as it is.
public struct ValueChange: Hashable, Sendable {
  /// Which of the meter's values, from 1.
  public var number: Int
  /// Which value that is to be; nil: whichever it is.
  public var codes: ValueCodes?
  /// The user's own text: `LabelRule`.
  public var label: String?
  /// Whether reports and logs carry it; switched on it switches its meter on.
  public var isActive: Bool?
  /// The user's own factor.
  public var userScale: UserScale?
  /// The groups of its OBIS code; empty: none.
  public var obis: [UInt8]?
  /// The first register of its entry.
  public var register: Int?

  /// - Parameter number: which of the meter's values, from 1.
  public init(_ number: Int) { self.number = number }
}

/// What a value is, beside its number, which another one has when a readout has brought others: the bytes of its record.
public struct ValueCodes: Hashable, Sendable {
  /// The bytes of DIF and DIFEs.
  public var dif: [UInt8]
  /// The bytes of VIF and VIFEs.
  public var vif: [UInt8]

  /// - Parameters:
  ///   - dif: the bytes of DIF and DIFEs.
  ///   - vif: the bytes of VIF and VIFEs; both are empty as long as they are not known.
  public init(dif: [UInt8], vif: [UInt8]) {
    self.dif = dif
    self.vif = vif
  }

  /// Whether a value is the one that is meant: empty codes mean one whose codes are not known now, either.
  public func fit(_ value: MeterPoint) -> Bool {
    let key = value.expectedKey
    return (dif, vif) == (key.dif, key.vif)
  }
}
