import Bytes
import Metering
import Time

/// Bytes that went one way over a line without any the other way between, for the raw log (MBUS_RAWLOGENABLE).
public struct RawPiece: Hashable, Sendable {
  /// Which way.
  public enum Direction: String, Hashable, Sendable {
    /// From the gateway to the meters.
    case sent = "TX"
    /// To the gateway.
    case received = "RX"
    /// From a guest of the line to the meters.
    case guest = "GUEST"
  }

  /// Which line.
  public var line: LineID
  /// When the first of them went.
  public var time: WallTime
  /// Which way they went.
  public var direction: Direction
  /// The bytes, with marks on those that came damaged.
  public var bytes: LineBytes
  /// Whom the job of the line concerns; nil: nobody in particular.
  public var serial: MeterSerial?

  /// All parts.
  public init(
    line: LineID, time: WallTime, direction: Direction, bytes: LineBytes, serial: MeterSerial?
  ) {
    self.line = line
    self.time = time
    self.direction = direction
    self.bytes = bytes
    self.serial = serial
  }

  /// The piece on one line: time in UTC, line, direction, meter, bytes; `!` stands behind one that came damaged.
  /// `2026-11-22T00:48:42.123Z M-Bus TX serial=66600106 10 7B FD 78 16`
  public var text: String {
    let name = line.index == 0 ? line.kind.rawValue : "\(line.kind.rawValue) \(line.index + 1)"
    let damaged = Set(bytes.damaged)
    let hex = bytes.values.enumerated().map {
      Hex.byte($0.element) + (damaged.contains($0.offset) ? "!" : "")
    }.joined(separator: " ")
    return "\(time.iso8601) \(name) \(direction.rawValue) "
      + "serial=\(serial.map { "\($0)" } ?? "-") \(hex)"
  }
}

/// Collects what is received until something is sent, so that a telegram that comes byte by byte is one piece.
struct RawTrace: Sendable {
  /// More than two of the longest frames is no answer, and goes piece by piece.
  static let longest = 600

  private var received: RawPiece?

  /// Takes bytes that came.
  /// - Returns: the pieces that are over.
  mutating func take(_ piece: RawPiece) -> [RawPiece] {
    guard var whole = received else {
      received = piece
      return []
    }
    guard whole.bytes.values.count + piece.bytes.values.count <= Self.longest else {
      received = piece
      return [whole]
    }
    whole.bytes.damaged += piece.bytes.damaged.map { $0 + whole.bytes.values.count }
    whole.bytes.values += piece.bytes.values
    received = whole
    return []
  }

  /// What has been received so far is over.
  mutating func flush() -> [RawPiece] {
    defer { received = nil }
    return received.map { [$0] } ?? []
  }
}
