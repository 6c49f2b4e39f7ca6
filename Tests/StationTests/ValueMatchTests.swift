import Metering
import RegisterMap
import Station
import Testing
import Time

/// Which value of a meter a value of its list is.
@Suite struct ValueMatchTests {
  private func sent(
    _ number: Int64, _ dif: [UInt8], _ vif: [UInt8], _ meaning: ValueMeaning, storage: UInt64 = 0,
    tariff: UInt32 = 0, function: ValueKey.Function = .instantaneous
  ) -> MeterValue {
    MeterValue(
      key: ValueKey(dif: dif, vif: vif, storage: storage, tariff: tariff, function: function),
      meaning: meaning, reading: .integer(number))
  }

  private let wattHours = ValueMeaning(.energy, .wattHour)
  private let cubicMetres = ValueMeaning(.volume, .cubicMetre)

  /// Energy now, of storage 1 and of tariff 2, then a volume.
  private var telegram: [MeterValue] {
    [
      sent(100, [0x0C], [0x06], wattHours), sent(101, [0x4C], [0x06], wattHours, storage: 1),
      sent(102, [0x8C, 0x20], [0x06], wattHours, tariff: 2), sent(7, [0x0C], [0x14], cubicMetres),
    ]
  }

  private func readings(
    _ list: [ValueConfiguration], _ telegram: [MeterValue]
  ) -> [Reading?] {
    var meter = fresh(1)
    meter.values = list
    var bench = Bench([meter])
    bench.give(up)
    bench.answer(1, telegram)
    return bench.meter(1).values.prefix(list.count).map { $0.live.lastGood?.reading }
  }

  @Test(
    arguments: [
      (ValueConfiguration(dif: [0x4C], vif: [0x06]), 101),
      (ValueConfiguration(rawData: [0x4C, 0x06, 1, 2, 3, 4]), 101),
      // The meter sends it in another length now.
      (ValueConfiguration(dif: [0x44], vif: [0x06]), 101),
      (ValueConfiguration(dif: [0x84, 0x20], vif: [0x06]), 102),
      (ValueConfiguration(vif: [0x14]), 7), (ValueConfiguration(vif: [0x06], storage: 1), 101),
      (ValueConfiguration(meaning: ValueMeaning(.energy, .wattHour), tariff: 2), 102),
      (ValueConfiguration(meaning: ValueMeaning(.energy, .none), storage: 1), 101),
      (ValueConfiguration(tariff: 2), 102), (ValueConfiguration(), 100),
    ] as [(ValueConfiguration, Int64)])
  func whatTheFileSaysIsEnough(value: ValueConfiguration, number: Int64) {
    #expect(readings([value], telegram) == [.integer(number)])
  }

  @Test(arguments: [
    ValueConfiguration(vif: [0x07]), ValueConfiguration(dif: [0xCC, 0x01], vif: [0x06]),
    ValueConfiguration(dif: [0x0C], vif: [0x06, 0x01]), ValueConfiguration(storage: 2),
    ValueConfiguration(meaning: ValueMeaning(.energy, .wattHour), function: .maximum),
    ValueConfiguration(meaning: ValueMeaning(.energy, .joule)),
    ValueConfiguration(rawData: [0x4C, 0x07, 1, 2, 3, 4]), ValueConfiguration(rawData: [0x4C]),
  ])
  func whatFitsNothingTakesNothing(value: ValueConfiguration) {
    #expect(readings([value], telegram) == [nil])
  }

  /// Lists that were made before descriptions told values of a kind from each other still find theirs, by order; one
  /// that says which it means gets that.
  @Test func valuesOfAKind() {
    var backward = wattHours
    backward.qualifiers = ["backward"]
    let both = [sent(1, [0x04], [0x83, 0x3C], backward), sent(2, [0x04], [0x03], wattHours)]
    let (any, that) = (
      ValueConfiguration(meaning: wattHours), ValueConfiguration(meaning: backward)
    )
    #expect(readings([any], both) == [.integer(2)], "what is not called otherwise")
    #expect(readings([that], both) == [.integer(1)])
    #expect(readings([any, that], both) == [.integer(2), .integer(1)])
    #expect(readings([any, any], both) == [.integer(2), .integer(1)])
    #expect(readings([that, that], both) == [.integer(1), nil])
    let text = ValueConfiguration(meaning: ValueMeaning(.energy, .none))
    #expect(readings([text, text], both) == [.integer(1), .integer(2)])
  }

  /// Passwords and keys are for those who ask for them by name.
  @Test func secretsAreNotLearned() {
    let password = sent(42, [0x01], [0xFD, 0x16], ValueMeaning(.password, .none))
    var bench = Bench([fresh(1)])
    bench.give(up)
    bench.answer(1, [password, sent(1, [0x04], [0x03], wattHours)])
    #expect(bench.meter(1).values.map(\.meaning.type) == [.energy])
    #expect(bench.saved[0].values.count == 1)
    let named = ValueConfiguration(dif: [0x01], vif: [0xFD, 0x16], register: 20)
    #expect(readings([named], [password]) == [.integer(42)])
    #expect(readings([ValueConfiguration()], [password]) == [nil], "not by its place")
    #expect(
      MeasurementType.allCases.filter(\.isSecret).map(\.rawValue) == [43, 44, 45, 46, 47, 94],
      "MUC500 manual 1.1, table 28")
  }

  /// Of several that fit alike the first that is left: the order decides last.
  @Test func whatLooksAlikeKeepsItsOrder() {
    let twins = [
      sent(1, [0x0C], [0x14], cubicMetres), sent(2, [0x0C], [0x14], cubicMetres),
      sent(3, [0x0C], [0x14], cubicMetres),
    ]
    for value in [
      ValueConfiguration(dif: [0x0C], vif: [0x14]), ValueConfiguration(meaning: cubicMetres),
      ValueConfiguration(meaning: ValueMeaning(.volume, .none)), ValueConfiguration(),
    ] {
      #expect(readings([value, value, value], twins) == [.integer(1), .integer(2), .integer(3)])
    }
    // Another length leaves open which one is meant.
    #expect(readings([ValueConfiguration(dif: [0x04], vif: [0x14])], twins) == [nil])
  }

  /// A weak match must not take what a stronger one of a later value is about.
  @Test func strongMatchesComeFirst() {
    let list = [
      ValueConfiguration(meaning: wattHours), ValueConfiguration(),
      ValueConfiguration(dif: [0x0C], vif: [0x06]),
    ]
    let found = readings(list, [telegram[0], telegram[3]])
    #expect(found == [nil, .integer(7), .integer(100)])
  }

  /// A list from a device that shows all times.
  @Test func aTimeThatTheListHasIsReadThoughTimesAreNotShown() {
    var time = sent(0, [0x04], [0x6D], ValueMeaning(.timePoint, .utc))
    time.listing = .assignedTime
    let list = [
      ValueConfiguration(dif: [0x04], vif: [0x6D]), ValueConfiguration(dif: [0x0C], vif: [0x06]),
      ValueConfiguration(), ValueConfiguration(),
    ]
    #expect(
      readings(list, [time, telegram[0], telegram[1], telegram[3]])
        == [.integer(0), .integer(100), .integer(7), nil])
  }
}
