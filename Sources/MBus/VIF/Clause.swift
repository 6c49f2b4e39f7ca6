/// Where the rows of the tables of value information come from. The chapters are those of EN 13757-3:2013, the
/// tables those of its edition of 2018, in which the same rows have got company.
enum Clause {
  static let primary = "EN 13757-3:2013, ch. 6.4.2 (2018: table 10)"
  static let plainText = "EN 13757-3:2013, ch. 6.4.3"
  static let fd = "EN 13757-3:2013, ch. 6.4.4 (2018: table 12)"
  /// Rows that the older edition calls reserved.
  static let fd2018 = "EN 13757-3:2018, table 12"
  static let fdfd = "EN 13757-3:2018, table 13"
  static let fb = "EN 13757-3:2013, ch. 6.4.5 (2018: table 14)"
  static let fb2018 = "EN 13757-3:2018, table 14"
  /// Rows that have been reserved since: nothing else has taken their place.
  static let fb2004 = "EN 13757-3:2004, VIF codes behind FB; reserved since"
  static let combinable = "EN 13757-3:2013, ch. 6.4.6 (2018: table 15)"
  static let combinable2018 = "EN 13757-3:2018, table 15"
  static let behindFC = "EN 13757-3:2013, ch. 6.4.7 (2018: table 16)"
  static let behindFC2018 = "EN 13757-3:2018, table 16"
  static let actions = "EN 13757-3:2013, ch. 6.4.7 (2018: table 17)"
  static let errors = "EN 13757-3:2013, ch. 6.5 (2018: table 18)"
  static let nonMetric = "EN 13757-3:2013, annex C"
  /// Rows that only other programs vouch for.
  static let unchecked2025 = "EN 13757-3:2025, by other programs' tables only"
}
