import BusMaster
import BusSimulator
import Bytes
import LineJobs
import MBus
import Metering
import Station
import Testing
import Time

/// A line that our own readouts share with an outside master, or that is lent to it.
@Suite struct SharedLineTests {
  private static let serials: [UInt32] = (1...6).map { 0x1000_0000 + $0 }

  private static var meters: [SimulatedSlave] {
    serials.enumerated().map { slave(.coldWater, $1, address: UInt8($0 + 1)) }
  }

  private static func select(_ identity: MeterIdentity) throws -> [UInt8] {
    try Frame.long(
      control: .sndUD(fcb: true), address: LinkAddress.networkLayer,
      ci: ControlInformation.slaveSelect, data: SlaveSelect(identity).data
    ).encoded
  }

  private static func reset(_ address: UInt8) throws -> [UInt8] {
    try Frame.short(control: .sndNKE, address: address).encoded
  }

  private static func request(_ address: UInt8, fcb: Bool = true) throws -> [UInt8] {
    try Frame.short(control: .reqUD2(fcb: fcb), address: address).encoded
  }

  /// Who a packet comes from; nil for what is no telegram.
  private static func sender(_ packet: [UInt8]) -> MeterSerial? {
    guard case .frame(let frame, packet.count) = FrameDecoder.decode(packet),
      case .data(let data)? = try? ResponseDecoder.decode(frame)
    else { return nil }
    return data.header?.identity?.serial
  }

  @Test func bothReadAllTheirMeters() throws {
    var bench = GuestBench(Self.meters)
    let identities = bench.bus.slaves.compactMap(\.identity)
    try #require(identities.count == 6)
    let script = try identities.flatMap {
      [try Self.select($0), try Self.request(LinkAddress.networkLayer)]
    }
    var next = 0
    var own = 0
    bench.react = { bench, action in
      switch action {
      case .guest:
        next += 1
        if next < script.count { bench.handle(.guest(script[next])) }
      case .event(.readout):
        own += 1
        if own < 12 { bench.read(own % 6 + 1, identities[own % 6]) }
      default: break
      }
    }
    bench.handle(.guest(script[0]))
    bench.read(1, identities[0])
    bench.run(for: .seconds(60))
    #expect(bench.packets.count == script.count)
    #expect(bench.packets.compactMap(Self.sender) == identities.map(\.serial))
    #expect(bench.readouts.count == 12)
    for (index, readout) in bench.readouts.enumerated() {
      let report = try readout.outcome.get()
      #expect(report.identity.serial == identities[index % 6].serial)
    }
    // By turns: no meter of the outside master waits for two of ours.
    let owners = bench.sent.compactMap { bytes -> Bool? in
      guard bytes.count == 17 else { return nil }
      return script.contains(bytes) && bytes[4] == 0x73
    }
    #expect(owners.count == 18)
  }

