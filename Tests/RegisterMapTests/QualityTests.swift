import Metering
import RegisterMap
import Testing
import Time

/// The registers that function 4 reads. They are ours, so that the expected ones are worked out by hand from
/// `QualityFields`, which the documentation prints.
@Suite struct QualityTests {
  private static let device = DeviceQuality(
    start: .zero + .seconds(100), goodReadouts: 0x0001_0002, failedReadouts: 0x0003_0004,
    goodMeters: 5, meters: 6)
  private static let meter = MeterQuality(
    state: .error, lastGood: .zero + .seconds(1000), goodReadouts: 0x0007_0008,
    failedReadouts: 0x0009_000A, misses: 11, valuesNotGood: 12)
  private static let value = ValueQuality(
    state: .error, errorCode: 0x15, readAt: .zero + .seconds(900), misses: 13)
  private static let unread = ValueQuality(
    state: .neverRead, errorCode: 0, readAt: nil, misses: 14)

  private func bank(_ layout: RegisterLayout) -> RegisterBank {
    var layout = layout
    layout.hasQuality = true
    var bank = RegisterBank(device: .table35(.systemTime), layout: layout)
    bank.patch(Self.device)
    let width = layout.entryWidth
    // With multi slave the meter has unit id 7.
    let unit: UInt8? = layout.isMultiSlave ? 7 : nil
    let at = [layout.isMultiSlave ? 0 : width, 2 * width, 5 * width + 1].map {
      RegisterAddress($0, unit: unit)
    }
    bank.patch(MeterEntry.neverRead, at: at[0])
    bank.patch(Self.meter, at: at[0])
    for (address, quality) in zip(at.dropFirst(), [Self.value, Self.unread]) {
      bank.patch(ValueEntry.neverRead, at: address)
      bank.patch(quality, at: address)
    }
    return bank
  }

  /// The start was 65,636 s (0x10064) ago, the meter's readout 64,736 s (0xFCE0), the value's 64,836 s (0xFD44).
  private let now: Int64 = 65_736

  private let deviceWords: [UInt16] = [1, 0x0064, 1, 2, 3, 4, 5, 0x0100, 6, 0]
  private let meterWords: [UInt16] = [0, 0xFCE0, 7, 8, 9, 10, 11, 0x0200, 2, 12]
  private let valueWords: [UInt16] = [2, 0x15, 0, 0xFD44, 13, 0, 0, 0, 0, 0]
  private let unreadWords: [UInt16] = [3, 0, 0xFFFF, 0xFFFF, 14, 0, 0, 0, 0, 0]

  @Test func standardLayout() {
    let bank = bank(.standard)
    #expect(bank.quality(0, 10, after: now) == deviceWords)
    #expect(bank.quality(10, 10, after: now) == meterWords)
    #expect(bank.quality(20, 10, after: now) == valueWords)
    #expect(bank.quality(30, 21, after: now) == [UInt16](repeating: 0, count: 21))
    #expect(bank.quality(51, 10, after: now) == unreadWords, "at an address of a user's own")
  }

