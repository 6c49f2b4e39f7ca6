import Bytes
import Control
import HTTPTypes
import Hummingbird
import Logging
import Metering
import Settings
import Station

/// `/api/v1/outputs…`: digital outputs of meters (MUC500 manual 1.1, ch. 4.5), switched by writing the value's own
/// record and reading it back.
struct OutputAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("outputs") { _, context in
      try context.known().needs(.read, .output)
      let settings = try await api.app().settings
      return Response(json: OutputList(await api.control.view(), settings))
    }
    group.post("outputs/:meter/:index") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .output)
      let wish = try await request.strictJSON(OutputWish.self)
      let settings = try await api.app().settings
      let view = await api.control.view()
      try view.check(wish.instance)
      let wanted = try Self.request(
        wish, context.number("meter"), context.number("index"), view.station, settings)
      let place = wanted.place
      var problems: [String] = []
      let response = try await api.perform(wanted.request, by: caller) { answer in
        problems = answer.problems ?? []
        let (level, said) = Self.outcome(answer)
        context.logger.log(
          level: level,
          "\(caller.words) switches \(place) \(wish.on ? "on" : "off"): \(said.excerpt(300))")
      }
      // Whoever looks at the status only has to see that the output is not what it was to be.
      guard problems.isEmpty else {
        throw APIError(.unprocessableContent, problems.joined(separator: "; "))
      }
      return response
    }
  }

  /// What the log says of an answer, and how loud.
  private static func outcome(_ answer: ControlAnswer) -> (Logger.Level, String) {
    if let error = answer.error { return (.warning, error) }
    let problems = answer.problems ?? []
    guard problems.isEmpty else { return (.warning, problems.joined(separator: "; ")) }
    return (.notice, (answer.news ?? []).joined(separator: "; "))
  }

  /// What is to be sent to switch an output.
  struct Order {
    var request: ControlRequest
    /// The meter and its value, for the log.
    var place: String
  }

  /// The command that switches an output.
  /// - Throws: 404: there is none; 409: it is another one than is meant; 422: it must not, or cannot, be switched.
  static func request(
    _ wish: OutputWish, _ id: Int, _ number: Int, _ station: Station, _ settings: Settings
  ) throws(APIError) -> Order {
    guard let meter = station.meter(MeterID(id)), let value = meter.values[number: number],
      try wish.means(value, number, of: meter), value.isOutput
    else { throw APIError(.notFound, "there is no output \(number) of a meter with the key \(id)") }
    guard settings.letsOutputsOfMetersBeSet else {
      throw APIError(
        .unprocessableContent,
        "MUC_SETDEVICES = \(settings.text(.mucSetDevices)) does not let outputs of meters be switched: "
          + "INTERNALORDIGTALOUT and ALL do")
    }
    guard let brought = value.live.brought, let key = value.key, !brought.data.isEmpty else {
      throw APIError(
        .unprocessableContent,
        "\(meter.label), value \(number): it has not been read yet, so that nobody knows how to write it"
      )
    }
    var wanted = ControlRequest(.send)
    // The lowest bit is the output; a meter's other bits are not known to be any.
    let data = [wish.on ? 1 : 0] + [UInt8](repeating: 0, count: brought.data.count - 1)
    wanted.order = ["set-value", Hex.encode(key.dif), Hex.encode(key.vif), Hex.encode(data)]
    if meter.configuration.usesPrimaryAddress {
      wanted.primary = Int(meter.configuration.primaryAddress)
    } else {
      // All of it: another meter may have the same serial.
      wanted.secondary = meter.configuration.identity.addressText
    }
    let label = value.listed.userLabel.isEmpty ? "" : " (\(value.listed.userLabel.excerpt))"
    return Order(
      request: wanted, place: "the output \(meter.label.excerpt), value \(number)\(label)")
  }
}

extension Settings {
  /// Whether MUC_SETDEVICES lets outputs of meters on a bus be switched (MUC500 manual 1.1, table 25).
  fileprivate var letsOutputsOfMetersBeSet: Bool {
    ["INTERNALORDIGTALOUT", "ALL"].contains(text(.mucSetDevices))
  }
}

extension MeterPoint {
  /// Whether it is a digital output (VIF FD 1A).
  var isOutput: Bool { meaning.type == .digitalOutput }
}

/// The body of `POST /outputs/{meter}/{index}`.
struct OutputWish: Codable {
  var on: Bool
  /// Of the list that the numbers are from; left out: whichever it is.
  var instance: String?
  /// Which value is meant: the bytes of its DIF and DIFEs; left out, with `vif`: whichever it is.
  var dif: String?
  /// The bytes of its VIF and VIFEs.
  var vif: String?

  /// - Throws: 409 when another value is meant, 422 when nobody can tell which.
  fileprivate func means(
    _ value: MeterPoint, _ number: Int, of meter: Meter
  ) throws(APIError) -> Bool {
    let codes: ValueCodes?
    do throws(ControlMistake) {
      codes = try ValueCodes.read(dif, vif, of: "\(meter.label), value \(number)")
    } catch { throw APIError(.unprocessableContent, error.description) }
    guard codes?.fit(value) ?? true else {
      let refusal = ListRefusal.anotherValue(meter.label, number: number, isNow: value.label)
      throw APIError(.conflict, refusal.description)
    }
    return true
  }
}

/// The outputs as the page shows them.
struct OutputList: Encodable {
  struct Output: Encodable {
    var meter: Int
    var name: String
    var index: Int
    var description: String
    var label: String
    /// The bytes of its record's head, which tell it from others; empty as long as they are not known.
    var dif: String
    var vif: String
    var on: Bool?
    var quality: String
    var allowed: Bool
  }

  /// Which run of the gateway: after a restart the keys of meters are others.
  var instance: String
  var outputs: [Output]

  init(_ view: StationView, _ settings: Settings) {
    let station = view.station
    instance = view.instance
    let names = MeterNames(station)
    outputs = station.meters.flatMap { meter in
      meter.values.enumerated().filter { $0.element.isOutput }.map { index, value in
        Output(
          meter: meter.id.number, name: names.name(of: meter)?.description ?? meter.label,
          index: index + 1, description: value.meaning.description,
          label: value.listed.userLabel, dif: Hex.encode(value.expectedKey.dif),
          vif: Hex.encode(value.expectedKey.vif),
          on: value.live.lastGood.flatMap { $0.data.first }.map { $0 & 1 == 1 },
          quality: ShownQuality(value.live).rawValue, allowed: settings.letsOutputsOfMetersBeSet)
      }
    }
  }
}