  @Test func neitherGetsATelegramOfTheOthersChain() throws {
    var bench = GuestBench([slave(.electricity, 0x1234_5678, address: 7)])
    let identity = try #require(bench.bus.slaves.first?.identity)
    var own: [Int] = []
    let script = [
      try Self.reset(7), try Self.request(7), try Self.request(7, fcb: false),
    ]
    for _ in 0..<3 {
      for request in script {
        bench.handle(.guest(request))
        bench.run(for: .seconds(2))
      }
      bench.handle(
        .perform(
          .read(
            ReadJob(meter: MeterID(1), address: .mbus(.primary(7)), identity: identity))))
      bench.run(for: .seconds(5))
      own.append(bench.readouts.last?.telegrams.filter { $0.count > 5 }.count ?? 0)
    }
    #expect(own == [2, 2, 2])
    let telegrams = bench.packets.filter { $0.count > 1 }
    #expect(telegrams.count == 6)
    // The first telegram of the chain has another length than the second.
    #expect(
      Set(telegrams.enumerated().filter { $0.offset % 2 == 0 }.map(\.element.count)).count == 1)
    #expect(telegrams[0].count != telegrams[1].count)
  }

  @Test func aRequestThatHasWaitedTooLongIsNotSent() throws {
    var bench = GuestBench(Self.meters)
    bench.bus.setMuted(MeterSerial(digits: Self.serials[0]), true)
    let identity = try #require(bench.bus.slaves.first?.identity)
    bench.read(1, identity)
    bench.run(for: .milliseconds(100))
    let late = try Self.request(3)
    bench.handle(.guest(late))
    // A mute meter takes 8 s.
    bench.run(for: .seconds(20))
    #expect(bench.readouts.count == 1)
    #expect(!bench.sent.contains(late))
    #expect(bench.driver.droppedGuestRequests == 1)
    #expect(bench.packets.isEmpty)
  }

  /// A master that selects for ever keeps our own readouts waiting for 10 s, and not for ever.
  @Test func anOutsideMasterCannotKeepTheLine() throws {
    var bench = GuestBench(Self.meters)
    let identities = bench.bus.slaves.compactMap(\.identity)
    let select = try Self.select(try #require(identities.last))
    bench.react = { bench, action in
      if case .guest = action { bench.handle(.guest(select)) }
    }
    bench.handle(.guest(select))
    bench.run(for: .seconds(1))
    bench.read(1, try #require(identities.first))
    bench.run(for: .seconds(12))
    #expect(bench.readouts.count == 1)
    #expect(throws: Never.self) { try bench.readouts.first?.outcome.get() }
  }

  @Test func anExclusiveMasterHasTheLineAlone() throws {
    var bench = GuestBench(Self.meters)
    let identities = bench.bus.slaves.compactMap(\.identity)
    let (first, second) = (try #require(identities.first), try #require(identities.last))
    bench.read(1, first)
    bench.read(6, second)
    bench.handle(.lend(.transparent))
    #expect(bench.states == [.up])
    bench.run(for: .seconds(5))
    #expect(bench.states == [.up, .lent(.transparent)])
    // What was under way was finished; what was not begun was refused.
    #expect(bench.readouts.map { (try? $0.outcome.get()) != nil } == [true, false])
    #expect(
      bench.readouts.last?.outcome
        == .failure(.lineLent("an outside master (MBUS_TRANSPARENT)")))
    let select = try Self.select(second)
    bench.handle(.guest(select))
    bench.run(for: .seconds(1))
    bench.handle(.guest(try Self.request(LinkAddress.networkLayer)))
    bench.run(for: .seconds(2))
    #expect(bench.packets.count == 2)
    #expect(bench.packets.first == [0xE5])
    #expect(bench.packets.last.flatMap(Self.sender) == second.serial)
    bench.handle(.lend(nil))
    #expect(bench.states == [.up, .lent(.transparent), .up])
    bench.read(1, first)
    bench.run(for: .seconds(5))
    #expect(bench.readouts.count == 3)
    #expect((try? bench.readouts.last?.outcome.get()) != nil)
  }

  @Test func bytesGoThroughUnchanged() {
    var bench = GuestBench([])
    bench.handle(.lend(.transparent))
    let all = (0...255).map { UInt8($0) }
    bench.handle(.guest(all))
    #expect(bench.sent == [all])
    for start in stride(from: 0, to: 256, by: 10) {
      bench.handle(.received(LineBytes(Array(all[start..<min(start + 10, 256)]))))
      bench.run(for: .milliseconds(20))
    }
    #expect(bench.packets.isEmpty)
    // MBUS_IDLETIMEOUT ends the packet.
    bench.run(for: .milliseconds(90))
    #expect(bench.packets == [all])
  }

  @Test func aLineThatBreaksWhileItIsLentComesBackLent() {
    var bench = GuestBench([])
    bench.handle(.lend(.service))
    bench.handle(.closed("the cable is out"))
    bench.handle(.guest([0x10, 0x40, 0x01, 0x41, 0x16]))
    bench.handle(.opened)
    bench.handle(.lend(nil))
    #expect(bench.sent.isEmpty)
    #expect(
      bench.states
        == [.up, .lent(.service), .down("the cable is out"), .lent(.service), .up])
  }
}
