import Metering
import Time

/// A meter on the simulated bus: where it is reached, what it sends, and how fast.
public struct SimulatedSlave: Sendable {
  /// What is behind the link layer.
  public enum Content: Sendable {
    /// A built-in meter that counts on.
    case builtIn(BuiltInMeter)
    /// Telegrams recorded from a meter, answered as they are.
    case captured(CapturedMeter)
  }

  /// What a slave makes of commands (SND_UD).
  public enum Obedience: Hashable, Sendable {
    /// It acknowledges them and does what it can: a built-in meter takes addresses, serial, clock, speed,
    /// selections and freezes, one made of recorded telegrams nothing.
    case carriesOut
    /// It acknowledges them and does nothing.
    case ignores
    /// It does not answer them.
    case refuses
  }

  /// At which speed a slave listens and answers.
  public enum Speed: Hashable, Sendable {
    /// That of the line.
    case line
    /// One of its own, in bits a second.
    case fixed(Int64)
    /// That of the master, whatever it is.
    case any
  }

  /// 0–250, as long as no master has set another one.
  public let primaryAddress: UInt8
  /// What a slave select is compared with; nil for telegrams that carry no identity: then the slave
  /// is never selected.
  public let identity: MeterIdentity?
  /// What it sends.
  public let content: Content
  /// How fast it answers.
  public var answerDelay: AnswerDelay
  /// How long it takes for a telegram, where that is longer than for an acknowledgement.
  public var telegramDelay: Span?
  /// One memory of the frame count bit for SND_UD and REQ_UD2: a request with the bit of the command before is
  /// a repetition of that, answered by E5. Other slaves count the requests for data alone.
  public var countsCommands = false
  /// What it makes of commands.
  public var obedience = Obedience.carriesOut
  /// At which speed it listens and answers.
  public var speed = Speed.line

  /// A built-in meter.
  /// - Parameter primaryAddress: 0–250.
  public init(_ meter: BuiltInMeter, primaryAddress: UInt8, answerDelay: AnswerDelay = .drawn) {
    self.primaryAddress = primaryAddress
    identity = meter.identity
    content = .builtIn(meter)
    self.answerDelay = answerDelay
  }

  /// A meter known by its telegrams; the address is theirs.
  public init(_ meter: CapturedMeter, answerDelay: AnswerDelay = .drawn) {
    primaryAddress = meter.primaryAddress
    identity = meter.identity
    content = .captured(meter)
    self.answerDelay = answerDelay
  }

  /// How many telegrams make up a readout.
  public var telegramCount: Int {
    switch content {
    case .builtIn(let meter): meter.telegramCount
    case .captured(let meter): meter.telegramCount
    }
  }

  /// A telegram as sent.
  /// - Parameters:
  ///   - index: its place in the chain, from 0.
  ///   - seconds: the meter's clock, in seconds since 1970-01-01 00:00 as that clock shows it.
  ///   - accessNumber: counts the telegrams sent.
  /// - Returns: nil where the meter stays silent.
  public func telegram(_ index: Int, at seconds: Int64, accessNumber: UInt8) -> [UInt8]? {
    switch content {
    case .builtIn(let meter):
      meter.telegram(
        index, at: seconds, accessNumber: accessNumber, primaryAddress: primaryAddress)
    case .captured(let meter): meter.telegram(index)
    }
  }
}
