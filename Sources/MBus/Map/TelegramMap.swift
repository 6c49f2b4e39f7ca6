import Bytes
import Metering

/// What each byte of a telegram is. Made from the bytes and from what the decoder has found in them, so
/// that the decoder itself does without.
public struct TelegramMap: Hashable, Sendable {
  /// Every byte of the telegram once, in order; where bytes are missing, a span without any that says which.
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
    switch telegram.start {
    case .frame: walk.frame(telegram, options, flaws)
    case .application, .records: walk.withoutFrame(telegram, options)
    }
    spans = walk.spans.map { span in
      // What stands for bytes that are missing has said it already.
      guard !span.bytes.isEmpty, let flaw = flaws.first(where: { $0.offset == span.offset })
      else { return span }
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
  /// What ought to stand at the end of what is there, and does not: names, and how many bytes.
  private var lacking: [(name: String, count: Int)] = []

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

  /// Something ought to stand here, and all bytes are taken.
  mutating func lack(_ name: String, _ count: Int = 0) { lacking.append((name, count)) }

  /// Says what is missing, in a span without bytes.
  /// - Parameter flaw: the frame is cut short.
  mutating func missing(_ flaw: FrameFlaw?) {
    var names = lacking.map(\.name)
    if let flaw, case .cutShort(let available, let total) = flaw.rule {
      let known = lacking.reduce(0) { $0 + $1.count }
      if total - available > known + Self.trailerLength { names.append("more data") }
      names += ["checksum", "stop"].suffix(total - available)
    }
    guard !names.isEmpty else { return }
    let before = flaw.map { "\($0); " } ?? ""
    var span = ByteSpan(
      offset: offset, bytes: [], part: .unread,
      meaning: before + "missing: " + names.joined(separator: ", "))
    span.isWrong = true
    spans.append(span)
    lacking = []
  }

  /// Checksum and stop byte.
  private static let trailerLength = 2

  /// The next bytes, which stay.
  func next(_ count: Int) -> [UInt8] {
    var ahead = cursor
    return (try? ahead.read(count)) ?? []
  }
}

/// The link layer.
extension SpanWalk {
  mutating func frame(
    _ telegram: DecodedTelegram, _ options: DecodingOptions, _ flaws: [FrameFlaw] = []
  ) {
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
      ci(telegram)
      // What ends the frame are its last two bytes.
      let end = offset + frame.data.count
      application(telegram, options, end: end)
      take(end - offset, .unread, "not read")
      let cut = flaws.first { $0.isCutShort }
      // Of a frame that is cut short the checksum may be there all the same.
      if cut == nil { missing(nil) }
      trailer()
      missing(cut)
    }
    rest(.unread, "behind the frame")
  }

  /// Bytes that have no frame around them.
  mutating func withoutFrame(_ telegram: DecodedTelegram, _ options: DecodingOptions) {
    if telegram.start == .application { ci(telegram) }
    application(telegram, options, end: offset + remaining)
    rest(.unread, "not read")
    missing(nil)
  }

  private mutating func ci(_ telegram: DecodedTelegram) {
    take(1, .frame) { ci in
      let name = ci.first.map { CINames.name($0, telegram.frame.data.count) }
      return "CI field: \(telegram.command?.title ?? name ?? "")"
    }
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

extension FrameFlaw {
  fileprivate var isCutShort: Bool {
    if case .cutShort = rule { return true }
    return false
  }
}
