import Bytes

/// The meter says that it cannot do what it was asked for, CI 6E, 6F and 70 (EN 13757-3, ch. 8).
public struct ApplicationError: Hashable, Sendable, CustomStringConvertible {
  /// The code; nil when the meter sends none.
  public let code: UInt8?
  /// What stands before it; nil for CI 70.
  public let header: ResponseHeader?

  /// - Parameters:
  ///   - code: as sent; nil when the meter sends none.
  ///   - header: what stands before it.
  public init(code: UInt8?, header: ResponseHeader? = nil) {
    self.code = code
    self.header = header
  }

  /// What the code means.
  public var description: String {
    guard let code else { return "error without a code" }
    let text = Self.texts[code] ?? "error with a code of its own"
    return "\(text) (code \(Hex.byte(code)))"
  }

  private static let texts: [UInt8: String] = [
    0: "unspecified error",
    1: "the CI field is not implemented",
    2: "the data is too long for its buffer",
    3: "too many records",
    4: "premature end of a record",
    5: "more than 10 DIFEs",
    6: "more than 10 VIFEs",
    7: "reserved",
    8: "the application is busy with another readout",
    9: "too many readouts",
  ]
}
