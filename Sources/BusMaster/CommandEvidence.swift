import MBus

/// What a readout says of whether a command was carried out.
struct CommandEvidence: Hashable, Sendable {
  /// The values in the order in which they came, those that are not valid included.
  let records: [DataRecord]
  /// How many telegrams came.
  let telegrams: Int
  /// The meter could not do what it was asked for: what it says.
  let applicationError: String?
  /// Why there may be more than what is known; nil: all is known.
  let gap: String?

  /// The data field of what is no value (EN 13757-3, special functions): the maker's own block, and the mark that
  /// more telegrams follow.
  private static let special: UInt8 = 0x0F

  init(_ result: ReadoutResult) {
    var records: [DataRecord] = []
    var applicationError: String?
    var gap: String?
    for response in result.responses {
      switch response {
      case .success(.data(let telegram)):
        records += telegram.records.filter { ($0.dif.first ?? 0) & Self.special != Self.special }
        gap = gap ?? telegram.problem.map { "\($0)" }
      case .success(.applicationError(let error)):
        applicationError = applicationError ?? "\(error)"
        gap = gap ?? "it answers with an application error: \(error)"
      case .success(.alarm(let alarm)): gap = gap ?? "it sends an alarm in place of data: \(alarm)"
      case .success(.format): gap = gap ?? "it sends the format of its telegrams in place of data"
      case .failure(let error): gap = gap ?? "\(error)"
      }
    }
    self.records = records
    self.applicationError = applicationError
    telegrams = result.telegrams.count
    self.gap = gap ?? Self.cut(result)
  }

  /// What is missing at the end of the chain.
  private static func cut(_ result: ReadoutResult) -> String? {
    let next = result.telegrams.count + 1
    return switch result.ending {
    case .complete: nil
    case .limited: "its telegrams from number \(next) on are not read (MBUS_MAXMULTIPAGE)"
    case .noAnswer: "telegram \(next) does not come"
    case .garbage(let why, _): "telegram \(next) does not come: \(why)"
    }
  }

  /// How many of the values are not valid, and why the first one is not; nil: all are.
  var invalid: String? {
    let errors = records.compactMap(\.error)
    return errors.first.map {
      "\(Self.values(errors.count)) of \(records.count) \(errors.count == 1 ? "is" : "are") not valid: \($0)"
    }
  }

  static func values(_ number: Int) -> String { number == 1 ? "1 value" : "\(number) values" }
}
