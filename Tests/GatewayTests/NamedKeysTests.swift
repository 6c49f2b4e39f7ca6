import Foundation
import Settings
import Testing

/// Each setting that does something has a test that names it, beside those that go through the table.
@Suite struct NamedKeysTests {
  /// What tests say, without the tests of the table itself.
  private static let sources: String = {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    let table = tests.appending(path: "SettingsTests").path()
    return (files?.compactMap { $0 as? URL } ?? [])
      .filter { $0.pathExtension == "swift" && !$0.path().hasPrefix(table) }
      .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
  }()

  @Test(arguments: SettingsTable.rows.filter { $0.status == .effective }.map(\.id))
  func aTestNamesIt(id: String) throws {
    let row = try #require(SettingsTable.rows.first { $0.id == id })
    let isNamed = row.spellings.contains { spelling in
      Self.sources.ranges(of: "\(spelling)=").count + Self.sources.ranges(of: "\(spelling) =").count
        > 0
    }
    #expect(isNamed, "no test sets \(id)")
  }
}
