import Control
import Hummingbird

/// `GET /api/v1/status`: what the gateway does just now.
struct StatusAPI: Sendable {
  let control: any GatewayControl

  func add(to group: RouterGroup<WebContext>) {
    group.get("status") { _, context in
      let caller = try context.known()
      try caller.needs(.read, .general)
      let answer = await control.perform(ControlRequest(.status), by: caller.name)
      guard let status = answer.status else {
        throw APIError(.serviceUnavailable, answer.error ?? "the gateway is ending")
      }
      return Response(json: status)
    }
  }
}
