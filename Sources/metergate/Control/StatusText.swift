import Control
import Gateway

/// The status for people.
enum StatusText {
  /// Some lines, without the end of the last one.
  /// - Parameter listsMeters: whether each meter has a line that says when it is read.
  static func text(_ status: GatewayStatus, listsMeters: Bool = false) -> String {
    let head =
      "metergate \(status.version) runs on \(status.folder) (process \(status.process)) since "
      + "\(span(status.uptime))"
    let rows = [
      ("lights", "ST \(status.lights.state); ACT \(status.lights.active)"),
      ("Modbus", modbus(status.modbus, status.time)),
      ("problem", problems(status.modbus?.problems)),
      ("web page", status.web.map(web)), ("problem", problems(status.web?.problems)),
      ("line", line(status.line)), ("outside", status.line?.transparent.map(transparent)),
      ("service", status.line?.serviceUntil.map { service($0, status.time) }),
      ("meters", meters(status.meters)), ("readout", nextReadout(status)),
      ("scan", status.scan.map(scan)),
      ("registers", registers(status.registers)), ("errors", errors(status.errors)),
      ("pending", status.pending.map(pending)),
    ].compactMap { name, text in
      text.map { name + String(repeating: " ", count: max(0, 11 - name.count)) + $0 }
    }
    let lines =
      [head] + rows + details(status.pending) + invalid(status.meters) + connections(status)
    return (lines + (listsMeters ? readouts(status) : [])).joined(separator: "\n")
  }

  /// Who is read next.
  private static func nextReadout(_ status: GatewayStatus) -> String? {
    let planned = (status.meters.readouts ?? []).compactMap { meter in
      meter.next.map { (meter.meter, max(0, $0 - status.time)) }
    }
    guard let first = planned.min(by: { $0.1 < $1.1 }) else { return nil }
    if let rest = rest(status.line) { return rest }
    return "the next one in \(span(first.1)), of \(first.0)"
  }

  /// Why nobody's turn comes; nil: it does.
  private static func rest(_ line: GatewayStatus.Line?) -> String? {
    guard let line, line.state == .lent else { return nil }
    return line.serviceUntil == nil
      ? "none while the line is lent" : "none before the service mode ends"
  }

