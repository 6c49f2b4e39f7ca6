import Control
import Metering
import Station

/// Figures as Prometheus reads them (exposition format 0.0.4).
struct Metrics {
  /// What kind of figure it is.
  enum Kind: String {
    case counter, gauge
  }

  /// One value of a figure.
  struct Sample {
    var labels: [(String, String)] = []
    var value: String
  }

  /// All of it.
  private(set) var text = ""

  /// A figure with its values.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
    guard !samples.isEmpty else { return }
    text += "# HELP metergate_\(name) \(help)\n# TYPE metergate_\(name) \(kind.rawValue)\n"
    for sample in samples {
      let shown = sample.labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
      text += "metergate_\(name)\(shown.isEmpty ? "" : "{\(shown)}") \(sample.value)\n"
    }
  }

  /// A figure with one value.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
    add(name, kind, help, [Sample(value: "\(value)")])
  }

  /// Labels of meters come from the wire.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n", "\r\n", "\r": result += "\\n"
      default: result.append(character)
      }
    }
  }
}

extension Metrics {
  /// What the gateway says of itself.
  mutating func add(_ status: GatewayStatus) {
    add(
      "info", .gauge, "The software.", [Sample(labels: [("version", status.version)], value: "1")])
    add("uptime_seconds", .gauge, "Seconds since the start.", status.uptime)
    add(
      "meters", .gauge, "Meters of the list, by what became of the last attempt to read them.",
      [
        ("read", status.meters.read), ("failed", status.meters.failed),
        ("never", status.meters.never), ("unread", status.meters.unread ?? 0),
      ].map { Sample(labels: [("state", $0.0)], value: "\($0.1)") })
    if let line = status.line {
      add(
        "line_up", .gauge, "Whether the line to the meters can be used.", line.state == .up ? 1 : 0)
      if let jobs = line.jobs {
        add("line_jobs_total", .counter, "Readouts, scans and commands on the line.", jobs)
      }
      if let busy = line.busySeconds {
        add("line_busy_seconds_total", .counter, "How long they have taken.", busy)
      }
    }
    if let scan = status.scan {
      add(
        "scan_thousandths", .gauge, "The share of the addresses that was looked at.",
        scan.thousandths)
    }
    add("registers_free", .gauge, "Further entries that there is room for.", status.registers.free)
    add("errors", .gauge, "What is wrong with what is in force.", status.errors?.count ?? 0)
    if let modbus = status.modbus { add(modbus) }
  }

  private mutating func add(_ modbus: GatewayStatus.Modbus) {
    add("modbus_requests_total", .counter, "Modbus requests.", modbus.total.requests)
    add(
      "modbus_exceptions_total", .counter, "Modbus requests that got an exception, by its code.",
      modbus.total.exceptions.sorted { $0.key < $1.key }.map {
        Sample(labels: [("code", $0.key)], value: "\($0.value)")
      }
    )
    add("modbus_received_bytes_total", .counter, "Bytes of Modbus that came.", modbus.total.bytesIn)
    add("modbus_sent_bytes_total", .counter, "Bytes of Modbus answers.", modbus.total.bytesOut)
    add("modbus_connections", .gauge, "Modbus connections that are open.", modbus.connections.count)
    add("modbus_connections_total", .counter, "Modbus connections so far.", modbus.connectionsMade)
  }

  /// How old the last readout of each meter is, and how many it has missed since.
  mutating func addMeters(_ view: StationView, now: Int64) {
    let names = Self.names(of: view.station)
    let meters = zip(view.station.meters, names).map { meter, name in
      (meter, [("meter", name), ("label", meter.configuration.userLabel)])
    }
    add(
      "meter_age_seconds", .gauge, "Seconds since the meter was read.",
      meters.compactMap { meter, labels in
        meter.lastRead.map { Sample(labels: labels, value: "\(max(0, now - $0.wall.unixSeconds))") }
      })
    add(
      "meter_misses", .gauge, "Failed readouts of the meter since the last good one.",
      meters.map { meter, labels in Sample(labels: labels, value: "\(meter.misses)") })
  }

  /// What meters are called here: a name that stays when another meter with its serial comes, since a series ends with
  /// its name. No two are the same.
  static func names(of station: Station) -> [String] {
    let short = MeterNames(station)
    let full = station.meters.map { meter -> String? in
      guard meter.identity.serial != .any else { return nil }
      return meter.identity.manufacturer.map { "\(meter.identity.serial):\($0)" }
    }
    let counts = full.reduce(into: [:]) { counts, name in counts[name ?? "", default: 0] += 1 }
    var given: Set<String> = []
    return zip(station.meters, full).map { meter, full in
      var name = full ?? ""
      if name.isEmpty || counts[name] != 1 {
        name = short.name(of: meter)?.description ?? full ?? meter.label
      }
      // By their order, which is the same after a restart.
      var (number, own) = (1, name)
      while !given.insert(own).inserted {
        number += 1
        own = "\(name)#\(number)"
      }
      return own
    }
  }

  /// Who has the page open.
  mutating func addSessions(_ counts: [String: Int]) {
    add("web_sessions", .gauge, "Sessions of the web page.", counts.values.reduce(0, +))
  }

  /// What the process takes.
  mutating func addProcess(_ figures: ProcessFigures) {
    if let bytes = figures.residentBytes {
      add("process_resident_memory_bytes", .gauge, "Memory that the process has.", bytes)
    }
    if let milliseconds = figures.processorMilliseconds {
      let digits = String(milliseconds % 1000)
      let text =
        "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
      add(
        "process_cpu_seconds_total", .counter, "Processor time that it has taken.",
        [Sample(value: text)])
    }
    if let start = figures.start {
      add("process_start_time_seconds", .gauge, "When it began, as Unix time.", start)
    }
  }
}
