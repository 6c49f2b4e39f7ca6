import Bytes
import MBus
import Metering
import TextFormats

/// How telegrams are printed.
package struct DecodeForm {
  /// One JSON object instead of tables.
  package var isJSON: Bool
  /// With what each byte is, in JSON.
  package var hasBytes = false
  /// With which layer the bytes begin.
  package var start = TelegramStart.frame

  /// All parts.
  package init(isJSON: Bool, hasBytes: Bool = false, start: TelegramStart = .frame) {
    self.isJSON = isJSON
    self.hasBytes = hasBytes
    self.start = start
  }
}

/// Where a telegram comes from: what the output says of it beside its content.
package struct TelegramOrigin: Equatable {
  /// The line of the input, from 1; nil: it was given as an argument.
  package var line: Int?
  /// What the raw log says.
  package var log: TelegramLine.Log?
  /// What stands before the bytes in the log of another program.
  package var prefix: String?
  /// Which of the frames of its line it is, from 1, and how many there are.
  package var number = 1
  package var count = 1
  /// The place of its first byte in the line.
  package var offset = 0

  /// A heading for people; nil: there is nothing to say.
  package var heading: String? {
    let frame = count == 1 ? nil : "frame \(number) of \(count), from byte \(offset) on"
    let parts = [line.map { "line \($0)" }, log?.text ?? prefix, frame].compactMap { $0 }
    guard let first = parts.first else { return nil }
    return ([first.prefix(1).uppercased() + first.dropFirst()] + parts.dropFirst())
      .joined(separator: ": ")
  }

  /// The same for programs.
  package var json: [(String, JSONText)] {
    var fields: [(String, JSONText)] = []
    if let line { fields.append(("line", .whole(line))) }
    if count > 1 {
      fields += [
        ("frameNumber", .whole(number)), ("frameCount", .whole(count)), ("from", .whole(offset)),
      ]
    }
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

  /// What was added later, for the end of an object.
  package var laterJSON: [(String, JSONText)] { prefix.map { [("prefix", .string($0))] } ?? [] }
}

/// Telegrams one after the other.
package struct DecodeRun {
  package let form: DecodeForm
  package let options: DecodingOptions
  package var seen: SeenFormats
  /// Takes what is to be printed.
  package let output: (String) -> Void
  /// Something was found in the input, a telegram or not.
  package private(set) var hasPrinted = false

  package init(
    form: DecodeForm, options: DecodingOptions, seen: SeenFormats = SeenFormats(),
    output: @escaping (String) -> Void
  ) {
    self.form = form
    self.options = options
    self.seen = seen
    self.output = output
  }

  /// Explains what a line has.
  /// - Parameters:
  ///   - number: which line of the input it is, from 1; nil: it was given as an argument.
  ///   - hint: what to say behind that there is a character which is no digit.
  /// - Returns: whether all of it could be read.
  package mutating func line(_ text: String, number: Int? = nil, hint: String = "") -> Bool {
    var origin = TelegramOrigin(line: number)
    let line: TelegramLine
    do throws(TelegramLine.Problem) {
      guard let found = try TelegramLine.read(text) else {
        // A line of a file may be blank.
        return number != nil || noTelegram("there are no bytes", at: 0, [], origin)
      }
      line = found
    } catch {
      var why = error.description
      if case .hex(.notADigit) = error { why += hint }
      return noTelegram(why, at: error.offset, [], origin)
    }
    origin.log = line.log
    origin.prefix = line.prefix
    guard form.start == .frame else { return showWithoutFrame(line.bytes, origin) }
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

  /// To be called behind the last line: an input without any telegram is a mistake, too.
  /// - Parameter name: the file; nil: standard input.
  /// - Returns: whether there was something.
  package mutating func end(of name: String?) -> Bool {
    hasPrinted
      || noTelegram(
        "\(name ?? "standard input") has no telegram in it: it is empty, or has nothing but comments",
        at: 0, [], TelegramOrigin())
  }

  private mutating func show(_ piece: FramePiece, _ origin: TelegramOrigin) -> Bool {
    switch piece.content {
    case .noFrame(let error):
      guard !piece.bytes.isEmpty else {
        return noTelegram("there are no bytes", at: 0, [], origin)
      }
      // Between frames anything may stand.
      let text =
        error.text(from: piece.offset) + (origin.count == 1 ? NoFrameHint.text(piece.bytes) : "")
      return noTelegram(text, at: piece.offset + error.offset, piece.bytes, origin)
    case .frame(let frame, let flaws):
      return show(frame, flaws, piece.bytes, origin)
    }
  }

  /// Bytes that begin behind the link layer are one telegram.
  private mutating func showWithoutFrame(_ bytes: [UInt8], _ origin: TelegramOrigin) -> Bool {
    guard let frame = form.start.frame(around: bytes) else {
      return noTelegram("there are no bytes", at: 0, [], origin)
    }
    if case .frame(_, let length) = FrameDecoder.decode(bytes), length == bytes.count {
      return noTelegram(
        "this is a whole frame, which --as wired, the default, takes", at: 0, bytes, origin)
    }
    return show(frame, [], bytes, origin)
  }

  private mutating func show(
    _ frame: Frame, _ flaws: [FrameFlaw], _ bytes: [UInt8], _ origin: TelegramOrigin
  ) -> Bool {
    let sent = seen.decode(frame, isSound: flaws.isEmpty, options, from: form.start)
    let (telegram, quirks) = sent.withQuirks(asked: options.asked)
    let map = TelegramMap(bytes, telegram, options, flaws: flaws)
    let damaged = origin.damaged(in: bytes.count)
    if form.isJSON {
      add(
        TelegramJSON.object(
          telegram, quirks: quirks, flaws: flaws, advice: .options, asked: options.asked,
          origin: origin, damaged: damaged, map: form.hasBytes ? map : nil
        ).text, origin)
    } else {
      let table = TelegramTable.text(
        telegram, quirks: quirks, flaws: flaws, advice: .options, asked: options.asked)
      add(table + "\n\n" + TelegramBytes.text(map, damaged: damaged), origin)
    }
    return flaws.isEmpty && damaged.isEmpty && telegram.isRead
  }

  private mutating func noTelegram(
    _ why: String, at offset: Int, _ bytes: [UInt8], _ origin: TelegramOrigin
  ) -> Bool {
    let damaged = origin.damaged(in: bytes.count)
    guard form.isJSON else {
      let map = TelegramMap(unread: bytes, why: "no frame")
      let table = TelegramBytes.text(map, damaged: damaged, from: origin.offset)
      add("No telegram: \(why)" + (bytes.isEmpty ? "" : "\n\n" + table), origin)
      return false
    }
    var fields: [(String, JSONText)] = [
      ("schema", .whole(1)), ("error", .string(why)), ("offset", .whole(offset)),
    ]
    fields += origin.json
    if !damaged.isEmpty {
      let places = damaged.map { JSONText.whole($0 + origin.offset) }
      fields.append(("damaged", .array(places)))
    }
    fields.append(("kind", .string("none")))
    fields += origin.laterJSON
    if form.hasBytes {
      let map = TelegramMap(unread: bytes, why: why)
      fields.append(("bytes", TelegramBytes.json(map, from: origin.offset)))
    }
    add(JSONText.object(fields).text, origin)
    return false
  }

  private mutating func add(_ text: String, _ origin: TelegramOrigin) {
    defer { hasPrinted = true }
    guard !form.isJSON else { return output(text) }
    let damaged = origin.damaged.map { "\n\($0)" } ?? ""
    let heading = origin.heading.map { "\($0)\(damaged)\n" } ?? ""
    output((hasPrinted ? "\n" : "") + heading + text)
  }
}

extension TelegramOrigin {
  /// Places of bytes that came with a wrong parity or stop bit, among so many from `offset` on.
  fileprivate func damaged(in count: Int) -> [Int] {
    (log?.damaged ?? []).map { $0 - offset }.filter((0..<count).contains)
  }

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
  package var isRead: Bool {
    if case .data(let data) = response { return data.problem == nil && fault == nil }
    return error == nil && fault == nil
  }

  /// What it is, in one word, for programs.
  package var kind: String {
    switch (command, response) {
    case (.requestData?, _), (.requestAlarm?, _): "request"
    case (.some, _): "command"
    case (nil, .data): "telegram"
    case (nil, .applicationError): "applicationError"
    case (nil, .alarm): "alarm"
    case (nil, .format): "format"
    case (nil, nil): isWithoutData ? "acknowledgement" : "unknown"
    }
  }
}