  @Test func anyPieceIsThatPieceOfTheWhole() throws {
    let bank = bank(.standard)
    let whole = try #require(bank.quality(0, 61, after: now))
    for start in 0..<61 {
      for count in 1...(61 - start) {
        #expect(
          bank.quality(UInt16(start), count, after: now) == Array(whole[start..<(start + count)]))
      }
    }
  }

  @Test func floatOnly() {
    let bank = bank(RegisterLayout(isFloatOnly: true))
    #expect(
      bank.quality(0, 13, after: now) == [
        0, 0, 2, 11, 0x0215, 0xFD44, 0, 0, 0, 0, 0, 0x0300, 0xFFFF,
      ]
    )
    #expect(bank.quality(4, 2, after: 900 + 65_534) == [0x0215, 65_534])
    #expect(bank.quality(4, 2, after: 900 + 65_536) == [0x0215, 65_535], "it ends there")
  }

  @Test func multiSlave() {
    for isFloatOnly in [false, true] {
      let bank = bank(RegisterLayout(isFloatOnly: isFloatOnly, isMultiSlave: true))
      let expected: [UInt16] = isFloatOnly ? [2, 11] : meterWords
      #expect(bank.quality(0, expected.count, unit: 7, after: now) == expected)
      #expect(bank.quality(0, 1, unit: 8, after: now) == nil)
      if !isFloatOnly { #expect(bank.quality(0, 10, unit: 0, after: now) == deviceWords) }
    }
    let bank = bank(RegisterLayout(isMultiSlave: true))
    #expect(throws: RegisterReadRefusal.noSuchUnit) {
      try bank.withQuality(unit: 8, start: 0, count: 1, now: .unix(0)) { _ in }
    }
  }

  /// Long fields are swapped where the Anybus dialect does it, and never where only floats are.
  @Test func byteOrder() {
    func words(_ scope: RegisterOrder.Scope, swapsWords: Bool, swapsBytes: Bool) -> [UInt16]? {
      let order = RegisterOrder(swapsWords: swapsWords, swapsBytes: swapsBytes, scope: scope)
      return bank(RegisterLayout(order: order)).quality(20, 5, after: now)
    }
    #expect(words(.longFields, swapsWords: true, swapsBytes: false) == [2, 0x15, 0xFD44, 0, 13])
    #expect(words(.longFields, swapsWords: true, swapsBytes: true) == [2, 0x15, 0x44FD, 0, 13])
    #expect(words(.longFields, swapsWords: false, swapsBytes: true) == [2, 0x15, 0, 0x44FD, 13])
    #expect(words(.floats, swapsWords: true, swapsBytes: true) == [2, 0x15, 0, 0xFD44, 13])
  }

  /// The map ends for function 4 where it ends for function 3.
  @Test func theEndIsTheEnd() {
    var bank = bank(.standard)
    #expect(bank.span() == 61)
    #expect(bank.quality(60, 1) == [0])
    #expect(bank.quality(60, 2) == nil)
    #expect(bank.quality(65_535, 125) == nil)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(65_526))
    bank.patch(Self.unread, at: RegisterAddress(65_526))
    #expect(bank.quality(65_526, 10) == unreadWords)
    for beyond in [65_527, -1, Int.max, Int.min] {
      bank.patch(Self.unread, at: RegisterAddress(beyond))
    }
    #expect(bank.quality(65_526, 10) == unreadWords)
  }

  @Test func agesEndAndNeverRunBackwards() {
    var bank = bank(.standard)
    #expect(bank.quality(22, 2, after: 899) == [0, 0], "read in the future is new")
    #expect(bank.quality(22, 2, after: 901) == [0, 1])
    #expect(bank.quality(22, 2, after: .max) == [0xFFFF, 0xFFFE], "292 years are too many")
    bank.patch(
      ValueQuality(
        state: .good, errorCode: 0, readAt: MonotonicInstant(nanoseconds: .min), misses: 0),
      at: RegisterAddress(20))
    #expect(
      bank.quality(22, 2, after: .max) == [0xFFFF, 0xFFFE], "the span ends at its range")
  }

  /// One request is answered at one time, whatever words it spans: a minute is a minute in all of them.
  @Test func allAgesOfARequestAreOfTheSameMoment() throws {
    let bank = bank(.standard)
    for second in (65_536 + 890)...(65_536 + 1010) as ClosedRange<Int64> {
      let words = try #require(bank.quality(0, 30, after: second))
      let ages = [0, 10, 22].map { Int64(words[$0]) << 16 | Int64(words[$0 + 1]) }
      #expect(ages == [second - 100, second - 1000, second - 900])
    }
  }

  @Test func clearingForgetsAllButTheDevice() {
    var bank = bank(.standard)
    bank.clear()
    #expect(bank.quality(0, 10, after: now) == deviceWords)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(20))
    #expect(bank.quality(20, 10, after: now) == [UInt16](repeating: 0, count: 10))
    bank.clear(layout: .standard)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(20))
    bank.patch(Self.value, at: RegisterAddress(20))
    #expect(bank.quality(0, 30, after: now) == [UInt16](repeating: 0, count: 30), "it is off")
  }

  @Test func fieldsLieWithinTheirEntryWithoutOverlap() {
    for (fields, width) in [(QualityFields.standard, 10), (.floatOnly, 2)] {
      for covered in [covered(fields.device), covered(fields.meter), covered(fields.value)] {
        #expect(Set(covered).count == covered.count)
        #expect(covered.allSatisfy { (0..<width).contains($0) })
      }
    }
  }

  private func covered<Entry>(_ fields: [RegisterField<Entry>]) -> [Int] {
    fields.flatMap { Array($0.offset..<($0.offset + $0.width)) }
  }
}

