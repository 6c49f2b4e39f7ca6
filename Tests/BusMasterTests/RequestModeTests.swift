import BusMaster
import Bytes
import MBus
import Metering
import Testing
import Time

/// What stands before REQ_UD2 (MUC500 manual 1.1, ch. 5.3.5). All sums were added up by hand.
@Suite struct RequestModeTests {
  private func plan(
    _ request: RequestSequence, address: MBusAddress = .primary(5),
    reset: ResetSequence = .anybusStandard, retries: Int = 3, _ manner: ReadoutManner = .init()
  ) -> ReadoutPlan {
    var plan = ReadoutPlan(address: address, reset: reset, retries: retries)
    plan.request = request
    plan.manner = manner
    return plan
  }

  @Test(arguments: [
    (RequestSequence.none, ["10 7B 05 80 16"]),
    (.all, ["68 05 05 68 73 05 51 7F 7E C6 16", "10 5B 05 60 16"]),
    (.ext, ["68 04 04 68 73 05 51 7F 48 16", "10 5B 05 60 16"]),
    (.freeze(storage: 0), ["68 03 03 68 73 05 54 CC 16", "10 5B 05 60 16"]),
    (.freeze(storage: 1), ["68 06 06 68 73 05 51 48 FE 0B 1A 16", "10 5B 05 60 16"]),
    (.freeze(storage: 2), ["68 07 07 68 73 05 51 88 01 FE 0B 5B 16", "10 5B 05 60 16"]),
  ])
  func byPrimaryAddress(request: RequestSequence, expected: [String]) throws {
    var drive = Drive(plan(request))
    for _ in expected { drive.answer(e5) }
    #expect(drive.sent == ["10 40 05 45 16"] + expected)
    drive.answer(try telegram())
    #expect(drive.result?.ending == .complete)
    #expect(drive.result?.problems == [])
  }

  /// SND_UD goes to the selected meter, and does not deselect it.
  @Test(arguments: [
    (RequestSequence.all, "68 05 05 68 73 FD 51 7F 7E BE 16"),
    (.ext, "68 04 04 68 73 FD 51 7F 40 16"), (.freeze(storage: 0), "68 03 03 68 73 FD 54 C4 16"),
  ])
  func bySecondaryAddress(request: RequestSequence, command: String) throws {
    var drive = Drive(plan(request, address: .secondary(meter), reset: .standard))
    drive.timeOut()
    drive.answer(e5)
    drive.answer(e5)
    #expect(
      drive.sent == [
        "10 40 FF 3F 16", "68 0B 0B 68 53 FD 52 06 01 60 66 A7 32 02 04 4E 16", command,
        "10 5B FD 58 16",
      ])
    // Silence: everything from the select on.
    drive.timeOut()
    drive.answer(e5)
    drive.answer(e5)
    #expect(drive.sent.suffix(2) == [command, "10 5B FD 58 16"])
  }

  /// The freeze step of MUC_USE_FREEZE, then that of the mode: the bit goes on.
  @Test func twoCommands() {
    let steps = RequestSequence.freeze(storage: 0).steps + RequestSequence.ext.steps
    var drive = Drive(plan(RequestSequence(steps)))
    for _ in 0..<3 { drive.answer(e5) }
    #expect(
      drive.sent.dropFirst() == [
        "68 03 03 68 73 05 54 CC 16", "68 04 04 68 53 05 51 7F 28 16", "10 7B 05 80 16",
      ])
  }

  @Test func aCommandThatIsNotAcknowledgedIsRepeatedOnceAndTold() throws {
    var drive = Drive(plan(.ext, reset: .anybusStandard))
    drive.answer(e5)
    drive.timeOut()
    drive.timeOut()
    #expect(
      drive.sent.dropFirst() == [
        "68 04 04 68 73 05 51 7F 48 16", "68 04 04 68 73 05 51 7F 48 16", "10 7B 05 80 16",
      ])
    drive.answer(try telegram())
    #expect(drive.result?.ending == .complete)
    #expect(
      drive.result?.problems
        == ["the meter does not acknowledge \"data send: all data (global readout request)\""])
  }

  @Test func aDeadMeterCostsNoMoreThanTheRetriesAllow() {
    var drive = Drive(plan(.ext, reset: .none, retries: 3))
    while drive.result == nil { drive.timeOut() }
    #expect(drive.sent.count == 4)
    #expect(drive.result?.ending == .noAnswer(attempts: 4))
  }

  /// A slave that counts SND_UD and REQ_UD2 apart would get every request with the same bit.
  @Test func withoutResetModeTheMeterIsResetAllTheSame() {
    #expect(Drive(plan(.ext, reset: .none)).sent == ["10 40 05 45 16"])
  }

  // MARK: - Manners

  @Test func theFirstBitMayBeNegated() throws {
    var drive = Drive(plan(.none, ReadoutManner(firstBit: false)))
    drive.answer(e5)
    #expect(drive.sent.last == "10 5B 05 60 16")
    drive.answer(try telegram(more: true))
    #expect(drive.sent.last == "10 7B 05 80 16")
    var second = Drive(plan(.all, address: .secondary(meter), ReadoutManner(firstBit: false)))
    second.timeOut()
    second.answer(e5)
    #expect(second.sent.last == "68 05 05 68 53 FD 51 7F 7E 9E 16")
  }

  @Test func noResetAtAll() throws {
    let silent = plan(.none, reset: .extended2, ReadoutManner(mayReset: false))
    #expect(Drive(silent).sent == ["10 7B 05 80 16"])
    let secondary = Drive(
      plan(
        .none, address: .secondary(meter), reset: .extended2, ReadoutManner(mayReset: false)))
    #expect(secondary.sent == ["68 0B 0B 68 53 FD 52 06 01 60 66 A7 32 02 04 4E 16"])
  }

  /// A chain that was left in the middle, and must not be reset: its rest is read and dropped.
  @Test func withoutResetTheRestOfAnOldChainIsDropped() throws {
    var silent = plan(.none, ReadoutManner(mayReset: false))
    silent.maxTelegrams = 2
    var first = Drive(silent)
    first.answer(try telegram(volume: 1, more: true))
    first.answer(try telegram(volume: 2, more: true))
    #expect(first.result?.ending == .limited)
    var second = Drive(silent, countBits: first.machine.countBits)
    second.answer(try telegram(volume: 3, more: true))
    second.answer(try telegram(volume: 4))
    second.answer(try telegram(volume: 1, more: true))
    second.answer(try telegram(volume: 2, more: true))
    #expect(
      second.sent == [
        "10 7B 05 80 16", "10 5B 05 60 16", "10 7B 05 80 16", "10 5B 05 60 16",
      ])
    #expect(
      second.result?.telegrams == [
        try frame(try telegram(volume: 1, more: true)),
        try frame(try telegram(volume: 2, more: true)),
      ])
  }

  @Test func asleep() {
    var drive = Drive(plan(.none, ReadoutManner(wakes: true)))
    #expect(drive.sent == ["10 40 FD 3D 16"])
    // 5 bytes are 22.9 ms at 2400 baud; 330 bits and 50 ms are the longest reaction; 100 ms the idle timeout.
    #expect(drive.wakeAt == MonotonicInstant(nanoseconds: 22_916_666 + 137_500_000 + 150_000_000))
    drive.timeOut()
    #expect(drive.sent.last == "10 40 05 45 16")
    let once = Drive(plan(.none, reset: .extended1, ReadoutManner(wakes: true)))
    #expect(once.sent == ["10 40 FD 3D 16"], "the reset sequence begins with it")
  }

  private func frame(_ bytes: [UInt8]) throws -> Frame {
    guard case .frame(let frame, _) = FrameDecoder.decode(bytes) else {
      throw FrameTooLong(dataLength: 0)
    }
    return frame
  }
}

