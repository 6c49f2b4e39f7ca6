import Metering
import Testing

@testable import MeterFiles

/// Random changes to random files: the file then reads as the list that was wanted, and every comment
/// and unknown element is still there, unless its meter or value was taken out.
@Suite struct RandomEditTests {
  @Test(arguments: 0..<120) func anyListOnAnyFile(seed: UInt64) throws {
    var random = Numbers(state: seed)
    let source = RandomFile(&random)
    let bytes = source.bytes
    let before = try #require(DeviceHandleFile.parse(bytes, name: "f").meters)
    try #require(before.count == source.meterCount)
    var list = before.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    var removed: [String] = []
    change(&list, &removed, &random)
    let edited = try DeviceHandleFile.edit(bytes, name: "f", to: list)
    let result = edited.bytes
    let text = String(decoding: result, as: UTF8.self)
    #expect(DeviceHandleFile.parse(result, name: "f").meters == list.map(\.configuration))
    #expect(edited.meters == list.map(\.configuration))
    for mark in source.marks {
      let isRemoved = removed.contains { mark.hasPrefix($0) }
      #expect(text.contains("\(mark)#") == !isRemoved, "\(mark)")
    }
    // Once more is no change, whatever the file has become.
    let again = try DeviceHandleFile.edit(
      result, name: "f",
      to: list.enumerated().map { ListedMeter(origin: $0, configuration: $1.configuration) })
    #expect(again.bytes == result)
    // Line ends stay of one kind.
    let bare = zip(result, result.dropFirst()).count { $0 != 0x0D && $1 == 0x0A }
    #expect(bare == 0 || !bytes.contains(0x0D))
  }

  private func change(
    _ list: inout [ListedMeter], _ removed: inout [String], _ random: inout Numbers
  ) {
    for index in list.indices.reversed() {
      if random.one(in: 5) {
        removed.append("m\(index).")
        list.remove(at: index)
        continue
      }
      guard random.one(in: 2) else { continue }
      for place in list[index].configuration.values.indices.reversed() {
        if random.one(in: 4) {
          removed.append("m\(index).v\(place).")
          list[index].configuration.values.remove(at: place)
          list[index].valueOrigins.remove(at: place)
        } else if random.one(in: 2) {
          list[index].configuration.values[place] = Self.value(&random)
        }
      }
      while random.one(in: 3) {
        let place = Int(random.next() % UInt64(list[index].valueOrigins.count + 1))
        list[index].configuration.values.insert(Self.value(&random), at: place)
        list[index].valueOrigins.insert(nil, at: place)
      }
      if random.one(in: 2) { Self.change(&list[index].configuration, &random) }
    }
    while random.one(in: 3) {
      let place = Int(random.next() % UInt64(list.count + 1))
      var meter = newMeter(UInt32(0x100 + list.count), [Self.value(&random)])
      Self.change(&meter.configuration, &random)
      list.insert(meter, at: place)
    }
  }

  private static func change(_ meter: inout MeterConfiguration, _ random: inout Numbers) {
    if random.one(in: 2) { meter.register = random.one(in: 2) ? 0 : 10 }
    meter.hasNoRegisters = meter.register == 0 && random.one(in: 2)
    if random.one(in: 2) { meter.identity.version = random.one(in: 2) ? nil : 7 }
    if random.one(in: 2) { meter.userLabel = random.one(in: 2) ? "" : "<!-- ä & -->" }
    if random.one(in: 2) { meter.stalePolicy = random.one(in: 2) ? nil : .nan }
    if random.one(in: 2) { meter.staleAfter = random.one(in: 2) ? nil : 3 }
    if random.one(in: 2) { meter.interface = random.one(in: 2) ? .mbus : .system }
  }

  private static func value(_ random: inout Numbers) -> ValueConfiguration {
    ValueConfiguration(
      dif: random.one(in: 2) ? nil : [0x0C], meaning: ValueMeaning(.energy, .wattHour),
      scale: random.one(in: 3) ? 0 : 3,
      userScale: random.one(in: 2) ? .one : .factor(0.5), register: random.one(in: 3) ? 0 : 50,
      userLabel: random.one(in: 4) ? "x > y" : "")
  }
}

/// A meter list as different people write them, with marks (`m0.v1.7#`: within value 1 of meter 0) in
/// comments and unknown elements.
private struct RandomFile {
  private(set) var marks: [String] = []
  private(set) var meterCount = 0
  private let hasReturns: Bool
  private var text = ""
  /// How much stands in lines of its own: nothing, some, everything.
  private let lines: Int

  init(_ random: inout Numbers) {
    lines = Int(random.next() % 3)
    hasReturns = random.one(in: 3)
    text = random.one(in: 2) ? "" : "<?xml version=\"1.0\"?>\n"
    text += "<root>"
    meterCount = Int(random.next() % 5)
    for index in 0..<meterCount {
      mark("", 1, &random)
      tag("meter", 1, &random) { file, random in file.meter(index, &random) }
    }
    mark("", 1, &random)
    end(0, &random)
    text += "</root>"
  }

  var bytes: [UInt8] {
    Array((hasReturns ? text.replacing("\n", with: "\r\n") : text).utf8)
  }

  private mutating func meter(_ index: Int, _ random: inout Numbers) {
    let scope = "m\(index)."
    leaf("serial", "\(index + 1)", 2, &random)
    mark(scope, 2, &random)
    if random.one(in: 2) { leaf("register", "0x0A", 2, &random) }
    if random.one(in: 2) { leaf("Version", "7", 2, &random) }
    mark(scope, 2, &random)
    for place in 0..<Int(random.next() % 4) {
      tag("value", 2, &random) { file, random in
        if random.one(in: 4) { return }
        file.mark("\(scope)v\(place).", 3, &random)
        if random.one(in: 2) { file.leaf("scale", "1000", 3, &random) }
        if random.one(in: 2) { file.leaf("description", "energy", 3, &random) }
        file.mark("\(scope)v\(place).", 3, &random)
      }
      mark(scope, 2, &random)
    }
    if random.one(in: 3) { leaf("user", "label", 2, &random) }
  }

  private mutating func leaf(_ name: String, _ value: String, _ depth: Int, _ random: inout Numbers)
  {
    end(depth, &random)
    text += "<\(name)>\(value)</\(name)>"
  }

  private mutating func tag(
    _ name: String, _ depth: Int, _ random: inout Numbers,
    _ body: (inout RandomFile, inout Numbers) -> Void
  ) {
    end(depth, &random)
    text += "<\(name)>"
    let empty = text
    body(&self, &random)
    if text == empty, random.one(in: 2) {
      text = text.dropLast() + "/>"
      return
    }
    end(depth, &random)
    text += "</\(name)>"
  }

  private mutating func mark(_ scope: String, _ depth: Int, _ random: inout Numbers) {
    guard random.one(in: 2) else { return }
    let mark = "\(scope)k\(marks.count)"
    marks.append(mark)
    if random.one(in: 2) { end(depth, &random) }
    switch random.next() % 4 {
    case 0: text += "<!-- <value> \(mark)# -->"
    case 1: text += "<future a='\(mark)#>'/>"
    case 2: text += "<future><serial>\(mark)#</serial></future>"
    default: text += "<?pi \(mark)# ?>"
    }
  }

  private mutating func end(_ depth: Int, _ random: inout Numbers) {
    guard lines == 2 || (lines == 1 && random.one(in: 2)) else { return }
    text += "\n" + String(repeating: " ", count: 2 * depth)
  }
}
