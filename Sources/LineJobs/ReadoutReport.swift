import BusMaster
import MBus
import Metering

/// Turns what a readout brought on the wire into what it says of the meter.
enum ReadoutReport {
  /// A telegram that is encrypted and was not decrypted makes the whole readout a failure: the list and the last
  /// values of the meter stay as they are.
  /// - Parameters:
  ///   - result: the telegrams, and how the readout ended.
  ///   - identity: who was asked; it says who the meter is when its telegrams do not.
  ///   - listings: what is to be listed beside its values.
  static func outcome(
    of result: ReadoutResult, asked identity: MeterIdentity,
    listings: Set<MeterValue.Listing> = []
  ) -> Result<MeterReport, ReadoutFailure> {
    if result.telegrams.isEmpty { return .failure(result.failure) }
    var chain: [Telegram] = []
    var problems: [String] = []
    for (index, response) in result.responses.enumerated() {
      switch reading(response) {
      case .success(let telegram): chain.append(telegram)
      case .failure(let reason) where chain.isEmpty || reason.isOfTheWhole:
        return .failure(reason.failure)
      case .failure(let reason): problems.append("telegram \(index + 1): \(reason.text)")
      }
    }
    let sender = result.telegrams.first?.address
    guard
      var report = MeterReport(
        chain: chain, asked: identity, primaryAddress: sender, listings: listings,
        frames: result.telegrams)
    else { return .failure(result.failure) }
    if let cut = result.cut { problems.append("telegram \(chain.count + 1): \(cut)") }
    report.problems += result.problems + problems
    report.isComplete = problems.isEmpty
    return .success(report)
  }

  /// Why a telegram brings no values.
  private struct NoData: Error {
    /// What the readout fails by when there is nothing else.
    let failure: ReadoutFailure
    /// What is said when there is something else.
    let text: String
    /// The readout fails even then.
    var isOfTheWhole = false
  }

  private static func reading(
    _ response: Result<Response, ResponseError>
  ) -> Result<Telegram, NoData> {
    switch response {
    case .success(.data(let telegram)):
      guard let problem = telegram.problem, !telegram.isReadable else { return .success(telegram) }
      return .failure(unreadable("\(problem)", isOfTheWhole: true))
    case .success(.applicationError(let error)):
      return .failure(
        NoData(failure: .applicationError("\(error)"), text: "application error: \(error)"))
    case .success(.alarm(let alarm)):
      return .failure(unreadable("the meter sends an alarm in place of data: \(alarm)"))
    case .success(.format):
      return .failure(unreadable("the meter sends the format of its telegrams in place of data"))
    case .failure(let error): return .failure(unreadable("\(error)"))
    }
  }

  private static func unreadable(_ text: String, isOfTheWhole: Bool = false) -> NoData {
    NoData(failure: .unreadable(text), text: text, isOfTheWhole: isOfTheWhole)
  }
}

extension ReadoutResult {
  /// Why there is no telegram at all.
  fileprivate var failure: ReadoutFailure {
    switch ending {
    case .noAnswer(let attempts): .noAnswer(attempts: attempts)
    case .garbage(let why, let attempts): .badTelegram(why, attempts: attempts)
    case .complete, .limited: .unreadable("the telegrams carry no data")
    }
  }

  /// What is missing at the end of a chain; nil when nothing is, or when the limit was reached.
  fileprivate var cut: String? {
    switch ending {
    case .complete, .limited: nil
    case .noAnswer, .garbage: "\(failure)"
    }
  }
}
