import Metering
import Station

/// How a meter is to people, from the last readout and those before.
enum MeterState: String, CaseIterable, Sendable {
  /// Read, with all its values.
  case ok
  /// Read, and something of it was missing or invalid.
  case partly
  /// Not read: it has never been since the start.
  case failed
  /// Not read: its values are older ones.
  case stale
  /// Not tried since the start.
  case never
  /// Nobody reads it: of another interface, or with a mistake in its entry.
  case off

  init(_ meter: Meter) {
    if !meter.configuration.isToBeRead {
      self = .off
    } else if meter.misses > 0 {
      self = meter.lastRead == nil ? .failed : .stale
    } else if meter.lastRead == nil {
      self = .never
    } else {
      self = meter.isUpToDate ? .ok : .partly
    }
  }
}

extension Meter {
  /// Its primary address; nil: it is selected by its secondary address and has not answered, and nobody has said its
  /// primary one. 0 is that of a meter that nobody has given one.
  var knownLink: UInt8? {
    let address = configuration.primaryAddress
    return configuration.usesPrimaryAddress || address > 0 || lastRead != nil ? address : nil
  }
}

/// The letters of the column S (MUC500 manual 1.1, table 9).
enum StatusLetters {
  static func of(_ meter: Meter, _ state: MeterState) -> String {
    let isNotRead = state == .failed || state == .stale
    return (meter.isEdited ? "E" : "") + (isNotRead ? "!" : "") + (meter.isAddedByHand ? "A" : "")
      + (meter.isLimited ? "*" : "")
  }

  /// - Parameter hasBeenTried: whether its meter has been asked since the start.
  static func of(_ value: MeterPoint, hasBeenTried: Bool) -> String {
    (value.isEdited ? "E" : "") + (hasBeenTried && !value.live.isUpToDate ? "!" : "")
      + (value.isAddedByHand ? "A" : "")
  }
}

/// How far a value can be trusted, for people.
enum ShownQuality: String, Sendable {
  case good, stale, invalid, never, notSent

  init(_ live: LiveValue) {
    if live.isNotSent {
      self = .notSent
      return
    }
    switch live.quality {
    case .good: self = .good
    case .stale: self = .stale
    case .invalid: self = .invalid
    case .neverRead: self = .never
    }
  }

  /// Why it is invalid; nil: it is not, or nobody knows.
  static func why(_ live: LiveValue) -> String? {
    if case .invalid(let why, _) = live.quality { why } else { nil }
  }
}

extension MeterPoint {
  /// What the page shows as its value: the number as sent, without scale, or a text; nil: there is none.
  var shownReading: String? {
    guard let brought = live.brought?.withAddendInNumber else { return nil }
    switch brought.reading {
    case .integer, .large, .real: return brought.reading.numberText
    case .text(let text): return text
    case .time(let time): return time.iso8601
    case .binary(let bytes): return bytes.map { Self.hex[Int($0)] }.joined(separator: " ")
    case .invalid: return nil
    }
  }

  /// What the number is to be multiplied with, in scientific notation.
  var shownFactor: String {
    guard case .factor(let factor) = listed.userScale else { return Self.power(shownScale) }
    let number = NumberText.shortest(factor) ?? "1"
    return "\(number)E" + (shownScale < 0 ? "\(shownScale)" : "+\(shownScale)")
  }

  /// The value in its unit, with the user's factor; nil: it is no number.
  var shownScaled: String? { live.brought?.scaled(by: listed.userScale).scaledText }

  private static func power(_ exponent: Int) -> String {
    exponent < 0 ? "1E\(exponent)" : "1E+\(exponent)"
  }

  private static let hex: [String] = (0...255).map { byte in
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
