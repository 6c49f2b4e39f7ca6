import Foundation
import Settings
import Testing

/// Each setting that does something has a test that names it, beside those that go through the table.
@Suite struct NamedKeysTests {
  /// The words in capitals before an = in all tests, without the tests of the table itself.
  private static let named: Set<String> = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    let table = tests.appending(path: "SettingsTests").path()
    let sources = (files?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "swift" && !$0.path().hasPrefix(table) }
      .compactMap { try? Data(contentsOf: $0) }
    return Set(sources.flatMap { $0.split(separator: UInt8(ascii: "=")).map(lastWord) })
  }()

  private static func lastWord(_ text: Data) -> String {
    let end = text.last == UInt8(ascii: " ") ? text.dropLast() : text
    let word = end.reversed().prefix {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "_")
    }
    return String(decoding: word.reversed(), as: UTF8.self)
  }

  @Test(arguments: SettingsTable.rows.filter { $0.status == .effective }.map(\.id))
  func aTestNamesIt(id: String) throws {
    let row = try #require(SettingsTable.rows.first { $0.id == id })
    #expect(row.spellings.contains { Self.named.contains($0) }, "no test sets \(id)")
  }
}
