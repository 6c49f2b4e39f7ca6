import Bytes
import Metering

/// What each byte of a telegram is. Made from the bytes and from what the decoder has found in them, so
/// that the decoder itself does without.
public struct TelegramMap: Hashable, Sendable {
  /// Every byte of the telegram once, in order.
  public let spans: [ByteSpan]

  /// The map of a telegram that was decoded.
  /// - Parameters:
  ///   - bytes: as sent.
  ///   - telegram: what was found in them.
  ///   - options: what they were decoded with.
  ///   - flaws: what is wrong with the frame.
  public init(
    _ bytes: [UInt8], _ telegram: DecodedTelegram, _ options: DecodingOptions = .standard,
    flaws: [FrameFlaw] = []
  ) {
    var walk = SpanWalk(Self.plain(bytes, telegram))
    walk.frame(telegram, options)
    spans = walk.spans.map { span in
      guard let flaw = flaws.first(where: { $0.offset == span.offset }) else { return span }
      var span = span
      (span.meaning, span.isWrong) = (flaw.description, true)
      return span
    }
  }

  /// With what was decrypted in its place.
  private static func plain(_ bytes: [UInt8], _ telegram: DecodedTelegram) -> [UInt8] {
    guard case .data(let data) = telegram.response, let opened = data.opened else { return bytes }
    return bytes.prefix(opened.offset) + opened.bytes
      + bytes.dropFirst(opened.offset + opened.bytes.count)
  }

  /// The map of bytes that are no frame: nothing of them is known.
  public init(unread bytes: [UInt8], why: String) {
    var walk = SpanWalk(bytes)
    walk.rest(.unread, why)
    spans = walk.spans
  }
}

/// Cuts a telegram into spans, from its first byte to its last.
struct SpanWalk {
  private(set) var spans: [ByteSpan] = []
  private var cursor: ByteCursor

  init(_ bytes: [UInt8]) { cursor = ByteCursor(bytes) }

  /// Where the next span begins.
  var offset: Int { cursor.offset }
  /// Bytes that are left.
  var remaining: Int { cursor.remaining }
  /// The byte at which the next span begins.
  var peek: UInt8? { cursor.peek }

  /// Takes the next bytes as a span; fewer where the telegram ends before.
  mutating func take(
    _ count: Int, _ part: ByteSpan.Part, _ meaning: ([UInt8]) -> String
  ) {
    let start = offset
    guard count > 0, let bytes = try? cursor.read(min(count, remaining)), !bytes.isEmpty else {
      return
    }
    spans.append(ByteSpan(offset: start, bytes: bytes, part: part, meaning: meaning(bytes)))
  }

  mutating func take(_ count: Int, _ part: ByteSpan.Part, _ meaning: String) {
    take(count, part) { _ in meaning }
  }

  /// Takes all that is left.
  mutating func rest(_ part: ByteSpan.Part, _ meaning: String) { take(remaining, part, meaning) }

  /// The next bytes, which stay.
  func next(_ count: Int) -> [UInt8] {
    var ahead = cursor
    return (try? ahead.read(count)) ?? []
  }
}

/// The link layer.
extension SpanWalk {
  mutating func frame(_ telegram: DecodedTelegram, _ options: DecodingOptions) {
    let frame = telegram.frame
    switch frame {
    case .acknowledge: take(1, .frame, "acknowledgement: the frame before was received")
    case .short:
      take(1, .frame, "start of a short frame")
      addressing(frame)
      trailer()
    case .control, .long:
      take(1, .frame, "start")
      take(2, .frame) { "length \($0.first ?? 0), twice" }
      take(1, .frame, "start")
      addressing(frame)
      take(1, .frame) { ci in
        "CI field: \(telegram.command?.title ?? ci.first.map(CINames.name) ?? "")"
      }
      // What ends the frame are its last two bytes.
      let end = offset + frame.data.count
      application(telegram, options, end: end)
      take(end - offset, .unread, "not read")
      trailer()
    }
    rest(.unread, "behind the frame")
  }

  private mutating func addressing(_ frame: Frame) {
    take(1, .frame, "C field: \(frame.controlField.map(Self.words) ?? "")")
    take(1, .frame) { "address \($0.first ?? 0)" }
  }

  private mutating func trailer() {
    take(1, .frame, "checksum")
    take(1, .frame, "stop")
  }

  private static func words(_ control: ControlField) -> String {
    if let fault = control.fault { return fault }
    var parts = [[control.description, control.words].compactMap { $0 }.joined(separator: ", ")]
    if control.fcv { parts.append(control.fcb ? "FCB 1" : "FCB 0") }
    if control.acd { parts.append("access demand") }
    if control.dfc { parts.append("no further data now") }
    return parts.joined(separator: ", ")
  }
}

/// What the CI fields of answers announce, for people (EN 13757-3, ch. 4; EN 13757-7, ch. 5).
enum CINames {
  static func name(_ ci: UInt8) -> String { names[ci] ?? "\(Hex.byte(ci)), not known here" }

  private static let names: [UInt8: String] = [
    0x69: "format of compact frames, no header", 0x6A: "format of compact frames, short header",
    0x6B: "format of compact frames, long header", 0x6E: "application error, short header",
    0x6F: "application error, long header", 0x70: "application error",
    0x71: "alarm", 0x72: "data, long header", 0x73: "data, fixed structure or compact",
    0x74: "alarm, short header", 0x75: "alarm, long header",
    0x76: "data, long header, most significant byte first",
    0x77: "data, fixed structure, most significant byte first", 0x78: "data, no header",
    0x79: "compact data, no header", 0x7A: "data, short header",
    0x7B: "compact data, short header", 0x90: "authentication and fragmentation layer",
  ]
}
