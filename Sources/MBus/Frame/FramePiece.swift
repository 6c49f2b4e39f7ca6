import Bytes

/// A run of bytes that is a frame, with its faults, or none: for people who look at what went over a line. What
/// meters are read by takes no frame with a fault (`FrameDecoder`).
public struct FramePiece: Hashable, Sendable {
  /// What the bytes are.
  public enum Content: Hashable, Sendable {
    /// A frame; sound when it has no flaws.
    case frame(Frame, flaws: [FrameFlaw])
    /// None begins here.
    case noFrame(TelegramError)
  }

  /// The place of the first byte.
  public let offset: Int
  /// As given.
  public let bytes: [UInt8]
  /// What they are.
  public let content: Content

  /// Cuts bytes into frames that follow each other, and what lies between them. No bytes are one piece that is
  /// no frame.
  public static func pieces(of bytes: [UInt8]) -> [FramePiece] {
    var pieces: [FramePiece] = []
    var rest = bytes[...]
    repeat {
      let (count, content) = FrameCutter(Array(rest.prefix(FrameCutter.window))).first
      // What is no frame ends where one begins.
      let length =
        if case .noFrame = content { FrameCutter.start(in: rest, from: 1) } else { count }
      let piece = FramePiece(
        offset: bytes.count - rest.count, bytes: Array(rest.prefix(length)), content: content)
      pieces.append(piece)
      rest = rest.dropFirst(length)
    } while !rest.isEmpty
    return pieces
  }
}

/// Finds the frame that bytes begin with, faults and all.
private struct FrameCutter {
  /// Two frames of the largest size: where the first is broken, the second shows its end.
  static let window = 2 * Frame.Length.maxFrame

  typealias Found = (length: Int, content: FramePiece.Content)

  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The place of the next sound frame; that of the end when there is none. One byte is no frame between others.
  static func start(in bytes: ArraySlice<UInt8>, from first: Int) -> Int {
    let starts = [Frame.Octet.longStart, Frame.Octet.shortStart]
    var rest = bytes.dropFirst(first)
    while let byte = rest.first {
      if starts.contains(byte),
        case .frame = FrameDecoder.decode(Array(rest.prefix(Frame.Length.maxFrame)))
      {
        break
      }
      rest = rest.dropFirst()
    }
    return bytes.count - rest.count
  }

  var first: Found {
    switch FrameDecoder.decode(bytes) {
    case .frame(let frame, let length): (length, .frame(frame, flaws: []))
    case .invalid(let error):
      broken
        ?? (bytes.count, .noFrame(TelegramError(reason: .frame(error), offset: error.offset)))
    case .needMore(let total):
      broken
        ?? (
          bytes.count,
          .noFrame(
            TelegramError(
              reason: .incomplete(available: bytes.count, total: total), offset: bytes.count))
        )
    }
  }

  private var broken: Found? {
    switch bytes.first {
    case Frame.Octet.shortStart: short
    case Frame.Octet.longStart: Variable(bytes).flatMap(variable)
    default: nil
    }
  }

  /// A short frame with one fault: with two there is nothing that shows that it is one.
  private var short: Found? {
    var cursor = ByteCursor(bytes.dropFirst(), base: 1)
    guard let body = try? cursor.read(2), let flaws = Self.trailer(body, &cursor),
      flaws.count == 1, let control = body.first, let address = body.last
    else { return nil }
    let frame = Frame.short(control: ControlField(rawValue: control), address: address)
    return (Frame.Length.short, .frame(frame, flaws: flaws))
  }

  /// The parts of a frame of variable length before its C field.
  private struct Variable {
    let first: UInt8
    let second: UInt8
    let start: UInt8

    init?(_ bytes: [UInt8]) {
      var cursor = ByteCursor(bytes.dropFirst())
      guard let first = try? cursor.readByte(), let second = try? cursor.readByte(),
        let start = try? cursor.readByte()
      else { return nil }
      (self.first, self.second, self.start) = (first, second, start)
    }

    var flaws: [FrameFlaw] {
      start == Frame.Octet.longStart ? [] : [FrameFlaw(.secondStart(start), offset: 3)]
    }
  }

  private func variable(_ head: Variable) -> Found? {
    // As its length says, with one fault elsewhere.
    if head.first == head.second, let found = read(Int(head.first), head), found.flaws.count == 1 {
      return found.whole
    }
    guard head.start == Frame.Octet.longStart else { return nil }
    // With another length, which a checksum and a stop byte in their places prove.
    let end = Self.start(in: bytes[...], from: 1)
    let lengths = [Int(head.first), Int(head.second), end - Frame.Length.envelope]
    let others = Array(Frame.Length.leastL...(Frame.Length.maxData + Frame.Length.leastL))
    for l in lengths + others {
      if let found = read(l, head), found.flaws.isEmpty { return found.withLengths(l, head) }
    }
    return twiceBroken(head, end: end) ?? cutShort(head, end: end)
  }

  /// Two faults, in a frame that ends before the next one.
  private func twiceBroken(_ head: Variable, end: Int) -> Found? {
    if head.first == head.second {
      guard let found = read(Int(head.first), head), found.length <= end else { return nil }
      return found.whole
    }
    let l = end - Frame.Length.envelope
    guard let found = read(l, head), found.flaws.count == 1 else { return nil }
    return found.withLengths(l, head)
  }

  private func cutShort(_ head: Variable, end: Int) -> Found? {
    let total = Int(head.first) + Frame.Length.envelope
    guard head.first == head.second, end < total, Int(head.first) >= Frame.Length.leastL,
      let frame = FrameDecoder.frame(body: Array(bytes.prefix(end).dropFirst(4).prefix(total - 6)))
    else { return nil }
    return (
      end,
      .frame(frame, flaws: [FrameFlaw(.cutShort(available: end, total: total), offset: end)])
    )
  }

  private struct Read {
    var length: Int
    var frame: Frame
    var flaws: [FrameFlaw]

    var whole: Found { (length, .frame(frame, flaws: flaws)) }

    func withLengths(_ l: Int, _ head: Variable) -> Found {
      let flaw = FrameFlaw(
        .lengths(first: head.first, second: head.second, needed: UInt8(exactly: l)), offset: 1)
      return (length, .frame(frame, flaws: [flaw] + flaws))
    }
  }

  /// The frame of that length; nil when bytes are missing.
  private func read(_ l: Int, _ head: Variable) -> Read? {
    var cursor = ByteCursor(bytes.dropFirst(4), base: 4)
    guard l >= Frame.Length.leastL, let body = try? cursor.read(l),
      let flaws = Self.trailer(body, &cursor), let frame = FrameDecoder.frame(body: body)
    else { return nil }
    return Read(length: l + Frame.Length.envelope, frame: frame, flaws: head.flaws + flaws)
  }

  /// What is wrong with checksum and stop byte; nil when they are missing.
  private static func trailer(_ body: [UInt8], _ cursor: inout ByteCursor) -> [FrameFlaw]? {
    let place = cursor.offset
    guard let checksum = try? cursor.readByte(), let stop = try? cursor.readByte() else {
      return nil
    }
    let expected = Checksum.sum(body)
    var flaws: [FrameFlaw] = []
    if checksum != expected {
      flaws.append(FrameFlaw(.checksum(sent: checksum, expected: expected), offset: place))
    }
    if stop != Frame.Octet.stop { flaws.append(FrameFlaw(.stop(stop), offset: place + 1)) }
    return flaws
  }
}
