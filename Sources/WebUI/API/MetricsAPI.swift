import Control
import HTTPTypes
import Hummingbird
import Metering
import NIOCore
import Station
import Users

/// `GET /metrics`: what Prometheus collects (text format 0.0.4).
struct MetricsAPI: Sendable {
  let control: any GatewayControl
  let office: AccessOffice

  func add(to router: RouteList) {
    router.get("metrics") { _, context in
      let caller = try context.known()
      try caller.needs(.read, .meter)
      let answer = await control.perform(ControlRequest(.status), by: caller.name)
      guard let status = answer.status else {
        throw APIError(.serviceUnavailable, answer.error ?? "the gateway is ending")
      }
      var metrics = Metrics()
      metrics.add(status)
      metrics.addMeters(await control.view(), now: status.time)
      metrics.addSessions(office.sessionCounts)
      metrics.addProcess(ProcessFigures())
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.text)))
    }
  }
}
