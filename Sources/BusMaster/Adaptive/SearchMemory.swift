import MBus
import Metering
import Time

/// What a search has learned, and what it goes by.
struct SearchMemory: Sendable {
  /// A range that need not be asked again.
  struct Closed: Hashable, Sendable {
    /// Why.
    enum Reason: Hashable, Sendable {
      /// Nobody has answered, asked so often.
      case silent(asks: Int)
      /// Only this meter is there.
      case single(MeterIdentity)
      /// Somebody acknowledges and sends no data.
      case mute
      /// It has been looked through.
      case resolved
    }

    var select: SlaveSelect
    var reason: Reason
  }

  /// A meter whose range was closed without asking for its answer again, since it is unlikely that another one
  /// stands behind it.
  struct Pending: Hashable, Sendable {
    var identity: MeterIdentity
    var select: SlaveSelect
    /// The chance that a meter hidden behind it would have fitted the burst of the range above.
    var chance: Double
    /// The common digits of that burst.
    var digits: [UInt8]?
    /// The place of the digit that tells it from its siblings.
    var place: Int?
  }

  /// Where meters are looked for.
  let start: SlaveSelect
  /// How many values a digit may have: 10, or 15 with hex digits.
  let radix: UInt8
  private(set) var timing: LineTiming
  /// How long a slave may take to acknowledge.
  var window: Span
  /// A telegram came later than that: slaves are waited for from then on that acknowledge in time, and take longer for
  /// their data.
  private(set) var isDataLate = false
  /// When the last E5 to the all-wildcard select had come: every slave that is looked for has answered by
  /// then.
  var latest: Span?
  /// E5s come at different times.
  var isSpread = false
  /// An answer was missing that came when asked again.
  var lossSeen = false
  var closed: [Closed] = []
  private(set) var found: [MeterIdentity] = []
  /// Found, and not told yet.
  private var news: [ScanHit] = []
  var pending: [Pending] = []
  /// A meter that is alone on the bus is asked again.
  var confirmsLone = false
  /// What all meters have in common.
  var root: Burst.Common?
  /// Ranges in which somebody acknowledges and sends no data.
  private(set) var mutes: [SlaveSelect] = []
  /// Ranges in which somebody is who could not be found: to be told, not to be looked for over and over.
  private(set) var unexplained: [SlaveSelect] = []
  var problems: [ScanProblem] = []

  init(start: SlaveSelect, radix: UInt8, timing: LineTiming) {
    self.start = start
    self.radix = radix
    self.timing = timing
    window = timing.answerWindow
  }

  /// The link is slower than it seemed: the window grows with it. It does not shrink, since what was silent is
  /// only known for what was waited then.
  mutating func use(latency: Span) {
    guard latency > timing.latency else { return }
    timing.latency = latency
    window = max(window, timing.answerWindow)
  }

  /// How long a slave may take to begin its telegram.
  var dataWindow: Span { isDataLate ? max(window, timing.longWindow) : window }

  /// A telegram has come.
  /// - Parameter lateness: how long its slave took to begin it.
  mutating func noteData(lateness: Span) {
    if lateness > window + timing.wireTime(bytes: 1) { isDataLate = true }
  }

  /// Slaves may be slower than was waited until now: whoever was silent, or has sent no data, may be there.
  mutating func forgetSilence() {
    (closed, pending, mutes, unexplained, problems) = ([], [], [], [], [])
    // Acknowledgements are listened for to the end of the window again.
    latest = nil
  }

  /// How often silence is asked: twice, and three times where answers have been lost.
  var silentAsks: Int { lossSeen ? 3 : 2 }
  /// How many good repetitions prove that a meter is alone.
  var confirmations: Int { lossSeen ? 2 : 1 }

  /// How long to listen for further E5s after the first one; nil: to the end of the window.
  var listening: Span? {
    guard !isSpread, let latest else { return nil }
    return latest + timing.pauseAfterBroadcast
  }

  /// A meter has answered.
  mutating func found(_ identity: MeterIdentity, _ frame: Frame) {
    guard !found.contains(identity) else { return }
    found.append(identity)
    news.append(ScanHit(address: .secondary(identity), identity: identity, frame: frame))
  }

  /// What has been found and not told yet.
  mutating func takeNews() -> [ScanHit] {
    defer { news = [] }
    return news
  }

  /// The meters in a range.
  func found(in select: SlaveSelect) -> [MeterIdentity] { found.filter { select.matches($0) } }

  mutating func close(_ select: SlaveSelect, _ reason: Closed.Reason) {
    closed.append(Closed(select: select, reason: reason))
  }

  /// What is known of a range without asking; nil: nothing.
  func known(of select: SlaveSelect) -> LookResult? {
    for entry in closed where select.isWithin(entry.select) {
      switch entry.reason {
      case .silent, .mute: return .empty
      case .single(let identity): return select.matches(identity) ? .single : .empty
      case .resolved where entry.select == select: return .skipped
      case .resolved: continue
      }
    }
    return nil
  }

