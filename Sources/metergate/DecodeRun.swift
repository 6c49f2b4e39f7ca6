import Bytes
import MBus
import MeterFiles
import TextFormats

/// How telegrams are printed.
struct DecodeForm {
  /// One JSON object instead of tables.
  var isJSON: Bool
  /// With what each byte is, in JSON.
  var hasBytes = false
}

/// Where a telegram comes from: what the output says of it beside its content.
struct TelegramOrigin: Equatable {
  /// The line of the input, from 1; nil: it was given as an argument.
  var line: Int?
  /// What the raw log says.
  var log: TelegramLine.Log?
  /// Which of the frames of its line it is, from 1, and how many there are.
  var number = 1
  var count = 1
  /// The place of its first byte in the line.
  var offset = 0

  /// A heading for people; nil: there is nothing to say.
  var heading: String? {
    let frame = count == 1 ? nil : "frame \(number) of \(count), from byte \(offset) on"
    let parts = [line.map { "line \($0)" }, log?.text, frame].compactMap { $0 }
    guard let first = parts.first else { return nil }
    return ([first.prefix(1).uppercased() + first.dropFirst()] + parts.dropFirst())
      .joined(separator: ": ")
  }

  /// The same for programs.
  var json: [(String, JSONText)] {
    var fields: [(String, JSONText)] = []
    if let line { fields.append(("line", .whole(line))) }
    if count > 1 { fields += [("frameNumber", .whole(number)), ("frameCount", .whole(count))] }
    if let log {
      fields.append(
        (
          "log",
          .object([
            ("time", .string(log.time)), ("line", .string(log.line)),
            ("direction", .string(log.direction)), ("serial", .optional(log.serial)),
          ])
        ))
    }
    return fields
  }
}

/// Telegrams one after the other.
struct DecodeRun {
  let form: DecodeForm
  let options: DecodingOptions
  var seen: SeenFormats
  /// Takes what is to be printed.
  let output: (String) -> Void
  private var hasPrinted = false

  init(
    form: DecodeForm, options: DecodingOptions, seen: SeenFormats = SeenFormats(),
    output: @escaping (String) -> Void
  ) {
    self.form = form
    self.options = options
    self.seen = seen
    self.output = output
  }

  /// Explains what a line has.
  /// - Parameter number: which line of the input it is, from 1; nil: it was given as an argument.
  /// - Returns: whether all of it could be read.
  mutating func line(_ text: String, number: Int? = nil) -> Bool {
    var origin = TelegramOrigin(line: number)
    let line: TelegramLine
    do throws(HexText.Problem) {
      guard let found = try TelegramLine.read(text) else {
        // A line of a file may be blank.
        return number != nil || noTelegram("there are no bytes", at: 0, [], origin)
      }
      line = found
    } catch {
      return noTelegram(error.description, at: error.offset, [], origin)
    }
    origin.log = line.log
    let pieces = FramePiece.pieces(of: line.bytes)
    origin.count = pieces.count
    var succeeded = true
    for piece in pieces {
      origin.offset = piece.offset
      succeeded = show(piece, origin) && succeeded
      origin.number += 1
    }
    return succeeded
  }

  private mutating func show(_ piece: FramePiece, _ origin: TelegramOrigin) -> Bool {
    switch piece.content {
    case .noFrame(let error):
      guard !piece.bytes.isEmpty else {
        return noTelegram("there are no bytes", at: 0, [], origin)
      }
      // Between frames anything may stand.
      let text = error.description + (origin.count == 1 ? NoFrameHint.text(piece.bytes) : "")
      return noTelegram(text, at: error.offset, piece.bytes, origin)
    case .frame(let frame, let flaws):
      let sent = seen.decode(frame, isSound: flaws.isEmpty, options)
      let (telegram, quirks) = sent.withQuirks(asked: options.asked)
      let map = TelegramMap(piece.bytes, telegram, options, flaws: flaws)
      if form.isJSON {
        add(
          TelegramJSON.object(
            telegram, quirks: quirks, flaws: flaws, advice: .options, origin: origin,
            map: form.hasBytes ? map : nil
          ).text, origin)
      } else {
        let table = TelegramTable.text(
          telegram, quirks: quirks, flaws: flaws, advice: .options, asked: options.asked)
        add(table + "\n\n" + TelegramBytes.text(map), origin)
      }
      return flaws.isEmpty && telegram.isRead
    }
  }

  private mutating func noTelegram(
    _ why: String, at offset: Int, _ bytes: [UInt8], _ origin: TelegramOrigin
  ) -> Bool {
    guard form.isJSON else {
      add("No telegram: \(why)", origin)
      return false
    }
    var fields: [(String, JSONText)] = [
      ("schema", .whole(1)), ("error", .string(why)), ("offset", .whole(offset)),
    ]
    fields += origin.json
    if form.hasBytes {
      fields.append(("bytes", TelegramBytes.json(TelegramMap(unread: bytes, why: why))))
    }
    add(JSONText.object(fields).text, origin)
    return false
  }

  private mutating func add(_ text: String, _ origin: TelegramOrigin) {
    guard !form.isJSON else { return output(text) }
    let damaged = origin.damaged.map { "\n\($0)" } ?? ""
    let heading = origin.heading.map { "\($0)\(damaged)\n" } ?? ""
    output((hasPrinted ? "\n" : "") + heading + text)
    hasPrinted = true
  }
}

extension TelegramOrigin {
  /// Which bytes came damaged; nil: none.
  fileprivate var damaged: String? {
    guard let places = log?.damaged, let first = places.first, number == 1 else { return nil }
    return places.count == 1
      ? "Byte \(first) of the line came with a wrong parity or stop bit."
      : "Bytes \(places.map(String.init).joined(separator: ", ")) of the line came with a wrong parity or stop bit."
  }
}

extension DecodedTelegram {
  /// False when it is no telegram that can be read, or something of its data cannot.
  var isRead: Bool {
    if case .data(let data) = response { return data.problem == nil }
    return error == nil && command?.isReadable != false
  }
}
