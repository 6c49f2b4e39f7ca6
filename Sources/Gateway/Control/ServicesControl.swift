import Control
import MeterFiles
import NIOCore

/// The gateway as the web page and its API see it.
struct ServicesControl: GatewayControl {
  /// To be touched on its loop only.
  private let services: NIOLoopBound<Services>

  init(_ services: Services) {
    self.services = NIOLoopBound(services, eventLoop: services.eventLoop)
  }

  private var eventLoop: any EventLoop { services.eventLoop }

  func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer {
    let services = services
    let answer = eventLoop.flatSubmit { services.value.perform(request, by: user) }
    return (try? await answer.get()) ?? ControlAnswer(error: "the gateway is ending")
  }

  func view() async -> StationView {
    let services = services
    do {
      return try await eventLoop.submit { services.value.core.view }.get()
    } catch {
      // The loop has ended.
      return .empty
    }
  }

  func change(after revision: UInt64) async -> Bool {
    let services = services
    let waiter = ChangeWaiters.Waiter()
    return await withTaskCancellationHandler {
      (try? await eventLoop.flatSubmit { services.value.core.change(after: revision, waiter) }
        .get()) ?? false
    } onCancel: {
      // It may not have come to the loop yet, and finds out there then.
      waiter.leave()
      eventLoop.execute { services.value.core.waiters.remove(waiter) }
    }
  }

  func app() async -> AppFolder? {
    let services = services
    return try? await eventLoop.submit {
      services.value.isStopped ? nil : services.value.app
    }.get()
  }
}
