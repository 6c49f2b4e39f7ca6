import ArgumentParser
import MBus
import TelegramText

/// `metergate decode`: telegrams as hexadecimal text to a table or to JSON.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Say what a telegram means.",
    discussion: """
      Give telegrams as hexadecimal text, a file with one or more of them in each line, or "-" to read \
      such lines from standard input. Between bytes there may be blanks and : , ; -, 0x before them, and \
      brackets or quotes around all of them. Blank lines are passed over, and so is # with what follows. \
      Lines of the raw log are taken as "metergate log" prints them, and of other logs with the time and words \
      before the bytes, such as "12:00:05.250 RECV (027): 68 …"; a JSON object on a line has its telegram in \
      "hex", and what else it has is passed over.

        metergate decode 681515680801722143658743040104010000000C06670200009316
        metergate decode --as application 72 21436587 4304 01 04 01 00 0000 0C06 67020000
        metergate decode --as records 0C06 67020000
        metergate decode telegrams.txt
        metergate log --raw | metergate decode --table -

      With --as application or records a line is one telegram, and "offset" counts from its first byte; what is \
      not there is null in "frame".

      Tables come from arguments and files, JSON from standard input: one object a telegram, in the \
      order of the input, with the number of its "line". --json and --table choose otherwise. What is no \
      frame gives {"schema":1,"error":"…","offset":n,"line":n}. "offset" counts bytes of the telegram, \
      or characters of the line where the text is not hexadecimal. Frames that follow each other in a \
      line are numbered, and "from" is where in the line one begins; "offset" of what is no frame counts \
      from the line's beginning, too. "kind" says what an object is: telegram, acknowledgement, request, \
      command, applicationError, alarm, format, unknown, or none for what is no frame.

      A byte that the raw log marks by ! came with a wrong parity or stop bit: ! stands behind it among the \
      bytes, and "damaged" lists such places, counted as "offset" is.

      The exit code is 1 when, all lines read, something could not be read, or is not as it must be: \
      text that is no frame, no telegram at all, a wrong checksum, a damaged byte, a C field that M-Bus does \
      not have, an unknown command, a record that is cut off, data without the right key. A \
      frame with a wrong checksum, stop byte or length field is shown all the same, and ! marks the byte.

      "meter" is who the telegram says that it is from; where it does not say that, who --identity names, and \
      then "meterGiven" is true. "prefix" is what stands before the bytes in the log of another program.

      Compact frames are read by the formats of the telegrams before them, of the same meter, and by \
      those given with --format. What a meter is known to send otherwise than the standard says is set \
      right as in the gateway, and named.

      Values are shown as sent: "value" is the number without its scale, "scale" the exponent \
      of ten, "scaled" the value in its unit. A date may have "summerTime", "dayOfWeek" (1 is Monday) and "week" \
      beside it. "obis" is the code that the meaning suggests.
      The table is followed by what each byte of the telegram is; with --json --bytes the same is \
      in the array "bytes" at the end of the object. Bytes of an encrypted telegram that could be \
      decrypted are shown in plain.
      """)

  @Flag(name: .long, help: "One JSON object a line instead of a table.")
  var json = false

  @Flag(name: .long, help: "Tables for standard input, too.")
  var table = false

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "What the telegrams are: wired (frames of M-Bus on two wires), application (without the frame, from the CI "
        + "field on), records (from the first DIF on).", valueName: "wired|application|records"))
  var kind: TelegramKind = .wired

  @Flag(help: "With --json: what each byte is.")
  var bytes = false

  @OptionGroup var options: DecodeOptions

  @Argument(help: "Telegrams as hexadecimal text, a file of them, or - for standard input.")
  var hex: [String]

  func validate() throws {
    if json, table { throw ValidationError("--json and --table contradict each other") }
  }

  func run() throws {
    let input = try DecodeInput(hex)
    let form = DecodeForm(
      isJSON: json || input == .standardInput && !table, hasBytes: bytes, start: kind.start)
    var run = DecodeRun(
      form: form, options: try options.decoding(), seen: try options.seenFormats(),
      output: { print($0) })
    if try !input.read(by: &run) { throw ExitCode.failure }
  }
}

/// What `--as` takes.
enum TelegramKind: String, ExpressibleByArgument, CaseIterable {
  /// Frames of M-Bus on two wires.
  case wired
  /// What such frames have in them, from the CI field on.
  case application
  /// Records, from the first DIF on.
  case records

  /// With which layer the bytes begin.
  var start: TelegramStart {
    switch self {
    case .wired: .frame
    case .application: .application
    case .records: .records
    }
  }
}
