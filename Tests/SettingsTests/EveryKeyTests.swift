import Settings
import Testing

/// Every key of the table in a file: at both ends of what it allows, just outside, and as another type.
@Suite struct EveryKeyTests {
  /// A value of a file and what becomes of it.
  private struct Sample {
    var right: [String]
    var wrong: [String]
  }

  private func sample(_ type: SettingType) -> Sample {
    switch type {
    case .flag: Sample(right: ["0", "1"], wrong: ["2", "-1", "yes", "0.5", "1 1"])
    case .integer(let range), .code(let range):
      numbers([range.lowerBound, range.upperBound], range)
    case .numbers(let allowed):
      numbers(
        allowed, (allowed.min() ?? 0)...(allowed.max() ?? 0),
        but: { !allowed.contains($0) })
    case .words(let words):
      Sample(right: words + words.map { $0.lowercased() }, wrong: words.map { $0 + "x" } + ["?"])
    case .numberList(let numbers):
      Sample(
        right: [numbers.map { "\($0)" }.joined(separator: ",")],
        wrong: [",", "1", "300,", "300;600"])
    case .wordList(let words):
      Sample(
        right: [words.joined(separator: ","), words.reversed().joined(separator: " , ")] + words,
        wrong: [",", words[0] + ",", words[0] + "," + words[0] + "x"])
    case .text(let most):
      Sample(right: ["a", Self.long(most)], wrong: [Self.long(most + 1)])
    case .busPath(let most):
      Sample(
        right: ["/dev/ttyS1", "tcp://a:1", "/" + Self.long(most - 1)],
        wrong: ["COM1", "tcp://a", "tcp://a:0", "tcp://a:65536", "/" + Self.long(most)])
    case .path(let most):
      Sample(right: ["a", Self.long(most)], wrong: ["a/", Self.long(most + 1)])
    case .ipAddress:
      Sample(
        right: ["0.0.0.0", "255.255.255.255", "::", "fe80::1"], wrong: ["256.0.0.1", "1.2.3", "a"])
    case .ipv4Address:
      Sample(right: ["0.0.0.0", "255.255.255.255"], wrong: ["256.0.0.1", "1.2.3", "::1", "a"])
    case .netmask:
      Sample(
        right: ["0.0.0.0", "128.0.0.0", "255.255.255.255"], wrong: ["255.0.255.0", "24", "a"])
    case .host(let most), .server(let most):
      Sample(right: ["a", "10.0.0.1", "a.example"], wrong: ["a b", Self.long(most + 1), "-a"])
    case .mailAddresses(let most):
      Sample(
        right: ["a@b.example", "a@b.example,c@d.example"], wrong: ["a", "@b", Self.long(most + 1)])
    case .countryCode: Sample(right: ["DE", "at"], wrong: ["D", "DEU", "D1"])
    case .pointInTime:
      Sample(
        right: ["0", "2026-02-28 23:59", "2026-02-28 23:59:59"], wrong: ["2026-02-30 00:00", "x"])
    case .hexMask(let digits):
      Sample(
        right: ["0", String(repeating: "F", count: digits)],
        // More F than digits are any, as the manuals write it.
        wrong: ["G", "0x", String(repeating: "1", count: digits + 1)])
    }
  }

  private func numbers(
    _ right: [Int], _ range: ClosedRange<Int>, but isWrong: (Int) -> Bool = { _ in true }
  ) -> Sample {
    let outside = [range.lowerBound - 1, range.upperBound + 1].filter(isWrong)
    return Sample(
      right: right.map(String.init),
      wrong: outside.map(String.init) + ["x", "1.5", "+1", "99999999999999999999", "--1"])
  }

  private static func long(_ count: Int) -> String { String(repeating: "a", count: count) }

  private func read(_ row: Setting, _ value: String, _ dialect: Dialect) -> (
    settings: Settings, diagnostics: [Diagnostic]
  ) {
    let main = "[\(SettingGroup.main.name(in: dialect))]\n"
    let group = row.group == .main ? "" : "[\(row.group.name(in: dialect))]\n"
    return Settings.read(
      INIDocument(Array("\(main)\(group)\(row.key(in: dialect))=\(value)\n".utf8)))
  }

