import BusSimulator
import Bytes
import Foundation
import MBus
import Metering
import PeerSupport
import Testing

/// pyMeterBus, which shares no code with us, reads the simulated bus over TCP and a pseudo terminal.
@Suite(.ownThread) struct PeerTests {
  /// The first ten meters are of all kinds.
  static let count = 10
  static let slaves = SimulatedPopulation.builtIn(count: count, seed: 1).slaves

  static func read(_ meters: [String]) throws -> [PeerMeter] {
    let simulator = try SimulatorProcess(["--meters", "\(count)", "--baud", "115200"])
    defer { simulator.stop() }
    return try read(meters, over: "socket://127.0.0.1:\(simulator.port)")
  }

  static func read(_ meters: [String], over url: String) throws -> [PeerMeter] {
    let output = try PeerProcess.run(
      PeerProcess.python, ["-c", PeerScript.source, url] + meters)
    #expect(output.status == 0, "pyMeterBus (make setup installs it): \(output.standardError)")
    return try output.standardOutput.split(separator: "\n").map {
      try JSONDecoder().decode(PeerMeter.self, from: Data($0.utf8))
    }
  }

  @Test func readsAllKindsByPrimaryAddress() throws {
    let read = try Self.read(Self.slaves.map { "\($0.primaryAddress)" })
    #expect(read.count == Self.count)
    for (seen, slave) in zip(read, Self.slaves) { try check(seen, slave) }
  }

  @Test func readsBySecondaryAddressAndWithWildcards() throws {
    // As on the wire: serial, maker with its lower byte first, version, medium.
    let identities = Self.slaves.compactMap(\.identity)
    let full = identities.map { identity in
      let data = SlaveSelect(identity).data
      return "\(identity.serial)" + Hex.encode(data.dropFirst(4))
    }
    let read = try Self.read(full + ["\(identities[1].serial)FFFFFFFF", "12345678FFFFFFFF"])
    #expect(read.map(\.acknowledged) == Array(repeating: true, count: Self.count + 1) + [false])
    for (seen, slave) in zip(read, Self.slaves + [Self.slaves[1]]) { try check(seen, slave) }
  }

  /// pySerial opens the terminal as it opens a port.
  @Test func readsOverAPseudoTerminal() throws {
    let folder = try TestFolder()
    let link = folder.path + "/bus"
    let simulator = try PeerProcess.start(
      PeerProcess.metergate,
      ["sim", "--pty", link, "--meters", "\(Self.count)", "--baud", "115200"])
    defer { simulator.stop() }
    #expect(simulator.waitForOutput(containing: "ready: mbus=\(link) meters=\(Self.count)\n"))
    let read = try Self.read(Self.slaves.map { "\($0.primaryAddress)" }, over: link)
    #expect(read.count == Self.count)
    for (seen, slave) in zip(read, Self.slaves) { try check(seen, slave) }
  }

  private func check(_ seen: PeerMeter, _ slave: SimulatedSlave) throws {
    #expect(seen.acknowledged)
    #expect(seen.telegrams.count == slave.telegramCount)
    let identity = try #require(slave.identity)
    for telegram in seen.telegrams {
      let digits = telegram.identification.replacingOccurrences(of: ", ", with: "")
        .replacingOccurrences(of: "0x", with: "")
      #expect(digits == "\(identity.serial)")
      #expect(telegram.manufacturer == identity.manufacturer?.description)
      #expect(telegram.version == identity.version)
      #expect(telegram.medium == identity.medium?.rawValue)
      try check(telegram)
    }
  }

  private func check(_ seen: PeerMeter.Telegram) throws {
    guard case .frame(let frame, _) = FrameDecoder.decode(try Hex.decode(seen.hex)),
      case .data(let telegram) = try ResponseDecoder.decode(frame)
    else {
      Issue.record("no telegram: \(seen.hex)")
      return
    }
    let records = telegram.records.filter { $0.type != .manufacturer }
    #expect(seen.records.count == records.count)
    for (seen, record) in zip(seen.records, records) {
      #expect(seen.storage == record.storage)
      #expect(seen.tariff == record.tariff)
      #expect(seen.function.lowercased().hasPrefix(record.function.name), "\(record)")
      if case .time(let time) = record.reading {
        #expect(seen.text == time.iso8601)
        continue
      }
      let unit = try #require(Self.units[record.meaning.unit], "\(record.meaning)")
      #expect(unit.names.contains(seen.unit), "\(record.meaning)")
      let number = try #require(seen.number)
      let scaled = try #require(record.scaled) * unit.factor
      // pyMeterBus multiplies by a power of ten, which is not exact.
      #expect(abs(number - scaled) <= 1e-9 * max(abs(scaled), 1), "\(record)")
    }
  }

  /// Our units, and what pyMeterBus calls them; it gives all durations in seconds.
  private static let units: [MeterUnit: (names: Set<String>, factor: Double)] = [
    .none: (["NONE", "HCA"], 1), .dimensionless: (["NONE", "HCA"], 1), .binary: (["NONE"], 1),
    .wattHour: (["WH"], 1), .watt: (["W"], 1), .volt: (["V"], 1), .ampere: (["A"], 1),
    .cubicMetre: (["M3"], 1), .cubicMetrePerHour: (["M3_H"], 1), .degreeCelsius: (["C"], 1),
    .kelvin: (["K"], 1), .percent: (["PERCENT"], 1), .hour: (["SECONDS"], 3600),
  ]
}
