import Sessions
import Synchronization

/// The event streams that are open: a new one may end an old one.
public final class EventStreams: Sendable {
  private struct State {
    var table = StreamTable()
    var mailboxes: [Int: EventMailbox] = [:]
  }

  private let state = Mutex(State())

  /// There are none.
  public init() {}

  /// How many there are, with all that works for them.
  public var count: Int { state.withLock { $0.table.count } }

  /// One begins.
  /// - Returns: its number.
  func begin(_ holder: StreamTable.Holder, _ mailbox: EventMailbox) -> Int {
    let (number, old) = state.withLock { state -> (Int, EventMailbox?) in
      let (number, gone) = state.table.begin(holder)
      state.mailboxes[number] = mailbox
      return (number, gone.flatMap { state.mailboxes.removeValue(forKey: $0) })
    }
    old?.put { $0.isEnded = true }
    return number
  }

  /// One has ended.
  func end(_ number: Int) {
    state.withLock { state in
      state.table.end(number)
      state.mailboxes[number] = nil
    }
  }
}