  /// A line for each meter.
  private static func readouts(_ status: GatewayStatus) -> [String] {
    let rests = rest(status.line) != nil
    let rows = (status.meters.readouts ?? []).map { meter in
      [
        "  " + meter.meter,
        meter.last.map { "read \(span(max(0, status.time - $0))) ago" }
          ?? (meter.failed > 0 ? "never answered" : "not read yet"),
        meter.next.map { rests ? "rests" : "next in \(span(max(0, $0 - status.time)))" }
          ?? "no turn of its own",
        meter.failed > 0 ? count(meter.failed, "failed readout") : "", star(meter) ?? "",
      ]
    }
    let listed = rows.isEmpty ? "" : TextColumns.joined(rows)
    return listed.split(separator: "\n").map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    } + unlisted(status.meters)
  }

  /// What a limit leaves out of the values of a meter, marked as in the manuals' lists (MUC500 manual 1.1, table 9).
  static func star(_ meter: GatewayStatus.MeterReadouts) -> String? {
    guard let listed = meter.listedValues, let sent = meter.sentValues else { return nil }
    return "* \(listed) of \(count(sent, "value"))"
  }

  /// The meters that a limit leaves out of the list, a line each.
  static func unlisted(_ meters: GatewayStatus.Meters) -> [String] {
    (meters.unlisted ?? []).map {
      "  * \($0): found, and the list has no place for it (METER_MAXDEVICECOUNT)"
    }
  }

  private static func errors(_ errors: [String]?) -> String? {
    guard let errors, let first = errors.first else { return nil }
    return "\(count(errors.count, "error")) in what is in force; the first: \(first)"
  }

  private static func pending(_ pending: GatewayStatus.Pending) -> String {
    let files = pending.files.joined(separator: ", ")
    if pending.isBlocked { return "\(files) cannot be applied until the errors are mended" }
    let waits = "\(files) not applied yet: \"metergate apply\""
    return waits + (pending.heldBack.map { "; not applied by itself: \($0)" } ?? "")
  }

  private static func details(_ pending: GatewayStatus.Pending?) -> [String] {
    guard let pending else { return [] }
    let changes = pending.settings + (pending.meters ?? [])
    let nothing =
      changes.isEmpty && !pending.isBlocked ? ["no setting and no meter would be another one"] : []
    return (changes + nothing + pending.problems).map { "  " + $0 }
  }

  private static func modbus(_ modbus: GatewayStatus.Modbus?, _ now: Int64) -> String {
    guard let modbus else { return "off" }
    let places = modbus.places.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let place = places.isEmpty ? "not served yet" : places.joined(separator: ", ")
    let open = count(modbus.connections.count, "connection")
    var parts = [
      place, "\(open) open, \(modbus.connectionsMade) since the start", traffic(modbus.total),
    ]
    if let last = modbus.total.lastRequest {
      parts.append("last request \(span(max(0, now - last))) ago")
    }
    if modbus.ignored > 0 {
      parts.append("\(modbus.ignored) ignored, which were no requests to it")
    }
    let dropped = modbus.dropped.values.reduce(0, +)
    if dropped > 0 {
      let reasons = modbus.dropped.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
      parts.append(
        "\(count(dropped, "connection")) closed by the gateway (\(reasons.joined(separator: ", ")))"
      )
    }
    return parts.joined(separator: "; ")
  }

  private static func transparent(_ port: GatewayStatus.Transparent) -> String {
    let place = port.problem ?? port.place.map { "on \($0)" } ?? "not served yet"
    let client = port.client.map { "\($0) has it" } ?? "nobody has it"
    let dropped =
      count(port.dropped, "request")
      + " could not be put on the line in time, since it was busy with a readout or scan"
    return ([place, client] + (port.dropped > 0 ? [dropped] : [])).joined(separator: "; ")
  }

  private static func service(_ end: Int64, _ now: Int64) -> String {
    end == 0 ? "on until it is switched off" : "on for another \(span(max(0, end - now)))"
  }

  private static func web(_ web: GatewayStatus.Web) -> String {
    let places = web.places.sorted { $0.key < $1.key }.map(\.value)
    let sessions = web.sessions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let total = count(web.sessions.values.reduce(0, +), "session")
    return (places.isEmpty ? "not served" : places.joined(separator: ", ")) + "; \(total)"
      + (sessions.isEmpty ? "" : " (\(sessions.joined(separator: ", ")))")
  }

  private static func problems(_ problems: [String: String]?) -> String? {
    guard let problems, !problems.isEmpty else { return nil }
    return problems.sorted { $0.key < $1.key }.map(\.value).joined(separator: "; ")
  }

  private static func traffic(_ traffic: GatewayStatus.Traffic) -> String {
    let refused = traffic.exceptions.values.reduce(0, +)
    let codes = traffic.exceptions.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return count(traffic.requests, "request")
      + (refused > 0 ? ", \(refused) refused (\(codes.joined(separator: ", ")))" : "")
      + ", \(traffic.bytesIn) bytes in, \(traffic.bytesOut) out"
  }

  private static func connections(_ status: GatewayStatus) -> [String] {
    (status.modbus?.connections ?? []).map { connection in
      let last = connection.traffic.lastRequest.map {
        ", last request \(span(max(0, status.time - $0))) ago"
      }
      return "  \(connection.client) since \(span(max(0, status.time - connection.since))): "
        + traffic(connection.traffic) + reads(connection.traffic) + (last ?? "")
    }
  }

  private static func reads(_ traffic: GatewayStatus.Traffic) -> String {
    (traffic.reads ?? [:]).sorted { $0.key < $1.key }.map {
      ", registers \($0.value.lowest) to \($0.value.highest) read by function \($0.key)"
    }.joined()
  }

  private static func line(_ line: GatewayStatus.Line?) -> String {
    guard let line else { return "none" }
    let state =
      switch line.state {
      case .up: "up"
      case .opening: "is being opened"
      case .lent: "is lent to \(line.reason ?? "somebody else")"
      case .down: "down" + (line.reason.map { ": \($0)" } ?? "")
      }
    return "\(line.path), \(state)" + (line.heldLow.map { ", held low: \($0)" } ?? "")
  }

  private static func meters(_ meters: GatewayStatus.Meters) -> String {
    let parts = [
      (meters.read, "read"), (meters.failed, "failed"), (meters.never, "not tried yet"),
      (meters.unread ?? 0, "not to be read"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    let states = parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))"
    return "\(meters.listed) in \(meters.file)\(states)"
      + notSent(meters)
      + (meters.valuesInvalid.map { "; \(count($0, "value")) not valid" } ?? "")
      + limits(meters) + (meters.notSaved.map { "; \($0)" } ?? "")
  }

  private static func limits(_ meters: GatewayStatus.Meters) -> String {
    let cut = (meters.readouts ?? []).count { $0.sentValues != nil }
    let unlisted = meters.unlisted?.count ?? 0
    return (cut > 0 ? "; \(cut) with more values than are listed (*)" : "")
      + (unlisted > 0 ? "; \(unlisted) more found than the list has places for (*)" : "")
  }

  private static func notSent(_ meters: GatewayStatus.Meters) -> String {
    guard let number = meters.valuesNotSent, let first = meters.firstNotSent else { return "" }
    return number == 1
      ? "; 1 value of the list is not in the telegrams of its meter: \(first)"
      : "; \(number) values of the list are not in the telegrams of their meters, the first is \(first)"
  }

  /// The values that are invalid, a line each.
  private static func invalid(_ meters: GatewayStatus.Meters) -> [String] {
    let named = meters.invalidValues ?? []
    let more = (meters.valuesInvalid ?? 0) - named.count
    return named.map { "  value \($0)" }
      + (more > 0
        ? ["  \(count(more, "more value")) that \(more == 1 ? "is" : "are") not valid"] : [])
  }

  private static func scan(_ scan: GatewayStatus.Scan) -> String {
    "\(scan.thousandths / 10).\(scan.thousandths % 10) % of the addresses, "
      + "\(count(scan.found, "meter")) found, \(scan.new) of them new"
      + (scan.secondsLeft.map { ", about \(span(Int64($0))) to go" } ?? "")
  }

  private static func registers(_ registers: GatewayStatus.Registers) -> String {
    let entries = registers.entries == 1 ? "1 entry" : "\(registers.entries) entries"
    var parts = ["\(registers.layout), \(entries)"]
    if registers.without > 0 { parts.append("\(registers.without) without") }
    if let highest = registers.highest { parts.append("the last register is \(highest)") }
    let kind = registers.layout.hasSuffix("multi slave") ? "meters" : "entries"
    parts.append("room for \(registers.free) more \(kind)")
    return parts.joined(separator: ", ") + (registers.isTestData ? "; test data are served" : "")
  }

  private static func count(_ number: Int, _ name: String) -> String {
    "\(number) \(name)" + (number == 1 ? "" : "s")
  }

  /// `5 s`, `3 min 20 s`, `2 h 5 min`, `3 days 4 h`.
  static func span(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
    case ..<86_400: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    default:
      let days = seconds / 86_400
      return "\(days) day\(days == 1 ? "" : "s") \(seconds / 3600 % 24) h"
    }
  }
}
