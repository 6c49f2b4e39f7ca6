import Sessions
import Synchronization

/// The event streams that are open: a new one may end an old one.
public final class EventStreams: Sendable {
  private struct State {
    var table = StreamTable()
    var mailboxes: [Int: EventMailbox] = [:]
    /// Called when there are no more; nil: new ones may begin.
    var onEnded: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// There are none.
  public init() {}

  /// How many there are, with all that works for them.
  public var count: Int { state.withLock { $0.table.count } }

  /// One begins.
  /// - Returns: its number.
  func begin(_ holder: StreamTable.Holder, _ mailbox: EventMailbox) -> Int {
    let (number, ended) = state.withLock { state -> (Int, [EventMailbox]) in
      let (number, gone) = state.table.begin(holder)
      state.mailboxes[number] = mailbox
      let old = gone.flatMap { state.mailboxes.removeValue(forKey: $0) }
      return (number, [old, state.onEnded.map { _ in mailbox }].compactMap(\.self))
    }
    for mailbox in ended {
      mailbox.put {
        // The page does not come back at once: another one would have to give way to it.
        $0.session.append(PageEvent("crowded", "{}"))
        $0.isEnded = true
      }
    }
    return number
  }

  /// All end, and new ones at once.
  /// - Parameter done: called once, from any thread, when there is none any more.
  public func endAll(_ done: @escaping @Sendable () -> Void) {
    let all = state.withLock { state in
      state.onEnded = done
      return Array(state.mailboxes.values)
    }
    for mailbox in all { mailbox.put { $0.isEnded = true } }
    tellIfEnded()
  }

  private func tellIfEnded() {
    let done = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.table.count == 0, let done = state.onEnded else { return nil }
      state.onEnded = {}
      return done
    }
    done?()
  }

  /// One has ended.
  func end(_ number: Int) {
    state.withLock { state in
      state.table.end(number)
      state.mailboxes[number] = nil
    }
    tellIfEnded()
  }
}