  /// Not each row as an argument: the log would say all of it.
  @Test(arguments: Dialect.allCases) func rightValuesAreTakenAndWrongOnesNamed(dialect: Dialect) {
    for row in SettingsTable.definitions { check(row, dialect) }
  }

  private func check(_ row: Setting, _ dialect: Dialect) {
    let sample = sample(row.type[dialect])
    for value in sample.right {
      let result = read(row, value, dialect)
      #expect(result.settings.isGiven(row), "\(row.id) = \(value)")
      #expect(
        !result.diagnostics.contains { $0.message.contains("not allowed") },
        "\(row.id) = \(value): \(result.diagnostics)")
    }
    for value in sample.wrong {
      let result = read(row, value, dialect)
      #expect(!result.settings.isGiven(row), "\(row.id) = \(value)")
      #expect(result.settings[row] == row.defaultValue[dialect])
      // What has no effect must not keep the rest of a file from being taken over.
      let severity: Diagnostic.Severity = row.status == .effective ? .error : .warning
      let found = result.diagnostics.filter { $0.severity == severity && $0.key == row.key }
      let line = row.group == .main ? 2 : 3
      #expect(found.contains { $0.line == line && $0.message.contains(": not allowed; allowed: ") })
      // A text that is only too long is told its length instead of its form.
      let isTold = found.contains {
        $0.message.contains(row.allowed(in: dialect))
          || $0.message.contains("this has \(value.count)")
      }
      #expect(isTold, "\(row.id) = \(value): \(found)")
      #expect(row.isSecret == found.contains { $0.message.contains("(not shown)") })
    }
  }

  /// How many settings are written at once into a file that grows.
  private static let batch = 16

  /// Written and read again, every value is the same; and only its own line differs.
  @Test(arguments: Dialect.allCases) func whatIsWrittenReadsTheSame(dialect: Dialect) throws {
    let rows = SettingsTable.definitions
    let start = INIDocument(
      Array("; mine\r\n[\(SettingGroup.main.name(in: dialect))] ; first\r\nOWN_KEY = 1\r\n".utf8))
    var document = start
    var changes: [SettingChange] = []
    for row in rows {
      guard let value = sample(row.type[dialect]).right.last else { continue }
      let change = SettingChange(row, try row.type[dialect].parse(value, unit: row.unit))
      let alone = try start.applying([change])
      #expect(Settings.read(alone).settings[row] == change.value, "\(row.id) = \(value)")
      check(start, became: alone, by: [change])
      changes.append(change)
      guard changes.count == Self.batch || row.id == rows.last?.id else { continue }
      let before = document
      document = try before.applying(changes)
      check(before, became: document, by: changes)
      changes = []
    }
    #expect(changes.isEmpty, "the last row has no value")
    let settings = Settings.read(document).settings
    for row in rows {
      guard let value = sample(row.type[dialect]).right.last else { continue }
      let parsed = try row.type[dialect].parse(value, unit: row.unit)
      #expect(settings[row] == parsed, "\(row.id)")
    }
    // Said once more, nothing changes; taken back, the file is as it was but for empty groups.
    let again = try document.applying(rows.map { SettingChange($0, settings[$0]) })
    #expect(again.bytes == document.bytes)
  }
  /// All lines of the file are there as they were, and each setting has added three at most.
  private func check(
    _ before: INIDocument, became after: INIDocument, by changes: [SettingChange]
  ) {
    let lines = { (document: INIDocument) in
      document.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    }
    let (old, new) = (lines(before), lines(after))
    let names = changes.map(\.setting.id)
    let added = new.count - old.count
    #expect((0...3 * changes.count).contains(added), "\(names): \(added) lines more")
    let known = Set(old)
    let kept = new.count { known.contains($0) }
    #expect(kept >= old.count, "\(names): a line of the file has changed")
  }
}
