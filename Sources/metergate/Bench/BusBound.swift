import Time

/// The shortest time in which meters can be read over a bus: what the frames take on the wire, and what
/// the meters take to answer. It judges the master and its timing, so it has nothing of them: lengths
/// and pauses stand here once more, with their clauses.
///
/// An example by hand. One meter takes 20 ms to answer; it is read by its secondary address at 2400
/// baud, after SND_NKE to all, and sends one telegram of 60 bytes.
///
///     SND_NKE   5 bytes    55 bits     then 33 bits of rest
///     select   17 bytes   187 bits     then 20 ms
///     E5        1 byte     11 bits
///     REQ_UD2   5 bytes    55 bits     then 20 ms
///     RSP_UD   60 bytes   660 bits
///
/// 1001 bits at 2400 baud are 417.083 ms, with both delays 457.083 ms.
struct BusBound {
  /// What there is to know of a meter.
  struct Meter: Hashable {
    /// From the end of a request to the begin of the answer.
    var delay: Span
    /// The lengths of its telegrams in bytes, from 68 to 16.
    var telegrams: [Int]
  }

  /// How the meters are reached.
  enum Addressing: String, Hashable {
    case primary
    case secondary
  }

  /// Bits a second.
  var baud: Int64
  /// How the meters are reached.
  var addressing: Addressing
  /// SND_NKE to all before each meter, as the reset mode "Standard" has it (MUC500 manual 1.1,
  /// ch. 5.3.6).
  var resetsAll = true
  /// SND_NKE to the meter before its readout by primary address, as the same mode has it.
  var resetsMeter = true

  /// Bits of a byte on the wire: start, eight data, parity, stop (EN 13757-2, ch. 5.2).
  private static let bitsPerByte: Int64 = 11
  /// A frame of fixed length: 10 C A checksum 16 (EN 13757-2, ch. 5.4), for SND_NKE and REQ_UD2.
  private static let shortFrame: Int64 = 5
  /// The select: 68 L L 68 C A CI, eight bytes of identity, checksum 16 (EN 13757-3, ch. 11.3).
  private static let select: Int64 = 17
  /// E5 (EN 13757-2, ch. 5.4).
  private static let acknowledge: Int64 = 1
  /// Rest behind a frame that nobody answers. Counted, since without it a slave that waits for the
  /// line to rest after an error loses the next frame, too (IEC 60870-5-1, format class FT 1.2: 33 bits).
  private static let restBits: Int64 = 33

  /// The time for all meters, one after another.
  func time(for meters: [Meter]) -> Span {
    meters.reduce(.zero) { $0 + time(for: $1) }
  }

  /// The time for one meter: bits are added up first, so that only one sum is rounded.
  func time(for meter: Meter) -> Span {
    var bits: Int64 = 0
    var answers: Int64 = 0
    func frame(_ bytes: Int64) { bits += bytes * Self.bitsPerByte }
    if resetsAll {
      frame(Self.shortFrame)
      bits += Self.restBits
    }
    if addressing == .secondary || resetsMeter {
      frame(addressing == .secondary ? Self.select : Self.shortFrame)
      answers += 1
      frame(Self.acknowledge)
    }
    for length in meter.telegrams {
      frame(Self.shortFrame)
      answers += 1
      frame(Int64(length))
    }
    return .bits(bits, baud: baud) + meter.delay * answers
  }
}
