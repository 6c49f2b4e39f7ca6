import Bytes
import Time

/// The receiving side of a slave on a serial line: finds the requests between silences, damage and what
/// others on the line say to each other.
///
/// Bytes arrive later than they were on the wire, and in portions. So what lies between two silences is
/// taken as a chain of whole frames. A request is answered only if it is the last frame of its chain,
/// since what follows it is the answer of somebody else. A chain that ends within a frame is waited for
/// a little longer; what comes behind a silence may also be the beginning of a chain.
public struct RTUSlave: Equatable, Sendable {
  /// What is to be done.
  public enum Action: Equatable, Sendable {
    /// Call `wake` then, instead of at the time that was named before.
    case wake(MonotonicInstant)
    /// A request came, and the silence behind it is over: it is to be answered at once, if its unit is
    /// somebody here. Never a broadcast.
    case answer(ModbusRequest)
    /// What came is not looked at.
    case ignore(Fault)
  }

  /// Why bytes are not looked at.
  public enum Fault: Equatable, Sendable {
    /// Fewer bytes than a frame has, or a wrong checksum.
    case noFrame
    /// A frame began and was not brought to its end.
    case cut
    /// A byte with a wrong parity or stop bit.
    case damaged
    /// More bytes without a silence than frames have.
    case tooLong
  }

  private let timing: RTUTiming
  private var bytes: [UInt8] = []
  /// Where bytes are that came damaged.
  private var damaged: [Int] = []
  /// Where a chain may begin: at the first byte, and behind silences.
  private var starts: [Int] = []
  private var lastByte: MonotonicInstant?
  private var isTooLong = false

  /// What is kept at most: frames of others that an adapter hands over at once.
  static let limit = 4 * RTULength.range.upperBound

  /// - Parameter timing: how long silences are.
  public init(_ timing: RTUTiming) { self.timing = timing }

  /// Bytes have come.
  public mutating func receive(_ received: LineBytes, at now: MonotonicInstant) -> [Action] {
    guard !received.values.isEmpty else { return [] }
    if isTooLong || bytes.count + received.values.count > Self.limit {
      forget()
      isTooLong = true
    } else {
      let isBehindSilence = lastByte.map { now - $0 >= timing.silence } ?? true
      if isBehindSilence || bytes.isEmpty { starts.append(bytes.count) }
      damaged += received.damaged.map { $0 + bytes.count }
      bytes += received.values
    }
    lastByte = now
    return [.wake(now + timing.silence)]
  }

  /// The time that was asked for has come.
  public mutating func wake(at now: MonotonicInstant) -> [Action] {
    guard let lastByte else { return [] }
    let silence = now - lastByte
    guard silence >= timing.silence else { return [.wake(lastByte + timing.silence)] }
    guard !isTooLong else { return end([.ignore(.tooLong)]) }
    var waiting: Int?
    for start in starts {
      switch chain(from: start) {
      case .ended(let request):
        guard let request, request.unit != Self.broadcast else { return end([]) }
        return end([.answer(request)])
      case .cut(let offset): waiting = waiting ?? offset
      case .broken: continue
      }
    }
    guard let waiting else { return end([.ignore(damaged.isEmpty ? .noFrame : .damaged)]) }
    guard silence < timing.patience else { return end([.ignore(.cut)]) }
    passOver(to: waiting)
    return [.wake(lastByte + timing.patience)]
  }

  /// The line was lost: what had come is worth nothing.
  public mutating func reset() {
    forget()
    lastByte = nil
  }

  /// A unit id that all slaves take and none answers (Modbus over serial line V1.02, ch. 2.1).
  private static let broadcast: UInt8 = 0

  private enum Chain {
    /// Whole frames only; the request if the last is one.
    case ended(ModbusRequest?)
    /// The rest of a frame has not come; where it begins.
    case cut(at: Int)
    case broken
  }

  private func chain(from start: Int) -> Chain {
    var offset = start
    while true {
      switch RTUFrame.decode(bytes.dropFirst(offset)) {
      case .needMore: return isDamaged(offset..<bytes.count) ? .broken : .cut(at: offset)
      case .invalid: return .broken
      case .frame(let request, let count):
        guard !isDamaged(offset..<(offset + count)) else { return .broken }
        offset += count
        if offset == bytes.count { return .ended(request) }
      }
    }
  }

  private func isDamaged(_ range: Range<Int>) -> Bool { damaged.contains(where: range.contains) }

  /// Forgets whole frames before one that is waited for, so that a busy line never fills the memory.
  private mutating func passOver(to offset: Int) {
    bytes.removeFirst(offset)
    damaged = damaged.map { $0 - offset }.filter { $0 >= 0 }
    starts = [0] + starts.map { $0 - offset }.filter { $0 > 0 }
  }

  private mutating func end(_ actions: [Action]) -> [Action] {
    reset()
    return actions
  }

  private mutating func forget() {
    bytes = []
    damaged = []
    starts = []
    isTooLong = false
  }
}
