import ArgumentParser
import Gateway
import MeterFiles
import Metering

/// `metergate log`: shows the raw log.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Show the bytes that went over the M-Bus.",
    discussion: """
      Prints what MBUS_RAWLOGENABLE=1 records, the oldest first: time (UTC), line, direction (TX to the \
      meters, RX from them, GUEST from an outside master to them), the meter that was being read, and the \
      bytes; ! stands behind one that came with a wrong parity or stop bit.

      The log of the gateway itself is the system's: journalctl -u metergate.

      Examples:
        metergate log --raw --serial 66600106
        metergate log --raw --since 2026-11-22T08:00 --follow
      """)

  @Flag(help: "The bytes of the M-Bus. There is no other log here yet, so it must be given.")
  var raw = false

  @Option(help: "The folder for data, as of metergate run.")
  var ext = AppFolder.extFolder

  @Option(help: "Only of the meter with this serial.")
  var serial: String?

  @Option(help: "Only of this line: 1 is the first.")
  var line: Int?

  @Option(
    help: ArgumentHelp(
      "Only from this time on, in UTC, as far as it is given.", valueName: "2026-11-22T08:00"))
  var since: String?

  @Flag(help: "Go on with what comes, until it is stopped.")
  var follow = false

  func validate() throws {
    guard raw else {
      throw ValidationError(
        "Give --raw; the log of the gateway itself is the system's: journalctl -u metergate")
    }
    if let line, line < 1 {
      throw ValidationError("--line \(line) is no line: 1 is the first")
    }
    if let serial, Self.serial(serial) == nil {
      throw ValidationError(
        "--serial \(serial) is no serial number: \(MeterSerial.Digits.hex.allowed)")
    }
    if let since, Self.time(since) == nil {
      throw ValidationError(
        "--since \(since) is no time: as 2026-11-22, 2026-11-22T08 or 2026-11-22T08:00:30, in UTC")
    }
  }

  /// As the log writes it; nil: it is none.
  private static func serial(_ text: String) -> String? {
    let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text[...]
    return MeterSerial(text: digits, .hex)?.description
  }

  /// As the log writes it, as far as it is given; nil: it is none.
  private static func time(_ text: String) -> String? {
    let form = /([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}(?::[0-9]{2}(?::[0-9]{2})?)?))?Z?/
    guard let found = text.wholeMatch(of: form) else { return nil }
    return found.1 + (found.2.map { "T" + $0 } ?? "")
  }

  func run() async throws {
    var reader = RawLogReader(files: RawLogFiles(folder: ext, limit: 0))
    let filter = RawLogFilter(
      serial: serial.flatMap(Self.serial), line: line, since: since.flatMap(Self.time))
    var hasAny = show(&reader, filter)
    if !follow, !hasAny {
      Output.note("there is no raw log in \(ext)/Log; MBUS_RAWLOGENABLE=1 records it")
    }
    while follow {
      try await Task.sleep(for: .milliseconds(500))
      hasAny = show(&reader, filter) || hasAny
    }
  }

  /// - Returns: whether there was anything to read.
  private func show(_ reader: inout RawLogReader, _ filter: RawLogFilter) -> Bool {
    let lines = reader.next()
    for line in lines where filter.passes(line) { Output.line(line) }
    return !lines.isEmpty
  }
}
