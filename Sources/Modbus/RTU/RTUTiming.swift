import Time

/// How long silences on a serial line are (Modbus over serial line V1.02, ch. 2.5.1.1).
public struct RTUTiming: Hashable, Sendable {
  /// The silence that ends a frame: 3.5 characters, above 19,200 Bd fixed. An answer begins no earlier
  /// after the request.
  public let silence: Span
  /// The silence within a frame whose rest is still to come: USB adapters hand bytes over in portions, up
  /// to 16 ms apart. Between frames of others it costs nothing, since what comes behind a silence is
  /// also tried as the beginning of a frame.
  public let patience: Span

  /// Above this speed the silence is fixed.
  static let highestTimedBaud = 19_200
  static let fixedSilence = Span(nanoseconds: 1_750_000)
  static let adapterPatience = Span.milliseconds(20)

  /// - Parameters:
  ///   - baud: bits a second.
  ///   - bitsPerCharacter: start, data, parity and stop bits.
  public init(baud: Int, bitsPerCharacter: Int) {
    let half = Span.bits(Int64(clamping: bitsPerCharacter), baud: Int64(clamping: baud) * 2)
    silence = baud > Self.highestTimedBaud ? Self.fixedSilence : half * 7
    patience = max(silence, Self.adapterPatience)
  }
}
