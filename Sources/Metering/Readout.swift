import Time

/// What came of asking one meter once, or what a meter sent by itself.
public struct Readout: Hashable, Sendable {
  /// The line that it came over.
  public var line: LineID
  /// The meter of the list that was asked; nil for what nobody asked for.
  public var meter: MeterID?
  /// When the readout ended.
  public var time: Moment
  /// What the meter said, or why there is nothing.
  public var outcome: Result<MeterReport, ReadoutFailure>
  /// What was received, exchange by exchange, in order, good or bad.
  public var telegrams: [[UInt8]]

  /// All parts of a readout.
  public init(
    line: LineID, meter: MeterID?, time: Moment, outcome: Result<MeterReport, ReadoutFailure>,
    telegrams: [[UInt8]] = []
  ) {
    self.line = line
    self.meter = meter
    self.time = time
    self.outcome = outcome
    self.telegrams = telegrams
  }
}

/// What a meter says in one readout, over all its telegrams.
public struct MeterReport: Hashable, Sendable {
  /// Who it says it is.
  public var identity: MeterIdentity
  /// Its link layer address, where there is one.
  public var primaryAddress: UInt8?
  /// The meter's status byte (EN 13757-3); 0 means no error.
  public var status: UInt8
  /// The values in the order of the telegram, assigned times included; behind them what else is listed
  /// (`MeterValue.Listing`).
  public var values: [MeterValue]
  /// False when a telegram of the chain could not be read; one that a limit left out is not missing.
  public var isComplete: Bool
  /// What could not be decoded, in words, with the offset.
  public var problems: [String]

  /// All parts of a report.
  public init(
    identity: MeterIdentity, primaryAddress: UInt8? = nil, status: UInt8 = 0,
    values: [MeterValue], isComplete: Bool = true, problems: [String] = []
  ) {
    self.identity = identity
    self.primaryAddress = primaryAddress
    self.status = status
    self.values = values
    self.isComplete = isComplete
    self.problems = problems
  }
}

/// Why a readout brought no values.
public enum ReadoutFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nothing came within the timeout, in any of the attempts.
  case noAnswer(attempts: Int)
  /// Something came, but never a valid telegram: what was wrong with the last one.
  case badTelegram(String, attempts: Int)
  /// A valid frame came, but what it carries cannot be read: why.
  case unreadable(String)
  /// The meter reports that it cannot answer (EN 13757-3, application error).
  case applicationError(String)
  /// The line itself is not there.
  case lineDown(String)
  /// The line is there, for somebody else: for whom, in words.
  case lineLent(String)
  /// The line does not take the speed of the meter: which port, which speed and why, in words.
  case speedRefused(String)

  /// Whether it says nothing of the meter, which was not asked at all.
  public var isOfTheLine: Bool {
    switch self {
    case .lineDown, .lineLent, .speedRefused: true
    case .noAnswer, .badTelegram, .unreadable, .applicationError: false
    }
  }

  /// For logs and people.
  public var description: String {
    switch self {
    case .noAnswer(let attempts): "no answer in \(Self.counted(attempts))"
    case .badTelegram(let why, let attempts):
      "no valid telegram in \(Self.counted(attempts)): \(why)"
    case .unreadable(let why): "the telegram cannot be read: \(why)"
    case .applicationError(let text): "the meter reports an application error: \(text)"
    case .lineDown(let why): "the line is down: \(why)"
    case .lineLent(let use): "the line is lent to \(use)"
    case .speedRefused(let why): why
    }
  }

  private static func counted(_ attempts: Int) -> String {
    attempts == 1 ? "1 attempt" : "\(attempts) attempts"
  }
}
