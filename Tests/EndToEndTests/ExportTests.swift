import Foundation
import PeerSupport
import Testing

/// What `metergate registers --format …` prints is read by programs that are not ours; with nothing but what
/// they find there they poll a gateway, and get the numbers that its meters sent.
@Suite(.ownThread) struct ExportTests {
  private static let hasPeers =
    (try? PeerProcess.run(PeerProcess.python, ["-c", "import pymodbus.client, blark, yaml"]))?
    .status == 0

  /// Records and what they say, worked out by hand: description, which of several, float, integer.
  private static let records: [(bytes: [UInt8], label: String, float: Float, integer: Int64)] = [
    ([0x0C, 0x06, 0x67, 0x02, 0x00, 0x00], "Energy|", 267_000, 267),
    ([0x0C, 0x14, 0x76, 0x28, 0x37, 0x00], "Volume|", 3728.76, 372_876),
    ([0x0A, 0x5A, 0x56, 0x04], "Flow temperature|", 45.6, 456),
    ([0x04, 0x2B, 0x2E, 0xFB, 0xFF, 0xFF], "Power|", -1234, -1234),
    ([0x05, 0x3E, 0x00, 0x00, 0x30, 0x40], "Volume flow|", 2.75, 0),
    ([0x4C, 0x06, 0x45, 0x23, 0x01, 0x00], "Energy|storage 1", 12_345_000, 12_345),
  ]
  /// A heat meter of the invented maker AAA (0x0421), and its neighbour.
  private static let serials = ["70000001", "70000002"]

  private static func telegram(serial: String) -> String {
    let digits = stride(from: 6, through: 0, by: -2).compactMap { place in
      UInt8(serial.dropFirst(place).prefix(2), radix: 16)
    }
    let body =
      [0x08, 0x01, 0x72] + digits + [0x21, 0x04, 0x01, 0x04, 0x00, 0x00, 0x00, 0x00]
      + records.flatMap(\.bytes)
    let sum = body.reduce(UInt8(0)) { $0 &+ $1 }
    let length = UInt8(body.count)
    let frame = [0x68, length, length, 0x68] + body + [sum, 0x16]
    return frame.map { (String($0 >> 4, radix: 16) + String($0 & 0xF, radix: 16)) }.joined()
  }

  /// A group and switches of chip.ini, and what comes of them.
  struct Layout: Sendable, CustomTestStringConvertible {
    let group: String
    let version: Int
    let reverses: Int
    /// The order of floats.
    let order: String
    var hasStandardEntries: Bool { version & 1 == 0 }
    var testDescription: String { "\(group) \(version) \(order)" }
  }

  private static let layouts = [
    Layout(group: "SOLVIMUS", version: 0, reverses: 0, order: "ABCD"),
    Layout(group: "SOLVIMUS", version: 4, reverses: 0, order: "CDAB"),
    Layout(group: "SOLVIMUS", version: 1, reverses: 1, order: "DCBA"),
    Layout(group: "SOLVIMUS", version: 6, reverses: 1, order: "BADC"),
    Layout(group: "SOLVIMUS", version: 3, reverses: 0, order: "ABCD"),
    Layout(group: "CONFIG", version: 0, reverses: 1, order: "DCBA"),
    Layout(group: "CONFIG", version: 6, reverses: 1, order: "BADC"),
  ]

  private static let tables = ["table", "csv", "tsv"]
  /// The grammar of structured text takes its reader seconds: once with and once without standard entries is enough.
  private static func programs(_ layout: Layout) -> [String] {
    ["telegraf", "homeassistant", "nodered", "iobroker", "tia"]
      + (layout.order == "ABCD" ? ["codesys"] : [])
  }

  /// A number that a peer found in a file and read from the gateway.
  private struct Point {
    let format: String
    let place: String
    let type: String
    let name: String
    let value: Double
  }

  @Test(
    .enabled(if: hasPeers, "pymodbus, blark or PyYAML is missing (Tests/requirements.txt)"),
    arguments: layouts)
  func peersReadTheNumbers(layout: Layout) throws {
    let bench = try Workbench()
    let (gateway, port) = try start(bench, layout)
    let points = try read(bench, layout, port)
    let map = points.filter { $0.format == "json" }
    try checkJSON(map, layout)

    // What the places mean, the JSON tells; what stands there, the records.
    let labels = Dictionary(map.map { ($0.place, $0.name) }, uniquingKeysWith: { $1 })
    let floats = Set(map.filter { $0.type == "float32" }.map(\.place))
    for format in Self.tables + Self.programs(layout) {
      let own = points.filter { $0.format == format }
      #expect(Set(own.filter { $0.type == "float32" }.map(\.place)) == floats, "\(format)")
      for point in own {
        let expected = Self.expectation(labels[point.place] ?? "?", point.type)
        #expect(expected?.contains(point.value) == true, "\(format): \(point)")
      }
      let types = Set(own.map(\.type))
      var wanted: Set = ["float32"]
      if layout.hasStandardEntries, Self.programs(layout).contains(format) {
        wanted.formUnion(
          ["uint32", "uint16"] + (format == "iobroker" ? [] : ["int64"]))
      }
      #expect(types == wanted, "\(format)")
    }
    #expect(gateway.stop() == 0)
  }

