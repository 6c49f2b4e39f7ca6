import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// Serves HTTP at one port. It is confined to one event loop.
public final class HTTPServer {
  /// What makes the response to a request on a connection.
  public typealias Responder = @Sendable (Request, any Channel) async -> Response

  private let host: String
  private let port: Int
  private let eventLoop: any EventLoop
  private let http: HTTP1Channel
  private let logger: Logger
  private var listener: (any Channel)?

  /// - Parameters:
  ///   - host: the address at which it listens.
  ///   - port: the port; 0: one that is free.
  public init(
    host: String, port: Int, on eventLoop: any EventLoop, logger: Logger,
    respond: @escaping Responder
  ) {
    self.host = host
    self.port = port
    self.eventLoop = eventLoop
    self.logger = logger
    http = HTTP1Channel(responder: { request, writer, channel in
      let response = await respond(request, channel)
      try await writer.write(response: response.head, body: response.body)
    })
  }

  /// Begins to serve.
  /// - Returns: the port.
  public func start() -> EventLoopFuture<Int> {
    let (http, logger) = (http, logger)
    let server = NIOLoopBound(self, eventLoop: eventLoop)
    return ServerBootstrap(group: eventLoop)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        http.setup(channel: channel, logger: logger).map { connection in
          Task { await http.handle(value: connection, logger: logger) }
        }
      }
      .bind(host: host, port: port)
      .map { channel in
        server.value.listener = channel
        return channel.localAddress?.port ?? 0
      }
  }

  /// Listens no more.
  public func stop() -> EventLoopFuture<Void> {
    listener?.close() ?? eventLoop.makeSucceededVoidFuture()
  }
}
