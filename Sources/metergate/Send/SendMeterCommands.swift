import ArgumentParser
import Bytes
import Control
import Gateway
import LineJobs
import MBus
import MeterFiles
import Metering
import Settings
import Station
import Time

/// Which meter a command goes to, and over which bus.
struct MeterOrder: ParsableArguments {
  @OptionGroup var bus: BusOptions

  @Option(help: "Its primary address, 0 to 250; 255 for all meters, which nobody acknowledges.")
  var primary: UInt8?

  @Option(
    help: ArgumentHelp(
      "Its secondary address, as far as only one meter fits it; F stands for any digit.",
      valueName: "serial[,manufacturer[,version[,medium]]]"))
  var secondary: String?

  func validate() throws {
    guard (primary == nil) != (secondary == nil) else {
      throw ValidationError("Give either --primary ADDRESS or --secondary SERIAL.")
    }
    if let primary, primary > 250, primary != 255 {
      throw ValidationError("--primary \(primary): 0 to 250 and 255 are allowed.")
    }
    _ = try address()
  }

  private func address() throws -> MBusAddress {
    if let primary { return .primary(primary) }
    guard let identity = MeterIdentity(addressText: secondary ?? "") else {
      throw ValidationError("--secondary \(secondary ?? ""): \(MeterIdentity.addressForm).")
    }
    return .secondary(identity)
  }

  /// By which zone the clock of the meter goes: its own in the list, or that of the device; with its name.
  func zone() throws -> (TimeZoneRules, name: String) {
    let (settings, meters) = try bus.quietConfiguration()
    let name = meters.first(at: try address())?.timeZone ?? settings.text(.deviceTimeZone)
    guard let rules = ZoneFile.rules(name) else {
      throw BusSession.Failure(description: "the time zone \(name) is not known on this machine")
    }
    return (rules, name)
  }

  /// Has it done by the gateway that runs on the folder, or else over the bus, and says what came of it.
  func carryOut(_ command: MeterCommand) async throws {
    let address = try address()
    var request = ControlRequest(.send)
    request.order = command.words
    switch address {
    case .primary(let address): request.primary = Int(address)
    case .secondary(let identity): request.secondary = identity.addressText
    }
    if let answer = try bus.askGateway(request) { return try bus.finish(answer) }
    let (settings, meters) = try bus.configuration()
    let job = SendJob(command, to: .mbus(address)).completed(by: meters.map { Addressee($0) })
    try await perform(job, BusSession(settings: settings, patience: bus.patience))
  }
}

/// A command with its own subcommand of `metergate send`.
protocol MeterCommandArguments: AsyncParsableCommand {
  var order: MeterOrder { get }
  func command() throws -> MeterCommand
}

extension MeterCommandArguments {
  func run() async throws { try await order.carryOut(try command()) }
}

/// Stands outside of the command: closures in it would belong to the main actor.
private func perform(_ job: SendJob, _ session: BusSession) async throws {
  guard case .sent(_, let reply) = try await session.perform(.send(job), report: { _ in }) else {
    return
  }
  switch reply.check {
  case .confirmed?, .sentToAll?, .acknowledged?, .unseen?, .notShown?:
    print(reply.check?.text ?? "")
  case .otherwise?, .refused?:
    throw BusSession.Failure(description: reply.check?.text ?? "")
  case nil:
    throw BusSession.Failure(description: reply.ending.whyThereIsNoAnswer ?? "nothing came")
  }
}

struct SendAddressCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-address", abstract: "Give a meter another primary address.")

  @OptionGroup var order: MeterOrder

  @Flag(help: "Even if somebody answers at the new address.")
  var force = false

  @Argument(help: "The new address, 1 to 250.")
  var address: UInt8

  func validate() throws {
    guard (1...250).contains(address) else {
      throw ValidationError("\(address): 1 to 250 are allowed.")
    }
  }

  func command() -> MeterCommand { .setAddress(address, force: force) }
}

struct SendBaudCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-baud", abstract: "Give a meter another speed.")

  @OptionGroup var order: MeterOrder

  @Argument(help: "The new speed in bits a second: \(MeterSpeed.words).")
  var baudRate: Int

  func validate() throws {
    guard MeterSpeed.all.contains(baudRate) else {
      throw ValidationError("\(baudRate) is not allowed: one of \(MeterSpeed.words).")
    }
  }

  func command() -> MeterCommand { .setBaud(baudRate) }
}

