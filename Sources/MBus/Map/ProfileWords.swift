import Bytes
import Time

/// What the bytes of a profile say (EN 13757-3:2018, annex F).
enum ProfileWords {
  /// The first byte.
  static func control(_ profile: Profile) -> String {
    let mode =
      switch profile.mode {
      case .absolute: "values"
      case .increase: "steps up"
      case .decrease: "steps down"
      case .difference: "steps with a sign"
      }
    let way =
      switch profile.kind {
      case .compact: "from the base value on"
      case .inverse: "from the base value back"
      case .registerNumbers: "by register numbers"
      }
    return "profile: \(mode) as \(profile.type.name), \(way)"
  }

  /// The second.
  static func spacing(_ profile: Profile) -> String {
    switch profile.spacing {
    case .none: "spacing: none in time"
    case .seconds(let seconds): "spacing: \(span(seconds))"
    case .days(let days): "spacing: \(days) d"
    case .months(let months): "spacing: \(months == 1 ? "1 month" : "\(months) months")"
    case .halfMonth: "spacing: half a month"
    }
  }

  private static func span(_ seconds: Int64) -> String {
    if seconds % 3600 == 0 { return "\(seconds / 3600) h" }
    return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
  }

  /// One of its elements.
  /// - Parameters:
  ///   - number: 1 for the first.
  ///   - value: what it stands for; nil: that is not known.
  static func element(_ number: Int, _ value: DataRecord?) -> String {
    guard let value else { return "element \(number): no value without a base value" }
    let time = value.shownTime.map { ", \($0.iso8601)" } ?? ""
    return "element \(number): storage \(value.storage), \(RecordWords.value(value))\(time)"
  }
}

extension DataRecord {
  /// When the value was taken by a clock that nobody set meanwhile; nil for all but values of a profile.
  public var shownTime: CivilTime? {
    time.flatMap { elapsed == 0 ? $0 : $0.adding(seconds: elapsed) }
  }
}

extension Profile {
  /// Whether bytes behind LVAR are its two bytes and its elements in their order: those of a telegram with the most
  /// significant byte first are not.
  func stands(in bytes: some Sequence<UInt8>) -> Bool {
    bytes.dropFirst(2).starts(with: elements.joined())
  }
}
