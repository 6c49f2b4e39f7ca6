import Time

/// The shortest time in which meters can be found that answer alike: each must be selected so that it answers
/// alone, acknowledge, be asked and answer. No search can do with less; one that does not know the serials
/// beforehand needs more. It judges the search, so it has nothing of it.
///
/// An example by hand. One meter takes 50 ms to answer, and its telegram has 101 bytes, at 2400 baud.
///
///     select   17 bytes   187 bits     then 50 ms
///     E5        1 byte     11 bits
///     REQ_UD2   5 bytes    55 bits     then 50 ms
///     RSP_UD  101 bytes  1111 bits
///
/// 1364 bits at 2400 baud are 568.333 ms, with both delays 668.333 ms.
struct ScanBound {
  /// Bits a second.
  var baud: Int64
  /// From the end of a request to the begin of the answer.
  var delay: Span
  /// The length of a telegram in bytes, from 68 to 16.
  var telegram: Int64

  /// Bits of a byte on the wire: start, eight data, parity, stop (EN 13757-2, ch. 5.2).
  private static let bitsPerByte: Int64 = 11
  /// Select, E5 and REQ_UD2 (EN 13757-2, ch. 5.4; EN 13757-3, ch. 11.3).
  private static let bytesBesides: Int64 = 17 + 1 + 5

  /// The time for so many meters.
  func time(meters: Int) -> Span {
    let bytes = (Self.bytesBesides + telegram) * Int64(meters)
    return .bits(bytes * Self.bitsPerByte, baud: baud) + delay * (2 * Int64(meters))
  }
}

/// What another program needs for the same: libmbus, master frames and bus time at 2400 baud, with telegrams
/// of 101 bytes, 50 ms of delay and acknowledgements that merge.
struct PeerScan {
  let kind: ScanBench.Kind
  let meters: Int
  let frames: Int
  let seconds: Double

  static let all = [
    PeerScan(kind: .random, meters: 1, frames: 20, seconds: 8.1),
    PeerScan(kind: .random, meters: 20, frames: 179, seconds: 82),
    PeerScan(kind: .random, meters: 60, frames: 495, seconds: 230),
    PeerScan(kind: .random, meters: 250, frames: 2233, seconds: 1029),
    PeerScan(kind: .consecutive, meters: 60, frames: 286, seconds: 146),
    PeerScan(kind: .consecutive, meters: 250, frames: 708, seconds: 413),
  ]

  static func of(_ kind: ScanBench.Kind, _ meters: Int) -> PeerScan? {
    all.first { $0.kind == kind && $0.meters == meters }
  }
}
