import Bytes

/// What the bytes received so far are.
public enum FrameDecoding: Hashable, Sendable {
  /// A frame, and how many bytes it takes; what follows belongs to the next one.
  case frame(Frame, length: Int)
  /// The beginning of a frame.
  /// - Parameter total: bytes of the whole frame; nil while its header does not tell yet.
  case needMore(total: Int?)
  /// No frame begins here.
  case invalid(FrameError)
}

/// Reads frames of the link layer from received bytes. Rules are checked as soon as the bytes are
/// there: a wrong header is known before the rest is waited for.
public enum FrameDecoder {
  /// Reads the frame that the bytes begin with. It keeps nothing from call to call: give all bytes
  /// received since the last frame.
  /// - Parameter tolerance: `.checksum` takes a wrong sum of a frame whose length and end are right.
  public static func decode(
    _ bytes: [UInt8], tolerance: FrameTolerance = []
  ) -> FrameDecoding {
    guard let first = bytes.first else { return .needMore(total: nil) }
    switch first {
    case Frame.Octet.acknowledge: return .frame(.acknowledge, length: 1)
    case Frame.Octet.shortStart: return short(bytes)
    case Frame.Octet.longStart: return variable(bytes, tolerance)
    default: return .invalid(FrameError(.startByte, offset: 0, bytes: [first]))
    }
  }

  private static func short(_ bytes: [UInt8]) -> FrameDecoding {
    var cursor = ByteCursor(bytes)
    guard (try? cursor.readByte()) != nil, let body = try? cursor.read(2),
      let checksum = try? cursor.readByte(), let stop = try? cursor.readByte()
    else { return .needMore(total: Frame.Length.short) }
    if let error = trailerError(body, at: 1, checksum: checksum, stop: stop) {
      return .invalid(error)
    }
    var fields = ByteCursor(body)
    guard let control = try? fields.readByte(), let address = try? fields.readByte() else {
      return .needMore(total: Frame.Length.short)
    }
    return .frame(
      .short(control: ControlField(rawValue: control), address: address),
      length: Frame.Length.short)
  }

  private static func variable(
    _ bytes: [UInt8], _ tolerance: FrameTolerance
  ) -> FrameDecoding {
    var cursor = ByteCursor(bytes)
    guard (try? cursor.readByte()) != nil, let first = try? cursor.readByte(),
      let second = try? cursor.readByte()
    else { return .needMore(total: nil) }
    let l = Int(first)
    guard first == second else {
      return .invalid(FrameError(.lengthsDiffer, offset: 1, bytes: [first, second]))
    }
    guard l >= Frame.Length.leastL else {
      return .invalid(FrameError(.lengthTooSmall, offset: 1, bytes: [first]))
    }
    let total = l + Frame.Length.envelope
    guard let start = try? cursor.readByte() else { return .needMore(total: total) }
    guard start == Frame.Octet.longStart else {
      return .invalid(FrameError(.secondStartByte, offset: 3, bytes: [start]))
    }
    guard let body = try? cursor.read(l), let checksum = try? cursor.readByte(),
      let stop = try? cursor.readByte()
    else { return .needMore(total: total) }
    let sum = tolerance.contains(.checksum) ? Checksum.sum(body) : checksum
    if let error = trailerError(body, at: 4, checksum: sum, stop: stop) {
      return .invalid(error)
    }
    return frame(body: body).map { .frame($0, length: total) } ?? .needMore(total: total)
  }

  /// Whether these bytes begin as a frame of variable length does, whatever its length bytes say:
  /// 68, L, L, 68, as far as they have come.
  public static func hasVariableStart(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(4).enumerated().allSatisfy { place, byte in
      place == 1 || place == 2 || byte == Frame.Octet.longStart
    } && !bytes.isEmpty
  }

  /// The frame that all of these bytes are when its length bytes do not count.
  /// - Parameter tolerance: `.checksum`: the sum does not count either.
  /// - Returns: nil when they are none.
  public static func frame(
    ofUnknownLength bytes: [UInt8], tolerance: FrameTolerance
  ) -> Frame? {
    var cursor = ByteCursor(bytes)
    let l = bytes.count - Frame.Length.envelope
    guard hasVariableStart(bytes), l >= Frame.Length.leastL, (try? cursor.read(4)) != nil,
      let body = try? cursor.read(l), let checksum = try? cursor.readByte(),
      let stop = try? cursor.readByte(), stop == Frame.Octet.stop,
      tolerance.contains(.checksum) || checksum == Checksum.sum(body)
    else { return nil }
    return frame(body: body)
  }

  /// The frame with this body; nil only when it is shorter than C, A and CI field.
  static func frame(body: [UInt8]) -> Frame? {
    var fields = ByteCursor(body)
    guard let c = try? fields.readByte(), let address = try? fields.readByte(),
      let ci = try? fields.readByte()
    else { return nil }
    let control = ControlField(rawValue: c)
    guard !fields.isAtEnd else { return .control(control: control, address: address, ci: ci) }
    return .long(control: control, address: address, ci: ci, data: fields.readRest())
  }

  private static func trailerError(
    _ body: [UInt8], at start: Int, checksum: UInt8, stop: UInt8
  ) -> FrameError? {
    let expected = Checksum.sum(body)
    let end = start + body.count
    if checksum != expected {
      return FrameError(.checksum(expected: expected), offset: end, bytes: [checksum])
    }
    if stop != Frame.Octet.stop { return FrameError(.stopByte, offset: end + 1, bytes: [stop]) }
    return nil
  }
}
