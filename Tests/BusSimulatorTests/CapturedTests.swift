import BusSimulator
import MBus
import Metering
import Testing

@Suite struct CapturedTests {
  /// A telegram of our own with one energy record.
  static func telegram(
    _ name: String, serial: UInt32 = 0x4242_0033, address: UInt8 = 7, energy: Int64,
    moreFollow: Bool = false
  ) throws -> CapturedTelegram {
    let identity = MeterIdentity(
      serial: MeterSerial(digits: serial), manufacturer: ManufacturerCode(letters: "XQE"),
      version: 1, medium: .electricity)
    let response = ResponseEncoder(
      header: ResponseHeader(identity: identity),
      records: [RecordEncoder(.int32, vif: [0x03], value: .integer(energy))],
      moreRecordsFollow: moreFollow)
    return CapturedTelegram(name: name, bytes: try response.frame(address: address).encoded)
  }

  @Test func telegramsAreAnsweredAsTheyAre() throws {
    let captured = try Self.telegram("one", energy: 12)
    let population = SimulatedPopulation.captured([captured])
    #expect(population.skipped == [])
    var test = TestBus(population.slaves)
    #expect(try test.ask(.reqUD2(address: 7, fcb: true)) == captured.bytes)
    let serial = MeterIdentity(serial: MeterSerial(digits: 0x4242_0033))
    #expect(try test.ask(SlaveSelect(serial).frame()) == Sample.ack)
    #expect(try test.ask(.reqUD2(address: 253, fcb: true)) == captured.bytes)
  }

  @Test func aChainIsPutTogetherAndTheRestIsSkippedByName() throws {
    let chain = try [
      Self.telegram("first", energy: 1, moreFollow: true),
      Self.telegram("another meter", serial: 0x4242_0044, address: 8, energy: 9),
      Self.telegram("second", energy: 2),
      Self.telegram("third", energy: 3),
    ]
    let population = SimulatedPopulation.captured(chain)
    #expect(population.slaves.map(\.telegramCount) == [2, 1])
    #expect(
      population.skipped == [
        .init(
          name: "third",
          reason: "identity 42420033 XQE version 1 Electricity is already taken by first")
      ])
    var test = TestBus(population.slaves)
    #expect(try test.ask(.reqUD2(address: 7, fcb: true)) == chain[0].bytes)
    #expect(try test.ask(.reqUD2(address: 7, fcb: false)) == chain[2].bytes)
    #expect(try test.ask(.reqUD2(address: 7, fcb: true)) == chain[0].bytes)
  }

  @Test func aChainWithoutItsNextTelegramStaysSilentThere() throws {
    let first = try Self.telegram("first", energy: 1, moreFollow: true)
    var test = TestBus(SimulatedPopulation.captured([first]).slaves)
    #expect(try test.ask(.reqUD2(address: 7, fcb: true)) == first.bytes)
    #expect(try test.ask(.reqUD2(address: 7, fcb: false)) == [])
  }

  @Test func whatIsNoTelegramIsSkippedByName() throws {
    let error = Frame.long(control: .rspUD(), address: 7, ci: 0x70, data: [0x08])
    let good = try Self.telegram("good", energy: 1)
    let population = SimulatedPopulation.captured([
      CapturedTelegram(name: "ack", bytes: [0xE5]),
      CapturedTelegram(name: "cut", bytes: Array(good.bytes.dropLast())),
      CapturedTelegram(name: "longer", bytes: good.bytes + [0x00]),
      CapturedTelegram(name: "request", bytes: try Frame.reqUD2(address: 7, fcb: true).encoded),
      CapturedTelegram(name: "error", bytes: try error.encoded),
      CapturedTelegram(name: "again", bytes: try error.encoded),
      CapturedTelegram(
        name: "nobody",
        bytes: try Frame.long(control: .rspUD(), address: 253, ci: 0x70, data: [0x08]).encoded),
    ])
    #expect(population.slaves.map(\.identity) == [nil])
    #expect(
      population.skipped.map { "\($0.name): \($0.reason)" } == [
        "ack: the frame is no RSP_UD", "cut: the frame is cut short after 26 bytes",
        "longer: the frame ends at byte 27 of 28", "request: the frame is no RSP_UD",
        "again: address 7 is already taken by error",
        "nobody: it has no identity, and address FD is no meter's own",
      ])
  }

  /// Recorded answers to a slave select carry FD; the meter list wants an address that a meter has.
  @Test func theSelectAddressDoesNotReachTheMeterList() throws {
    let meters = SimulatedPopulation.captured([
      try Self.telegram("selected", address: 253, energy: 1)
    ]).meterConfigurations()
    #expect(meters.map(\.primaryAddress) == [0])
    #expect(meters.map(\.usesPrimaryAddress) == [false])
    #expect(meters.first?.values.map(\.register) == [20])
  }

  /// CI 78 carries no identity: what it says can only be read at address 7, where another answers too.
  @Test func whatHasNoIdentityGivesWayInEitherOrder() throws {
    let records = Frame.long(
      control: .rspUD(), address: 7, ci: ControlInformation.noHeader, data: [0x01, 0x13, 0x05])
    let full = try Self.telegram("full", energy: 1)
    let captured = [CapturedTelegram(name: "bare", bytes: try records.encoded), full]
    for order in [captured, captured.reversed()] {
      let population = SimulatedPopulation.captured(order)
      #expect(
        population.skipped == [.init(name: "bare", reason: "address 7 is already taken by full")])
      var test = TestBus(population.slaves)
      #expect(try test.ask(.reqUD2(address: 7, fcb: true)) == full.bytes)
    }
  }

  /// The fixed data structure (CI 73) names no maker: its select reaches every meter of that serial.
  @Test func aSerialWithoutMakerIsTakenByAnyMeterWithThatSerial() throws {
    let counters: [UInt8] = [0x05, 0x00, 0xE9, 0x7E, 0x01, 0, 0, 0, 0x35, 0x01, 0, 0]
    let fixed = Frame.long(
      control: .rspUD(), address: 9, ci: ControlInformation.fixedData,
      data: [0x33, 0x00, 0x42, 0x42] + counters)
    let captured = try [
      Self.telegram("full", energy: 1), CapturedTelegram(name: "fixed", bytes: fixed.encoded),
    ]
    for order in [captured, captured.reversed()] {
      let population = SimulatedPopulation.captured(order)
      #expect(population.slaves.count == 1)
      #expect(population.skipped.map(\.name) == [order[1].name])
    }
  }
}
