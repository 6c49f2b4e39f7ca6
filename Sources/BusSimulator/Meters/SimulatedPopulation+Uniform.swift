import MBus
import Metering
import Time

/// Populations by which readouts and searches for meters are judged: all meters answer with telegrams of one length, so that
/// frames and bus time of two programs can be compared.
extension SimulatedPopulation {
  /// How a meter of such a population answers.
  public struct Answer: Hashable, Sendable {
    /// The length of its telegram in bytes, from 68 to 16: 33–261.
    public var length: Int
    /// From the end of a request to the begin of the answer.
    public var delay: AnswerDelay

    /// An answer; what is left out is as in the comparison with other programs.
    public init(length: Int = 101, delay: AnswerDelay = .fixed(.milliseconds(50))) {
      self.length = length
      self.delay = delay
    }
  }

  /// The same meters for each count: one model, serials far apart from each other.
  /// - Parameters:
  ///   - count: how many.
  ///   - answer: how they answer.
  public static func alike(count: Int, answer: Answer = Answer()) -> SimulatedPopulation {
    var random = SplitMix64(seed: 0, stream: Stream.search)
    let identities = (0..<Int64(max(0, count))).map { index in
      MeterIdentity(
        serial: serial((10_000_019 + index * 7_654_321) % 100_000_000),
        manufacturer: ManufacturerCode(letters: "XQW"), version: 1, medium: .coldWater)
    }
    return SimulatedPopulation(identities, answer, &random)
  }

  /// Meters whose serials are drawn from all there are.
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: draws serials, makers and what the telegrams say.
  ///   - digits: how many values a digit of a serial has: 10, or 15 with hex digits (F stands for any).
  ///   - answer: how they answer.
  public static func random(
    count: Int, seed: UInt64, digits: Int64 = 10, answer: Answer = Answer()
  ) -> SimulatedPopulation {
    var random = SplitMix64(seed: seed, stream: Stream.search)
    var taken: Set<UInt32> = []
    while taken.count < max(count, 0) {
      taken.insert((0..<8).reduce(0) { serial, _ in serial << 4 | UInt32(random.below(digits)) })
    }
    // In the order of their numbers, since a set has none.
    let identities = taken.sorted().map { identity(MeterSerial(digits: $0), &random) }
    return SimulatedPopulation(identities, answer, &random)
  }

  /// Meters out of one box: serials one behind the other.
  /// - Parameters:
  ///   - count: how many.
  ///   - seed: draws the first serial and what the telegrams say.
  ///   - answer: how they answer.
  public static func consecutive(
    count: Int, seed: UInt64, answer: Answer = Answer()
  ) -> SimulatedPopulation {
    var random = SplitMix64(seed: seed, stream: Stream.search)
    let first = random.below(100_000_000 - Int64(max(count, 0)))
    let box = identity(.any, &random)
    let identities = (0..<max(count, 0)).map { index in
      var identity = box
      identity.serial = serial(first + Int64(index))
      return identity
    }
    return SimulatedPopulation(identities, answer, &random)
  }

  /// Pairs of meters that have one serial and two makers.
  /// - Parameters:
  ///   - pairs: how many.
  ///   - seed: draws serials and what the telegrams say.
  ///   - makers: whose meters they are; each pair has two of them.
  ///   - answer: how they answer.
  public static func twins(
    pairs: Int, seed: UInt64, makers: [ManufacturerCode], answer: Answer = Answer()
  ) -> SimulatedPopulation {
    var random = SplitMix64(seed: seed, stream: Stream.search)
    let serials = Self.random(count: pairs, seed: seed).slaves.compactMap(\.identity?.serial)
    let identities = serials.flatMap { serial in
      let first = random.below(Int64(makers.count))
      let step = 1 + random.below(Int64(makers.count) - 1)
      let second = makers.isEmpty ? 0 : (first + step) % Int64(makers.count)
      return [first, second].map { place in
        MeterIdentity(
          serial: serial, manufacturer: makers.dropFirst(Int(place)).first, version: 1,
          medium: .coldWater)
      }
    }
    return SimulatedPopulation(identities, answer, &random)
  }

  private init(
    _ identities: [MeterIdentity], _ answer: Answer, _ random: inout SplitMix64
  ) {
    let slaves = identities.enumerated().map { index, identity in
      let address =
        index < Self.lastPrimaryAddress ? UInt8(truncatingIfNeeded: index + 1) : UInt8(0)
      let telegram = SearchTelegram(identity: identity, length: answer.length)
      return SimulatedSlave(
        CapturedMeter(
          name: identity.serial.description, primaryAddress: address, identity: identity,
          telegrams: [telegram.bytes(address: address, &random)]),
        answerDelay: answer.delay)
    }
    self.init(slaves: slaves)
  }

  private enum Stream {
    static let search: UInt64 = 5
  }

  private static func serial(_ number: Int64) -> MeterSerial {
    var (rest, digits) = (number, UInt32(0))
    for place in UInt32(0)..<8 {
      digits |= UInt32(truncatingIfNeeded: rest % 10) << (4 * place)
      rest /= 10
    }
    return MeterSerial(digits: digits)
  }

  /// Makers are invented, with three letters of which the first is an X: no maker of meters has it.
  private static func identity(
    _ serial: MeterSerial, _ random: inout SplitMix64
  ) -> MeterIdentity {
    let media: [Medium] = [.electricity, .heat, .coldWater, .warmWater, .gas]
    let letters = UInt16(random.below(26) + 1) << 5 | UInt16(random.below(26) + 1)
    return MeterIdentity(
      serial: serial, manufacturer: ManufacturerCode(rawValue: 24 << 10 | letters),
      version: UInt8(1 + random.below(30)),
      medium: media.dropFirst(Int(random.below(Int64(media.count)))).first)
  }
}

/// A telegram of a given length with integers of 32 bits, of which the upper eight are 0.
private struct SearchTelegram {
  let identity: MeterIdentity
  let length: Int

  /// Start bytes, lengths, C, A, CI, the long header, checksum and stop (EN 13757-2, ch. 5.3).
  private static let least = 21
  private static let vifs: [UInt8] = [
    0x06, 0x14, 0x2B, 0x3B, 0x5B, 0x5F, 0x22, 0x26, 0x07, 0x15, 0x2C, 0x3C, 0x5A, 0x5E, 0x23, 0x27,
  ]

  func bytes(address: UInt8, _ random: inout SplitMix64) -> [UInt8] {
    let header = ResponseHeader(identity: identity, access: UInt8(random.below(256)))
    let response = ResponseEncoder(header: header, records: [])
    let start = (try? response.frame(address: address))?.data ?? []
    let room = max(0, min(length, Frame.Length.maxFrame) - Self.least)
    var records: [UInt8] = []
    for index in 0..<room / 6 {
      let vif = Self.vifs.dropFirst(index % Self.vifs.count).first ?? 0x06
      records += [0x04, vif] + (0..<3).map { _ in UInt8(random.below(256)) } + [0]
    }
    records += [UInt8](repeating: 0x2F, count: room - records.count)
    let frame = Frame.long(
      control: .rspUD(), address: address, ci: ControlInformation.longHeader, data: start + records)
    return (try? frame.encoded) ?? []
  }
}
