import BusSimulator
import Bytes
import MBus
import Metering
import NIOCore
import NIOPosix
import PeerSupport
import SimulatorHost
import Synchronization
import Testing
import Transport

/// A line on a bus from a file of telegrams.
@Suite struct SimulatedLineTests {
  private let loop = MultiThreadedEventLoopGroup.singleton.next()
  private let events: AsyncStream<ByteLineEvent>
  private let continuation: AsyncStream<ByteLineEvent>.Continuation
  private let skipped = Skipped()

  private final class Skipped: Sendable {
    let names = Mutex<[String]>([])
  }

  init() { (events, continuation) = AsyncStream.makeStream() }

  private func open(_ file: String) async throws -> NIOLoopBound<SimulatedLine> {
    let (loop, continuation, skipped) = (loop, continuation, skipped)
    return try await loop.submit {
      let line = SimulatedLine(file: file, settings: LineSettings(baud: 9600), eventLoop: loop) {
        telegram in skipped.names.withLock { $0.append(telegram.name) }
      }
      line.onEvent = { continuation.yield($0) }
      line.open()
      return NIOLoopBound(line, eventLoop: loop)
    }.get()
  }

  /// A telegram of a water meter with an invented serial at address 5, and one that is none.
  private func telegrams() throws -> String {
    let header: [UInt8] = [0x01, 0x00, 0x00, 0x10, 0x52, 0x3B, 0x01, 0x07, 1, 0, 0, 0]
    let telegram = try Frame.long(
      control: .rspUD(), address: 5, ci: 0x72, data: header + [0x04, 0x13, 1, 0, 0, 0]
    ).encoded
    return "{\"hex\": \"\(Hex.encode(telegram))\"}\n{\"name\": \"ack\", \"hex\": \"E5\"}\n"
  }

  @Test(.timeLimit(.minutes(1))) func aFileThatAppearsOrIsMendedLaterIsUsed() async throws {
    let folder = try TemporaryFolder()
    let path = folder["bus.jsonl"]
    let line = try await open(path)
    var events = events.makeAsyncIterator()
    #expect(await events.next() == .closed("\(path) cannot be read: there is no such file"))
    try folder.write("{\"hex\": 5}\n", to: "bus.jsonl")
    var event = await events.next()
    while event == .closed("\(path) cannot be read: there is no such file") {
      event = await events.next()
    }
    let mistake = "\(path), line 1 has no text \"hex\""
    #expect(event == .closed(mistake))
    #expect(skipped.names.withLock { $0 } == [])
    try folder.write(telegrams(), to: "bus.jsonl")
    while event == .closed(mistake) { event = await events.next() }
    #expect(event == .opened)
    #expect(skipped.names.withLock { $0 } == ["ack"])
    try await loop.submit { line.value.send([0x10, 0x40, 0x05, 0x45, 0x16]) }.get()
    #expect(await events.next() == .received(LineBytes([0xE5])))
    try await loop.submit { line.value.close() }.get()
  }

  /// The file is still being read when the line is closed.
  @Test(.timeLimit(.minutes(1))) func nothingComesOfALineThatIsClosed() async throws {
    let folder = try TemporaryFolder()
    try folder.write(telegrams(), to: "bus.jsonl")
    let (loop, continuation, skipped, path) = (loop, continuation, skipped, folder["bus.jsonl"])
    try await loop.submit {
      let line = SimulatedLine(file: path, settings: LineSettings(baud: 9600), eventLoop: loop) {
        telegram in skipped.names.withLock { $0.append(telegram.name) }
      }
      line.open()
      line.close()
      line.onEvent = { continuation.yield($0) }
    }.get()
    try await Task.sleep(for: .milliseconds(300))
    continuation.finish()
    var events = events.makeAsyncIterator()
    #expect(await events.next() == nil)
    #expect(skipped.names.withLock { $0 } == [])
  }
}
