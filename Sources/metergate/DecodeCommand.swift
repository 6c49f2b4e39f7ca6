import ArgumentParser
import Bytes
import MBus
import TextFormats

/// `metergate decode`: telegrams as hexadecimal text to a table or to JSON.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Say what a telegram means.",
    discussion: """
      Give one telegram as hexadecimal text, with or without spaces, or "-" to read one telegram \
      a line from standard input.

        metergate decode 681515680801722143658743040104010000000C06670200009316
        metergate decode --json - < telegrams.txt

      From standard input, and with --json, the output is one JSON object a line, in the order \
      of the input. A line that is no frame gives {"schema":1,"error":"…","offset":n}, and \
      the exit code is 1 once all lines are read. "offset" counts bytes of the telegram, or \
      characters of the line where the text is not hexadecimal.

      Values are shown as sent: "value" is the number without its scale, "scale" the exponent \
      of ten, "scaled" the value in its unit.
      """)

  @Flag(name: .long, help: "One JSON object a line instead of a table.")
  var json = false

  @Option(name: .customLong("as"), help: "What the telegrams are: wired (M-Bus on two wires).")
  var kind: TelegramKind = .wired

  @Argument(help: "The telegram as hexadecimal text, or - for standard input.")
  var hex: [String]

  func run() throws {
    let succeeded = hex == ["-"] ? decodeStandardInput() : decodeOne(hex.joined(), asJSON: json)
    if !succeeded { throw ExitCode.failure }
  }
}

/// What `--as` takes.
enum TelegramKind: String, ExpressibleByArgument, CaseIterable {
  case wired
}

private func decodeStandardInput() -> Bool {
  var succeeded = true
  while let line = readLine() {
    if !decodeOne(line, asJSON: true) { succeeded = false }
  }
  return succeeded
}

/// Prints one telegram, or why it is none.
private func decodeOne(_ text: String, asJSON: Bool) -> Bool {
  let problem: (text: String, offset: Int)
  do {
    let telegram = try TelegramDecoder.decode(try Hex.decode(text))
    print(asJSON ? TelegramJSON.object(telegram).text : TelegramTable.text(telegram))
    return true
  } catch let error as HexError {
    problem = (error.description, error.offset)
  } catch let error as TelegramError {
    problem = (error.description, error.offset)
  } catch {
    problem = ("\(error)", 0)
  }
  let object = JSONText.object([
    ("schema", .whole(1)), ("error", .string(problem.text)), ("offset", .whole(problem.offset)),
  ])
  print(asJSON ? object.text : "no telegram: \(problem.text)")
  return false
}
