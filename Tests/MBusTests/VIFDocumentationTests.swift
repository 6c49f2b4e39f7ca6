import Foundation
import Testing

@Suite struct VIFDocumentationTests {
  /// With METERGATE_REGENERATE=1 it writes the file instead of comparing it.
  @Test func committedFileComesFromTheTables() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let path = root.deletingLastPathComponent().appending(path: "docs/vif.md")
    let expected = VIFDocumentation.markdown
    if ProcessInfo.processInfo.environment["METERGATE_REGENERATE"] == "1" {
      try expected.write(to: path, atomically: true, encoding: .utf8)
    }
    let found = try String(contentsOf: path, encoding: .utf8)
    #expect(found == expected, "renew it: METERGATE_REGENERATE=1 swift test --filter MBusTests")
  }
}
