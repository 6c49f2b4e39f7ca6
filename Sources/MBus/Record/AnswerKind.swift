/// What an answer consists of, as its CI field says (EN 13757-7:2018, table 2; EN 13757-3:2013 for CI 73, 76
/// and 77).
struct AnswerKind: Hashable, Sendable {
  /// What stands before the data.
  enum Header: Hashable, Sendable {
    case none, short, long
  }

  /// What the data is.
  enum Body: Hashable, Sendable {
    case records
    case compact
    case fixed
    case format
    case applicationError
    case alarm
    /// Nothing
    case empty
  }

  var header: Header
  var body: Body
  /// The most significant byte comes first.
  var isBigEndian = false

  /// One row: a CI field and its meaning.
  typealias Row = (ci: UInt8, kind: AnswerKind)

  /// All CI fields that are read here.
  static let rows: [Row] = [
    (ControlInformation.format, AnswerKind(header: .none, body: .format)),
    (ControlInformation.formatShortHeader, AnswerKind(header: .short, body: .format)),
    (ControlInformation.formatLongHeader, AnswerKind(header: .long, body: .format)),
    (
      ControlInformation.applicationErrorShortHeader,
      AnswerKind(header: .short, body: .applicationError)
    ),
    (
      ControlInformation.applicationErrorLongHeader,
      AnswerKind(header: .long, body: .applicationError)
    ),
    (ControlInformation.applicationError, AnswerKind(header: .none, body: .applicationError)),
    (ControlInformation.alarm, AnswerKind(header: .none, body: .alarm)),
    (ControlInformation.longHeader, AnswerKind(header: .long, body: .records)),
    (ControlInformation.fixedData, AnswerKind(header: .none, body: .fixed)),
    (ControlInformation.alarmShortHeader, AnswerKind(header: .short, body: .alarm)),
    (ControlInformation.alarmLongHeader, AnswerKind(header: .long, body: .alarm)),
    (
      ControlInformation.longHeaderBigEndian,
      AnswerKind(header: .long, body: .records, isBigEndian: true)
    ),
    (
      ControlInformation.fixedDataBigEndian,
      AnswerKind(header: .none, body: .fixed, isBigEndian: true)
    ),
    (ControlInformation.noHeader, AnswerKind(header: .none, body: .records)),
    (ControlInformation.compact, AnswerKind(header: .none, body: .compact)),
    (ControlInformation.shortHeader, AnswerKind(header: .short, body: .records)),
    (ControlInformation.compactShortHeader, AnswerKind(header: .short, body: .compact)),
    (ControlInformation.transportShortHeader, AnswerKind(header: .short, body: .empty)),
    (ControlInformation.transportLongHeader, AnswerKind(header: .long, body: .empty)),
  ]

  /// What a CI field stands for; nil: it is not read here.
  static func of(_ ci: UInt8) -> AnswerKind? { byCI[Int(ci)] }

  private static let byCI = (UInt8.min...UInt8.max).map { ci in rows.first { $0.ci == ci }?.kind }
}
