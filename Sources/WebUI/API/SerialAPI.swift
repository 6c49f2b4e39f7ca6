import HTTPTypes
import Hummingbird
import Metering
import NIOCore
import Station
import TextFormats

/// `GET /app/api/serial/<serial>.csv` and `.json`: the newest data of a meter, at the address of EMU M-Center manual
/// 1.7, ch. API. That manual does not say what is in the files; docs/api.md says what is in these.
struct SerialAPI: Sendable {
  let api: WebAPI

  func add(to group: some RouterMethods<WebContext>) {
    group.get("app/api/serial/:file") { request, context in
      try context.known().needs(.read, .meter)
      _ = try Query(request, [])
      let name = context.parameters.get("file") ?? ""
      let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, let form = Form(rawValue: parts[1]) else {
        throw APIError(
          .notFound, "\(name) is not served: the serial of a meter is expected, with .csv or .json")
      }
      let meters = await api.control.view().station.meters.filter {
        $0.identity.serial.description.lowercased() == parts[0].lowercased()
      }
      guard !meters.isEmpty else {
        throw APIError(.notFound, "there is no meter with the serial \(parts[0]) in the list")
      }
      let style = try await api.app().settings.descriptionStyle
      let data = meters.map { MeterData($0, style) }
      switch form {
      case .json: return Response(jsonBytes: Array(MeterData.json(data).text.utf8))
      case .csv:
        return Response(file: Array(MeterData.csv(data).utf8), type: "text/csv", name: name)
      }
    }
  }

  private enum Form: String {
    case csv, json
  }
}

/// The newest data of a meter, as a file for other programs.
struct MeterData {
  private let meter: Meter
  private let style: DescriptionStyle

  init(_ meter: Meter, _ style: DescriptionStyle) {
    self.meter = meter
    self.style = style
  }

  /// Something of a value.
  private struct Field {
    let name: String
    let text: String?
    /// It is a number, in digits with a point.
    var isNumber = false

    init(_ name: String, _ text: String?) { (self.name, self.text) = (name, text) }
    init(_ name: String, number: String?) {
      (self.name, text, isNumber) = (name, number, true)
    }

    var json: (String, JSONText) { (name, isNumber ? .digits(text) : .optional(text)) }
    var cell: SeparatedText.Cell {
      isNumber ? .decimal(text ?? "") : .text(text ?? "")
    }
  }

  private var head: [Field] {
    let identity = meter.identity
    return [
      Field("serial", "\(identity.serial)"),
      Field("manufacturer", identity.manufacturer?.description),
      Field("medium", identity.medium?.name),
      Field("name", meter.configuration.userLabel),
      Field("lastRead", meter.lastRead?.wall.iso8601),
    ]
  }

  private var values: [[Field]] {
    meter.values.enumerated().map { index, point in
      let configuration = point.configuration
      let value = point.live.lastGood?.scaled(by: configuration?.userScale ?? .one)
      let key = point.key
      let words =
        key.map { style.text(point.meaning, $0, data: value?.data) } ?? point.meaning.description
      return [
        Field("register", number: "\(index + 1)"),
        Field("obis", (configuration?.obis ?? value?.suggestedOBIS)?.description),
        Field("description", words), Field("label", configuration?.userLabel),
        Field("storage", number: key.map { "\($0.storage)" }),
        Field("tariff", number: key.map { "\($0.tariff)" }),
        Field("value", number: value?.scaledText),
        Field("text", value.flatMap(Self.text)),
        Field("unit", point.meaning.unitName), Field("quality", Self.quality(point.live)),
        Field("timestamp", point.live.readAt?.wall.iso8601),
        Field("meterTime", value?.meterTime?.iso8601),
      ]
    }
  }

  private static func text(_ value: MeterValue) -> String? {
    switch value.reading {
    case .text(let text): text
    case .time(let time): time.iso8601
    case .binary, .integer, .large, .real, .invalid: nil
    }
  }

  private static func quality(_ live: LiveValue) -> String {
    switch live.quality {
    case .good: "good"
    case .stale: "stale"
    case .neverRead: "never"
    case .invalid: "invalid"
    }
  }

  /// An array with an object a meter: serials need not be the only ones of their kind.
  static func json(_ meters: [MeterData]) -> JSONText {
    .array(
      meters.map { meter in
        .object(
          meter.head.map(\.json)
            + [("values", .array(meter.values.map { .object($0.map(\.json)) }))])
      })
  }

  /// A row a value, with what is said of its meter before it.
  static func csv(_ meters: [MeterData]) -> String {
    let rows = meters.flatMap { meter in
      meter.values.map { value in (meter.head + value) }
    }
    let heads = (rows.first ?? meters.first?.head ?? []).map { SeparatedText.Cell.text($0.name) }
    return SeparatedText.semicolons([heads] + rows.map { $0.map(\.cell) })
  }
}
