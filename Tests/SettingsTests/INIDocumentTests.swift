import Testing

@testable import Settings

@Suite struct INIDocumentTests {
  private func contents(_ text: String) -> [INIDocument.Content] {
    INIDocument(text).lines.map(\.content)
  }

  @Test(arguments: [
    ("KEY=value", "value", 5),
    ("  KEY \t=  value  ", "value", 11),
    ("KEY=\"quoted ; text\" ; comment", "quoted ; text", 6),
    ("KEY='it is \"so\"'", "it is \"so\"", 6),
    ("KEY=\"open", "\"open", 5),
    ("KEY=\"a\" b", "\"a\" b", 5),
    ("KEY=a;b#c", "a;b#c", 5),
    ("KEY=a ;b", "a", 5),
    ("KEY=a\t# b", "a", 5),
    ("KEY=;b", "", 5),
    ("KEY=", "", 5),
    ("KEY=\"\"", "", 6),
    ("KEY=a=b", "a=b", 5),
  ])
  func entries(line: String, value: String, column: Int) {
    #expect(contents(line) == [.entry(key: "KEY", value: value, column: column)])
  }

  @Test func otherLines() {
    #expect(contents("[ DEVICE ] ; x") == [.group(name: "DEVICE", isClosed: true)])
    #expect(contents("[DEVICE") == [.group(name: "DEVICE", isClosed: false)])
    #expect(contents("[") == [.group(name: "", isClosed: false)])
    #expect(contents(" ; x\n\t# y\n\n  ") == [.comment, .comment, .blank, .blank])
    #expect(contents("=1") == [.unreadable("=1")])
    #expect(contents(" nonsense ") == [.unreadable("nonsense")])
    #expect(contents("").isEmpty)
  }

  @Test func byteOrderMarkAndLineEnds() {
    let document = INIDocument([0xEF, 0xBB, 0xBF] + Array("[A]\r\nB=1\rC=2\n\nD=3".utf8))
    #expect(
      document.lines.map(\.content) == [
        .group(name: "A", isClosed: true), .entry(key: "B", value: "1", column: 3),
        .entry(key: "C", value: "2", column: 3), .blank, .entry(key: "D", value: "3", column: 3),
      ])
    #expect(document.lines.map(\.number) == [1, 2, 3, 4, 5])
  }

  @Test func latin1() throws {
    let document = INIDocument(Array("NAME=Z".utf8) + [0xE4] + Array("hler".utf8))
    let line = try #require(document.lines.first)
    #expect(line.isLatin1)
    #expect(line.content == .entry(key: "NAME", value: "Zähler", column: 6))
  }

  /// Whatever comes in can be written back, and the settings come out of it without a trap.
  @Test func garbageIsKeptByteForByte() {
    var random = SplitMix(state: 1)
    let good = Array(SettingsDocumentation.example.utf8)
    for round in 0..<400 {
      var bytes = (0..<Int(random.next() % 300)).map { _ in UInt8(truncatingIfNeeded: random.next())
      }
      if round.isMultiple(of: 2) {
        bytes = Array(good.prefix(Int(random.next() % UInt64(good.count))))
        for _ in 0..<5 where !bytes.isEmpty {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      let document = INIDocument(bytes)
      #expect(document.bytes == bytes)
      let overrides = [String(decoding: bytes.prefix(40), as: UTF8.self)]
      let settings = Settings.read(document, overrides: overrides).settings
      #expect((0...65535).contains(settings.integer(.mbusTimeout)))
    }
  }
}

/// Numbers that look random and are the same in each run (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
