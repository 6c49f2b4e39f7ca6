import RegisterMap
import Testing
import Time

/// The order of words and bytes (MUC500 manual 1.1, table 37), and where entries lie.
@Suite struct RegisterLayoutTests {
  private static let allOrders: [(name: String, words: Bool, bytes: Bool)] = [
    ("ABCD", false, false), ("BADC", false, true), ("CDAB", true, false), ("DCBA", true, true),
  ]

  private func bank(_ layout: RegisterLayout) -> RegisterBank {
    var bank = RegisterBank(
      device: DeviceEntry(serial: 0x0102_0304, version: 0x0506, clockRule: .systemTime),
      layout: layout)
    bank.patch(
      ValueEntry(
        integer: 0x1122_3344_5566_7788, float: 1234.5678, scale: -4, unit: 5,
        meterTime: 0x99AA_BBCC),
      at: RegisterAddress(20))
    return bank
  }

  /// The four rows of table 37: 0x449A522B in the order that the table prints.
  @Test(
    arguments: [
      ("ABCD", [0x449A, 0x522B]), ("BADC", [0x9A44, 0x2B52]), ("CDAB", [0x522B, 0x449A]),
      ("DCBA", [0x2B52, 0x9A44]),
    ] as [(String, [UInt16])])
  func table37(name: String, words: [UInt16]) throws {
    let order = try #require(Self.allOrders.first { $0.name == name })
    for scope in [RegisterOrder.Scope.floats, .longFields] {
      let order = RegisterOrder(swapsWords: order.words, swapsBytes: order.bytes, scope: scope)
      #expect(order.name == name)
      #expect(bank(RegisterLayout(order: order)).words(24, 2) == words)
      let floatOnly = RegisterLayout(isFloatOnly: true, order: order)
      #expect(bank(floatOnly).words(20, 2) == words)
    }
  }

