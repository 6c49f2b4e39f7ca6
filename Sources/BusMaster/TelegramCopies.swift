import MBus

/// What tells a repetition of the telegram before from the next one of a chain that has the same values.
///
/// The frame count bit decides: the answer to a request with the other bit is a new telegram, whatever is in it. But
/// where the request for the telegram before had to be repeated, each of its answers may still be on its way: a slave
/// that is slower than the timeout answers twice. So many copies are passed over, and the request is sent again when
/// nothing follows them; the slave then repeats its answer.
struct TelegramCopies: Hashable, Sendable {
  /// So many telegrams that say nothing new come from a slave that does not know the frame count bit.
  static let most = 10

  /// Requests for the telegram that is awaited.
  private var asked = 0
  /// Further answers to requests for the telegram before that may come.
  private var late = 0
  /// Telegrams in a row that were equal to the one before.
  private(set) var run = 0

  /// How many copies of the telegram before are no answer to the next request.
  var allowance: Int { run < Self.most ? late : .max }

  /// REQ_UD2 goes out.
  /// - Returns: whether it is the first one for its telegram.
  mutating func noteRequest() -> Bool {
    asked += 1
    return asked == 1
  }

  /// So many copies were passed over.
  mutating func notePassedOver(_ count: Int) { late = max(0, late - count) }

  /// The telegram has come.
  mutating func noteTelegram(_ frame: Frame, after previous: Frame?) {
    late = max(0, asked - 1)
    asked = 0
    run = previous.map { frame.isRepetition(of: $0) } == true ? run + 1 : 0
  }
}