/// Values whose policy is to refuse requests for them.
@Suite struct RefusedValueTests {
  private func bank(_ layout: RegisterLayout, unit: UInt8? = nil) -> RegisterBank {
    var bank = RegisterBank(device: .table35(.systemTime), layout: layout)
    let width = layout.entryWidth
    bank.patch(MeterEntry.neverRead, at: RegisterAddress(unit == nil ? width : 0, unit: unit))
    for place in 2..<9 {
      bank.patch(
        ValueEntry.neverRead, at: RegisterAddress(place * width, unit: unit), isRefused: place == 6)
    }
    return bank
  }

  @Test(arguments: [
    RegisterLayout.standard, RegisterLayout(isFloatOnly: true), RegisterLayout(isMultiSlave: true),
    RegisterLayout(isFloatOnly: true, isMultiSlave: true),
  ])
  func aRequestThatTouchesOneRegisterIsRefusedAsAWhole(layout: RegisterLayout) {
    let unit: UInt8? = layout.isMultiSlave ? 7 : nil
    var bank = bank(layout, unit: unit)
    let width = layout.entryWidth
    let (first, end) = (6 * width, 7 * width)
    for start in (2 * width)..<(9 * width) {
      for count in 1...(9 * width - start) {
        let isTouched = start < end && start + count > first
        let words = bank.words(UInt16(start), count, unit: unit ?? 1)
        #expect((words == nil) == isTouched, "\(start), \(count)")
      }
    }
    #expect(throws: RegisterReadRefusal.stale) {
      try bank.withRegisters(
        unit: unit ?? 1, start: UInt16(first), count: 1, now: .unix(0)
      ) { _ in }
    }
    #expect(throws: RegisterReadRefusal.beyondTheMap, "the map's end comes first") {
      try bank.withRegisters(
        unit: unit ?? 1, start: UInt16(first), count: 3 * width + 1, now: .unix(0)
      ) { _ in }
    }
  }

  @Test func aGoodReadingLiftsIt() {
    var bank = bank(.standard)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(60))
    #expect(bank.words(20, 70) != nil)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(60), isRefused: true)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(60), isRefused: true)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(60))
    #expect(bank.words(60, 10) != nil, "said twice, lifted once")
  }

  @Test func clearingLiftsIt() {
    var bank = bank(.standard)
    bank.clear()
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(80))
    #expect(bank.words(60, 10) != nil)
  }

  @Test func theLastEntryOfTheMap() {
    var bank = bank(.standard)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(65_526), isRefused: true)
    #expect(bank.words(65_525, 1) == [0])
    #expect(bank.words(65_535, 1) == nil)
    bank.patch(ValueEntry.neverRead, at: RegisterAddress(65_530), isRefused: true)
    #expect(bank.words(65_525, 1) == [0], "beyond the map there is nothing to refuse")
  }

  @Test func theRestOfTheEntryIsKeptWithoutItsNumber() {
    let entry = ValueEntry(integer: 267, float: 267_000, scale: 3, unit: 5, meterTime: 9)
    var bank = RegisterBank(device: .table35(.systemTime))
    bank.patch(entry.withoutNumber, at: RegisterAddress(20))
    #expect(bank.words(20, 10) == [0x8000, 0, 0, 0, 0x7FC0, 0, 3, 5, 0, 9])
  }
}