  /// In the solvimus dialect nothing but the float is touched (MUC500 manual 1.1, table 25).
  @Test(arguments: allOrders)
  func onlyTheFloat(order: (name: String, words: Bool, bytes: Bool)) {
    let order = RegisterOrder(swapsWords: order.words, swapsBytes: order.bytes, scope: .floats)
    let bank = bank(RegisterLayout(order: order))
    #expect(
      bank.words(0, 10, now: 0x0708_090A)
        == [0x0102, 0x0304, 1, 0x0506, 0x0708, 0x090A, 0, 0x0100, 0, 0])
    #expect(bank.words(20, 4) == [0x1122, 0x3344, 0x5566, 0x7788])
    #expect(bank.words(26, 4) == [0xFFFC, 0x0005, 0x99AA, 0xBBCC])
  }

  /// In the Anybus dialect all fields of 32 and 64 bits are (Anybus gateway manual 2.4, ch. 5.2), the
  /// 16-bit ones never.
  @Test func allLongFields() {
    let words = bank(
      RegisterLayout(
        order: RegisterOrder(swapsWords: true, swapsBytes: false, scope: .longFields)))
    #expect(
      words.words(0, 10, now: 0x0708_090A)
        == [0x0304, 0x0102, 1, 0x0506, 0x090A, 0x0708, 0, 0x0100, 0, 0])
    #expect(
      words.words(20, 10)
        == [0x7788, 0x5566, 0x3344, 0x1122, 0x522B, 0x449A, 0xFFFC, 0x0005, 0xBBCC, 0x99AA])
    let all = bank(
      RegisterLayout(order: RegisterOrder(swapsWords: true, swapsBytes: true, scope: .longFields)))
    #expect(all.words(0, 6, now: 0x0708_090A) == [0x0403, 0x0201, 1, 0x0506, 0x0A09, 0x0807])
    #expect(
      all.words(20, 10)
        == [0x8877, 0x6655, 0x4433, 0x2211, 0x2B52, 0x9A44, 0xFFFC, 0x0005, 0xCCBB, 0xAA99])
    let bytes = bank(
      RegisterLayout(
        order: RegisterOrder(swapsWords: false, swapsBytes: true, scope: .longFields)))
    #expect(
      bytes.words(20, 10)
        == [0x2211, 0x4433, 0x6655, 0x8877, 0x9A44, 0x2B52, 0xFFFC, 0x0005, 0xAA99, 0xCCBB])
  }

  @Test func fieldsCoverTwoRegistersWithFloatOnly() {
    let fields = EntryFields.floatOnly
    #expect(fields.device.isEmpty)
    #expect(fields.meter.map(\.offset) == [0] && fields.meter.map(\.width) == [2])
    #expect(fields.value.map(\.offset) == [0] && fields.value.map(\.width) == [2])
  }

  // MARK: - Unit ids

  private func answering(_ bank: RegisterBank) -> [Int] {
    (0...255).filter { bank.has(unit: UInt8($0)) }
  }

  @Test func multiSlaveKnowsItsMetersAndTheDevice() {
    var bank = RegisterBank(
      device: .table35(.systemTime), layout: RegisterLayout(isMultiSlave: true))
    #expect(answering(bank) == [0, 255])
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(0, unit: 3))
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(10, unit: 3))
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(0, unit: 247))
    #expect(answering(bank) == [0, 3, 247, 255])
    #expect(bank.words(0, 10, unit: 0) == bank.words(0, 10, unit: 255))
    #expect(bank.words(7, 1, unit: 0) == [0x0100])
    #expect(bank.words(7, 1, unit: 3) == [0x0200])
    #expect(bank.words(0, 20, unit: 3)?.count == 20)
    #expect(bank.words(0, 21, unit: 3) == nil)
    #expect(bank.words(0, 11, unit: 247) == nil, "each has a map of its own")
    #expect(throws: RegisterReadRefusal.noSuchUnit) {
      try bank.withRegisters(
        unit: 4, start: 0, count: 1, now: Moment(instant: .zero, wall: WallTime(unixSeconds: 0))
      ) { _ in }
    }
    bank.clear()
    #expect(answering(bank) == [0, 255])
  }

  @Test func allUnitIDsAtOnce() {
    var bank = RegisterBank(
      device: .table35(.systemTime), layout: RegisterLayout(isMultiSlave: true))
    for unit in RegisterLayout.unitIDs {
      var meter = MeterEntry.neverRead
      meter.serial = UInt32(unit)
      bank.patch(meter, at: RegisterAddress(0, unit: UInt8(unit)))
    }
    for unit in RegisterLayout.unitIDs {
      #expect(bank.words(0, 2, unit: UInt8(unit)) == [0, UInt16(unit)])
    }
    #expect(answering(bank).count == 249)
  }

  @Test func oneUnitIDOrEveryOne() {
    var bank = RegisterBank(device: .table35(.systemTime), unitID: 7)
    #expect(answering(bank) == [0, 7, 255])
    bank.unitID = 0
    #expect(answering(bank).count == 256)
    bank.unitID = 255
    #expect(answering(bank) == [0, 255])
  }

  @Test func floatOnlyHasNoDeviceEntry() {
    var bank = RegisterBank(
      device: .table35(.systemTime), layout: RegisterLayout(isFloatOnly: true))
    #expect(bank.span() == 0)
    #expect(bank.words(0, 1) == nil)
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(2))
    #expect(bank.words(0, 4) == [0, 0, 0, 0], "registers 0 and 1 belong to nobody")
  }

  @Test func anotherLayoutTakesEverythingAway() {
    var bank = bank(.standard)
    bank.clear(layout: RegisterLayout(isMultiSlave: true))
    #expect(bank.span() == 10)
    #expect(answering(bank) == [0, 255])
    bank.clear(layout: RegisterLayout(isFloatOnly: true))
    #expect(bank.span() == 0)
  }
}
