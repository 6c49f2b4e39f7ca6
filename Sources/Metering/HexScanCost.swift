import Time

/// What looking for serials with the digits A–E has cost a scan (MBUS_SCANHEX): whatever was asked of ranges that
/// have such a digit.
public struct HexScanCost: Hashable, Sendable {
  /// How many frames the master sent for it.
  public var frames: Int
  /// How long it took on the bus.
  public var span: Span

  /// - Parameters:
  ///   - frames: how many frames the master sent for it.
  ///   - span: how long it took on the bus.
  public init(frames: Int = 0, span: Span = .zero) {
    self.frames = frames
    self.span = span
  }

  /// Of both together.
  public static func + (a: Self, b: Self) -> Self {
    Self(frames: a.frames &+ b.frames, span: a.span + b.span)
  }

  /// In whole seconds.
  public var seconds: Int64 { (span.nanoseconds + 500_000_000) / 1_000_000_000 }

  /// In words, to be said of a scan.
  public var text: String {
    "\(frames) frame\(frames == 1 ? "" : "s") and \(seconds) s of it for the digits A-E (MBUS_SCANHEX)"
  }
}
