import Bytes
import Time

/// What the raw log gets.
extension LineDriver {
  /// Bytes that came; those that nobody waits for are a piece of their own.
  mutating func traced(_ bytes: LineBytes, _ now: Moment) -> [Action] {
    guard tracesBytes else { return [] }
    var pieces = trace.take(piece(bytes, .received, now))
    if current == nil, !guest.isListening, toldUse == nil { pieces += trace.flush() }
    return pieces.map { .raw($0) }
  }

  /// Bytes that go out.
  mutating func traced(
    _ bytes: [UInt8], _ direction: RawPiece.Direction, _ now: Moment
  ) -> [Action] {
    guard tracesBytes else { return [] }
    return (trace.flush() + [piece(LineBytes(bytes), direction, now)]).map { .raw($0) }
  }

  private func piece(
    _ bytes: LineBytes, _ direction: RawPiece.Direction, _ now: Moment
  ) -> RawPiece {
    RawPiece(
      line: line, time: now.wall, direction: direction, bytes: bytes, serial: current?.serial)
  }
}
