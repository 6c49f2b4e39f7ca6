import BusMaster
import BusSimulator
import MBus
import Metering
import Testing
import Time

/// A meter whose chain of five telegrams has equal ones in a row, as those that send a value of each of many rooms or
/// days: the frame count bit tells them apart, whatever is lost or comes late.
@Suite struct EqualTelegramTests {
  /// The volumes in the five telegrams: the first three and the last two are equal.
  private static let volumes: [UInt8] = [1, 1, 1, 2, 2]

  /// RSP_UD at address 7: long header, one volume (04 13) and, but for the last one, "more records follow" (1F).
  /// - Parameter counts: the access number counts on; otherwise equal telegrams are the same byte for byte.
  private static func slave(_ volumes: [UInt8] = volumes, counts: Bool) throws -> SimulatedSlave {
    let telegrams = try volumes.enumerated().map { place, volume in
      let access = counts ? UInt8(place) : 9
      let header: [UInt8] = [0x78, 0x56, 0x34, 0x12, 0xA7, 0x32, 2, 4, access, 0, 0, 0]
      let end: [UInt8] = place + 1 < volumes.count ? [0x1F] : [0x2F]
      return try Frame.long(
        control: .rspUD(), address: 7, ci: 0x72, data: header + [0x04, 0x13, volume, 0, 0, 0] + end
      ).encoded
    }
    return SimulatedSlave(
      CapturedMeter(
        name: "equal", primaryAddress: 7,
        identity: MeterIdentity(serial: MeterSerial(digits: 0x1234_5678)), telegrams: telegrams),
      answerDelay: .fixed(.milliseconds(20)))
  }

  private static let addresses = [
    MBusAddress.primary(7), .secondary(MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))),
  ]

  private func volumes(_ result: ReadoutResult) -> [UInt8] {
    result.telegrams.compactMap { $0.data.dropFirst(14).first }
  }

  @Test(arguments: addresses, [true, false])
  func allOfThemAreRead(address: MBusAddress, counts: Bool) throws {
    var bus = LossyBus(try Self.slave(counts: counts))
    for _ in 0..<3 {
      let read = bus.read(ReadoutPlan(address: address, reset: .standard), LossyBus.Loss())
      let result = try #require(read)
      #expect(result.ending == .complete)
      #expect(volumes(result) == Self.volumes)
    }
  }

  /// Each request and each answer is lost once in turn, with a readout without loss between.
  @Test(arguments: addresses, [true, false])
  func oneLossAtEveryPlace(address: MBusAddress, counts: Bool) throws {
    for reset in [ResetSequence.standard, .none] {
      var bus = LossyBus(try Self.slave(counts: counts))
      for round in 0..<48 {
        var loss = LossyBus.Loss()
        let place = round / 2 % 12 + 1
        if round % 4 == 0 { loss.answers = [place] }
        if round % 4 == 2 { loss.requests = [place] }
        let read = bus.read(ReadoutPlan(address: address, reset: reset), loss)
        let result = try #require(read)
        #expect(result.ending == .complete, "round \(round), loss at \(place)")
        #expect(volumes(result) == Self.volumes, "round \(round), loss at \(place)")
      }
    }
  }

  /// 2,100 ms on the way where 2,000 are waited for: every request is sent twice and answered twice, and the second
  /// answer comes when the next telegram is awaited already.
  @Test(arguments: [true, false])
  func answersThatComeLateAreNoneTwice(counts: Bool) throws {
    var bus = LossyBus(try Self.slave(counts: counts))
    bus.latency = .milliseconds(2100)
    for round in 0..<4 {
      let read = bus.read(ReadoutPlan(address: .primary(7), reset: .none), LossyBus.Loss())
      let result = try #require(read)
      #expect(result.ending == .complete, "round \(round)")
      #expect(volumes(result) == Self.volumes, "round \(round)")
      // The rest of what is on its way passes by before the next readout.
      bus.pass(.seconds(10))
    }
  }

  /// It does not know the frame count bit, and says each time that more follow: ten repetitions are enough, and they
  /// are no telegrams of a chain.
  @Test func oneThatOnlyRepeatsItselfDoesNotHoldTheBus() throws {
    var bus = LossyBus(try Self.slave([1] + [UInt8](repeating: 1, count: 40), counts: false))
    let read = bus.read(
      ReadoutPlan(address: .primary(7), reset: .standard, retries: 1), LossyBus.Loss())
    let result = try #require(read)
    #expect(
      result.ending
        == .garbage(
          "the meter repeats the telegram before instead of sending the next one", attempts: 2))
    #expect(volumes(result) == [1])
    #expect(result.responses.count == 1)
  }
}
