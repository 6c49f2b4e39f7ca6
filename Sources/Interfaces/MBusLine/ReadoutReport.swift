import BusMaster
import MBus
import Metering

/// Turns what a readout brought on the wire into what it says of the meter.
enum ReadoutReport {
  /// - Parameters:
  ///   - result: the telegrams, and how the readout ended.
  ///   - address: how the meter was asked; it says who the meter is when its telegrams do not.
  ///   - listings: what is to be listed beside its values.
  static func outcome(
    of result: ReadoutResult, askedBy address: MBusAddress,
    listings: Set<MeterValue.Listing> = []
  ) -> Result<MeterReport, ReadoutFailure> {
    var chain: [Telegram] = []
    var problems: [String] = []
    for (index, telegram) in result.telegrams.enumerated() {
      do {
        switch try ResponseDecoder.decode(telegram) {
        case .data(let data): chain.append(data)
        case .applicationError(let error) where chain.isEmpty:
          return .failure(.applicationError("\(error)"))
        case .applicationError(let error):
          problems.append("telegram \(index + 1): application error: \(error)")
        }
      } catch {
        if chain.isEmpty { return .failure(.unreadable("\(error)")) }
        problems.append("telegram \(index + 1): \(error)")
      }
    }
    let sender = result.telegrams.first?.address
    guard
      var report = MeterReport(
        chain: chain, asked: address.identity, primaryAddress: sender, listings: listings,
        frames: result.telegrams)
    else { return .failure(result.failure) }
    if result.telegrams.isEmpty { return .failure(result.failure) }
    if let cut = result.cut { problems.append("telegram \(chain.count + 1): \(cut)") }
    report.problems += problems
    report.isComplete = problems.isEmpty
    return .success(report)
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

extension MBusAddress {
  /// Who the meter is, as far as the address says it.
  fileprivate var identity: MeterIdentity {
    switch self {
    case .primary: MeterIdentity(serial: .any)
    case .secondary(let identity): identity
    }
  }
}
