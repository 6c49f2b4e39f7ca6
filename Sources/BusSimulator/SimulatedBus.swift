import MBus
import Metering
import Time

/// Speed, chance and disturbances of a simulated line.
public struct LineSettings: Hashable, Sendable {
  /// Bits a second, 1–1,000,000: of the master until it changes its speed, and of slaves without one of their
  /// own.
  public let baud: Int64
  /// Draws answer delays and noise.
  public var seed: UInt64
  /// The chance of each byte to be disturbed, 0–1, in both directions.
  public var noise: Double
  /// The chance of each answer of a slave to be lost as a whole, 0–1.
  public var loss: Double
  /// What the meters' clocks show at one moment; their zone is UTC.
  public var clock: Moment
  /// The master hears its own bytes, as behind a converter that does not suppress them.
  public var echoes = false

  /// A line; what is left out is quiet and has 2400 baud.
  /// - Parameter baud: bits a second; beyond 1–1,000,000 the nearest of these is taken.
  public init(
    baud: Int64 = 2400, seed: UInt64 = 1, noise: Double = 0, loss: Double = 0,
    clock: Moment = Moment(instant: .zero, wall: WallTime(unixSeconds: 1_767_225_600))
  ) {
    self.baud = min(max(baud, 1), 1_000_000)
    self.seed = seed
    self.noise = noise
    self.loss = loss
    self.clock = clock
  }
}

/// An M-Bus with slaves that behave as EN 13757-2 and -3 say. It has no clock: it is told what time
/// it is, and says when it wants to be told again.
///
/// Give the master's bytes to `send`, then call `advance` at `nextEvent` or at any later time; what
/// comes out does not depend on how often it is called. Times must not go backwards.
public struct SimulatedBus: Sendable {
  /// A slave and what it is putting on the line.
  private struct Participant: Sendable {
    var link: LinkLayer
    let delay: Span
    var isMuted = false
    /// The last answer, whether it has begun or not.
    var transmission: Transmission?

    /// A telegram may take longer than an acknowledgement.
    func delay(before answer: [UInt8]) -> Span {
      answer.count > 1 ? max(delay, link.slave.telegramDelay ?? delay) : delay
    }
  }

  private let settings: LineSettings
  private var participants: [Participant]
  private var master: MasterLine
  private var receiver: Receiver
  private var answerNoise: LineNoise
  private var echoNoise: LineNoise
  private var losses: SplitMix64
  /// How many answers the slaves have given, lost ones included.
  public private(set) var answerCount = 0
  /// Answers to be lost, by their number from 1, beside those that chance takes.
  public var lostAnswers: Set<Int> = []

  /// Numbers of the random sequences.
  private enum Stream {
    static let delays: UInt64 = 1
    static let requestNoise: UInt64 = 2
    static let answerNoise: UInt64 = 3
    static let echoNoise: UInt64 = 4
    static let losses: UInt64 = 6
  }

  /// A bus with slaves; all are deselected and reset.
  public init(_ slaves: [SimulatedSlave], settings: LineSettings = LineSettings()) {
    self.settings = settings
    var delays = SplitMix64(seed: settings.seed, stream: Stream.delays)
    participants = slaves.map { slave in
      Participant(
        link: LinkLayer(slave, baud: settings.baud),
        delay: slave.answerDelay.span(
          baud: slave.speed.baud ?? settings.baud, random: &delays))
    }
    master = MasterLine(
      baud: settings.baud,
      noise: LineNoise(
        probability: settings.noise, seed: settings.seed, stream: Stream.requestNoise))
    receiver = Receiver(baud: settings.baud)
    echoNoise = LineNoise(
      probability: settings.noise, seed: settings.seed, stream: Stream.echoNoise)
    answerNoise = LineNoise(
      probability: settings.noise, seed: settings.seed, stream: Stream.answerNoise)
    losses = SplitMix64(seed: settings.seed, stream: Stream.losses)
  }

  /// The slaves on the line.
  public var slaves: [SimulatedSlave] { participants.map(\.link.slave) }

