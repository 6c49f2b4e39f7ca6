import MBus
import Metering

/// Who is to carry out a command. It is found out first where the address does not say it, since whoever hears a
/// command carries it out.
struct CommandTarget: Hashable, Sendable {
  private let command: MeterCommand
  /// How it is reached: as it was asked for, and by its whole address as soon as it is known.
  private(set) var address: MBusAddress
  /// Who it is; nil: that is not known.
  private(set) var identity: MeterIdentity?

  /// - Parameters:
  ///   - command: what it is to do.
  ///   - address: as it was asked for.
  init(_ command: MeterCommand, _ address: MBusAddress) {
    self.command = command
    self.address = address
    if case .secondary(let identity) = address, identity.isWhole { self.identity = identity }
  }

  /// All meters, of which none answers.
  var isAll: Bool { address == .primary(LinkAddress.broadcast) }

  /// Why nothing is sent at all; nil: something can be.
  var refusal: String? {
    if let mistake = command.mistake { return mistake }
    guard command.onMBus != nil else { return "there is no such command" }
    guard isAnybody, let what = command.ownPart else { return nil }
    return
      "every meter that hears it would get the same \(what): name one meter by its serial or its "
      + "primary address"
  }

  /// Whether the address is that of whoever is there.
  private var isAnybody: Bool {
    switch address {
    case .primary(let address): !LinkAddress.slaves.contains(address)
    case .secondary(let identity): SlaveSelect(identity) == .any
    }
  }

  /// Whether the meter is read before anything is sent: to know which one it is, or what it has before.
  var isToBeRead: Bool {
    guard !isAll else { return false }
    if command.isSeenByComparison { return true }
    return switch (address, command) {
    case (.secondary(let identity), _): !identity.isWhole
    case (.primary, .setAddress), (.primary, .setIdentity), (.primary, .setBaud): true
    case (.primary, _): false
    }
  }

  /// Takes what the meter has sent.
  /// - Returns: why nothing more can be sent; nil: something can be.
  mutating func take(_ result: ReadoutResult) -> String? {
    guard let frame = result.telegrams.first else {
      if case .noAnswer(let attempts) = result.ending, let why = absence(attempts) { return why }
      return Self.nobody(place, result.ending)
    }
    guard let told = frame.identity else {
      switch (address, command) {
      case (.primary, .setAddress):
        return
          "the meter does not say who it is, so that it could not be told from another one at its new address"
      case (.secondary, _) where identity == nil:
        return "the meter does not say who it is, so that it could not be told from others"
      default: return nil
      }
    }
    guard case .secondary(let asked) = address else {
      identity = told
      return nil
    }
    // A header without manufacturer, that of the fixed data structure, numbers its media in another way than a
    // select does: of such a meter the serial is known.
    let known = told.manufacturer == nil ? MeterIdentity(serial: told.serial) : told
    // What was given is how the meter is selected, even if it tells something else.
    let whole = MeterIdentity(
      serial: told.serial, manufacturer: asked.manufacturer ?? known.manufacturer,
      version: asked.version ?? known.version, medium: asked.medium ?? known.medium)
    identity = whole
    address = .secondary(whole)
    return nil
  }

  /// Where it is.
  var place: String {
    switch address {
    case .primary(let address): "at address \(address)"
    case .secondary(let identity): "to \(identity.addressText)"
    }
  }

  /// Several meters have answered once, and one the next time.
  var severalAnswer: String { Self.nobody(place, .garbage(Exchange.severalAnswer, attempts: 2)) }

  /// It was asked for by its whole address, and there is no sign of it.
  /// - Parameter attempts: how often.
  func absence(_ attempts: Int) -> String? {
    guard case .secondary(let identity) = address else { return nil }
    return identity.absence(attempts: attempts)
  }

  private static func nobody(_ place: String, _ ending: ReadoutResult.Ending) -> String {
    switch ending {
    case .noAnswer(let attempts): "nobody answers \(place), \(Self.times(attempts))"
    case .garbage(let why, let attempts):
      "what answers \(place) is no good telegram, \(Self.times(attempts)): \(why); if several meters answer there, "
        + "give more of the secondary address"
    case .complete, .limited: "what answers \(place) is no telegram"
    }
  }

  /// How often something was tried, and what came of it.
  static func tried(_ attempts: Int, _ complaint: String?) -> String {
    times(attempts) + (complaint.map { ": \($0)" } ?? "")
  }

  /// How often something was tried.
  static func times(_ attempts: Int) -> String {
    "in \(attempts) \(attempts == 1 ? "attempt" : "attempts")"
  }
}

extension MeterCommand {
  /// What no two meters may have alike, or not without being looked after one by one; nil for what many may be told.
  var ownPart: String? {
    switch self {
    case .setAddress: "address"
    case .setIdentity: "serial"
    case .setBaud: "speed"
    case .setClock, .applicationReset, .select, .setValue, .globalReadout, .freeze: nil
    }
  }

  /// Whether only what is different afterwards shows that it was carried out.
  var isSeenByComparison: Bool {
    if case .freeze(let storage, _) = self { storage > 0 } else { false }
  }

  /// Whether what is read afterwards may have been so before: who has the serial may be another meter, and a clock may
  /// have been right.
  var mayHaveBeenSo: Bool {
    switch self {
    case .setClock, .setValue, .setIdentity(_, force: true): true
    case .setIdentity, .setAddress, .setBaud, .applicationReset, .select, .globalReadout, .freeze:
      false
    }
  }

  /// Whether what is read afterwards shows that it was carried out, also when nobody has acknowledged it.
  var isProvenByReading: Bool {
    switch self {
    case .setAddress, .setIdentity, .setClock, .select, .setValue: true
    case .freeze(let storage, _): storage > 0
    case .setBaud, .applicationReset, .globalReadout: false
    }
  }
}

extension ReadoutPlan {
  /// The plan of the line as it holds around a command: the address as it was given, without MBUS_SELECTMASK, since
  /// the meter that is read must be the one that is told; and nothing that would undo the command
  /// (MBUS_REQUESTMODE, application resets of MBUS_RESETMODE).
  var aroundCommand: ReadoutPlan {
    var plan = self
    plan.selectMask = []
    plan.request = .none
    plan.reset.primary.removeAll(where: \.isOfApplication)
    plan.reset.secondary.removeAll(where: \.isOfApplication)
    return plan
  }
}
