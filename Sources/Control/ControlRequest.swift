import FoundationEssentials
import Metering
import Settings
import Station

/// What a person wants of a gateway: one JSON object a line on its control socket, such as
/// `{"schema":1,"command":"allocate","entries":["66600106/3"],"anew":true}`.
public struct ControlRequest: Codable, Hashable, Sendable {
  /// What there is to be wanted.
  public enum Command: String, CaseIterable, Codable, Sendable {
    /// What the gateway does just now.
    case status
    /// The settings that are in force.
    case settings
    /// Gives registers to entries that have none; with `anew` they give theirs back first.
    case allocate
    /// Takes registers away.
    case deallocate
    /// Gives one entry a certain register.
    case assign
    /// Puts the meter `new` in the place of `old`.
    case swap
    /// Changes meters and values of the list, adds some, and takes some out: all of it or nothing.
    case edit
    /// Reads the files anew, as SIGHUP does.
    case reload
    /// Looks for meters, as SIGUSR1 does.
    case scan
    /// Ends a scan that is under way, or wanted; what it has found stays.
    case cancelScan = "scan-cancel"
    /// Writes down at once what it has found and learned.
    case save
    /// Switches the service mode.
    case service
    /// Reads meters now, besides their turns.
    case readout
    /// Gives a meter a command, or puts bytes on the line, between readouts.
    case send

    /// Whether the log tells who wanted it: what only looks leaves no line, and of files whoever changes them tells.
    package var isTold: Bool { ![.status, .settings, .save, .reload].contains(self) }

    /// The details that belong to it.
    var details: [String] {
      switch self {
      case .status, .settings, .reload, .scan, .cancelScan, .save: []
      case .allocate: ["all", "entries", "anew"]
      case .deallocate, .readout: ["all", "entries"]
      case .assign: ["entries", "register"]
      case .swap: ["old", "new", "force"]
      case .edit: ["edits"]
      case .service: ["on", "minutes"]
      case .send: ["order", "bytes", "primary", "secondary"]
      }
    }
  }

  /// The version of this form.
  public static let schema = 1
  /// The most bytes of a line, its end included.
  public static let longestLine = 65_536

  /// The most changes of the list at a time.
  public static let mostEdits = 5_000

  /// The version of the form of this one.
  public var schema = ControlRequest.schema
  /// What is wanted.
  public var command: Command
  /// It is about all entries.
  public var all: Bool?
  /// The entries that it is about: see `EntryName`.
  public var entries: [String]?
  /// Whether registers are taken away before some are given.
  public var anew: Bool?
  /// The register that is to be given.
  public var register: Int?
  /// The meter that is to be replaced: see `MeterName`.
  public var old: String?
  /// The one that comes in its place: see `NewMeterName`.
  public var new: String?
  /// Whether what a person has put into the entry that the new one has may be lost.
  public var force: Bool?

  /// What is to be changed in the list.
  public var edits: [ListEdit]?

  /// Whether the service mode is to be on.
  public var on: Bool?
  /// For how long.
  public var minutes: Int?

  /// A command to a meter, in words: see `MeterCommand.expectedWords`.
  public var order: [String]?
  /// Bytes for the line, in hexadecimal.
  public var bytes: String?
  /// The meter that a command goes to, by its primary address, 255 for all of them.
  public var primary: Int?
  /// The same by its secondary address: see `MeterIdentity.addressForm`.
  public var secondary: String?

  /// What is wanted, for the log: `allocate 66600106/3`. Orders to meters without what they say.
  package var words: String {
    let what = (all == true ? ["all"] : entries ?? []) + [old, new].compactMap(\.self)
    let edits = (self.edits ?? []).map(\.words).joined(separator: ", ")
    // What a meter is told is for the log only where it is no secret: which command, and to whom.
    let told = [order?.first, primary.map { "@\($0)" }, secondary].compactMap(\.self)
    // Whoever wants it must not write lines of the log.
    return ([command.rawValue] + (what + told).map(\.excerpt) + (edits.isEmpty ? [] : [edits]))
      .joined(separator: " ")
  }

  /// A request without details.
  public init(_ command: Command) { self.command = command }
}

/// Why a request cannot be understood.
public struct ControlMistake: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, and what is expected.
  public let description: String

  package init(_ description: String) { self.description = description }
}

extension ControlRequest {
  private struct Head: Decodable {
    var schema: Int?
    var command: String?
  }

  /// The keys of an object, whatever they are.
  private struct Keys: Decodable {
    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    let names: [String]

