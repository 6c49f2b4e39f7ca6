import Foundation
import PeerSupport
import Testing

/// Real telegrams on the simulated bus, behind TCP; the gateway on the other side; their values in the
/// registers, compared with what a reference decoder says of them.
@Suite struct CorpusTests {
  static let corpus = ProcessInfo.processInfo.environment["METERGATE_CORPUS"]

  @Test(.enabled(if: corpus != nil, "METERGATE_CORPUS names no folder with telegrams"))
  func everyValueIsInTheRegisters() throws {
    let file = try #require(Self.corpus) + "/mbus.jsonl"
    let bench = try Workbench()
    let options = ["--telegrams", file, "--baud", "38400"]
    let list = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--tcp", "127.0.0.1:0", "--write-config"] + options)
    // The meters alone, so that the gateway learns the values and gives the addresses.
    let meters = list.standardOutput.replacing(/<value>[\s\S]*?<\/value>\s*/, with: "")
      .replacing(/<register>.*?<\/register>\s*/, with: "")
    try bench.write("Device_Handle.cfg", meters)
    let simulator = try #require(try bench.startSimulator(options))
    try bench.write(
      "chip.ini",
      """
      [SOLVIMUS]
      MBUS_DEVPATH=tcp://127.0.0.1:\(simulator)
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
    let expected = try telegrams(in: file, skipped: list.standardError)
    #expect(expected.count > 50)
    let (gateway, port) = try bench.startGateway()
    let reader = try RegisterReader(port: try #require(port))
    var shown: [ExpectedTelegram.Identity: [Entry]] = [:]
    _ = try eventually(within: 90) {
      shown = Self.meters(in: try reader.readAll())
      return expected.keys.allSatisfy { shown[$0] != nil }
    }
    var values = 0
    for (identity, telegrams) in expected {
      let name = telegrams.map(\.name).joined(separator: ", ")
      guard let entries = shown[identity] else {
        Issue.record("\(name) is not in the registers")
        continue
      }
      let records = telegrams.flatMap(\.records)
      if telegrams.allSatisfy(\.isWhole) { #expect(entries.count == records.count, "\(name)") }
      for (record, entry) in zip(records, entries) {
        values += 1
        if let difference = record.disagreement(with: entry) {
          Issue.record("\(name): \(difference)")
        }
      }
    }
    print("corpus: \(expected.count) meters, \(values) values compared in the registers")
    #expect(values > 700)
    #expect(gateway.stop() == 0)
  }

  /// The telegrams that are on the bus, by meter; a chain is one meter.
  private func telegrams(
    in file: String, skipped: String
  ) throws -> [ExpectedTelegram.Identity: [ExpectedTelegram]] {
    var meters: [ExpectedTelegram.Identity: [ExpectedTelegram]] = [:]
    for telegram in try ExpectedTelegram.load(file) where telegram.isDecodable {
      guard let identity = telegram.identity, !skipped.contains("\(telegram.name):") else {
        continue
      }
      meters[identity, default: []].append(telegram)
    }
    return meters
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
