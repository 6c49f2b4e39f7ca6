import Metering
import Testing

@testable import MeterFiles

/// Damaged lists: whatever has become of one, there is an answer, and a list that is refused says where.
@Suite struct HostileListTests {
  /// No two of its bytes are neighbours anywhere else.
  private static let key: [UInt8] = [
    0xD1, 0xA7, 0x5E, 0x93, 0xC8, 0x3B, 0xF6, 0x69, 0xE4, 0x2D, 0x9A, 0x57, 0xB2, 0x7C, 0x85, 0x4F,
  ]

  /// Two bytes in a row of the key, as they stand in the file.
  private static let pairs = zip(key, key.dropFirst()).map { "\(hex($0)) \(hex($1))" }

  private static func hex(_ byte: UInt8) -> String {
    "0x" + String(byte, radix: 16, uppercase: true)
  }

  private func source(_ seed: UInt64) -> [UInt8] {
    var generator = ListGenerator(seed: seed)
    var list = generator.list()
    list.append(generator.meter(0))
    for index in list.indices { list[index].encryptionKey = Self.key }
    return DeviceHandleFile.render(list)
  }

  private func judge(_ bytes: [UInt8]) throws {
    let result = DeviceHandleFile.parse(bytes, name: "f")
    if result.meters == nil {
      let diagnostic = try #require(result.diagnostics.first)
      #expect(diagnostic.severity == .error && result.diagnostics.count == 1)
      #expect(diagnostic.line != nil || bytes.isEmpty, "\(diagnostic)")
      #expect(
        throws: DeviceHandleEditFailure.self,
        performing: {
          if bytes.isEmpty { throw DeviceHandleEditFailure.notKept(file: "f") }
          _ = try DeviceHandleFile.edit(bytes, name: "f", to: [])
        })
    }
    #expect(result.diagnostics.count <= DeviceHandleLimit.diagnostics + 1)
    for diagnostic in result.diagnostics {
      #expect(diagnostic.message.utf8.count < 2000)
      for part in Self.pairs {
        #expect(
          !diagnostic.message.contains(part) && diagnostic.value?.contains(part) != true,
          "\(diagnostic)")
      }
    }
    // What can be read can be edited, or it is known why not.
    guard let meters = result.meters else { return }
    let listed = meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
    if case .success(let edited) = Result(catching: { () throws(DeviceHandleEditFailure) in
      try DeviceHandleFile.edit(bytes, name: "f", to: listed)
    }) {
      #expect(edited.bytes == bytes)
    }
  }

  @Test(arguments: 0..<60) func flippedAndCut(seed: UInt64) throws {
    var random = Numbers(state: seed)
    let good = source(seed)
    for _ in 0..<6 {
      var bytes = good
      for _ in 0...random.below(4) {
        guard !bytes.isEmpty else { break }
        let place = random.below(bytes.count)
        switch random.below(4) {
        case 0: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1: bytes[place] = random.pick(Array("<>&/\"'= \n0x-!?[]".utf8))
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(40)))
        default: bytes.removeLast(random.below(bytes.count))
        }
      }
      try judge(bytes)
    }
  }

  /// Whole elements taken out, doubled, moved into others.
  @Test(arguments: 0..<60) func movedElements(seed: UInt64) throws {
    var random = Numbers(state: seed)
    let bytes = source(seed)
    for _ in 0..<4 {
      var text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      for _ in 0...random.below(5) {
        guard text.count > 3 else { break }
        let (from, to) = (random.below(text.count), random.below(text.count))
        switch random.below(3) {
        case 0: text.insert(text[from], at: to)
        case 1: text.remove(at: from)
        default: text.swapAt(from, to)
        }
      }
      try judge(Array(text.joined(separator: "\n").utf8))
    }
  }

  /// The same thing again and again: deep, wide and long.
  @Test(arguments: [
    ("<meter>", "</meter>", 60), ("<meter>", "</meter>", 300), ("<value>", "", 100_000),
    ("<!--", "-->", 1000), ("<![CDATA[", "]]>", 1000), ("&amp;", "", 200_000), ("&", "", 50_000),
    ("<a ", "", 100_000), ("<?", "?>", 10_000), ("</", "", 10_000), ("<meter ", "/>", 5000),
    ("x='", "", 100_000), ("<!DOCTYPE a ", "", 1000), ("<!ENTITY a \"b\">", "", 10_000),
    ("]]>", "", 10_000), ("&#65;", "", 100_000), ("<x:a xmlns:x='b'>", "</x:a>", 60),
  ])
  func repetitions(open: String, close: String, count: Int) throws {
    let body = String(repeating: open, count: count) + String(repeating: close, count: count)
    try judge(Array("<root>\n\(body)</root>".utf8))
    try judge(Array(body.utf8))
    try judge(
      Array("<root><meter><serial>1</serial><user>\(body)</user></meter></root>".utf8))
  }
}
