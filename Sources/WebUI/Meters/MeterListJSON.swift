import Control
import MBus
import MeterFiles
import Metering
import Station
import TelegramText

/// Meters and values of a list as JSON of the API. Pure: made away from the gateway's loop, from a view of it.
struct MeterListJSON: Sendable {
  private let view: StationView
  private let style: DescriptionStyle
  private let names: MeterNames

  /// - Parameters:
  ///   - view: the list as it was at a moment.
  ///   - style: how values are described.
  init(_ view: StationView, _ style: DescriptionStyle) {
    self.view = view
    self.style = style
    names = MeterNames(view.station)
  }

  /// `{"instance":…,"revision":…,"meters":[…]}`
  func list() -> [UInt8] {
    let meters = view.station.meters
    let values = meters.reduce(0) { $0 + $1.values.count }
    var json = JSONBytes(reserving: 400 * (meters.count + values))
    json.object { json in
      json.member("instance", view.instance)
      json.member("revision", view.revision)
      json.name("meters")
      json.array(meters) { write($1, with: $1.values.indices, to: &$0) }
    }
    return json.bytes
  }

  /// What is to be shown otherwise since a revision.
  /// - Parameters:
  ///   - revision: the one that was shown last.
  ///   - known: the meters that were shown then, in their order.
  /// - Returns: nil when nothing is.
  func changes(since revision: UInt64, known: [MeterID]) -> [UInt8]? {
    let isNew = Set(view.station.meters.map(\.id)).subtracting(known)
    let news = Set(view.meters(changedSince: revision).map(\.id)).union(isNew)
    let changed = view.station.meters.filter { news.contains($0.id) }
    let removed = Set(known).subtracting(view.station.meters.map(\.id)).sorted()
    let order = view.station.meters.map(\.id)
    guard !changed.isEmpty || !removed.isEmpty || order != known else { return nil }
    var json = JSONBytes(reserving: 4000 * changed.count)
    json.object { json in
      json.member("instance", view.instance)
      json.member("revision", view.revision)
      json.name("meters")
      json.array(changed) { write($1, with: $1.values.indices, to: &$0) }
      json.name("removed")
      json.array(removed) { $0.digits("\($1.number)") }
      if order != known {
        json.name("order")
        json.array(order) { $0.digits("\($1.number)") }
      }
    }
    return json.bytes
  }

  /// A meter with its values; nil: there is none of this key.
  func meter(_ id: MeterID) -> [UInt8]? {
    guard let meter = view.station.meter(id) else { return nil }
    var json = JSONBytes()
    write(meter, with: meter.values.indices, to: &json)
    return json.bytes
  }

  /// A value with its meter, and what its record says.
  /// - Parameters:
  ///   - meter: the key of its meter.
  ///   - number: which of its values, from 1.
  ///   - explained: what each byte of its record is.
  /// - Returns: nil when there is no such value.
  func value(
    _ meter: MeterID, _ number: Int, explained: (MeterPoint) -> [ExplainedBytes]
  ) -> [UInt8]? {
    guard let meter = view.station.meter(meter), let value = meter.values[number: number] else {
      return nil
    }
    let key = value.expectedKey
    var json = JSONBytes()
    json.object { json in
      members(of: value, number, of: meter, to: &json)
      json.name("meter")
      write(meter, with: nil, to: &json)
      json.member("data", value.live.brought.map { Self.hex($0.data) })
      json.member("storage", key.storage)
      json.member("tariff", key.tariff)
      json.member("subunit", key.subunit)
      json.member("function", key.function.name)
      json.name("explained")
      json.array(explained(value)) { json, part in
        json.object { json in
          json.member("offset", part.offset)
          json.member("bytes", part.bytes)
          json.name("meaning")
          json.object { $0.member("en", part.meaning.en) }
        }
      }
    }
    return json.bytes
  }

  /// What tells values of one description apart; what is as usual is left out.
  private func place(of key: ValueKey, to json: inout JSONBytes) {
    if key.storage != 0 { json.member("storage", key.storage) }
    if key.tariff != 0 { json.member("tariff", key.tariff) }
    if key.subunit != 0 { json.member("subunit", key.subunit) }
    if key.function != .instantaneous { json.member("function", key.function.name) }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
  }