  /// Starts a gateway with both meters, and waits until they have been read and listed.
  private func start(_ bench: Workbench, _ layout: Layout) throws -> (RunningPeer, Int) {
    let telegrams = try bench.write(
      "meters.jsonl",
      Self.serials.map { "{\"hex\":\"\(Self.telegram(serial: $0))\"}\n" }.joined())
    let meters = Self.serials.map {
      "<meter><interface>M-Bus</interface><serial>0x\($0)</serial></meter>"
    }
    try bench.write("Device_Handle.cfg", "<root>\(meters.joined())</root>")
    try bench.write(
      "chip.ini",
      """
      [\(layout.group)]
      MBUS_DEVPATH=sim:\(telegrams)
      MBUS_BAUDRATE=38400
      MODBUS_ENABLE=1
      MODBUS_IP=127.0.0.1
      MODBUS_NWPORT=0
      METER_MAXDEVICECOUNT=10
      METER_MAXVALUECOUNT=25
      METER_TIME=3600
      MODBUSMETER_PROTOCOLVERSION=\(layout.version)
      MODBUS_SWAP=\(layout.reverses)
      """)
    let (gateway, port) = try bench.startGateway()
    let isListed = try eventually {
      try bench.read("Device_Handle.cfg").ranges(of: "<value>").count
        == Self.serials.count * Self.records.count
    }
    #expect(isListed, "\(gateway.standardError)")
    return (gateway, try #require(port))
  }

  private func read(_ bench: Workbench, _ layout: Layout, _ port: Int) throws -> [Point] {
    let folder = bench.folder.appendingPathComponent("maps")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for format in ["json"] + Self.tables + Self.programs(layout) {
      let integers = Self.programs(layout).contains(format) && layout.hasStandardEntries
      let output = try PeerProcess.run(
        PeerProcess.metergate,
        ["registers", "--app", bench.folder.path, "--format", format, "--port", "\(port)"]
          + (integers ? ["--integers"] : []))
      #expect(output.status == 0, "\(output.standardError)")
      #expect(!output.standardError.contains("--host"), "MODBUS_IP tells where it is")
      try Data(output.standardOutput.utf8).write(to: folder.appendingPathComponent(format))
    }
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        PeerProcess.root + "/Tests/RegisterExportTests/Readers/read.py", layout.order, folder.path,
        "127.0.0.1", "\(port)",
      ])
    #expect(output.status == 0, "\(output.standardError)")
    return try output.standardOutput.split(separator: "\n").map { line in
      let fields = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [Any] ?? []
      try #require(fields.count == 6, "\(line)")
      return Point(
        format: fields[0] as? String ?? "", place: "\(fields[1]) \(fields[2])",
        type: fields[3] as? String ?? "", name: fields[4] as? String ?? "",
        value: (fields[5] as? NSNumber)?.doubleValue ?? .nan)
    }
  }

  /// Each value of each meter is there once.
  private func checkJSON(_ map: [Point], _ layout: Layout) throws {
    let wanted = Self.serials.flatMap { serial in
      Self.records.map { "\(serial)|\($0.label)|float" }
    }
    #expect(map.filter { $0.type == "float32" }.map(\.name).sorted() == wanted.sorted())
    #expect(Set(map.map(\.place)).count == map.count)
    for point in map where ["float", "integer"].contains(point.name.split(separator: "|").last) {
      #expect(Self.expectation(point.name, point.type)?.contains(point.value) == true, "\(point)")
    }
  }

  /// What a number must be; nil: there is no such thing.
  private static func expectation(_ label: String, _ type: String) -> ClosedRange<Double>? {
    let parts = label.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4 else { return nil }
    if parts[3] == "flags", type == "uint16" { return 0...0 }
    if parts[3] == "readout time", type == "uint32" {
      let now = Date().timeIntervalSince1970
      return (now - 300)...(now + 1)
    }
    guard let record = records.first(where: { $0.label == "\(parts[1])|\(parts[2])" }) else {
      return nil
    }
    switch (parts[3], type) {
    case ("float", "float32"):
      // What reads JSON for the test is not exact in the last digit of 64 bits.
      let (float, digit) = (Double(record.float), Double(record.float.ulp) / 4)
      return (float - digit)...(float + digit)
    case ("integer", "int64"): return Double(record.integer)...Double(record.integer)
    default: return nil
    }
  }
}
