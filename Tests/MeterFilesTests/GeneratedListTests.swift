import Metering
import Testing

@testable import MeterFiles

/// parse(write(x)) = x, and an edit touches what differs.
@Suite struct GeneratedListTests {
  @Test(arguments: 0..<150) func whatIsWrittenReadsTheSame(seed: UInt64) throws {
    var generator = ListGenerator(seed: seed)
    let list = generator.list()
    let bytes = DeviceHandleFile.render(list)
    #expect(DeviceHandleFile.parse(bytes, name: "f").meters == list)
    // Nothing is said of it as not allowed.
    let errors = DeviceHandleFile.parse(bytes, name: "f").diagnostics.filter {
      $0.severity == .error && $0.message.contains("not allowed; allowed:")
    }
    #expect(errors.isEmpty)
    // The same list is no change.
    let listed = list.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    #expect(try DeviceHandleFile.edit(bytes, name: "f", to: listed).bytes == bytes)
  }

  /// From one generated value to another of the same meter: the lines of other meters and values stay as
  /// they are.
  @Test(arguments: 0..<80) func anEditTouchesOneValueOnly(seed: UInt64) throws {
    var generator = ListGenerator(seed: 1000 + seed)
    var list = generator.list()
    list.append(generator.meter(9))
    let place = generator.random.below(list.count)
    list[place].values.append(generator.value())
    let index = generator.random.below(list[place].values.count)
    // Line ends within texts would blur which lines are whose.
    let bytes = DeviceHandleFile.render(list)
    let wanted = generator.value()
    var listed = list.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    listed[place].configuration.values[index] = wanted
    let edited = try DeviceHandleFile.edit(bytes, name: "f", to: listed)
    #expect(edited.meters == listed.map(\.configuration))
    let (before, after) = (parts(bytes), parts(edited.bytes))
    // The parts begin with each meter and each value.
    let ownPart = list[..<place].reduce(1) { $0 + 1 + $1.values.count } + 1 + index
    try #require(before.count == after.count && ownPart < before.count)
    for (number, (old, new)) in zip(before, after).enumerated() where number != ownPart {
      #expect(old == new, "part \(number)")
    }
  }

  private func parts(_ bytes: [UInt8]) -> [String] {
    let text = String(decoding: bytes, as: UTF8.self)
      .replacing("<value>", with: "<meter>").replacing("<value/>", with: "<meter>")
    return text.split(separator: "<meter>", omittingEmptySubsequences: false).map(String.init)
  }
}