  /// The delays with which the slaves answer, in their order.
  public var answerDelays: [Span] { participants.map(\.delay) }

  /// Cuts off the slaves with a serial, or connects them again.
  /// - Returns: how many slaves have that serial.
  @discardableResult public mutating func setMuted(_ serial: MeterSerial, _ isMuted: Bool) -> Int {
    let indices = participants.indices.filter {
      participants[$0].link.slave.identity?.serial == serial
    }
    for index in indices { participants[index].isMuted = isMuted }
    return indices.count
  }

  /// Cuts off one slave by its place, or connects it again: of several with one serial this one only.
  public mutating func setMuted(at place: Int, _ isMuted: Bool) {
    guard participants.indices.contains(place) else { return }
    participants[place].isMuted = isMuted
  }

  /// The master hands over bytes. They take the line one after another, after those that are still
  /// waiting, at the speed of the line. At most 65,536 wait; what comes beyond is lost.
  public mutating func send(_ bytes: some Sequence<UInt8>, at now: MonotonicInstant) {
    master.send(bytes, at: now)
  }

  /// The master has another speed from now on; what it has sent before goes out at the one before.
  /// - Parameter baud: bits a second; beyond 1–1,000,000 the nearest of these is taken.
  public mutating func use(baud: Int64) {
    let baud = min(max(baud, 1), 1_000_000)
    master.baud = baud
    receiver.baud = baud
  }

  /// When something happens next: a byte of the master is over, or one of the slaves complete. nil
  /// while the line rests.
  public var nextEvent: MonotonicInstant? {
    [master.nextByte, receiver.nextByte].compactMap { $0 }.min()
  }

  /// Everything that happens up to a moment, that moment included.
  /// - Returns: the bytes that the master receives, in order.
  public mutating func advance(to now: MonotonicInstant) -> [ReceivedByte] {
    var received: [ReceivedByte] = []
    while let event = nextEvent, event <= now {
      // What the slaves hear comes first: an answer without delay may begin at this moment.
      if master.nextByte == event {
        if settings.echoes, let value = master.nextValue {
          let flips = echoNoise.flips()
          received.append(
            ReceivedByte(
              time: event, value: value ^ UInt8(truncatingIfNeeded: flips >> 1),
              parityError: flips != 0, framingError: false))
        }
        if let heard = master.hear(by: event), let frame = heard { answer(frame) }
      } else if let byte = receiver.receive(by: event, noise: &answerNoise) {
        received.append(byte)
      }
    }
    receiver.rest(until: now)
    return received
  }

  /// A frame is over: those who heard it answer.
  private mutating func answer(_ heard: MasterLine.HeardFrame) {
    defer { receiver.settle() }
    for index in participants.indices where !participants[index].isMuted {
      if let busy = participants[index].transmission, busy.start < heard.end,
        busy.end > heard.start
      {
        continue
      }
      let clock = SlaveClock(start: settings.clock)
      // At another speed there is only noise for it.
      guard participants[index].link.isAtItsSpeed(heard.baud, now: heard.end) else { continue }
      guard
        let bytes = participants[index].link.hear(heard.frame, now: heard.end, clock: clock)
      else { continue }
      // The slave has answered, for all it knows.
      answerCount += 1
      if lostAnswers.contains(answerCount) { continue }
      if settings.loss > 0, losses.happens(settings.loss) { continue }
      let transmission = Transmission(
        start: heard.end + participants[index].delay(before: bytes), bytes: bytes, baud: heard.baud)
      // Asked again before its answer has begun, a slave answers the later request.
      if let older = participants[index].transmission, older.start >= heard.end {
        receiver.withdraw(older)
      }
      participants[index].transmission = transmission
      receiver.add(transmission)
    }
  }
}

extension SimulatedSlave.Speed {
  /// Bits a second, where it has one of its own.
  fileprivate var baud: Int64? {
    if case .fixed(let baud) = self { baud } else { nil }
  }
}