/// What is passed over for faulty meters, and never without the setting.
@Suite struct ToleranceTests {
  private func read(_ bytes: [UInt8], _ manner: ReadoutManner) -> ReadoutResult? {
    var plan = ReadoutPlan(address: .primary(5), retries: 0)
    plan.manner = manner
    var drive = Drive(plan)
    drive.answer(bytes)
    while drive.result == nil { drive.timeOut() }
    return drive.result
  }

  private func wrong(_ place: Int, _ by: UInt8 = 1) throws -> [UInt8] {
    var bytes = try telegram()
    bytes = bytes.enumerated().map {
      $0.offset == (place < 0 ? bytes.count + place : place) ? $0.element &+ by : $0.element
    }
    return bytes
  }

  @Test func aWrongChecksum() throws {
    let bytes = try wrong(-2)
    #expect(read(bytes, .init())?.telegrams.count == 0)
    #expect(read(bytes, .init(tolerance: .checksum))?.telegrams.count == 1)
    #expect(read(try wrong(-1), .init(tolerance: .checksum))?.telegrams.count == 0, "the stop byte")
  }

  @Test(arguments: [(1, 7), (2, 7), (1, 0xE0)] as [(Int, UInt8)])
  func wrongLengths(place: Int, by: UInt8) throws {
    let bytes = try wrong(place, by)
    #expect(read(bytes, .init())?.telegrams.count == 0)
    #expect(read(bytes, .init(tolerance: .length))?.telegrams.count == 1)
  }

  /// Both length bytes are wrong in the same way: too long, and too short.
  @Test(arguments: [0x20, 0xFD] as [UInt8])
  func aWrongLengthThatStandsTwice(by: UInt8) throws {
    var bytes = try wrong(1, by)
    bytes.replaceSubrange(2...2, with: bytes[1...1])
    #expect(read(bytes, .init())?.telegrams.count == 0)
    #expect(read(bytes, .init(tolerance: .length))?.telegrams.count == 1)
    #expect(read([0x00, 0xFF] + bytes, .init(tolerance: .length))?.telegrams.count == 1, "noise")
  }

  @Test func aDamagedByteSpoilsATelegramAllTheSame() throws {
    var plan = ReadoutPlan(address: .primary(5), retries: 0)
    plan.manner = .init(tolerance: [.checksum, .length])
    var drive = Drive(plan)
    drive.answer(try telegram(), damaged: [9])
    while drive.result == nil { drive.timeOut() }
    #expect(drive.result?.telegrams.count == 0)
  }

  @Test func anyAddress() throws {
    let bytes = try telegram(address: 7)
    #expect(read(bytes, .init())?.telegrams.count == 0)
    #expect(read(bytes, .init(verifiesAddress: false))?.telegrams.count == 1)
  }

  @Test(arguments: [
    (ForcedAcknowledge.no, false, false), (.anyBytes, true, false), (.always, true, true),
  ])
  func whatAcknowledges(force: ForcedAcknowledge, bytes: Bool, silence: Bool) throws {
    var plan = ReadoutPlan(address: .secondary(meter), retries: 0)
    plan.manner = .init(forcedAcknowledge: force)
    var garbled = Drive(plan)
    garbled.answer([0x45, 0x16])
    garbled.timeOut()
    #expect((garbled.sent.last == "10 7B FD 78 16") == bytes)
    var silent = Drive(plan)
    silent.timeOut()
    #expect((silent.sent.last == "10 7B FD 78 16") == silence)
    while silent.result == nil { silent.timeOut() }
    #expect(silent.result?.ending == .noAnswer(attempts: 1), "it ends all the same")
  }
}
