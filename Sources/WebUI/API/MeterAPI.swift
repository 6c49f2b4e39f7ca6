import Control
import HTTPTypes
import Hummingbird
import MBus
import Metering
import Station
import TelegramText

/// `/api/v1/meters…` and `/api/v1/scan`: the meter list, what people change in it, and readouts.
struct MeterAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("meters") { _, context in
      try context.known().needs(.read, .meter)
      let app = try await api.app()
      let list = MeterListJSON(await api.control.view(), app.settings.descriptionStyle)
      return Response(jsonBytes: list.list())
    }
    group.get("meters/:meter/values/:index") { _, context in
      try context.known().needs(.read, .meter)
      return try await value(
        context.parameters.require("meter", as: Int.self),
        context.parameters.require("index", as: Int.self))
    }
    group.put("meters") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .meter)
      var wanted = ControlRequest(.edit)
      wanted.edits = try await request.strictJSON(Edits.self).edits
      return try await api.perform(wanted, by: caller)
    }
    commands(to: group)
    group.post("scan") { _, context in
      let caller = try context.known()
      try caller.needs(.write, .meter)
      return try await api.perform(ControlRequest(.scan), by: caller)
    }
    group.delete("scan") { _, context in
      let caller = try context.known()
      try caller.needs(.write, .meter)
      return try await api.perform(ControlRequest(.cancelScan), by: caller)
    }
  }

  private func commands(to group: RouterGroup<WebContext>) {
    group.post("meters/allocate") { request, context in
      try await perform(.allocate, Selection.self, request, context) { body, wanted in
        body.select(&wanted)
        wanted.anew = body.anew
      }
    }
    group.post("meters/deallocate") { request, context in
      try await perform(.deallocate, EntrySelection.self, request, context) { $0.select(&$1) }
    }
    group.post("meters/assign") { request, context in
      try await perform(.assign, Assignment.self, request, context) { body, wanted in
        wanted.entries = body.entries
        wanted.register = body.register
      }
    }
    group.post("meters/readout") { request, context in
      try await perform(.readout, EntrySelection.self, request, context) { $0.select(&$1) }
    }
  }

  private func perform<Body: Codable>(
    _ command: ControlRequest.Command, _ type: Body.Type, _ request: Request,
    _ context: WebContext, _ detail: (Body, inout ControlRequest) -> Void
  ) async throws -> Response {
    let caller = try context.known()
    try caller.needs(.write, .meter)
    var wanted = ControlRequest(command)
    detail(try await request.strictJSON(type), &wanted)
    return try await api.perform(wanted, by: caller)
  }

  private func value(_ meter: Int, _ number: Int) async throws -> Response {
    let settings = try await api.app().settings
    let list = MeterListJSON(await api.control.view(), settings.descriptionStyle)
    let bytes = list.value(MeterID(meter), number) { value in
      guard let data = value.live.brought?.data else { return [] }
      let key = value.expectedKey
      return RecordText.explain(
        dif: key.dif, vif: key.vif, data: data, placement: settings.decoding.textVIF)
    }
    guard let bytes else {
      throw APIError(.notFound, "there is no value \(number) of a meter with the key \(meter)")
    }
    return Response(jsonBytes: bytes)
  }
}

/// The body of `PUT /meters`.
private struct Edits: Codable {
  var edits: [ListEdit]
}

/// Entries, or all of them.
private struct EntrySelection: Codable {
  var entries: [String]?
  var all: Bool?

  func select(_ request: inout ControlRequest) {
    request.entries = entries
    request.all = all
  }
}

private struct Selection: Codable {
  var entries: [String]?
  var all: Bool?
  var anew: Bool?

  func select(_ request: inout ControlRequest) {
    request.entries = entries
    request.all = all
  }
}

private struct Assignment: Codable {
  var entries: [String]
  var register: Int
}
