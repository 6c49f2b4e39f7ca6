import BusMaster
import BusSimulator
import LineJobs
import MBus
import Metering
import Station
import Testing
import Time
import VirtualBus

/// Meters with a speed of their own, in virtual time.
@Suite struct SpeedTests {
  /// Six meters, two at each of three speeds; the last one follows any.
  private func slaves() -> [SimulatedSlave] {
    let speeds: [SimulatedSlave.Speed] = [
      .fixed(300), .line, .fixed(9600), .line, .fixed(9600), .fixed(300),
    ]
    return zip(SimulatedPopulation.builtIn(count: 6, seed: 9).slaves, speeds).map { slave, speed in
      var slave = slave
      slave.speed = speed
      return slave
    }
  }

  private func line(_ speeds: [Int64]) -> LineConfiguration {
    var line = LineConfiguration(
      timing: LineTiming(), selectMask: [], reset: .standard, retries: 1, maxTelegrams: 0)
    line.scanSpeeds = speeds
    return line
  }

  private func gateway(
    _ slaves: [SimulatedSlave], _ speeds: [Int64] = [], meters: [MeterConfiguration] = []
  ) -> VirtualGateway {
    var gateway = VirtualGateway(
      slaves, meters: meters, station: Station.Configuration(), line: line(speeds))
    gateway.connect()
    return gateway
  }

  @Test func aScanFindsMetersAtThreeSpeedsAndEachIsReadAtItsOwn() {
    let slaves = slaves()
    var gateway = gateway(slaves, [2400, 300, 9600])
    gateway.give(.scan)
    gateway.run(seconds: 1800)
    let list = gateway.station.listToSave.map(\.configuration)
    let speeds = Dictionary(
      list.map { ($0.identity.serial, $0.baud) }, uniquingKeysWith: { first, _ in first })
    #expect(list.count == 6)
    for (slave, speed) in zip(slaves, [300, nil, 9600, nil, 9600, 300] as [Int?]) {
      #expect(slave.identity.map { speeds[$0.serial] == speed } == true)
    }
    #expect(gateway.station.meters.allSatisfy { $0.isRead })
    #expect(!gateway.events.contains { $0.severity > .info })
  }

  @Test func withoutItsSpeedAMeterIsNotFound() {
    var gateway = gateway(slaves())
    gateway.give(.scan)
    gateway.run(seconds: 600)
    #expect(gateway.station.meters.count == 2)
  }

  /// It answers at every speed, and is found once: at the speed of the line, which comes first wherever it stands, or
  /// else at the first of the list.
  @Test(arguments: [([300, 2400, 9600], nil), ([300, 9600], 300)] as [([Int64], Int?)])
  func aMeterThatFollowsEverySpeedIsFoundOnce(speeds: [Int64], kept: Int?) {
    var slave = SimulatedPopulation.builtIn(count: 1, seed: 9).slaves[0]
    slave.speed = .any
    var gateway = gateway([slave], speeds)
    gateway.give(.scan)
    gateway.run(seconds: 1200)
    #expect(gateway.station.listToSave.map(\.configuration.baud) == [kept])
    #expect(gateway.station.meters.allSatisfy { $0.isRead })
  }

  /// The list names the speed that the line has anyway: the meter at address 1 is the same one.
  @Test func theSpeedOfTheLineByNameIsThatOfTheLine() {
    let slave = SimulatedPopulation.builtIn(count: 1, seed: 9).slaves[0]
    var listed = MeterConfiguration()
    (listed.primaryAddress, listed.usesPrimaryAddress) = (slave.primaryAddress, true)
    listed.baud = 2400
    var line = line([2400, 2400])
    line.scan = ScanPlan(.primary(0...3), reset: .anybusStandard, strategy: .adaptive)
    var gateway = VirtualGateway(
      [slave], meters: [listed], station: Station.Configuration(), line: line)
    gateway.give(.scan)
    gateway.connect()
    gateway.run(seconds: 60)
    #expect(gateway.station.listToSave.map(\.configuration.baud) == [2400])
    #expect(gateway.events.contains { $0.code == "scan-ended" })
    #expect(!gateway.events.contains { $0.severity > .info })
  }

