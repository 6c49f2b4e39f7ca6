import ArgumentParser
import Gateway
import MBus
import Metering
import Settings
import Station

/// `metergate read`: reads one meter.
struct ReadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Read one meter and say what it tells.",
    discussion: """
      Reads a meter as the gateway does, with all its telegrams, and prints them as "metergate decode" \
      does: tables, or with --json one object a line.

      Of a secondary address the serial is enough; further parts are manufacturer, version and medium. \
      F in the serial stands for any digit.

      Examples:
        metergate read --bus sim:demo --primary 1
        metergate read --bus tcp://192.168.1.50:10001 --secondary 66600106
        metergate read --bus /dev/ttyS1 --secondary 66600106,LUG,2,4 --json
      """)

  @OptionGroup var bus: BusOptions

  @Option(
    help: ArgumentHelp(
      "The meter's secondary address.", valueName: "serial[,manufacturer[,version[,medium]]]"))
  var secondary: String?

  @Option(
    help: ArgumentHelp("The meter's link layer address: 0 to 250, or 254.", valueName: "address"))
  var primary: UInt8?

  @Flag(help: "Print one JSON object a telegram.")
  var json = false

  func validate() throws { _ = try address() }

  func run() async throws {
    // What is given of the address is sent; all telegrams are read unless chip.ini says otherwise.
    let settings = try bus.settings(
      [BusOptions.Given("--secondary", "MBUS_SELECTMASK", "0")].compactMap { $0 },
      defaults: ["MBUS_MAXMULTIPAGE": "0"])
    let session = BusSession(settings: settings, patience: bus.patience)
    try await read(
      .mbus(try address()), session, asJSON: json, style: settings.descriptionStyle,
      decoding: settings.decoding)
  }

  private func address() throws -> MBusAddress {
    switch (primary, secondary) {
    case (let address?, nil):
      guard address <= LinkAddress.meters.upperBound || address == LinkAddress.test else {
        throw ValidationError("--primary \(address): 0 to 250 are possible, and 254 for any meter.")
      }
      return .primary(address)
    case (nil, let text?):
      guard let identity = SecondaryAddress.parse(text) else {
        throw ValidationError("--secondary \(text): \(SecondaryAddress.expected).")
      }
      return .secondary(identity)
    default: throw ValidationError("Give either --primary N or --secondary SERIAL.")
    }
  }
}

/// A secondary address as people write it: `66600106,LUG,2,4`.
enum SecondaryAddress {
  /// What people should write.
  static let expected =
    "expected is a serial of eight digits, then if you like a manufacturer of three letters, version and medium "
    + "(0 to 255), with commas between them"

  /// Nil for text of another form.
  static func parse(_ text: String) -> MeterIdentity? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count), let serial = parts.first, serial.utf8.count == 8,
      serial.allSatisfy(\.isHexDigit), let digits = UInt32(serial, radix: 16)
    else { return nil }
    var identity = MeterIdentity(serial: MeterSerial(digits: digits))
    let rest = parts.dropFirst()
    if let letters = rest.first {
      guard let code = ManufacturerCode(letters: letters) else { return nil }
      identity.manufacturer = code
    }
    if let number = rest.dropFirst().first {
      guard let version = UInt8(number) else { return nil }
      identity.version = version
    }
    if let number = rest.dropFirst(2).first {
      guard let medium = UInt8(number) else { return nil }
      identity.medium = Medium(rawValue: medium)
    }
    return identity
  }
}

/// Stands outside of the command: closures in it would belong to the main actor.
private func read(
  _ address: MeterAddress, _ session: BusSession, asJSON: Bool, style: DescriptionStyle,
  decoding: DecodingOptions
) async throws {
  let job = LineJob.read(ReadJob(meter: MeterID(1), address: address))
  guard case .readout(let readout) = try await session.perform(job, report: { _ in }) else {
    return
  }
  var last: DecodedTelegram?
  let found = readout.telegrams.compactMap { ReceivedTelegram.find(in: $0, decoding) }
  for telegram in found where telegram != last {
    if last != nil, !asJSON { print() }
    print(asJSON ? TelegramJSON.object(telegram).text : TelegramTable.text(telegram, style: style))
    last = telegram
  }
  let report: MeterReport
  do {
    report = try readout.outcome.get()
  } catch {
    throw BusSession.Failure(description: "\(error)")
  }
  let status = MeterStatus(rawValue: report.status)
  if !status.isEmpty { Output.note("the meter reports: \(status)") }
  for problem in report.problems { Output.note("problem: \(problem)") }
}

/// The telegram within the bytes of an exchange, which may have noise or an echo before it.
enum ReceivedTelegram {
  /// The first answer of a meter; nil when there is none.
  static func find(
    in bytes: [UInt8], _ options: DecodingOptions = .standard
  ) -> DecodedTelegram? {
    var rest = bytes[...]
    while !rest.isEmpty {
      if case .frame(let frame, let length) = FrameDecoder.decode(Array(rest)),
        frame.controlField?.kind == .rspUD()
      {
        return try? TelegramDecoder.decode(Array(rest.prefix(length)), options)
      }
      rest = rest.dropFirst()
    }
    return nil
  }
}
