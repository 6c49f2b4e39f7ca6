import ArgumentParser
import Control
import Gateway
import MBus
import Metering
import Settings
import Station
import TelegramCrypto
import TelegramText

/// `metergate read`: reads one meter.
struct ReadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Read one meter and say what it tells.",
    discussion: """
      Reads a meter as the gateway does, with all its telegrams, and prints them as "metergate decode" \
      does: tables, or with --json one object a line.

      Of a secondary address the serial is enough; further parts are manufacturer, version and medium. \
      F in the serial stands for any digit. The key of a meter that encrypts comes from the meter list of \
      --app, or from --key or --key-file.

      Examples:
        metergate read --bus sim:demo --primary 1
        metergate read --bus tcp://192.168.1.50:10001 --secondary 66600106
        metergate read --bus /dev/ttyS1 --secondary 66600106,LUG,2,4 --json
        metergate read --app ./my-device --secondary 66600106 --key-file key.txt
      """)

  @OptionGroup var bus: BusOptions

  @Option(
    help: ArgumentHelp(
      "The meter's secondary address.", valueName: "serial[,manufacturer[,version[,medium]]]"))
  var secondary: String?

  @Option(
    help: ArgumentHelp("The meter's link layer address: 0 to 250, or 254.", valueName: "address"))
  var primary: UInt8?

  @OptionGroup var key: KeyOptions

  @Flag(help: "Print one JSON object a telegram.")
  var json = false

  func validate() throws { _ = try address() }

  func run() async throws {
    // What is given of the address is sent; all telegrams are read unless chip.ini says otherwise.
    let (settings, meters) = try bus.configuration(
      [BusOptions.Given("--secondary", "MBUS_SELECTMASK", "0")].compactMap { $0 },
      defaults: ["MBUS_MAXMULTIPAGE": "0"])
    let session = BusSession(settings: settings, patience: bus.patience)
    let address = try address()
    let listed = meters.first(at: address)
    let job = ReadJob(
      meter: MeterID(1), address: .mbus(address),
      identity: listed?.identity ?? MeterIdentity(serial: .any),
      encryptionKey: try key.bytes() ?? listed?.encryptionKey ?? [])
    try await read(
      job, session, asJSON: json, style: settings.descriptionStyle, decoding: settings.decoding)
  }

  private func address() throws -> MBusAddress {
    switch (primary, secondary) {
    case (let address?, nil):
      guard address <= LinkAddress.meters.upperBound || address == LinkAddress.test else {
        throw ValidationError("--primary \(address): 0 to 250 are possible, and 254 for any meter.")
      }
      return .primary(address)
    case (nil, let text?):
      guard let identity = MeterIdentity(addressText: text) else {
        throw ValidationError("--secondary \(text): \(MeterIdentity.addressForm).")
      }
      return .secondary(identity)
    default: throw ValidationError("Give either --primary N or --secondary SERIAL.")
    }
  }
}

/// Stands outside of the command: closures in it would belong to the main actor.
private func read(
  _ job: ReadJob, _ session: BusSession, asJSON: Bool, style: DescriptionStyle,
  decoding: DecodingOptions
) async throws {
  guard case .readout(let readout) = try await session.perform(.read(job), report: { _ in }) else {
    return
  }
  var options = decoding
  options.key = TelegramKey(job.encryptionKey, cipher: AESTelegramCipher())
  options.asked = job.knownIdentity
  var seen = SeenFormats()
  var last: DecodedTelegram?
  for bytes in readout.telegrams {
    guard let sent = ReceivedTelegram.find(in: bytes, options, &seen), sent != last else {
      continue
    }
    if last != nil, !asJSON { print() }
    let (telegram, quirks) = sent.withQuirks(asked: options.asked)
    print(
      asJSON
        ? TelegramJSON.object(telegram, quirks: quirks).text
        : TelegramTable.text(telegram, style: style, quirks: quirks))
    last = sent
  }
  let report: MeterReport
  do {
    report = try readout.outcome.get()
  } catch {
    throw BusSession.Failure(description: "\(ReadFailure(failure: error, address: job.place))")
  }
  let status = MeterStatus(rawValue: report.status)
  if !status.isEmpty { Output.note("the meter reports: \(status)") }
  for problem in report.problems { Output.note("problem: \(problem)") }
}

extension ReadJob {
  /// How the meter is asked.
  fileprivate var place: MBusAddress {
    switch address {
    case .mbus(let address): address
    }
  }

  /// Who the meter is, as far as list and address say it; nil: nothing is known.
  fileprivate var knownIdentity: MeterIdentity? {
    if identity.serial != .any { return identity }
    guard case .mbus(.secondary(let asked)) = address else { return nil }
    return asked
  }
}

/// The telegram within the bytes of an exchange, which may have noise or an echo before it.
enum ReceivedTelegram {
  /// The first answer of a meter; nil when there is none.
  static func find(
    in bytes: [UInt8], _ options: DecodingOptions = .standard
  ) -> DecodedTelegram? {
    var seen = SeenFormats()
    return find(in: bytes, options, &seen)
  }

  /// The same among telegrams of a run.
  /// - Parameter seen: what their formats are.
  static func find(
    in bytes: [UInt8], _ options: DecodingOptions, _ seen: inout SeenFormats
  ) -> DecodedTelegram? {
    var rest = bytes[...]
    while !rest.isEmpty {
      if case .frame(let frame, let length) = FrameDecoder.decode(Array(rest)),
        frame.controlField?.kind == .rspUD()
      {
        return try? seen.decode(Array(rest.prefix(length)), options)
      }
      rest = rest.dropFirst()
    }
    return nil
  }
}
