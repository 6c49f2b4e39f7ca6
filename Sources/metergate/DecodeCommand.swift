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
      of ten, "scaled" the value in its unit. "obis" is the code that the meaning suggests.
      The table is followed by what each byte of the telegram is; with --json --bytes the same is \
      in the array "bytes" at the end of the object. Bytes of an encrypted telegram that could be \
      decrypted are shown in plain.
      """)

  @Flag(name: .long, help: "One JSON object a line instead of a table.")
  var json = false

  @Option(name: .customLong("as"), help: "What the telegrams are: wired (M-Bus on two wires).")
  var kind: TelegramKind = .wired

  @Flag(help: "With --json: what each byte is.")
  var bytes = false

  @OptionGroup var options: DecodeOptions

  @Argument(help: "The telegram as hexadecimal text, or - for standard input.")
  var hex: [String]

  func run() throws {
    let form = OutputForm(isJSON: json || hex == ["-"], hasBytes: bytes)
    let options = try options.decoding()
    let succeeded =
      hex == ["-"]
      ? decodeStandardInput(form, options) : decodeOne(hex.joined(), form, options)
    if !succeeded { throw ExitCode.failure }
  }
}

/// What `--as` takes.
enum TelegramKind: String, ExpressibleByArgument, CaseIterable {
  case wired
}

/// How telegrams are printed.
private struct OutputForm {
  /// One JSON object instead of tables.
  var isJSON: Bool
  /// With what each byte is, in JSON.
  var hasBytes: Bool
}

private func decodeStandardInput(_ form: OutputForm, _ options: DecodingOptions) -> Bool {
  var succeeded = true
  while let line = readLine() {
    if !decodeOne(line, form, options) { succeeded = false }
  }
  return succeeded
}

/// Prints one telegram, or why it is none.
private func decodeOne(
  _ text: String, _ form: OutputForm, _ options: DecodingOptions
) -> Bool {
  var unread: [UInt8] = []
  let problem: (text: String, offset: Int)
  do {
    unread = try Hex.decode(text)
    let telegram = try TelegramDecoder.decode(unread, options)
    let map = TelegramMap(unread, telegram, options)
    print(
      form.isJSON
        ? TelegramJSON.object(telegram, map: form.hasBytes ? map : nil).text
        : TelegramTable.text(telegram) + "\n\n" + TelegramBytes.text(map))
    return true
  } catch let error as HexError {
    problem = (error.description, error.offset)
  } catch let error as TelegramError {
    problem = (error.description, error.offset)
  } catch {
    problem = ("\(error)", 0)
  }
  var fields: [(String, JSONText)] = [
    ("schema", .whole(1)), ("error", .string(problem.text)), ("offset", .whole(problem.offset)),
  ]
  if form.hasBytes {
    fields.append(("bytes", TelegramBytes.json(TelegramMap(unread: unread, why: problem.text))))
  }
  print(form.isJSON ? JSONText.object(fields).text : "no telegram: \(problem.text)")
  return false
}
