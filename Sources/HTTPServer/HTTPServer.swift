import Certificates
import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Serves HTTP at one port, with TLS or without. It is confined to one event loop; responses are made elsewhere.
public final class HTTPServer {
  /// Where it listens.
  public struct Configuration: Hashable, Sendable {
    /// The IPv4 or IPv6 address.
    public var host: String
    /// 1–65535; 0 lets the system choose one.
    public var port: Int
    /// The files of TLS; nil: without.
    public var security: TLSServerFiles?

    /// All parts.
    public init(host: String, port: Int, security: TLSServerFiles? = nil) {
      self.host = host
      self.port = port
      self.security = security
    }
  }

  /// What makes the response to a request on a connection.
  public typealias Responder = @Sendable (Request, any Channel) async -> Response

  /// What it says of itself: no version, which would only tell which mistakes it has.
  public static let name = "metergate"
  /// Between two attempts to listen.
  public static let retryInterval = TimeAmount.seconds(5)
  /// How long what is under way for connections has to end when it stops.
  public static let patience = TimeAmount.seconds(1)

  /// Where its events go; set once before `use`.
  public var onEvent: ((HTTPServerEvent) -> Void)?
  /// The port that is held; nil: none.
  public private(set) var boundPort: Int?
  /// What is wanted; nil: nothing.
  public private(set) var configuration: Configuration?

  private let eventLoop: any EventLoop
  private let table: ConnectionTable
  private let http: HTTP1Channel
  private let logger: Logger
  private let certificates: CertificateKeeper
  private let tasks = ConnectionTasks()
  private var listener: (channel: any Channel, wanted: (host: String, port: Int))?
  private var retry: Scheduled<Void>?
  private var isBinding = false

