import Certificates
import NIOCore
import NIOPosix
import NIOSSL
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
    /// The files of TLS; nil: without. Of no matter for datagrams.
    public var security: TLSServerFiles?

    /// All parts.
    public init(transport: Transport, host: String, port: Int, clientTimeout: Span) {
      self.transport = transport
      self.host = host
      self.port = port
      self.clientTimeout = clientTimeout
    }
  }

  /// What it reports.
  public enum Event: Equatable, Sendable {
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
    /// A client was refused before it could ask for the port: who, and why.
    case unsafe(String, String)
    /// What became of the files of TLS.
    case certificates(CertificateEvent)
    /// Bytes for the line.
    case received([UInt8])
  }

  /// Between two attempts to listen.
  public static let retryInterval = TimeAmount.seconds(5)
  /// What waits at most for a client that takes nothing. The longest answer has 261 bytes.
  static let pendingLimit = 4096
  /// How many clients may be within the handshake of TLS.
  static let handshakeLimit = 32
  /// How many of them from one machine.
  static let handshakesOfOne = 4

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
  private let certificates: CertificateKeeper
  /// How many clients are within the handshake, by address.
  private var handshakes: [String: Int] = [:]
  private var isBinding = false

  /// - Parameters:
  ///   - configuration: where it listens, and for whom.
  ///   - eventLoop: the loop that it is confined to.
  public init(_ configuration: Configuration, on eventLoop: any EventLoop) {
    self.configuration = configuration
    self.eventLoop = eventLoop
    certificates = CertificateKeeper(on: eventLoop)
  }

  /// Who has it, as address and port; nil: nobody.
  public var clientName: String? { client?.name }

  /// Listens, and keeps trying while the port cannot be had.
  public func start() {
    guard let files = configuration.security else { return listen() }
    certificates.onEvent = { [weak self] event in self?.onEvent?(.certificates(event)) }
    certificates.onReady = { [weak self] in
      guard let self, retry == nil else { return }
      listen()
    }
    certificates.use(files, retry: Self.retryInterval)
  }

  /// Takes over certificates that have been renewed.
  public func rereadCertificates() { certificates.reread() }

  /// Ends; a client is dropped without an event. Done when the port is free.
  public func stop() -> EventLoopFuture<Void> {
    isStopped = true
    onEvent = nil
    retry?.cancel()
    certificates.release()
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
    guard !isStopped, !isBinding, listener == nil else { return }
    isBinding = true
    let this = NIOLoopBound(self, eventLoop: eventLoop)
    do {
      let address = try SocketAddress(ipAddress: configuration.host, port: configuration.port)
      bind(address).assumeIsolated().whenComplete { this.value.listenEnded($0) }
    } catch {
      isBinding = false
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
            try this.value.setUp(channel)
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

  private func setUp(_ channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    guard configuration.security != nil else { return try pipeline.addHandler(StreamGuest(self)) }
    guard let credentials = certificates.credentials else { throw ChannelError.ioOnClosedChannel }
    let tls = NIOSSLServerHandler(context: credentials.context)
    try pipeline.addHandlers(tls, GuestGate(self, tls, credentials))
  }

  private func listenEnded(_ result: Result<any Channel, any Error>) {
    isBinding = false
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
    retry = eventLoop.scheduleTask(in: Self.retryInterval) {
      this.value.retry = nil
      this.value.listen()
    }
  }

  // MARK: - Clients

  /// Whether one more client of this address may begin a handshake.
  func mayShake(_ host: String) -> Bool {
    guard !isStopped, handshakes.values.reduce(0, +) < Self.handshakeLimit,
      handshakes[host, default: 0] < Self.handshakesOfOne
    else { return false }
    handshakes[host, default: 0] += 1
    return true
  }

  /// A handshake of this address has ended.
  func hasShaken(_ host: String) {
    let rest = (handshakes[host] ?? 0) - 1
    handshakes[host] = rest > 0 ? rest : nil
  }

  /// A client has not come past the handshake.
  func refused(_ client: String, _ why: String) { onEvent?(.unsafe(client, why)) }

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
