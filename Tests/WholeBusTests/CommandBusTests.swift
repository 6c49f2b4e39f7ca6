import BusMaster
import BusSimulator
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// Commands to meters that behave as the standard says, on a bus with wire timing in virtual time.
@Suite struct CommandBusTests {
  /// Electricity at address 1, heat at 2, water at 3, and so on.
  private func slaves(_ count: Int = 6) -> [SimulatedSlave] {
    SimulatedPopulation.builtIn(count: count, seed: 9).slaves
  }

  private func plan(_ address: MBusAddress) -> ReadoutPlan {
    ReadoutPlan(address: address, reset: .standard, retries: 1)
  }

  private func ending(
    _ command: MeterCommand, to address: MBusAddress, _ bus: inout VirtualBus
  ) -> CommandResult.Ending? { bus.give(command, by: plan(address))?.ending }

  private let new = MeterIdentity(serial: MeterSerial(digits: 0x1234_5678))

  /// What was sent beside SND_NKE, selects and requests.
  private func commands(_ bus: VirtualBus) -> [[UInt8]] {
    bus.sent.filter { $0.first == 0x68 && $0.dropFirst(6).first != 0x52 }
  }

  @Test func whoeverFitsAPatternIsNotToldTogether() throws {
    let slaves = slaves()
    var bus = VirtualBus(slaves)
    guard
      case .refused(let why) = ending(
        .applicationReset(subcode: nil), to: .secondary(MeterIdentity(serial: .any)), &bus)
    else {
      Issue.record("several meters were told")
      return
    }
    #expect(why.hasPrefix("what answers to FFFFFFFF is no good telegram, in 2 attempts: "))
    #expect(commands(bus).isEmpty)
    let serials = Set(slaves.compactMap(\.identity?.serial))
    #expect(serials.count == 6)
    // The serial alone is enough where nobody else has it: the second digit is left open.
    let heat = try #require(slaves[1].identity)
    let open = MeterSerial(digits: heat.serial.digits | 0x0F00_0000)
    #expect(slaves.count { open.matches($0.identity?.serial ?? .any) } == 1)
    #expect(
      ending(.setAddress(77, force: false), to: .secondary(MeterIdentity(serial: open)), &bus)
        == .confirmed("meter \(heat.serial) answers to address 77"))
    let select = try SlaveSelect(heat).frame().encoded
    #expect(bus.sent.contains(select), "by its whole address")
  }

  @Test func aMeterThatAcknowledgesAndStaysAsItIs() throws {
    var slaves = slaves()
    slaves[0].obedience = .ignores
    var bus = VirtualBus(slaves)
    let place = MBusAddress.primary(1)
    #expect(
      ending(.setAddress(8, force: false), to: place, &bus)
        == .otherwise("nobody answers at address 8"))
    #expect(
      ending(.setIdentity(new, force: false), to: place, &bus)
        == .otherwise("nobody answers to serial 12345678"))
    #expect(
      ending(.freeze(storage: 3, is2018: false), to: place, &bus)
        == .notShown("no value that it sends has storage number 3"))
  }

  @Test func metersThatDoNotAnswer() {
    var slaves = slaves()
    slaves[1].obedience = .refuses
    var bus = VirtualBus(slaves)
    bus.bus.setMuted(at: 2, true)
    #expect(
      ending(.applicationReset(subcode: nil), to: .primary(2), &bus)
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
    #expect(
      ending(.setAddress(8, force: false), to: .primary(2), &bus)
        == .refused("the meter does not acknowledge the command, in 2 attempts"))
    #expect(
      ending(.setAddress(8, force: false), to: .primary(3), &bus)
        == .refused("nobody answers at address 3, in 2 attempts"))
    #expect(
      ending(.applicationReset(subcode: nil), to: .primary(3), &bus)
        == .refused("the meter does not acknowledge being addressed, in 2 attempts"))
  }

  /// SND_NKE to FD stands before the look at the new address, or serial: whoever is still selected acknowledges it, and
  /// is not there.
  @Test(arguments: [ResetSequence.extended1, .extended2, .none], [true, false])
  func whoIsStillSelectedIsNotAtTheNewAddress(reset: ResetSequence, wakes: Bool) throws {
    let slaves = slaves()
    let heat = try #require(slaves[1].identity)
    var plan = ReadoutPlan(address: .secondary(heat), reset: reset, retries: 1)
    plan.manner.wakes = wakes
    var bus = VirtualBus(slaves)
    #expect(bus.read(plan).result?.ending == .complete, "it is selected from now on")
    #expect(
      bus.give(.setAddress(77, force: false), by: plan)?.ending
        == .confirmed("meter \(heat.serial) answers to address 77"))
    plan.address = .secondary(
      MeterIdentity(serial: MeterSerial(digits: heat.serial.digits | 0x0F00_0000)))
    #expect(
      bus.give(.setIdentity(new, force: false), by: plan)?.ending
        == .confirmed("meter 12345678 answers to serial 12345678"))
  }

  @Test func whatAnotherMeterHas() throws {
    let slaves = slaves()
    var bus = VirtualBus(slaves)
    let heat = try #require(slaves[1].identity)
    #expect(
      ending(.setAddress(2, force: false), to: .primary(1), &bus)
        == .refused("meter \(heat.serial) has the new address already"))
    #expect(
      ending(
        .setIdentity(MeterIdentity(serial: heat.serial), force: false), to: .primary(1), &bus)
        == .refused("meter \(heat.addressText) at address 2 has the new serial already"))
    #expect(commands(bus).isEmpty)
    #expect(
      ending(.setIdentity(new, force: false), to: .primary(1), &bus)
        == .confirmed("meter 12345678 answers to serial 12345678"))
  }

  /// The fourth answer is the acknowledgement of the command, after that of SND_NKE and the telegram that says who
  /// it is, and that of the next SND_NKE. The meter is at its new address by then.
  @Test func anAcknowledgementThatIsLost() throws {
    let slaves = slaves()
    let heat = try #require(slaves[1].identity)
    var bus = VirtualBus(slaves)
    bus.bus.lostAnswers = [4]
    #expect(
      ending(.setAddress(8, force: false), to: .primary(2), &bus)
        == .confirmed("meter \(heat.serial) answers to address 8, though no acknowledgement came"))
    let told = commands(bus)
    #expect(told.count == 2 && told.first == told.last, "the same frame")
  }

  /// The meter has carried it out and knows the bit of the command; it must not be reset, and is read all the same.
  @Test func readoutsGoOnBehindAcknowledgementsThatAreLost() {
    var slaves = slaves(1)
    slaves[0].countsCommands = true
    var bus = VirtualBus(slaves)
    var plan = ReadoutPlan(address: .primary(1), reset: .none, retries: 2)
    plan.manner.mayReset = false
    #expect(bus.read(plan).result?.telegrams.count == 2)
    bus.bus.lostAnswers = [3, 4, 5]
    #expect(
      bus.give(.applicationReset(subcode: nil), by: plan)?.ending
        == .refused("the meter does not acknowledge the command, in 3 attempts"))
    let result = bus.read(plan).result
    #expect(result?.ending == .complete && result?.telegrams.count == 2)
  }

  /// What is remembered fits: readouts without any reset go on behind each command.
  @Test func readoutsGoOnBehindIt() {
    for countsCommands in [false, true] {
      var slaves = slaves(2)
      for index in slaves.indices { slaves[index].countsCommands = countsCommands }
      var bus = VirtualBus(slaves)
      var plan = ReadoutPlan(address: .primary(1), reset: .none, retries: 0)
      for mayReset in [true, false] {
        plan.manner.mayReset = mayReset
        for (command, isSeen) in [
          (MeterCommand.applicationReset(subcode: nil), false),
          (.globalReadout(isShort: false), true),
        ] {
          #expect(bus.read(plan).result?.ending == .complete)
          let ending = bus.give(command, by: plan)?.ending
          let isRight =
            if case .confirmed? = ending { isSeen } else { ending == .unseen && !isSeen }
          #expect(isRight, "\(command), resets \(mayReset), counts commands \(countsCommands)")
          let result = bus.read(plan).result
          #expect(result?.ending == .complete && result?.telegrams.count == 2)
        }
      }
    }
  }
}