    init(from decoder: any Decoder) throws {
      names = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue)
    }
  }

  /// What does not belong to a command is a mistake of the one who sends it: nobody may think that it counts.
  private static func checkKeys(_ names: [String], of command: Command) throws(ControlMistake) {
    let strange = Set(names).subtracting(command.details + ["schema", "command"]).sorted()
    guard !strange.isEmpty else { return }
    let told = strange.map { "\"\($0)\"" }.joined(separator: ", ")
    let details = command.details.map { "\"\($0)\"" }.joined(separator: ", ")
    throw ControlMistake(
      "\(told) \(strange.count == 1 ? "does" : "do") not belong to the command "
        + "\"\(command.rawValue)\": it has \(details.isEmpty ? "no details" : details); nothing is done"
    )
  }

  /// Reads a line.
  package init(line: [UInt8]) throws(ControlMistake) {
    let decoder = JSONDecoder()
    let data = Data(line)
    guard let head = try? decoder.decode(Head.self, from: data), let name = head.command else {
      throw ControlMistake(
        "the line is no request: expected is a JSON object such as {\"schema\":1,\"command\":\"status\"}"
      )
    }
    guard head.schema == Self.schema else {
      throw ControlMistake(
        "schema \(head.schema.map(String.init) ?? "none") is not known: this gateway speaks schema "
          + "\(Self.schema)")
    }
    guard let command = Command(rawValue: name) else {
      throw ControlMistake(
        "there is no command \"\(name)\": there are "
          + Command.allCases.map(\.rawValue).joined(separator: ", "))
    }
    try Self.checkKeys((try? decoder.decode(Keys.self, from: data))?.names ?? [], of: command)
    // What an edit has beside what is known would be lost in silence.
    guard command != .edit else {
      self = try StrictJSON.decode(ControlRequest.self, line)
      return
    }
    guard let request = try? decoder.decode(ControlRequest.self, from: data) else {
      throw ControlMistake(
        "the command \"\(name)\" has details of another type than it should have")
    }
    self = request
  }

  /// The request as a line, with its end.
  package var line: [UInt8] { ControlLine.encode(self) }

  /// What is wrong with it whatever the list is; nil: nothing.
  public var mistake: ControlMistake? {
    do throws(ControlMistake) {
      switch command {
      case .status, .settings, .reload, .scan, .cancelScan, .save: break
      case .allocate, .deallocate: try checkSelection()
      case .assign: _ = try assignment()
      case .swap: _ = try exchange()
      case .edit: _ = try listEdits()
      case .service: _ = try serviceWish()
      case .readout: _ = try meterNames()
      case .send: _ = try sendJob()
      }
      return nil
    } catch {
      return error
    }
  }

  /// The entries that it names; nil: all.
  package func selection() throws(ControlMistake) -> [EntryName]? {
    let names = try (entries ?? []).map { text throws(ControlMistake) in
      guard let name = EntryName(text) else {
        throw ControlMistake("\"\(text)\" names no entry: expected is \(EntryName.form)")
      }
      return name
    }
    if all == true {
      guard names.isEmpty else {
        throw ControlMistake("give either all entries or some, not both")
      }
      return nil
    }
    guard !names.isEmpty else {
      throw ControlMistake("there is no entry given, and not all of them")
    }
    return names
  }

  /// What is to be changed in the list.
  package func listEdits() throws(ControlMistake) -> [ListEdit] {
    guard let edits, !edits.isEmpty else {
      throw ControlMistake("\"edits\" is missing or empty: there is nothing to change")
    }
    guard edits.count <= Self.mostEdits else {
      throw ControlMistake(
        "\"edits\" has \(edits.count) changes; at most \(Self.mostEdits) are made at a time; nothing is changed"
      )
    }
    return edits
  }

  /// Whether the service mode is to be on, and for how many minutes.
  package func serviceWish() throws(ControlMistake) -> (isOn: Bool, minutes: Int?) {
    guard let on else { throw ControlMistake("\"on\" is missing: true or false") }
    guard let minutes else { return (on, nil) }
    guard on, (1...1440).contains(minutes) else {
      throw ControlMistake("the service mode can be on for 1 to 1440 minutes, or until it is ended")
    }
    return (on, minutes)
  }

  /// The meters that it names; nil: all.
  package func meterNames() throws(ControlMistake) -> [MeterName]? {
    guard let names = try selection() else { return nil }
    return try names.map { name throws(ControlMistake) in
      guard name.number == nil else {
        throw ControlMistake("\(name) is an entry; a meter is read as a whole: \(name.meter)")
      }
      return name.meter
    }
  }

  private func checkSelection() throws(ControlMistake) { _ = try selection() }

  /// The entry and the register that it is to get.
  package func assignment() throws(ControlMistake) -> (EntryName, Int) {
    guard let names = try selection(), let name = names.first, names.count == 1 else {
      throw ControlMistake("a register can be given to one entry only")
    }
    guard name.number != nil else {
      throw ControlMistake(
        "a register is that of one entry: \(name)/0 is the meter's own, \(name)/1 its first value")
    }
    guard let register, (1...65_535).contains(register) else {
      throw ControlMistake(
        "register \(register.map(String.init) ?? "none") is not allowed: 1 to 65535, with multi slave 1 to "
          + "247 for a meter's own entry")
    }
    return (name, register)
  }

  /// The old meter and the new one.
  package func exchange() throws(ControlMistake) -> (MeterName, MeterIdentity) {
    guard let name = old.flatMap({ MeterName($0) }) else {
      throw ControlMistake("\"\(old ?? "")\" names no meter: expected is \(MeterName.form)")
    }
    guard let identity = new.flatMap(NewMeterName.identity) else {
      throw ControlMistake("\"\(new ?? "")\" names no new meter: expected is \(NewMeterName.form)")
    }
    return (name, identity)
  }
}

/// A line of the control socket.
package enum ControlLine {
  /// A value as JSON with its line end.
  package static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(value)) ?? Data("{\"schema\":1}".utf8)
    return [UInt8](data) + [0x0A]
  }
}
