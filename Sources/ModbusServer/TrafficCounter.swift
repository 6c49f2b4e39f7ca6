import Modbus
import Time

/// What has gone over a connection, or over a listener that knows no connections: plain numbers, so that
/// counting costs next to nothing. Bytes count with their framing.
public struct TrafficCounter: Equatable, Sendable {
  /// Whole requests, those that were refused included.
  public private(set) var requests = 0
  /// How many of them got which exception.
  public private(set) var exceptions: [ModbusException: Int] = [:]
  /// Bytes that came, the ones that made no request included.
  public private(set) var bytesIn = 0
  /// Bytes of answers that were handed to the system.
  public private(set) var bytesOut = 0
  /// When the last whole request came; nil: there was none.
  public private(set) var lastRequest: WallTime?
  /// The holding registers that have been read, from the lowest to the highest; nil: none.
  public private(set) var holding: ClosedRange<Int>?
  /// The same of input registers.
  public private(set) var input: ClosedRange<Int>?

  /// Nothing yet.
  public init() {}

  /// Notes bytes that came.
  public mutating func noteReceived(_ bytes: Int) { bytesIn &+= bytes }

  /// Notes bytes that were sent.
  public mutating func noteSent(_ bytes: Int) { bytesOut &+= bytes }

  /// Notes a whole request.
  /// - Parameters:
  ///   - exception: how it was refused; nil: it was answered.
  ///   - pdu: what it asked for.
  ///   - now: the device's clock.
  public mutating func noteRequest(
    _ exception: ModbusException?, of pdu: RequestPDU, at now: WallTime
  ) {
    requests &+= 1
    lastRequest = now
    if let exception {
      exceptions[exception, default: 0] &+= 1
      return
    }
    switch pdu {
    case .readHoldingRegisters(let start, let quantity):
      holding = Self.span(holding, Self.registers(start, quantity))
    case .readInputRegisters(let start, let quantity):
      input = Self.span(input, Self.registers(start, quantity))
    case .readDeviceIdentification, .refused: break
    }
  }

  private static func registers(_ start: UInt16, _ quantity: UInt16) -> ClosedRange<Int> {
    Int(start)...(Int(start) + max(Int(quantity), 1) - 1)
  }

  /// From the lowest to the highest of both.
  private static func span(_ a: ClosedRange<Int>?, _ b: ClosedRange<Int>?) -> ClosedRange<Int>? {
    guard let a, let b else { return a ?? b }
    return min(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
  }

  /// Adds what another one has counted; the later of both last requests stays.
  public static func += (sum: inout Self, other: Self) {
    sum.requests &+= other.requests
    if !other.exceptions.isEmpty { sum.exceptions.merge(other.exceptions, uniquingKeysWith: &+) }
    sum.holding = span(sum.holding, other.holding)
    sum.input = span(sum.input, other.input)
    sum.bytesIn &+= other.bytesIn
    sum.bytesOut &+= other.bytesOut
    guard let last = other.lastRequest else { return }
    if let known = sum.lastRequest, known.unixSeconds > last.unixSeconds { return }
    sum.lastRequest = last
  }
}