  /// - Parameters:
  ///   - table: its connections, and what they may cost.
  ///   - eventLoop: the loop that it is confined to.
  ///   - respond: makes the responses.
  public init(
    _ table: ConnectionTable, on eventLoop: any EventLoop, logger: Logger,
    respond: @escaping Responder
  ) {
    self.table = table
    self.eventLoop = eventLoop
    self.logger = logger
    certificates = CertificateKeeper(on: eventLoop)
    let limits = table.limits
    http = HTTP1Channel(
      responder: { request, writer, channel in
        var response = await respond(request, channel)
        response.headers[.server] = Self.name
        response.headers[.date] = HTTPDate.text(Self.unixTime)
        try await writer.write(response: response.head, body: response.body)
      },
      configuration: .init(
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes,
          maxHeaderFieldCount: limits.headFields)))
  }

  static var unixTime: Int64 { Int64(time(nil)) }

  /// Serves there from now on; nil: nowhere. Another port is bound before the one so far is given up, and connections
  /// that are open stay.
  public func use(_ wanted: Configuration?) {
    // The files may be others though their paths are not.
    guard wanted != configuration else { return rereadCertificates() }
    let before = configuration
    configuration = wanted
    retry?.cancel()
    retry = nil
    guard let wanted else {
      certificates.release()
      giveUp().whenComplete { _ in }
      return
    }
    guard let files = wanted.security else { return listen() }
    certificates.onEvent = { [weak self] event in self?.onEvent?(.certificates(event)) }
    certificates.onReady = { [weak self] in self?.listen() }
    if before?.security != files || certificates.credentials == nil {
      certificates.use(files, retry: Self.retryInterval)
    } else {
      listen()
    }
  }

  /// Takes over certificates that have been renewed.
  public func rereadCertificates() {
    if configuration?.security != nil { certificates.reread() }
  }

  /// Ends, with all connections. Done when the port is free, and nothing works for its connections any more, unless that
  /// takes longer.
  /// - Parameter patience: how long that may take.
  public func stop(within patience: TimeAmount = HTTPServer.patience) -> EventLoopFuture<Void> {
    onEvent = nil
    use(nil)
    table.closeAll(of: self)
    return giveUp().and(tasks.end(within: patience, on: eventLoop)).map { _ in }
  }

  /// A client has not come past the door.
  func refused(_ peer: String, _ why: String) { onEvent?(.refused(peer, why)) }

  // MARK: - Listening

  private func listen() {
    guard let wanted = configuration, !isBinding, retry == nil else { return }
    if let held = listener?.wanted, held == (wanted.host, wanted.port) { return }
    isBinding = true
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    do {
      guard (0...65_535).contains(wanted.port) else { throw ChannelError.operationUnsupported }
      let address = try SocketAddress(ipAddress: wanted.host, port: wanted.port)
      // The same port at another address is in its own way.
      let vacated = boundPort == wanted.port ? giveUp() : eventLoop.makeSucceededVoidFuture()
      vacated.assumeIsolated().flatMap { this.value.bind(address) }
        .whenComplete { this.value.bindEnded($0, wanted) }
    } catch {
      isBinding = false
      failed(error, wanted)
    }
  }

  private func bind(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    let pace = table.limits.acceptPace
    return ServerBootstrap(group: eventLoop, childGroup: eventLoop)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPace(pace))
        }
      }
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try this.value.setUp(channel) }
      }
      .bind(to: address)
  }

  private func bindEnded(_ result: Result<any Channel, any Error>, _ wanted: Configuration) {
    isBinding = false
    switch result {
    case .failure(let error): failed(error, wanted)
    case .success(let channel):
      // It may be wanted elsewhere by now.
      guard wanted == configuration else {
        channel.close(promise: nil)
        return listen()
      }
      giveUp().whenComplete { _ in }
      listener = (channel, (wanted.host, wanted.port))
      boundPort = channel.localAddress?.port
      onEvent?(.listening(host: wanted.host, port: boundPort ?? wanted.port))
      let this = NIOLoopBound(self, eventLoop: eventLoop)
      channel.closeFuture.assumeIsolated().whenComplete { _ in
        if this.value.listener?.channel === channel { this.value.lost() }
      }
    }
  }

  private func giveUp() -> EventLoopFuture<Void> {
    let channel = listener?.channel
    listener = nil
    boundPort = nil
    return channel?.close().recover { _ in } ?? eventLoop.makeSucceededVoidFuture()
  }

  private func failed(_ error: any Error, _ wanted: Configuration) {
    guard wanted == configuration else { return listen() }
    onEvent?(.cannotListen(ListenProblem.words(error, host: wanted.host, port: wanted.port)))
    retryLater()
  }

  /// Also when the system took the port away, for example with its interface.
  private func lost() {
    listener = nil
    boundPort = nil
    retryLater()
  }

  private func retryLater() {
    guard configuration != nil, retry == nil else { return }
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    retry = eventLoop.scheduleTask(in: Self.retryInterval) {
      this.value.retry = nil
      this.value.listen()
    }
  }

  // MARK: - Connections

  private func setUp(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    var tls: NIOSSLServerHandler?
    if configuration?.security != nil {
      guard let credentials = certificates.credentials else {
        throw ChannelError.ioOnClosedChannel
      }
      tls = NIOSSLServerHandler(context: credentials.context)
    }
    let connection = RequestGuard(
      channel, self, table, tls: tls, credentials: certificates.credentials)
    if let why = table.admit(connection) {
      refused(connection.peer, why)
      throw ChannelError.ioOnClosedChannel
    }
    let bound = NIOLoopBound((table, connection), eventLoop: eventLoop)
    channel.closeFuture.assumeIsolated().whenComplete { _ in bound.value.0.remove(bound.value.1) }
    if let tls { try pipeline.addHandler(tls) }
    let (http, logger, tasks) = (http, logger, tasks)
    // It is done when this returns, since we are on the connection's own loop.
    http.setup(channel: channel, logger: logger).whenSuccess { value in
      tasks.begin { await http.handle(value: value, logger: logger) }
    }
    let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
    try pipeline.addHandler(connection, position: .after(decoder))
  }
}
