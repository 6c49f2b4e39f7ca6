import Control
import HTTPTypes
import Hummingbird
import MBus
import Metering
import Station
import TelegramText

/// `/api/v1/meters…` and `/api/v1/scan`: the meter list, what people change in it, and readouts.
struct MeterAPI: Sendable {
  /// The most bytes of the edits of a list: 4 MB, for 500 meters with 25 values each of which everything is given anew.
  static let largestEdits = 4 << 20

  /// The most bytes of a body that names entries: 1 MB, for all of such a list.
  static let largestSelection = 1 << 20

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
        context.number("meter"), context.number("index"))
    }
    group.put("meters") { request, context in
      let caller = try context.known()
      try caller.needs(.write, .meter)
      guard request.isLarge else { return try await edit(request, caller) }
      return try await api.environment.bodies.alone(.meters) { try await edit(request, caller) }
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

  private func edit(_ request: Request, _ caller: Caller) async throws -> Response {
    var wanted = ControlRequest(.edit)
    let body = try await request.strictJSON(Edits.self, upTo: Self.largestEdits)
    try await api.control.view().check(body.instance)
    wanted.edits = body.edits
    return try await api.perform(wanted, by: caller)
  }

  private func commands(to group: RouterGroup<WebContext>) {
    command(.allocate, Selection.self, at: "meters/allocate", of: group)
    command(.deallocate, EntrySelection.self, at: "meters/deallocate", of: group)
    command(.assign, Assignment.self, at: "meters/assign", of: group)
    command(.readout, EntrySelection.self, at: "meters/readout", of: group)
  }

  private func command<Body: CommandBody>(
    _ command: ControlRequest.Command, _ type: Body.Type, at path: RouterPath,
    of group: RouterGroup<WebContext>
  ) {
    group.post(path) { request, context in
      let caller = try context.known()
      try caller.needs(.write, .meter)
      let work = { () async throws -> Response in
        var wanted = ControlRequest(command)
        try await request.strictJSON(type, upTo: Self.largestSelection).select(&wanted)
        return try await api.perform(wanted, by: caller)
      }
      guard request.isLarge else { return try await work() }
      return try await api.environment.bodies.alone(.meters, work)
    }
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

extension StationView {
  /// The keys of another run of the gateway may be those of other meters by now.
  /// - Parameter instance: of the list that they are from; nil: nobody says.
  /// - Throws: 409 when it is another one.
  func check(_ instance: String?) throws(APIError) {
    guard let instance, instance != self.instance else { return }
    throw APIError(
      .conflict,
      "the gateway has begun anew since this list was read: read it again; nothing is changed")
  }
}

/// The body of `PUT /meters`.
private struct Edits: Codable {
  /// Of the list that the edits are about; left out: whichever it is.
  var instance: String?
  var edits: [ListEdit]
}

/// What a command is to be done with.
private protocol CommandBody: Codable, Sendable {
  /// Puts it into a request.
  func select(_ request: inout ControlRequest)
}

/// Entries, or all of them.
private struct EntrySelection: CommandBody {
  var entries: [String]?
  var all: Bool?

  func select(_ request: inout ControlRequest) {
    request.entries = entries
    request.all = all
  }
}

private struct Selection: CommandBody {
  var entries: [String]?
  var all: Bool?
  var anew: Bool?

  func select(_ request: inout ControlRequest) {
    request.entries = entries
    request.all = all
    request.anew = anew
  }
}

private struct Assignment: CommandBody {
  var entries: [String]
  var register: Int

  func select(_ request: inout ControlRequest) {
    request.entries = entries
    request.register = register
  }
}
