import Foundation
import PeerSupport
import Testing

/// Real telegrams on the simulated bus, behind TCP; the gateway on the other side; their values in the
/// registers, compared with what a reference decoder says of them.
@Suite(.ownThread) struct CorpusTests {
  static let corpus = ProcessInfo.processInfo.environment["METERGATE_CORPUS"]

  /// Telegrams of one identity cannot be on one bus together: they follow on another.
  @Test(.enabled(if: corpus != nil, "METERGATE_CORPUS names no folder with telegrams"))
  func everyValueIsInTheRegisters() throws {
    let file = try #require(Self.corpus) + "/mbus.jsonl"
    var rest = try ExpectedTelegram.load(file).filter { $0.isDecodable && $0.identity != nil }
    let total = rest.count
    var count = (buses: 0, meters: 0, values: 0)
    while !rest.isEmpty {
      let bus = try Bus(rest)
      let compared = try bus.compare()
      count = (count.buses + 1, count.meters + compared.meters, count.values + compared.values)
      try #require(bus.left.count < rest.count, "every bus has at least one telegram")
      rest = bus.left
    }
    print(
      "corpus: \(total) telegrams on \(count.buses) buses, \(count.meters) meters,", terminator: " "
    )
    print("\(count.values) values compared in the registers")
    #expect(total > 95)
    #expect(count.values > 900)
  }
}

/// A simulated bus with telegrams, and a gateway that reads it.
private struct Bus {
  /// The telegrams on this bus, by meter; a chain is one meter.
  let meters: [ExpectedTelegram.Identity: [ExpectedTelegram]]
  /// The telegrams that have no place on this bus.
  let left: [ExpectedTelegram]
  private let bench: Workbench
  private let simulator: Int?

  init(_ all: [ExpectedTelegram]) throws {
    bench = try Workbench()
    // Telegrams of the fixed structure have no manufacturer: a select that asks for none would reach
    // others of their serial, too. They come last.
    let hasOthers = all.contains { $0.identity?.manufacturer != 0 }
    let postponed = hasOthers ? all.filter { $0.identity?.manufacturer == 0 } : []
    let telegrams = hasOthers ? all.filter { $0.identity?.manufacturer != 0 } : all
    let file = try bench.write(
      "telegrams.jsonl",
      telegrams.map { "{\"name\":\"\($0.name)\",\"hex\":\"\($0.hex)\"}\n" }.joined())
    let options = ["--telegrams", file, "--baud", "38400"]
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--write-config"] + options)
    let isSkipped = { (telegram: ExpectedTelegram) in
      list.standardError.contains("skipped: \(telegram.name): ")
    }
    left = postponed + telegrams.filter(isSkipped)
    meters = Dictionary(grouping: telegrams.filter { !isSkipped($0) }) { $0.identity ?? .unknown }
    // The meters alone, so that the gateway learns the values and gives the addresses.
    try bench.write(
      "Device_Handle.cfg",
      list.standardOutput.replacing(/<value>[\s\S]*?<\/value>\s*/, with: "")
        .replacing(/<register>.*?<\/register>\s*/, with: ""))
    simulator = try bench.startSimulator(options)
  }

  /// Reads the bus and compares all values.
  func compare() throws -> (meters: Int, values: Int) {
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=tcp://127.0.0.1:\(try #require(simulator))
      MBUS_BAUDRATE=38400
      MBUS_TIMEOUT=400
      MBUS_MAXRETRY=1
      MBUS_MAXMULTIPAGE=0
      MBUS_SELECTMASK=0
      METER_MAXVALUECOUNT=0
      MUC_SHOWTIMESTAMPENTRIES=1
      MODBUS_ENABLE=1
      MODBUS_NWPORT=0
      """)
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    var shown: [ExpectedTelegram.Identity: [Entry]] = [:]
    _ = try eventually(within: 60) {
      shown = Self.meters(in: try reader.readAll())
      return meters.keys.allSatisfy { shown[$0] != nil }
    }
    var values = 0
    for (identity, telegrams) in meters { values += compare(telegrams, with: shown[identity]) }
    #expect(gateway.stop() == 0)
    return (meters.count, values)
  }

  private static let unsetClocks: Set<String> = ["rel_padpuls3"]

  private func compare(_ telegrams: [ExpectedTelegram], with entries: [Entry]?) -> Int {
    let name = telegrams.map(\.name).joined(separator: ", ")
    guard let entries else {
      Issue.record("\(name) is not in the registers")
      return 0
    }
    let records = telegrams.flatMap(\.records)
    if telegrams.allSatisfy(\.isWhole) { #expect(entries.count == records.count, "\(name)") }
    for (record, entry) in zip(records, entries) {
      // A clock that nobody has set gives no times (MeterQuirk.padPulsClock), whatever another decoder prints.
      let isUnset = record.isDate && entry.integer == 0 && Self.unsetClocks.contains(name)
      if !isUnset, let difference = record.disagreement(with: entry) {
        Issue.record("\(name): \(difference)")
      }
    }
    return min(records.count, entries.count)
  }

  /// The meters that have been read, with their values, found as MUC500 manual 1.1, ch. 11.5.6 says: by
  /// the type fields of the entries.
  private static func meters(in registers: [UInt16]) -> [ExpectedTelegram.Identity: [Entry]] {
    var meters: [ExpectedTelegram.Identity: [Entry]] = [:]
    var current: ExpectedTelegram.Identity?
    for start in stride(from: 10, to: registers.count - 9, by: 10) {
      let entry = Entry(words: Array(registers[start..<(start + 10)]))
      if entry.type == 2 {
        current =
          entry.time == 0
          ? nil
          : ExpectedTelegram.Identity(
            serial: entry.serial, manufacturer: entry.manufacturer, version: Int(entry.version),
            medium: Int(entry.medium))
        if let current { meters[current] = [] }
      } else if let current {
        meters[current]?.append(entry)
      }
    }
    return meters
  }
}