  /// Nobody is in this range, as silence has shown.
  func isSilent(_ select: SlaveSelect) -> Bool {
    closed.contains {
      switch $0.reason {
      case .silent, .mute: select.isWithin($0.select)
      case .single, .resolved: false
      }
    }
  }

  /// Somebody acknowledges there, and sends no data.
  mutating func isMute(_ select: SlaveSelect) {
    if !mutes.contains(where: { select.isWithin($0) }) { mutes.append(select) }
    close(select, .mute)
    unexplained.append(select)
  }

  mutating func takeMute() -> SlaveSelect? { mutes.popLast() }

  /// Somebody is there who could not be found.
  mutating func giveUp(_ select: SlaveSelect, _ problem: ScanProblem) {
    if !problems.contains(problem) { problems.append(problem) }
    unexplained.append(select)
  }

  /// Somebody in a range could not be found.
  func isUnexplained(in select: SlaveSelect) -> Bool {
    unexplained.contains { $0.isWithin(select) }
  }

  /// The digits that have at least these bits.
  func candidates(_ bits: UInt8) -> [UInt8] { (0..<radix).filter { $0 & bits == bits } }
}

/// What a look at a range has shown.
enum LookResult: Hashable, Sendable {
  /// Nobody is there.
  case empty
  /// One meter.
  case single
  /// Several: what was seen of them.
  case collision(Observation)
  /// It has been looked through before.
  case skipped
}

/// What is known of the meters in a range in which there are several.
struct Observation: Hashable, Sendable {
  /// What they have in common; nil: nothing can be said.
  private(set) var common: Burst.Common?
  /// Answers have been seen, usable or not.
  private(set) var isMade = false
  /// Two of them agree on what is common, so that a meter whose answer was lost once is in it.
  var isDoubled = false
  /// The order in which digits are to be tried.
  var order: [Int] = []
  /// The common digits of a range around this one, where this one has shown none.
  var inherited: [UInt8]?
  /// Nothing but a telegram with hardly a 1 in it speaks for a second meter.
  var isWeak = false

  /// The digits that all have in common, if that is known.
  var digits: [UInt8]? { common?.digits }

  /// Takes another answer; nil: one that cannot be used.
  mutating func absorb(_ other: Burst.Common?) {
    defer { isMade = true }
    guard let other else { return common = nil }
    if !isMade {
      common = other
    } else if let mine = common {
      common = mine.and(other)
      isDoubled = true
    }
  }

  /// What came as an answer.
  mutating func absorb(_ outcome: Probe.Outcome) {
    switch outcome {
    case .clean(let frame): absorb(frame.identity.map { Burst.Common($0) })
    case .burst(let burst): absorb(burst.common)
    case .silence, .acknowledged: break
    }
  }
}

extension SlaveSelect {
  /// How many digits a serial has.
  static let digitCount = 8

  /// A digit of the serial, the last one at place 0; F is any.
  func digit(_ place: Int) -> UInt8 { UInt8(serial.digits >> (UInt32(place) * 4) & 0xF) }

  /// The same with one digit chosen.
  func with(_ digit: UInt8, at place: Int) -> SlaveSelect {
    let shift = UInt32(place) * 4
    var select = self
    select.serial = MeterSerial(
      digits: serial.digits & ~(Wildcard.digit << shift) | UInt32(digit) << shift)
    return select
  }

  /// The places of digits that are not chosen.
  var places: [Int] { (0..<Self.digitCount).filter { UInt32(digit($0)) == Wildcard.digit } }

  /// Whoever this selects is selected by the other one, too.
  func isWithin(_ other: SlaveSelect) -> Bool {
    // A nibble F of the other one covers all; the rest must be equal.
    let difference = serial.digits ^ other.serial.digits
    let wild = other.serial.wildDigits
    return difference & ~wild == 0
      && (other.manufacturer == Wildcard.manufacturer || other.manufacturer == manufacturer)
      && (other.version == Wildcard.byte || other.version == version)
      && (other.medium == Wildcard.byte || other.medium == medium)
  }

  /// What is known of a meter that this selects.
  var identity: MeterIdentity {
    MeterIdentity(
      serial: serial,
      manufacturer: manufacturer == Wildcard.manufacturer
        ? nil : ManufacturerCode(rawValue: manufacturer),
      version: version == Wildcard.byte ? nil : version,
      medium: medium == Wildcard.byte ? nil : Medium(rawValue: medium))
  }
}

extension MeterSerial {
  /// F at each digit that is F, 0 at the others.
  fileprivate var wildDigits: UInt32 {
    let pairs = digits & digits >> 1
    let low = pairs & pairs >> 2 & 0x1111_1111
    return low &* 0xF
  }
}
