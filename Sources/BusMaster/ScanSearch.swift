import MBus
import Metering
import Time

/// The order in which a scan asks, and what it makes of the answers; without any time in it.
protocol ScanSearch: Sendable {
  /// What the master knows of link addresses; the search brings it up to date.
  var countBits: FrameCountBits { get }
  /// The share of the range that has been looked at, 0–1000.
  var thousandths: Int { get }
  /// What a person should look after.
  var problems: [ScanProblem] { get }
  /// The next request; nil when the search is over.
  mutating func nextRequest() -> ScanRequest?
  /// Takes what came of it; the meters that it shows.
  mutating func take(_ reply: ScanReply) -> [ScanHit]
  /// Learns what the link is known to add to the time that answers take, by now.
  mutating func use(latency: Span)
  /// Looks no further: what is left to be sent leaves nobody selected.
  mutating func cancel()
}

extension ScanSearch {
  mutating func use(latency: Span) {}
}

/// What a search wants asked.
struct ScanRequest: Hashable, Sendable {
  /// What is to come of it.
  enum Kind: Hashable, Sendable {
    /// The answer of one slave.
    case exchange(Exchange.Expectation)
    /// The same, where it is not known that there is anybody: who does not begin within the window of the first
    /// pass is not waited for.
    case survey(Exchange.Expectation)
    /// The answers of all who feel addressed, who have so long to begin; the first of them has the patience.
    case probe(Probe.Question, window: Span, patience: Span)
  }

  /// What is sent.
  var frame: Frame
  /// What is to come of it.
  var kind: Kind

  init(_ frame: Frame, _ expectation: Exchange.Expectation, isSurvey: Bool = false) {
    self.frame = frame
    kind = isSurvey ? .survey(expectation) : .exchange(expectation)
  }

  init(_ frame: Frame, _ question: Probe.Question, window: Span, patience: Span) {
    self.frame = frame
    kind = .probe(question, window: window, patience: patience)
  }
}

/// What came of it.
enum ScanReply: Hashable, Sendable {
  case exchange(Exchange.Outcome)
  /// With the time that whoever answers took to begin, if what came is one answer; nil: nothing came.
  case probe(Probe.Outcome, lateness: Span?)
}

/// A request under way.
enum ScanExchange: Hashable, Sendable {
  case exchange(Exchange)
  case probe(Probe)

  init(_ request: [UInt8], _ kind: ScanRequest.Kind, timing: LineTiming, now: MonotonicInstant) {
    switch kind {
    case .exchange(let expectation):
      self = .exchange(
        Exchange(
          request, expecting: expectation, timing: timing,
          window: expectation.window(where: timing), now: now))
    case .survey(let expectation):
      self = .exchange(
        Exchange(
          request, expecting: expectation, timing: timing, window: timing.answerWindow, now: now))
    case .probe(let question, let window, let patience):
      self = .probe(
        Probe(request, question, window: window, patience: patience, timing: timing, now: now))
    }
  }

  /// When something must be done if nothing comes.
  var deadline: MonotonicInstant {
    switch self {
    case .exchange(let exchange): exchange.deadline
    case .probe(let probe): probe.deadline
    }
  }

  /// Takes what happens; what came of the request, once it is decided.
  mutating func handle(_ event: BusEvent, now: MonotonicInstant) -> ScanReply? {
    switch (self, event) {
    case (.exchange(var exchange), .received(let bytes)):
      let outcome = exchange.receive(bytes, now: now)
      self = .exchange(exchange)
      return outcome.map(ScanReply.exchange)
    case (.exchange(var exchange), .wake):
      let outcome = exchange.wake(now: now)
      self = .exchange(exchange)
      return outcome.map(ScanReply.exchange)
    case (.probe(var probe), .received(let bytes)):
      probe.receive(bytes, now: now)
      self = .probe(probe)
      return nil
    case (.probe(var probe), .wake):
      let outcome = probe.wake(now: now)
      self = .probe(probe)
      return outcome.map { .probe($0, lateness: probe.lateness) }
    case (_, .start): return nil
    }
  }
}

extension Exchange.Expectation {
  /// How long a question to many waits where somebody has said it; nil: as long as the standard says.
  fileprivate func window(where timing: LineTiming) -> Span? {
    guard timing.isTimeoutGiven else { return nil }
    switch self {
    case .presence, .loneResponse: return timing.answerWindow
    case .nothing, .acknowledge, .acknowledgeIfAny, .response, .anything: return nil
    }
  }
}

extension ScanHit {
  /// - Parameters:
  ///   - address: how it was reached.
  ///   - identity: who it says it is.
  ///   - frame: its answer.
  init(address: MBusAddress, identity: MeterIdentity, frame: Frame) {
    let sender = frame.address.flatMap { $0 <= LinkAddress.meters.upperBound ? $0 : nil }
    self.init(address: address, identity: identity, primaryAddress: sender)
  }
}
