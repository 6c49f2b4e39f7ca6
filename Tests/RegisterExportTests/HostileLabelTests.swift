import Foundation
import Metering
import PeerSupport
import RegisterExport
import RegisterMap
import Testing

/// Labels come from users and meters: whatever they are, the files stay what they are, and every point in
/// them stays a point of its own.
@Suite(.ownThread) struct HostileLabelTests {
  private static let hasPeers =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import blark, yaml"]))?.status == 0

  static let labels = [
    "plain", "plain", "PLAIN", "say \"hi\"", "back\\slash", "two\nlines", "cr\r\nlf", "tab\tbed",
    "a: b", "a, b", "- item", "# comment", "{{ states('x') }}", "{% raw %}", "!secret x",
    "'single'",
    "=HYPERLINK(\"x\")", "+1", "-1", "@SUM(A1)", "(* comment *)", "*) END_VAR (*", "// slash",
    "$N$'",
    "a=>b", "]]>", "Zähler Süd ß", "счётчик", "電力計", "\u{0}nul", "\u{7F}del", "\u{2028}line",
    "\u{FEFF}mark", "e\u{301}", "IF", "END_VAR", "REAL", "__x__y__", "123", "", " ", "_", "~",
    "null",
    "true", "1e3", "0x10", String(repeating: "long ", count: 60),
    String(repeating: "long ", count: 61), "\"\"\"", "'''", "%s%n", "<b>&amp;</b>", "🙂",
  ]

  /// Most meters have one value, some a stored one, too.
  private static func keys(_ index: Int) -> [ValueKey] {
    index.isMultiple(of: 5) ? [ValueKey(), ValueKey(storage: 1)] : [ValueKey()]
  }

  /// Every label as that of a meter and of one of its values; with multi slave each meter has a unit.
  private static func map(
    _ layout: RegisterLayout, _ labels: [String] = labels
  ) -> ExportMap {
    var rows = layout.isFloatOnly ? [] : [RegisterRow(.device, at: RegisterAddress(0))]
    let width = layout.entryWidth
    for (index, label) in labels.enumerated() {
      let meter =
        layout.isMultiSlave
        ? RegisterAddress(0, unit: UInt8(index + 1)) : RegisterAddress(width * (3 * index + 1))
      rows.append(RegisterRow(.meter, at: meter, count: width, meter: label))
      for (place, key) in keys(index).enumerated() {
        let address = RegisterAddress(meter.register + width * (place + 1), unit: meter.unit)
        rows.append(
          RegisterRow(
            .value, at: address, count: width, meter: label, description: label,
            unit: ["Wh", "m^3", "Degree C", label][index % 4], scale: index % 7 - 3, key: key))
      }
    }
    return ExportMap(
      rows: rows, layout: layout, host: "192.168.1.80", port: 1502, hasIntegers: true)
  }

  private static let layouts = [
    RegisterLayout.standard, RegisterLayout(isFloatOnly: true),
    RegisterLayout(
      isMultiSlave: true,
      order: RegisterOrder(swapsWords: true, swapsBytes: true, scope: .floats)),
    RegisterLayout(order: RegisterOrder(swapsWords: true, swapsBytes: false, scope: .longFields)),
    RegisterLayout(
      isFloatOnly: true, isMultiSlave: true,
      order: RegisterOrder(swapsWords: false, swapsBytes: true, scope: .longFields)),
  ]

  private static let formats: [ExportFormat] = [
    .csv, .tsv, .json, .telegraf, .homeassistant, .nodered, .iobroker, .tia,
  ]

  @Test(
    .enabled(if: hasPeers, "blark or PyYAML is missing (Tests/requirements.txt)"),
    arguments: layouts)
  func everyReaderFindsEveryPoint(layout: RegisterLayout) throws {
    try check(Self.map(layout), Self.formats)
  }

  /// The grammar of structured text takes its reader seconds: every label once is enough, some at a time.
  @Test(
    .enabled(if: hasPeers, "blark or PyYAML is missing (Tests/requirements.txt)"),
    arguments: Array(stride(from: 0, to: labels.count, by: 20)))
  func structuredTextHasEveryPoint(first: Int) throws {
    let layout = try #require(Self.layouts.last { $0.isMultiSlave && $0.isFloatOnly })
    try check(Self.map(layout, Array(Self.labels.dropFirst(first).prefix(20))), [.codesys])
  }

  private func check(_ map: ExportMap, _ formats: [ExportFormat]) throws {
    let layout = map.layout
    let found = try Self.read(map, formats)
    let values = map.rows.filter { $0.kind == .value }
    let offset = layout.isFloatOnly ? 0 : 4
    let places = Set(values.map { "\($0.address.unit ?? 255) \($0.address.register + offset)" })
    for format in formats {
      let floats = found[format.rawValue, default: []].filter { $0.type == "float32" }
      #expect(floats.count == places.count, "\(format)")
      #expect(Set(floats.map(\.place)) == places, "\(format)")
      if format != .csv, format != .tsv, format != .json {
        let names = Set(floats.map { $0.name.lowercased() })
        #expect(format == .telegraf || names.count == floats.count, "\(format)")
      }
    }
  }

  @Test(.enabled(if: hasPeers, "blark or PyYAML is missing (Tests/requirements.txt)"))
  func noMetersAtAll() throws {
    let found = try Self.read(ExportMap(rows: [], layout: .standard), Self.formats + [.codesys])
    #expect(found.isEmpty)
  }

  /// Reading back gives the label itself.
  @Test(.enabled(if: hasPeers, "blark or PyYAML is missing (Tests/requirements.txt)"))
  func labelsComeBack() throws {
    let found = try Self.read(Self.map(.standard), [.telegraf, .homeassistant])
    let meters = Set((found["telegraf"] ?? []).compactMap { $0.name.split(separator: "|").first })
    for label in Self.labels where !label.isEmpty {
      #expect(meters.contains(label[...]), "\(label.debugDescription)")
    }
    let names = Set((found["homeassistant"] ?? []).map(\.name))
    #expect(names.contains("say \"hi\" say \"hi\""))
    #expect(names.contains("two\nlines two\nlines, storage 1"))
    #expect(names.contains("plain plain (register 24)"), "two meters are called plain")
  }

  private struct Point {
    let place: String
    let type: String
    let name: String
  }

  private static func read(
    _ map: ExportMap, _ formats: [ExportFormat]
  ) throws -> [String: [Point]] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("metergate-maps-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for format in formats {
      try Data(format.document(map).utf8)
        .write(to: folder.appendingPathComponent(format.rawValue))
    }
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        PeerProcess.root + "/Tests/RegisterExportTests/Readers/read.py", map.layout.order.name,
        folder.path,
      ])
    #expect(output.status == 0, "\(output.standardError)")
    var found: [String: [Point]] = [:]
    for line in output.standardOutput.split(separator: "\n") {
      let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
      guard fields.count == 6, let format = fields[0] as? String else { continue }
      found[format, default: []].append(
        Point(
          place: "\(fields[1]) \(fields[2])", type: fields[3] as? String ?? "",
          name: fields[4] as? String ?? ""))
    }
    return found
  }
}
