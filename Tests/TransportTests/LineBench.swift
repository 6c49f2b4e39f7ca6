import Bytes
import NIOCore
import NIOPosix
import Testing
import Transport

/// A line on a loop of its own. Everything that it says is collected.
final class LineBench: Sendable {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  let events: AsyncStream<ByteLineEvent>
  private let continuation: AsyncStream<ByteLineEvent>.Continuation
  private let line: NIOLoopBoundBox<(any ByteLine)?>

  init() {
    (events, continuation) = AsyncStream.makeStream()
    line = NIOLoopBoundBox.makeEmptyBox(eventLoop: group.next())
  }

  /// Makes the line and opens it.
  func open(_ make: @escaping @Sendable (any EventLoop) -> any ByteLine) async throws {
    let (box, continuation) = (line, continuation)
    try await group.next().submit {
      let line = make(box.eventLoop)
      line.onEvent = { continuation.yield($0) }
      line.open()
      box.value = line
    }.get()
  }

  /// Closes the line and at once opens another one; all but the last are closed while they are still
  /// being opened.
  func replace(
    times: Int, _ make: @escaping @Sendable (any EventLoop) -> any ByteLine
  ) async throws {
    let (box, continuation) = (line, continuation)
    try await group.next().submit {
      for _ in 0..<times {
        box.value?.close()
        let line = make(box.eventLoop)
        line.onEvent = { continuation.yield($0) }
        line.open()
        box.value = line
      }
    }.get()
  }

  /// - Parameter times: how often, with nothing in between.
  func send(_ bytes: [UInt8], times: Int = 1) async throws {
    let box = line
    try await group.next().submit { for _ in 0..<times { box.value?.send(bytes) } }.get()
  }

  /// Another speed, and with nothing in between what is to be sent at it.
  func use(baud: Int, sending bytes: [UInt8]) async throws {
    let box = line
    try await group.next().submit {
      box.value?.use(baud: baud)
      box.value?.send(bytes)
    }.get()
  }

  func close() async throws {
    let box = line
    try await group.next().submit {
      box.value?.close()
      box.value = nil
    }.get()
  }

  func end() async throws {
    try await close()
    try await group.shutdownGracefully()
  }
}

extension AsyncStream<ByteLineEvent>.Iterator {
  /// Collects what is received until there are so many bytes, or something else happens.
  mutating func bytes(_ count: Int) async -> LineBytes {
    var all = LineBytes([])
    while all.values.count < count, case .received(let bytes)? = await next() {
      all.damaged += bytes.damaged.map { $0 + all.values.count }
      all.values += bytes.values
    }
    return all
  }

  /// Passes over failed attempts until the line is open; what they said.
  mutating func untilOpened() async -> Set<String> {
    var reasons: Set<String> = []
    while let event = await next(), event != .opened {
      if case .closed(let reason) = event { reasons.insert(reason) }
    }
    return reasons
  }
}

/// How long a line may take to come back here, in seconds. That it is less than five on a machine that has
/// time is a matter of its pauses (`theWorstCaseIsBelowFiveSeconds`); one that is busy takes what it takes.
let patience = 30.0

/// How long something takes.
func seconds(_ work: () async throws -> Void) async rethrows -> Double {
  let time = try await ContinuousClock().measure(work)
  return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
}
