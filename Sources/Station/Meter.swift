import Metering
import Time

/// A meter of the list with all that is known of it.
public struct Meter: Sendable {
  /// Its key.
  public let id: MeterID
  /// As its user configured it.
  public internal(set) var configuration: MeterConfiguration
  /// Who answers there: learned from the last good readout, until then as configured.
  public internal(set) var identity: MeterIdentity
  /// Its values in list order: those configured first, then those learned.
  public internal(set) var values: [MeterPoint]
  /// First register of its meter entry; nil: none.
  public internal(set) var register: Int?
  /// When it was last read without failure.
  public internal(set) var lastRead: Moment?
  /// Readouts that brought values, since the start.
  public internal(set) var goodReadouts: UInt32 = 0
  /// Readouts that brought nothing, since the start.
  public internal(set) var failedReadouts: UInt32 = 0
  /// Failed readouts since the last good one.
  public internal(set) var misses = 0
  /// Why the last readout failed; nil when it did not, or when there was none.
  public internal(set) var lastFailure: ReadoutFailure?
  /// What the meter said of itself in the last good readout.
  public internal(set) var status: MeterStatus = []
  /// What could not be decoded in the last good readout, in words.
  public internal(set) var problems: [String] = []
  /// True when a telegram of the chain was missing in the last good readout.
  public internal(set) var isPartlyRead = false
  /// True when a readout has brought all telegrams, so that its list of values is complete.
  var hasBeenReadWhole = false
  /// True when it is another device than the one whose values its list has been made of: they are matched
  /// by their meaning, too.
  var isToMatchAnew = false
  /// True when of the device before everything was known that it sent, so that a value which only its
  /// successor sends is none that the user has left out of the list.
  var knowsWhatIsLeftOut = false
  /// Which parts of a secondary address its successor is to write into the file, as they stood there of the
  /// device before.
  var partsToLearn = Set<IdentityPart>()
  /// True when a limit cut its list of values short (`*` in the meter list).
  public var isLimited: Bool { limitedFrom != nil }
  /// How many values it sent when a limit last cut its list short; nil: all that it sends are listed.
  public internal(set) var limitedFrom: Int?
  /// True for one that a person has added since the start; the file does not say who did.
  public internal(set) var isAddedByHand = false
  /// True until its entries have been given addresses automatically; false when the file gives them.
  var awaitsAllocation: Bool
  /// True when values learned at the first readout are to get addresses.
  var allocatesLearnedValues: Bool

  init(id: MeterID, configuration: MeterConfiguration) {
    self.id = id
    self.configuration = configuration
    identity = configuration.identity
    values = configuration.values.map { MeterPoint(configuration: $0) }
    register = configuration.register > 0 ? configuration.register : nil
    // A meter that no line reads would hold up those behind it for ever.
    let mayAllocate = configuration.isToBeRead && !configuration.hasNoRegisters
    awaitsAllocation = mayAllocate && configuration.hasNoAddresses
    allocatesLearnedValues = mayAllocate && configuration.values.isEmpty
  }

  /// True while the registers of some of its entries are to be given by what is read.
  var isToLearnRegisters: Bool {
    awaitsAllocation || allocatesLearnedValues && values.isEmpty
  }

  /// How people recognise it in messages.
  public var label: String {
    var known = configuration
    known.identity = identity
    return known.label
  }

  /// True while it is not yet known to people that it cannot be read: it could be, or only its line was
  /// down.
  var hasNotBeenReported: Bool {
    switch lastFailure {
    case nil, .lineDown, .lineLent, .speedRefused: true
    default: false
    }
  }

  /// True when one of its entries is in the register map.
  var hasRegisters: Bool { register != nil || values.contains { $0.register != nil } }

  /// True when the last readout succeeded.
  public var isRead: Bool { lastRead != nil && misses == 0 }

