/// Who reads the files anew, one at a time: whoever wants that while they are being read has the next turn, together
/// with all others who do, since what is being read may be older than what they mean.
struct ReloadTurns {
  /// Whether the files are being read.
  private(set) var isUnderWay = false
  private var waiting: [() -> Void] = []

  /// Begins a turn, or waits for the next.
  /// - Parameter done: called after the next turn, if it has to be waited for.
  /// - Returns: whether the turn begins now.
  mutating func begin(otherwise done: @escaping () -> Void) -> Bool {
    guard isUnderWay else {
      isUnderWay = true
      return true
    }
    waiting.append(done)
    return false
  }

  /// Ends the turn.
  /// - Returns: what is called after the next one; nil: nobody waits for one.
  mutating func end() -> (() -> Void)? {
    isUnderWay = false
    guard !waiting.isEmpty else { return nil }
    let all = waiting
    waiting = []
    return { for done in all { done() } }
  }
}
