import NIOCore
import Testing

@testable import ModbusServer

/// Whose turn it is to begin a handshake, in virtual time.
@Suite struct HandshakeQueueTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  /// Gives turns until nobody can begin any more; who began, and how long it took.
  private func drain(
    _ queue: inout HandshakeQueue, from time: NIODeadline
  ) -> (begun: [Int], now: NIODeadline) {
    var (begun, now): ([Int], NIODeadline) = ([], time)
    while true {
      switch queue.next(at: now) {
      case .begin(let ticket): begun.append(ticket)
      case .wait(let deadline): now = deadline
      case .nobody: return (begun, now)
      }
    }
  }

  @Test func oneAfterTheOther() {
    var queue = HandshakeQueue()
    #expect(queue.next(at: start) == .nobody)
    let (first, second) = (queue.arrive(from: "a").ticket, queue.arrive(from: "a").ticket)
    #expect(queue.next(at: start) == .begin(first))
    let later = start + HandshakeQueue.spacing
    #expect(queue.next(at: start) == .wait(until: later))
    #expect(queue.next(at: later) == .begin(second))
    #expect(queue.next(at: later) == .nobody)
    queue.leave(first)
    queue.leave(second)
    queue.leave(second)
    #expect(queue.count == 0)
  }

  /// 80 devices with one connection each, after a power cut: all have begun within 0.8 s.
  @Test func allClientsOfADeviceAtOnce() {
    var queue = HandshakeQueue()
    let tickets = (0..<80).map { queue.arrive(from: "192.0.2.\($0)").ticket }
    let (begun, now) = drain(&queue, from: start)
    #expect(begun == tickets)
    #expect(now - start == .milliseconds(790))
  }

  /// A master with a connection for each unit id: as many as its address may have, the others when one ends.
  @Test func oneAddressWithManyConnections() {
    var queue = HandshakeQueue()
    let tickets = (0..<250).map { _ in queue.arrive(from: "master").ticket }
    var (begun, now) = drain(&queue, from: start)
    #expect(begun == Array(tickets.prefix(HandshakeQueue.mostPerHost)))
    for index in 0..<(250 - HandshakeQueue.mostPerHost) {
      queue.leave(tickets[index])
      let next = drain(&queue, from: now)
      #expect(next.begun == [tickets[index + HandshakeQueue.mostPerHost]])
      now = next.now
    }
    #expect(now - start == .milliseconds(2490))
  }

  /// A scanner has opened as much as it may; whoever comes from elsewhere is next.
  @Test func aScannerStopsNobody() {
    var queue = HandshakeQueue()
    for _ in 0..<1000 {
      let (ticket, surplus) = queue.arrive(from: "scanner")
      if queue.count > HandshakeQueue.mostPresent {
        #expect(surplus == ticket, "the newest of it goes")
        queue.leave(ticket)
      } else {
        #expect(surplus == nil)
      }
    }
    #expect(queue.count == HandshakeQueue.mostPresent)
    let now = drain(&queue, from: start).now + HandshakeQueue.spacing
    let (plc, surplus) = queue.arrive(from: "plc")
    #expect(surplus == 300, "of the scanner, who waits and came last")
    queue.leave(300)
    #expect(queue.next(at: now) == .begin(plc))
  }

  /// Those who have none going on come before those who have some.
  @Test func addressesTakeTurns() {
    var queue = HandshakeQueue()
    let a = (0..<3).map { _ in queue.arrive(from: "a").ticket }
    let b = (0..<2).map { _ in queue.arrive(from: "b").ticket }
    #expect(drain(&queue, from: start).begun == [a[0], b[0], a[1], b[1], a[2]])
  }

  @Test func neverMoreThanTheLimit() {
    var queue = HandshakeQueue()
    for number in 0..<HandshakeQueue.mostPresent { _ = queue.arrive(from: "\(number)") }
    let (begun, now) = drain(&queue, from: start)
    #expect(begun.count == HandshakeQueue.mostAtOnce)
    // All addresses have as many: the newcomer goes.
    let last = queue.arrive(from: "last")
    #expect(last.surplus == last.ticket)
    queue.leave(last.ticket)
    queue.leave(begun[50])
    #expect(drain(&queue, from: now).begun == [HandshakeQueue.mostAtOnce + 1])
  }

  /// Without descriptors somebody goes who is not alone.
  @Test func dispensable() {
    var queue = HandshakeQueue()
    #expect(queue.dispensable() == nil)
    let alone = queue.arrive(from: "a").ticket
    #expect(queue.dispensable() == nil)
    _ = queue.arrive(from: "b")
    let second = queue.arrive(from: "b").ticket
    #expect(queue.dispensable() == second)
    queue.leave(second)
    #expect(queue.dispensable() == nil)
    queue.leave(alone)
  }
}
