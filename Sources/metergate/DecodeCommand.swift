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
      of the input. A line that is no frame gives {"schema":1,"error":"…","offset":n}. "offset" \
      counts bytes of the telegram, or characters of the line where the text is not hexadecimal. The \
      exit code is 1 when, all lines read, one of them was no frame or its data could not be read: \
      without the right key, for example.

      Compact frames are read by the formats of the telegrams before them, of the same meter, and by \
      those given with --format. What a meter is known to send otherwise than the standard says is set \
      right as in the gateway, and named.

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
    var run = DecodeRun(
      form: form, options: try options.decoding(), seen: try options.seenFormats())
    let succeeded = hex == ["-"] ? run.standardInput() : run.one(hex.joined())
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

/// Telegrams one after the other.
private struct DecodeRun {
  let form: OutputForm
  let options: DecodingOptions
  var seen: SeenFormats

  mutating func standardInput() -> Bool {
    var succeeded = true
    while let line = readLine() {
      if !one(line) { succeeded = false }
    }
    return succeeded
  }

  /// Prints one telegram, or why it is none.
  /// - Returns: whether it could be read.
  mutating func one(_ text: String) -> Bool {
    var unread: [UInt8] = []
    let problem: (text: String, offset: Int)
    do {
      unread = try Hex.decode(text)
      return show(unread, try seen.decode(unread, options))
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

  private func show(_ bytes: [UInt8], _ sent: DecodedTelegram) -> Bool {
    let (telegram, quirks) = sent.withQuirks(asked: options.asked)
    let map = TelegramMap(bytes, telegram, options)
    print(
      form.isJSON
        ? TelegramJSON.object(telegram, quirks: quirks, map: form.hasBytes ? map : nil).text
        : TelegramTable.text(telegram, quirks: quirks) + "\n\n" + TelegramBytes.text(map))
    return telegram.isRead
  }
}

extension DecodedTelegram {
  /// False when it is no answer that can be read, or nothing can be said of its data.
  fileprivate var isRead: Bool {
    if case .data(let data) = response { return data.isReadable }
    return error == nil
  }
}
