import Bytes
import Control
import HTTPTypes
import Hummingbird
import Metering
import Settings
import Station
import TextFormats

/// `/app/api/serial/<serial>.csv` and `.json`: the newest data of a meter, at the place where the EMU M-Center has it
/// (EMU M-Center manual 1.7, ch. "API"). That manual does not say which columns there are; these are ours.
struct SerialAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("serial/:file") { _, context in
      try context.known().needs(.read, .meter)
      return try await answer(PercentText.decoded(context.parameters.require("file")))
    }
  }

  private func answer(_ file: String) async throws -> Response {
    let parts = file.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = parts.last, ["csv", "json"].contains(kind),
      let name = parts.first.flatMap({ MeterName($0) }), case .serial = name
    else {
      throw APIError(
        .notFound, "expected is a serial with .csv or .json behind it, such as 66600106.json")
    }
    let view = await api.control.view()
    let meter: Meter
    do throws(ListRefusal) { meter = try view.station.meter(named: name) } catch {
      throw APIError(.notFound, "\(error)")
    }
    if kind == "csv" {
      return Response(
        file: Array(Self.table(meter).utf8), type: "text/csv; charset=utf-8", name: file)
    }
    let list = MeterListJSON(view, try await api.app().settings.descriptionStyle)
    guard let bytes = list.meter(meter.id) else {
      throw APIError(.notFound, "there is no such meter")
    }
    return Response(jsonBytes: bytes)
  }

  /// A row for each value.
  static func table(_ meter: Meter) -> String {
    let heads: [SeparatedText.Cell] = [
      "Serial", "Manufacturer", "Medium", "Label", "Value", "Value label", "Description", "OBIS",
      "Reading", "Unit", "Quality", "Read at (UTC)", "Function", "Storage", "Tariff", "Subunit",
      "DIF", "VIF",
    ].map { .text($0) }
    let rows = meter.values.enumerated().map { index, value -> [SeparatedText.Cell] in
      [
        .text(meter.identity.serial.description),
        .text(meter.identity.manufacturer?.description ?? ""),
        .text(meter.identity.medium?.name ?? ""), .words(meter.configuration.userLabel),
        .number(index + 1), .words(value.listed.userLabel), .words(value.meaning.description),
        .text(value.listed.obis?.description ?? ""),
        value.shownScaled.map { SeparatedText.Cell.decimal($0) }
          ?? .words(value.shownReading ?? ""),
        .text(value.meaning.unitName), .text(ShownQuality(value.live).rawValue),
        .text(value.live.readAt?.wall.iso8601 ?? ""),
      ] + place(of: value.expectedKey)
    }
    return SeparatedText.commas([heads] + rows)
  }

  /// What tells values of one description apart.
  private static func place(of key: ValueKey) -> [SeparatedText.Cell] {
    [
      .text(key.function.name), .number(Int(clamping: key.storage)),
      .number(Int(clamping: key.tariff)), .number(Int(clamping: key.subunit)),
      .text(Hex.encode(key.dif)), .text(Hex.encode(key.vif)),
    ]
  }
}
