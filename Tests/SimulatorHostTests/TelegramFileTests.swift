import BusSimulator
import SimulatorHost
import Testing

@Suite struct TelegramFileTests {
  @Test func readsHexAndNameAndPassesOverTheRest() throws {
    let text = """
      # our own
      {"name": "one", "hex": "68 0F 16", "expected": {"value": NaN, "other": [-Infinity, Infinity]}}

      {"hex": "e5", "note": "a \\" NaN \\\\"}\r
      """
    #expect(
      try TelegramFile.parse(text, path: "f") == [
        CapturedTelegram(name: "one", bytes: [0x68, 0x0F, 0x16]),
        CapturedTelegram(name: "line 4", bytes: [0xE5]),
      ])
  }

  @Test func linesMayEndWithCRLF() throws {
    let text = "{\"hex\": \"E5\"}\r\n\r\n{\"hex\": \"10\"}\r\n"
    #expect(
      try TelegramFile.parse(text, path: "f") == [
        CapturedTelegram(name: "line 1", bytes: [0xE5]),
        CapturedTelegram(name: "line 3", bytes: [0x10]),
      ])
  }

  @Test(
    arguments: [
      ("{\"hex\": \"E5\"}\n{\"hex\": \"6G\"}", 2, "'G' at offset 1 is no hexadecimal digit"),
      ("{\"hex\": \"E\"}", 1, "ends in the middle of a byte at offset 1"),
      ("\n{\"name\": \"x\"}", 2, "has no text \"hex\""),
      ("68 03 03 68", 1, "is no JSON object"),
      ("{\"hex\": 5}", 1, "has no text \"hex\""),
    ])
  func errorsNameFileAndLine(_ text: String, _ line: Int, _ part: String) {
    let error = #expect(throws: TelegramFileError.self) {
      try TelegramFile.parse(text, path: "own.jsonl")
    }
    #expect(error?.line == line)
    #expect(error?.description.hasPrefix("own.jsonl, line \(line) ") == true)
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: TelegramFileError.self) {
      try TelegramFile.read("/nowhere/own.jsonl")
    }
    #expect(error?.description.hasPrefix("/nowhere/own.jsonl cannot be read: ") == true)
  }
}
