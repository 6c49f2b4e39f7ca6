import Bytes

/// The meter reports an alarm, CI 71, 74 and 75: its answer to REQ_UD1 (EN 13757-3, alarm protocol).
public struct Alarm: Hashable, Sendable, CustomStringConvertible {
  /// One bit for each alarm; which is which, the maker says. Usually one byte.
  public let bits: [UInt8]
  /// What stands before it; nil for CI 71.
  public let header: ResponseHeader?

  /// - Parameters:
  ///   - bits: as sent.
  ///   - header: what stands before them.
  public init(bits: [UInt8], header: ResponseHeader? = nil) {
    self.bits = bits
    self.header = header
  }

  /// Which bits are set.
  public var description: String {
    guard !bits.isEmpty else { return "an alarm that is not named" }
    let set = bits.enumerated().flatMap { place, byte in
      (0..<8).filter { byte >> $0 & 1 == 1 }.map { "\(8 * place + $0)" }
    }
    let words =
      switch set.count {
      case 0: "no alarm"
      case 1: "alarm bit \(set.joined())"
      default: "alarm bits \(set.joined(separator: ", "))"
      }
    return "\(words) (\(Hex.encode(bits, separator: " ")))"
  }
}