struct SendIdentityCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-id", abstract: "Give a meter another serial.")

  @OptionGroup var order: MeterOrder

  @Flag(help: "Even if a meter has the new serial.")
  var force = false

  @Argument(help: "The new serial, \(MeterSerial.Digits.decimal.allowed).")
  var serial: String

  func validate() throws { _ = try command() }

  func command() throws -> MeterCommand {
    guard let digits = MeterSerial(text: serial, .decimal) else {
      throw ValidationError("\(serial) is not allowed: \(MeterSerial.Digits.decimal.allowed).")
    }
    return .setIdentity(MeterIdentity(serial: digits), force: force)
  }
}

struct SendTimeCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-time", abstract: "Set the clock of a meter.")

  @OptionGroup var order: MeterOrder

  @Flag(help: "As type I, with seconds; without it as type F.")
  var seconds = false

  @Argument(
    help: ArgumentHelp(
      "As its clock is to show it; now: the time of this machine, in the zone of the meter or [DEVICE] TIMEZONE.",
      valueName: "2026-11-22T08:00:00"))
  var time: String

  private static let now = "now"

  func validate() throws { if time != Self.now { _ = try given() } }

  func command() throws -> MeterCommand {
    let clock = try time == Self.now ? present() : given()
    if let note = clock.note { Output.note(note) }
    return clock.command
  }

  private func given() throws -> ClockOrder {
    guard let civil = MeterCommand.time(time) else {
      throw ValidationError("\(time): a time such as 2026-11-22T08:00:00, or now, is allowed.")
    }
    return ClockOrder(civil, withSeconds: seconds)
  }

  private func present() throws -> ClockOrder {
    let (zone, name) = try order.zone()
    guard
      let clock = ClockOrder(
        now: DeviceClock.system.now().wall.unixSeconds, zone, called: name, withSeconds: seconds)
    else { throw BusSession.Failure(description: "the clock of this machine shows no date") }
    return clock
  }
}

struct SendResetCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "app-reset", abstract: "Have the application of a meter begin anew.")

  @OptionGroup var order: MeterOrder

  @Argument(help: "The subcode, two hexadecimal digits.")
  var subcode: String?

  func validate() throws { _ = try command() }

  func command() throws -> MeterCommand {
    guard let subcode else { return .applicationReset(subcode: nil) }
    guard let byte = UInt8(subcode, radix: 16) else {
      throw ValidationError("\(subcode): 00 to FF are allowed.")
    }
    return .applicationReset(subcode: byte)
  }
}

struct SendSelectionCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "select", abstract: "Have a meter send these values only.",
    discussion: "Each value is given by its VIF and VIFEs in hexadecimal: 13 is a volume in litres."
  )

  @OptionGroup var order: MeterOrder

  @Argument(help: "VIFs, such as 13 or FD48.")
  var vifs: [String]

  func validate() throws { _ = try command() }

  func command() throws -> MeterCommand {
    .select(
      try vifs.map { text in
        let vif: [UInt8]
        do {
          vif = try Hex.decode(text)
        } catch {
          throw ValidationError("\(text): \(error)")
        }
        if let mistake = CommandRecord.mistake(vif: vif) { throw ValidationError("\(mistake).") }
        return vif
      })
  }
}

struct SendReadoutCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "global-readout", abstract: "Have a meter send all that it has.")

  @OptionGroup var order: MeterOrder

  @Flag(help: "As 7F in place of 7F 7E.")
  var short = false

  func command() -> MeterCommand { .globalReadout(isShort: short) }
}

struct SendFreezeCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Have a meter, or all, freeze their values.")

  @OptionGroup var order: MeterOrder

  @Flag(name: .customLong("2018"), help: "CI 5C (EN 13757-3:2018) in place of 54.")
  var is2018 = false

  @Argument(help: "The storage number; 0: as the meter likes.")
  var storage: UInt64 = 0

  func command() -> MeterCommand { .freeze(storage: storage, is2018: is2018) }
}
