import Control
import Hummingbird
import Station

/// `GET /api/v1/status`: what the gateway does just now.
struct StatusAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("status") { _, context in
      let caller = try context.known()
      try caller.needs(.read, .general)
      return Response(json: try await status(for: caller))
    }
  }

  /// The status with what the page shows beside it.
  func status(for caller: Caller) async throws(APIError) -> ShownStatus {
    let answer = await api.control.perform(ControlRequest(.status), by: caller.name)
    guard let status = answer.status else {
      throw APIError(.serviceUnavailable, answer.error ?? WebAPI.ending.error)
    }
    return ShownStatus(
      status, await api.control.view().station, api.environment.log.lastErrors(10))
  }
}

/// `metergate status --json`, and what the page shows beside it.
struct ShownStatus: Encodable {
  /// A line of the log.
  struct LoggedError: Encodable {
    /// Unix time in seconds.
    var time: Double
    /// The event's code; nil: it has none.
    var code: String?
    var text: String
  }

  private let status: GatewayStatus
  private let activity: String
  private let reading: String?
  private let lastErrors: [LoggedError]

  private enum CodingKeys: CodingKey {
    case activity, reading, lastErrors
  }

  init(_ status: GatewayStatus, _ station: Station, _ errors: [ApplicationLog.Entry]) {
    self.status = status
    activity =
      switch station.activity {
      case .idle: "idle"
      case .reading: "reading"
      case .scanning: "scanning"
      }
    reading = station.meterBeingRead?.label
    lastErrors = errors.map {
      LoggedError(time: Double($0.time) / 1000, code: $0.code, text: $0.text)
    }
  }

  func encode(to encoder: any Encoder) throws {
    try status.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(activity, forKey: .activity)
    try container.encodeIfPresent(reading, forKey: .reading)
    try container.encode(lastErrors, forKey: .lastErrors)
  }
}
