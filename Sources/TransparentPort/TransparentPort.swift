import NIOCore
import NIOPosix
import Time
import Transport

/// The network port by which an outside master has a line (MUC500 manual 1.1, ch. 5.3.4): bytes come and go as
/// they are, for one client at a time. It knows nothing of what they mean, and is confined to one event loop.
public final class TransparentPort {
  /// Where it listens, and for whom.
  public struct Configuration: Hashable, Sendable {
    /// How clients come.
    public enum Transport: String, Hashable, Sendable {
      /// Connections; bytes in any pieces.
      case tcp = "TCP"
      /// A datagram is a packet, both ways.
      case udp = "UDP"
    }

    /// How clients come.
    public var transport: Transport
    /// The IPv4 or IPv6 address to listen on.
    public var host: String
    /// 1–65535; 0 lets the system choose one.
    public var port: Int
    /// A client that has sent nothing for so long gives way to another one; zero: never.
    public var clientTimeout: Span

    /// All parts.
    public init(transport: Transport, host: String, port: Int, clientTimeout: Span) {
      self.transport = transport
      self.host = host
      self.port = port
      self.clientTimeout = clientTimeout
    }
  }

  /// What it reports.
  public enum Event: Hashable, Sendable {
    /// Clients can come, here.
    case listening(host: String, port: Int)
    /// They cannot: why. It is tried again.
    case cannotListen(String)
    /// A client has the port.
    case connected(String)
    /// Another one wants it: who, and who has it.
    case refused(String, holder: String)
    /// A client has gone, or had to: why.
    case left(String, String)
    /// Bytes for the line.
    case received([UInt8])
  }

  /// Between two attempts to listen.
  public static let retryInterval = TimeAmount.seconds(5)
  /// What waits at most for a client that takes nothing. The longest answer has 261 bytes.
  static let pendingLimit = 4096

  /// Where its events go; set once before `start`.
  public var onEvent: ((Event) -> Void)?
  /// Where it listens, and for whom.
  public let configuration: Configuration
  /// The port that is held; nil: none.
  public private(set) var boundPort: Int?

  private let eventLoop: any EventLoop
  private var listener: (any Channel)?
  private var client: GuestClient?
  private var retry: Scheduled<Void>?
  private var isStopped = false

  /// - Parameters:
  ///   - configuration: where it listens, and for whom.
  ///   - eventLoop: the loop that it is confined to.
  public init(_ configuration: Configuration, on eventLoop: any EventLoop) {
    self.configuration = configuration
    self.eventLoop = eventLoop
  }

  /// Who has it, as address and port; nil: nobody.
  public var clientName: String? { client?.name }

  /// Listens, and keeps trying while the port cannot be had.
  public func start() { listen() }

  /// Ends; a client is dropped without an event. Done when the port is free.
  public func stop() -> EventLoopFuture<Void> {
    isStopped = true
    onEvent = nil
    retry?.cancel()
    drop(nil)
    boundPort = nil
    return listener?.close().recover { _ in } ?? eventLoop.makeSucceededVoidFuture()
  }

  /// Hands a packet to the client; nobody is there: it is lost. A client that takes nothing is dropped.
  public func send(_ packet: [UInt8]) {
    guard let client else { return }
    guard client.send(packet) else {
      return drop("it takes no bytes any more")
    }
  }

  // MARK: - Listening

  private func listen() {
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    do {
      let address = try SocketAddress(ipAddress: configuration.host, port: configuration.port)
      bind(address).assumeIsolated().whenComplete { this.value.listenEnded($0) }
    } catch {
      failed("'\(configuration.host)' is no IPv4 or IPv6 address")
    }
  }

  private func bind(_ address: SocketAddress) -> EventLoopFuture<any Channel> {
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    switch configuration.transport {
    case .tcp:
      return ServerBootstrap(group: eventLoop, childGroup: eventLoop)
        .serverChannelOption(.backlog, value: 8)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
        .childChannelOption(.socketOption(.so_keepalive), value: 1)
        .childChannelOption(
          .writeBufferWaterMark,
          value: .init(low: Self.pendingLimit / 2, high: Self.pendingLimit)
        )
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(StreamGuest(this.value))
          }
        }
        .bind(to: address)
    case .udp:
      return DatagramBootstrap(group: eventLoop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(DatagramGuests(this.value))
          }
        }
        .bind(to: address)
    }
  }

  private func listenEnded(_ result: Result<any Channel, any Error>) {
    switch result {
    case .failure(let error):
      failed((error as? IOError)?.shortText ?? "\(error)")
    case .success(let channel):
      guard !isStopped else { return channel.close(promise: nil) }
      listener = channel
      boundPort = channel.localAddress?.port
      onEvent?(.listening(host: configuration.host, port: boundPort ?? configuration.port))
      let this = NIOLoopBound(self, eventLoop: eventLoop)
      channel.closeFuture.assumeIsolated().whenComplete { _ in this.value.lost() }
    }
  }

  private func failed(_ why: String) {
    guard !isStopped else { return }
    onEvent?(.cannotListen(why))
    retryLater()
  }

  /// Also when the system took the port away, for example with its interface.
  private func lost() {
    listener = nil
    boundPort = nil
    if !isStopped { retryLater() }
  }

  private func retryLater() {
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    retry = eventLoop.scheduleTask(in: Self.retryInterval) { this.value.listen() }
  }

  // MARK: - Clients

  /// A client wants the port. It gets it when nobody has it, when who has it has been silent for too long, or
  /// when it is the same machine that sends datagrams from another port.
  /// - Returns: whether it has the port.
  func arrived(_ newcomer: GuestClient) -> Bool {
    guard !isStopped else { return false }
    if let client {
      guard client !== newcomer else { return true }
      guard gives(way: client, to: newcomer) else {
        onEvent?(.refused(newcomer.name, holder: client.name))
        return false
      }
      drop("another client has taken its place: \(newcomer.name)")
    }
    client = newcomer
    onEvent?(.connected(newcomer.name))
    return true
  }

  private func gives(way holder: GuestClient, to newcomer: GuestClient) -> Bool {
    let limit = configuration.clientTimeout.nanoseconds
    let silence = NIODeadline.now() - holder.lastHeard
    return limit > 0 && silence >= .nanoseconds(limit) || holder.isSameMachine(as: newcomer)
  }

  /// Bytes came from a client.
  func received(_ bytes: [UInt8], from sender: GuestClient) {
    guard sender === client, !bytes.isEmpty else { return }
    sender.lastHeard = .now()
    onEvent?(.received(bytes))
  }

  /// A client has gone by itself.
  func left(_ gone: GuestClient, _ why: String) {
    guard gone === client else { return }
    client = nil
    onEvent?(.left(gone.name, why))
  }

  private func drop(_ why: String?) {
    guard let gone = client else { return }
    client = nil
    if let why { onEvent?(.left(gone.name, why)) }
    gone.close()
  }
}