  // MARK: - Meters

  /// - Parameter values: which of its values go with it; nil: it stands without.
  private func write(_ meter: Meter, with values: Range<Int>?, to json: inout JSONBytes) {
    json.object { json in
      identity(of: meter, to: &json)
      readouts(of: meter, to: &json)
      if let sent = meter.limitedFrom { json.member("sentValues", sent) }
      guard let values else { return }
      json.name("values")
      json.array(values) { json, index in
        json.object {
          members(of: meter.values[index], index + 1, of: meter, to: &$0)
          place(of: meter.values[index].expectedKey, to: &$0)
        }
      }
    }
  }

  private func identity(of meter: Meter, to json: inout JSONBytes) {
    let configuration = meter.configuration
    let identity = meter.identity
    json.member("id", meter.id.number)
    json.member("name", names.name(of: meter)?.description ?? meter.label)
    json.member("interface", configuration.interface.rawValue)
    json.member("status", StatusLetters.of(meter, MeterState(meter)))
    json.member("serial", identity.serial == .any ? nil : identity.serial.description)
    json.member("manufacturer", identity.manufacturer?.description)
    json.member("medium", identity.medium?.name)
    json.member("mediumCode", identity.medium?.rawValue)
    json.member("version", identity.version)
    json.member("link", meter.knownLink)
    json.member("byPrimary", configuration.usesPrimaryAddress)
    json.member("cycle", configuration.readoutCycle)
    json.member("cycleMode", configuration.calendarCycle?.rawValue)
    json.member("label", configuration.userLabel)
    json.member("register", meter.register)
    json.member("active", configuration.isActive)
    json.member("hasKey", !configuration.encryptionKey.isEmpty)
    json.member("battery", configuration.isBattery)
    json.member("baud", configuration.baud)
    json.member("maxValues", configuration.maxValueCount)
    json.member("duplicate", names.isDuplicate(meter))
  }

  private func readouts(of meter: Meter, to json: inout JSONBytes) {
    json.member("state", MeterState(meter).rawValue)
    json.member("failure", meter.lastFailure?.description)
    json.member("lastRead", meter.lastRead?.wall.unixSeconds)
    json.member("next", view.station.nextReadout(of: meter.id, at: view.at)?.unixSeconds)
    json.member("misses", meter.misses)
    json.name("problems")
    let own = meter.status.errors.isEmpty ? [] : ["the meter reports: \(meter.status)"]
    json.array(own + meter.problems) { $0.string($1) }
  }

  // MARK: - Values

  private func members(
    of value: MeterPoint, _ number: Int, of meter: Meter, to json: inout JSONBytes
  ) {
    let listed = value.listed
    let live = value.live
    json.member("index", number)
    json.member("value", value.shownReading)
    json.member("scale", value.shownFactor)
    json.member("unit", value.meaning.unitName)
    json.member("scaled", digits: value.shownScaled)
    json.member(
      "description", style.text(value.meaning, value.expectedKey, data: live.brought?.data))
    json.member("dif", Self.hex(value.expectedKey.dif))
    json.member("vif", Self.hex(value.expectedKey.vif))
    json.member("label", listed.userLabel)
    json.member("obis", listed.obis?.description)
    json.member("suggestedObis", live.brought?.suggestedOBIS?.description)
    json.member("register", value.register)
    json.member("active", listed.isActive)
    json.member("userScale", ElementInput.text(listed.userScale))
    json.member("quality", ShownQuality(live).rawValue)
    json.member("why", ShownQuality.why(live))
    json.member("readAt", live.readAt?.wall.unixSeconds)
    json.member("meterTime", live.brought?.meterTime?.iso8601)
    json.member("misses", live.misses)
    let hasBeenTried = meter.lastRead != nil || meter.lastFailure != nil
    let letters = StatusLetters.of(value, hasBeenTried: hasBeenTried)
    json.member("status", letters.isEmpty ? nil : letters)
    json.member("bacnet", listed.bacnetObject)
  }
}