  /// True when the last readout brought every value of the list, and none of them marked as wrong. The date of a
  /// storage that a meter does not use yet is none that is wrong: a meter that was read completely shows flags 0
  /// (MUC500 manual 1.1, ch. 11.5.2).
  public var isUpToDate: Bool {
    isRead && !isPartlyRead && values.allSatisfy(\.live.isUpToDate)
  }

  /// The values of its list that are not in its telegrams, though all of them have come.
  public var valuesNotSent: [MeterPoint] { values.filter(\.live.isNotSent) }
}

extension MeterConfiguration {
  /// Whether a line of this gateway reads it.
  public var isToBeRead: Bool { interface == .mbus && !isUnreadable }
}

/// One value of a meter's list.
public struct MeterPoint: Sendable {
  /// How the list has it: as its user configured it, or as it was when it was learned.
  public internal(set) var listed: ValueConfiguration
  /// Whether the file has it; false for a value that was learned.
  var isConfigured: Bool
  /// Which value of the meter it is; nil until it has been seen.
  public internal(set) var key: ValueKey?
  /// First register of its entry; nil: none.
  public internal(set) var register: Int?
  /// What is known of it now.
  public internal(set) var live = LiveValue()
  /// Whether people have been told that the meter does not send it: a meter that sends it now and then
  /// is not told of again and again.
  var isKnownAsNotSent = false
  /// Whether people have been told that the meter marks it as invalid.
  var isKnownAsInvalid = false
  /// False when its register was taken away: then it gets none by itself.
  var takesRegister = true
  /// True for one that a person has added since the start; the file does not say who did.
  public internal(set) var isAddedByHand = false

  init(configuration: ValueConfiguration) {
    listed = configuration
    isConfigured = true
    register = configuration.register > 0 ? configuration.register : nil
  }

  init(learned value: MeterValue) {
    isConfigured = false
    listed = ValueConfiguration(
      dif: value.key.dif.isEmpty ? nil : value.key.dif,
      vif: value.key.vif.isEmpty ? nil : value.key.vif, meaning: value.meaning,
      storage: value.key.storage, tariff: value.key.tariff, function: value.key.function,
      scale: value.scale)
    key = value.key
  }

  /// As its user configured it; nil for a value that was learned.
  public var configuration: ValueConfiguration? { isConfigured ? listed : nil }

  /// What it means: as last read, or as it is listed.
  public var meaning: ValueMeaning { live.brought?.meaning ?? listed.meaning }

  /// Takes what a readout brought of it. Its codes are kept in memory once, however often they are sent.
  mutating func take(_ value: MeterValue, at time: Moment) {
    var value = value
    if let key {
      if value.key == key { value.key = key }
    } else {
      if let dif = listed.dif, value.key.dif == dif { value.key.dif = dif }
      if let vif = listed.vif, value.key.vif == vif { value.key.vif = vif }
      // From now on it stays, though the meter may send the value in another length for once.
      key = value.key
    }
    live.update(value, at: time)
  }

  /// Tells when the value becomes invalid, and when it is valid again for two readouts: one that comes and goes is
  /// not told of again and again. What meters send where they have nothing is not told.
  mutating func noteValidity(_ meter: String, number: Int) -> GatewayEvent? {
    let name = "\(number), \(label)"
    switch live.quality {
    case .invalid(let why, _) where !isKnownAsInvalid && !live.isUpToDate:
      isKnownAsInvalid = true
      return .valueInvalid(meter, value: name, why: why)
    case .good where isKnownAsInvalid && live.hits > 1:
      isKnownAsInvalid = false
      return .valueValid(meter, value: name)
    default: return nil
    }
  }

  /// How people recognise it in messages.
  public var label: String {
    let meaning = meaning
    let hasUnit = !meaning.unitName.isEmpty && (meaning.unit != .none || meaning.ownUnit != nil)
    let unit = hasUnit ? " in \(meaning.unitName)" : ""
    return "\"\(meaning.description)\"\(unit)"
  }
}
