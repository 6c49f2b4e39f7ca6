import ArgumentParser
import Bytes
import Control
import Gateway
import LineJobs
import Metering
import Station
import Time

/// Which meter a command goes to.
struct MeterChoice: ParsableArguments {
  @Option(help: "Its primary address, 0 to 250; 255 for all meters, which nobody acknowledges.")
  var primary: UInt8?

  @Option(help: "Its serial, 8 digits; F stands for any digit.")
  var secondary: String?

  func validate() throws {
    guard (primary == nil) != (secondary == nil) else {
      throw ValidationError("Give either --primary ADDRESS or --secondary SERIAL.")
    }
    if let primary, primary > 250, primary != 255 {
      throw ValidationError("--primary \(primary): 0 to 250 and 255 are allowed.")
    }
    if let secondary, Self.serial(secondary) == nil {
      throw ValidationError("--secondary \(secondary): up to 8 digits are allowed.")
    }
  }

  /// The serial, if it is chosen by that.
  var serial: MeterSerial? { secondary.flatMap(Self.serial) }

  var address: MeterAddress {
    if let primary { return .mbus(.primary(primary)) }
    let serial = serial ?? .any
    return .mbus(.secondary(MeterIdentity(serial: serial)))
  }

  /// Fewer digits are filled with zeros from the left.
  static func serial(_ text: String) -> MeterSerial? {
    guard (1...8).contains(text.count) else { return nil }
    return UInt32(text, radix: 16).map { MeterSerial(digits: $0) }
  }
}

/// A command with its own subcommand of `metergate send`.
protocol MeterCommandArguments: AsyncParsableCommand {
  var bus: BusOptions { get }
  var meter: MeterChoice { get }
  func command() throws -> MeterCommand
}

extension MeterCommandArguments {
  func run() async throws {
    let command = try command()
    var request = ControlRequest(.send)
    request.order = command.words
    (request.primary, request.secondary) = (meter.primary.map(Int.init), meter.serial?.description)
    if let answer = try bus.askGateway(request) { return try bus.finish(answer) }
    let job = SendJob(command, to: meter.address)
    try await order(job, BusSession(settings: try bus.settings(), patience: bus.patience))
  }
}

/// Stands outside of the commands: closures in them would belong to the main actor.
private func order(_ job: SendJob, _ session: BusSession) async throws {
  guard case .sent(_, let reply) = try await session.perform(.send(job), report: { _ in }) else {
    return
  }
  if case .lineDown(let why) = reply.ending { throw BusSession.Failure(description: why) }
  switch reply.check {
  case .confirmed?, .notShown?: print(reply.check?.text ?? "")
  case .otherwise?, .refused?:
    throw BusSession.Failure(description: reply.check?.text ?? "")
  case nil: throw BusSession.Failure(description: "nothing came")
  }
}

struct SendAddressCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-address", abstract: "Give a meter another primary address.")

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

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

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

  @Argument(help: "300, 600, 1200, 2400, 4800, 9600, 19200 or 38400.")
  var baudRate: Int

  func validate() throws {
    guard (0..<8).contains(where: { 300 << $0 == baudRate }) else {
      throw ValidationError(
        "\(baudRate): 300, 600, 1200, 2400, 4800, 9600, 19200 and 38400 are allowed.")
    }
  }

  func command() -> MeterCommand { .setBaud(baudRate) }
}

struct SendIdentityCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-id", abstract: "Give a meter another serial.")

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

  @Argument(help: "The new serial, up to 8 digits.")
  var serial: String

  func validate() throws { _ = try command() }

  func command() throws -> MeterCommand {
    guard serial.allSatisfy({ "0123456789".contains($0) }), let digits = MeterChoice.serial(serial)
    else { throw ValidationError("\(serial): up to 8 digits 0 to 9 are allowed.") }
    return .setIdentity(MeterIdentity(serial: digits))
  }
}

struct SendTimeCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "set-time", abstract: "Set the clock of a meter.")

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

  @Flag(help: "As type I, with seconds; without it as type F.")
  var seconds = false

  @Argument(
    help: ArgumentHelp("As its clock is to show it.", valueName: "2026-11-22T08:00:00"))
  var time: String

  func validate() throws { _ = try command() }

  func command() throws -> MeterCommand {
    guard let civil = MeterCommand.time(time) else {
      throw ValidationError("\(time): a time such as 2026-11-22T08:00:00 is allowed.")
    }
    return .setClock(civil, withSeconds: seconds)
  }
}

struct SendResetCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "app-reset", abstract: "Have the application of a meter begin anew.")

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

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

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

  @Argument(help: "VIFs, such as 13 or FD48.")
  var vifs: [String]

  func validate() throws { _ = try command() }

  func command() throws -> MeterCommand {
    .select(
      try vifs.map { text in
        do {
          return try Hex.decode(text)
        } catch {
          throw ValidationError("\(text): \(error)")
        }
      })
  }
}

struct SendReadoutCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "global-readout", abstract: "Have a meter send all that it has.")

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

  @Flag(help: "As 7F in place of 7F 7E.")
  var short = false

  func command() -> MeterCommand { .globalReadout(isShort: short) }
}

struct SendFreezeCommand: MeterCommandArguments {
  static let configuration = CommandConfiguration(
    commandName: "freeze", abstract: "Have a meter, or all, freeze their values.")

  @OptionGroup var bus: BusOptions
  @OptionGroup var meter: MeterChoice

  @Flag(name: .customLong("2018"), help: "CI 5C (EN 13757-3:2018) in place of 54.")
  var is2018 = false

  @Argument(help: "The storage number; 0: as the meter likes.")
  var storage: UInt64 = 0

  func command() -> MeterCommand { .freeze(storage: storage, is2018: is2018) }
}
