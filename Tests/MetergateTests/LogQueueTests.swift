import Dispatch
import Synchronization
import Testing

@testable import metergate

/// Lines that wait to be written.
@Suite struct LogQueueTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
    func add(_ line: String) { all.withLock { $0.append(line) } }
  }

  @Test func theyAreWrittenInTheirOrder() {
    let (queue, lines) = (LogQueue(), Lines())
    for index in 0..<100 {
      queue.add({ lines.add("\(index)") }, tellLoss: { lines.add("lost \($0)") })
    }
    queue.flush()
    #expect(lines.all.withLock { $0 } == (0..<100).map { "\($0)" })
  }

  /// Nobody waits for a reader that has stopped, and what is left out is told as soon as it goes on.
  @Test func aReaderThatStopsHoldsNobodyUp() {
    let (queue, lines) = (LogQueue(), Lines())
    let (isReading, reader) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    queue.add(
      {
        isReading.signal()
        reader.wait()
      }, tellLoss: { _ in })
    isReading.wait()
    for index in 1..<2_500 {
      queue.add({ lines.add("\(index)") }, tellLoss: { lines.add("lost \($0)") })
    }
    reader.signal()
    queue.flush()
    #expect(lines.all.withLock { $0.prefix(2) } == ["lost 500", "1"])
    #expect(lines.all.withLock { $0.count } == 2_000)
    queue.add({ lines.add("after") }, tellLoss: { lines.add("lost \($0)") })
    queue.flush()
    #expect(lines.all.withLock { $0.last } == "after")
  }
}