  private func send(
    _ command: MeterCommand, to address: MBusAddress, _ gateway: inout VirtualGateway
  ) -> SendReply.Check? {
    gateway.replies = []
    gateway.give(.send(SendJob(command, to: .mbus(address))))
    gateway.run(seconds: 60)
    return gateway.replies.first?.check
  }

  @Test func aNewSpeedIsReadBackAndTheListIsLeftToItsUser() throws {
    let slaves = Array(slaves().dropFirst().prefix(1))
    let identity = try #require(slaves.first?.identity)
    let address = MBusAddress.secondary(identity)
    var gateway = gateway(slaves, meters: [MeterConfiguration(identity: identity)])
    gateway.run(seconds: 30)
    let check = send(.setBaud(9600), to: address, &gateway)
    #expect(check == .confirmed("it answers at 9600 baud"))
    let order = try #require(SendJob(.setBaud(9600), to: .mbus(address)).order)
    #expect(
      gateway.station.advice(after: order) == [
        "the meter list still has the speed of the line for meter \(try #require(gateway.station.meters.first).label): "
          + "change it to <baudrate>9600</baudrate> there, then \"metergate apply\""
      ])
    // Until then it is asked at 2400 baud, and is not heard.
    gateway.give(.readNow(nil))
    gateway.run(seconds: 30)
    #expect(gateway.station.meters.first?.isRead == false)
    var listed = MeterConfiguration(identity: identity)
    listed.baud = 9600
    gateway.give(.configure(Station.Configuration(), [listed], keeping: []))
    gateway.give(.readNow(nil))
    gateway.run(seconds: 30)
    #expect(gateway.station.meters.first?.isRead == true)
  }

  @Test func aMeterThatAcknowledgesASpeedAndStaysAsItIs() throws {
    var slaves = Array(slaves().dropFirst().prefix(1))
    slaves[0].obedience = .ignores
    let address = MBusAddress.primary(slaves[0].primaryAddress)
    var gateway = gateway(slaves)
    #expect(
      send(.setBaud(9600), to: address, &gateway) == .otherwise("it still answers at 2400 baud"))
    slaves[0].obedience = .refuses
    var refusing = self.gateway(slaves)
    #expect(
      send(.setBaud(9600), to: address, &refusing)
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
  }

  /// It has not carried it out, and answers at the new speed as at any.
  @Test func aMeterThatFollowsEverySpeedAndRefuses() {
    var slaves = Array(slaves().dropFirst().prefix(1))
    slaves[0].speed = .any
    slaves[0].obedience = .refuses
    var gateway = gateway(slaves)
    #expect(
      send(.setBaud(9600), to: .primary(slaves[0].primaryAddress), &gateway)
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
  }

  /// Meter 12345678 with one volume.
  private func stranger(
    at address: UInt8, _ speed: SimulatedSlave.Speed
  ) throws -> SimulatedSlave {
    let telegram = try Frame.long(
      control: .rspUD(), address: address, ci: 0x72,
      data: [0x78, 0x56, 0x34, 0x12, 0xA7, 0x32, 2, 4, 1, 0, 0, 0, 0x04, 0x13, 1, 0, 0, 0]
    ).encoded
    var slave = SimulatedSlave(
      CapturedMeter(
        name: "stranger", primaryAddress: address,
        identity: MeterIdentity(serial: MeterSerial(digits: 0x1234_5678)), telegrams: [telegram]))
    slave.speed = speed
    return slave
  }

  /// Another meter has its address at the new speed, where it is not heard by anybody until then.
  @Test func anotherMeterAtTheNewSpeed() throws {
    var slaves = Array(slaves().dropFirst().prefix(1))
    slaves[0].obedience = .ignores
    slaves.append(try stranger(at: slaves[0].primaryAddress, .fixed(9600)))
    let address = MBusAddress.primary(slaves[0].primaryAddress)
    var gateway = gateway(slaves)
    #expect(
      send(.setBaud(9600), to: address, &gateway) == .otherwise("it still answers at 2400 baud"))
    slaves[0].obedience = .refuses
    var refusing = self.gateway(slaves)
    #expect(
      send(.setBaud(9600), to: address, &refusing)
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
  }

  @Test func twoMetersAtOneAddressAreNotToldTogether() throws {
    let first = slaves()[1]
    let address = first.primaryAddress
    var gateway = gateway([first, try stranger(at: address, .line)])
    guard case .refused(let why)? = send(.setBaud(9600), to: .primary(address), &gateway) else {
      Issue.record("both were told")
      return
    }
    #expect(
      why.hasPrefix("what answers at address \(address) is no good telegram, in 2 attempts: "))
  }

  /// The speed is the one that it has, and it is not heard behind its acknowledgement.
  @Test func aMeterThatIsGoneBehindItsAcknowledgement() {
    let slaves = Array(slaves().dropFirst().prefix(1))
    var gateway = gateway(slaves)
    gateway.bus.lostAnswers = Set(5...99)
    #expect(
      send(.setBaud(2400), to: .primary(slaves[0].primaryAddress), &gateway)
        == .otherwise("it does not answer at 2400 baud any more"))
  }

  /// The fourth answer is the acknowledgement of the command: before it are that of SND_NKE, the telegram that says who
  /// it is, and that of the next SND_NKE.
  @Test func anAcknowledgementOfASpeedThatIsLost() {
    let slaves = Array(slaves().dropFirst().prefix(1))
    var gateway = gateway(slaves)
    gateway.bus.lostAnswers = [4]
    let address = MBusAddress.primary(slaves[0].primaryAddress)
    #expect(
      send(.setBaud(9600), to: address, &gateway)
        == .confirmed("it answers at 9600 baud, though no acknowledgement came"))
  }

  /// The meter has acknowledged, and is asked at 9600 baud when the line is lost: what comes next is at 2400 baud.
  @Test func aCheckThatIsInterruptedLeavesTheLineAtItsSpeed() throws {
    var slaves = Array(slaves().dropFirst().prefix(1))
    slaves[0].obedience = .ignores
    let address = MBusAddress.primary(slaves[0].primaryAddress)
    var gateway = gateway(slaves)
    gateway.give(.send(SendJob(.setBaud(9600), to: .mbus(address))))
    gateway.run(seconds: 4)
    #expect(gateway.replies == [], "it is under way")
    gateway.disconnect("the device is gone")
    #expect(gateway.replies == [SendReply(.lineLost("the device is gone"))])
    gateway.connect()
    let check = send(.applicationReset(subcode: nil), to: address, &gateway)
    // It has answered, as far as that can be seen.
    guard case .unseen? = check else {
      Issue.record("\(String(describing: check))")
      return
    }
  }

  /// Of a part of a serial the meter that was found is what the list is told of.
  @Test func theMeterThatWasFoundIsNamed() throws {
    let slaves = slaves().filter { $0.speed == .line }
    let identity = try #require(slaves.first?.identity)
    let serial = MeterSerial(digits: identity.serial.digits | 0xF)
    try #require(slaves.count { serial.matches($0.identity?.serial ?? .any) } == 1)
    var gateway = gateway(slaves)
    _ = send(
      .setAddress(99, force: false), to: .secondary(MeterIdentity(serial: serial)), &gateway)
    #expect(
      gateway.replies.first?.check == .confirmed("meter \(identity.serial) answers to address 99"))
    #expect(gateway.replies.first?.target == .mbus(.secondary(identity)))
  }

  @Test func nothingIsSentWhereTheLineCannotBeUsed() {
    var gateway = VirtualGateway(
      [], meters: [], station: Station.Configuration(), line: line([]))
    func ask(_ gateway: inout VirtualGateway) -> SendReply? {
      gateway.replies = []
      gateway.give(.send(SendJob([0x10, 0x40, 0x05, 0x45, 0x16])))
      return gateway.replies.first
    }
    #expect(ask(&gateway) == SendReply(.lineDown("the line is being opened")))
    gateway.connect()
    #expect(ask(&gateway) == nil, "it is on its way")
    gateway.disconnect("the device is gone")
    #expect(gateway.replies == [SendReply(.lineLost("the device is gone"))])
    #expect(
      ask(&gateway) == SendReply(.lineDown("\(ReadoutFailure.lineDown("the device is gone"))")))
    gateway.connect()
    gateway.give(.scan)
    #expect(
      ask(&gateway)
        == SendReply(
          .lineDown(
            "a scan is under way, which can take an hour; it ends by itself, or by \"scan-cancel\"")
        ))
  }
}
