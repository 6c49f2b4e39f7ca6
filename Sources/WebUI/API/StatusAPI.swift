import Control
import HTTPServer
import Hummingbird
import Station

/// `GET /api/v1/status`: what the gateway does just now.
struct StatusAPI: Sendable {
  let api: WebAPI

  func add(to group: RouterGroup<WebContext>) {
    group.get("status") { _, context in
      let caller = try context.known()
      if !Self.isShown(to: caller) { try caller.needs(.read, .general) }
      return Response(json: try await status(for: caller))
    }
  }

  /// Who may see the meters is told what concerns them: a scan, the line, what could not be read.
  static func isShown(to caller: Caller) -> Bool {
    caller.right(.general) >= .read || caller.right(.meter) >= .read
  }

  /// The status with what the page shows beside it; for who may not see the tab General, as far as it concerns meters.
  func status(for caller: Caller) async throws(APIError) -> ShownStatus {
    let answer = await api.control.perform(ControlRequest(.status), by: caller.name)
    guard let status = answer.status else {
      throw APIError(.serviceUnavailable, answer.error ?? WebAPI.ending.error)
    }
    // What is in the log is for those who may see it.
    let errors = caller.right(.log) >= .read ? api.environment.log.lastErrors(10) : []
    return ShownStatus(
      status, await api.control.view().station, errors, isWhole: caller.right(.general) >= .read,
      seesSettings: SettingsTabs.withSettings.allSatisfy { caller.right($0) >= .read })
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

  private var status: GatewayStatus
  private let isWhole: Bool
  private let activity: String
  private let reading: String?
  private let lastErrors: [LoggedError]

  private enum CodingKeys: CodingKey {
    case activity, reading, lastErrors
    case addresses
    // Of the gateway's status what stands in one that is not whole.
    case version, time, uptime, meters, line, scan, errors
  }

  /// - Parameter isWhole: false: only what concerns meters.
  init(
    _ status: GatewayStatus, _ station: Station, _ errors: [ApplicationLog.Entry], isWhole: Bool,
    seesSettings: Bool
  ) {
    self.status = status
    // What waits, and what is wrong, is of all tabs.
    if !seesSettings {
      self.status.pending?.settings = []
      self.status.pending?.problems = []
      if status.errors?.isEmpty == false {
        self.status.errors = [
          "something is wrong in the files; whoever may see all tabs is told what"
        ]
      }
    }
    self.isWhole = isWhole
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
    if isWhole { try status.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(activity, forKey: .activity)
    try container.encodeIfPresent(reading, forKey: .reading)
    guard !isWhole else {
      try container.encode(MachineAddresses.all, forKey: .addresses)
      return try container.encode(lastErrors, forKey: .lastErrors)
    }
    try container.encode(status.version, forKey: .version)
    try container.encode(status.time, forKey: .time)
    try container.encode(status.uptime, forKey: .uptime)
    try container.encode(status.meters, forKey: .meters)
    try container.encodeIfPresent(status.line, forKey: .line)
    try container.encodeIfPresent(status.scan, forKey: .scan)
    try container.encodeIfPresent(status.errors, forKey: .errors)
  }
}
