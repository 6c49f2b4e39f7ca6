import Certificates
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import Settings

/// Stands in a connection behind the decoder of HTTP, and ends it when the client is too slow, or sends too much.
final class RequestGuard: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// The body that is coming in.
  private struct Body {
    let since: NIODeadline
    let limit: Int
    var bytes = 0
  }

  /// The other end's address.
  let peer: String
  /// What stands for all addresses that the other end can take.
  let client: String
  /// The port that it came to.
  private(set) weak var server: HTTPServer?
  private let table: ConnectionTable
  private let channel: any Channel
  private let tls: NIOSSLServerHandler?
  private let credentials: TLSCredentials?

  private var isShaken: Bool
  private var hadRequest = false
  /// Requests that have no whole response yet.
  private var open = 0
  private var body: Body?
  private var isAnswering = false
  private var endsAfterResponse = false
  /// Since when there is a response to a request whose body has not ended; nil: there is none.
  private var answeredEarly: NIODeadline?
  /// What has come since then, or since it was refused, which nobody wants: how many bytes, and when the last ones.
  private var unwanted: (bytes: Int, last: NIODeadline) = (0, .now())
  private var waiting = NIODeadline.now()
  private var unwritable: NIODeadline?
  /// Since when it is only let finish; nil: it is not refused.
  private var refused: NIODeadline?
  /// What the decoder has refused.
  private var malformed: MalformedRequest?

  private var limits: HTTPLimits { table.limits }

  init(
    _ channel: any Channel, _ server: HTTPServer, _ table: ConnectionTable,
    tls: NIOSSLServerHandler?, credentials: TLSCredentials?
  ) {
    self.channel = channel
    self.server = server
    self.table = table
    self.tls = tls
    self.credentials = credentials
    peer = channel.remoteAddress?.ipAddress ?? ""
    client = IPAddress.client(of: peer)
    isShaken = tls == nil
  }

  /// Since when it has nothing to do; nil: it is busy.
  var idleSince: NIODeadline? { lingering ?? (open == 0 && body == nil ? waiting : nil) }

  /// Since when it keeps us waiting for the rest of a body, or for taking its response; nil: it does not.
  var awaitedSince: NIODeadline? { unwritable ?? body?.since }

  /// Since when it is only there to send what nobody wants, and to get its answer; nil: it is not.
  private var lingering: NIODeadline? { refused ?? answeredEarly }

  /// Ends the connection.
  func close() { channel.close(promise: nil) }

  /// Ends it if it is over its time.
  func look(at now: NIODeadline) {
    if let lingering {
      let isOver = now - lingering >= limits.linger || now - unwanted.last >= limits.lingerPause
      return isOver ? close() : ()
    }
    if let unwritable, now - unwritable >= limits.unread { return close() }
    if let body {
      if now - body.since >= limits.bodyTotal { return close() }
      let late = (now - body.since - limits.bodyGrace).nanoseconds
      let wanted = late / 1_000_000_000 * Int64(limits.bodyRate)
      if late > 0, Int64(body.bytes) < wanted || body.bytes == 0 { close() }
      return
    }
    if open == 0, now - waiting >= (hadRequest ? limits.idle : limits.head) { close() }
  }

  // MARK: - What comes in

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = unwrapInboundIn(data)
    guard !isUnwanted(part) else { return }
    switch part {
    case .head(let head): began(head, context)
    case .body(let bytes): body?.bytes += bytes.readableBytes
    case .end:
      body = nil
      answeredEarly = nil
      if endsAfterResponse, open == 0 { return close() }
    }
    if let body, body.bytes > body.limit { return refuse(context, limit: body.limit) }
    if refused == nil { context.fireChannelRead(data) }
  }

  /// Whether somebody still sends who has the answer. That is read and goes nowhere, within limits: most programs look for
  /// an answer only when they have sent all, and never see it when the connection is closed before.
  private func isUnwanted(_ part: HTTPServerRequestPart) -> Bool {
    guard lingering != nil else { return false }
    // The end of a body that was answered early lets the next request come.
    guard case .body(let bytes) = part else { return refused != nil }
    unwanted.bytes += bytes.readableBytes
    unwanted.last = .now()
    if unwanted.bytes > limits.lingerBytes { close() }
    return true
  }

  private func began(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
    hadRequest = true
    open += 1
    let path = head.uri.prefix { $0 != "?" }
    let limit = limits.body(String(path))
    body = Body(since: .now(), limit: limit)
    if head.version.major == 1, head.version.minor == 0, !head.isKeepAlive {
      endsAfterResponse = true
    }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    guard length <= limit else { return refuse(context, limit: limit) }
    if head.headers.first(name: "expect")?.lowercased() == "100-continue", open == 1 {
      let interim = HTTPResponseHead(version: .http1_1, status: .continue)
      context.writeAndFlush(wrapOutboundOut(.head(interim)), promise: nil)
    }
  }

  /// Says that the body is too long, and reads no more of it.
  private func refuse(_ context: ChannelHandlerContext, limit: Int) {
    refused = .now()
    unwanted = (0, .now())
    body = nil
    guard open == 1, !isAnswering else { return close() }
    write(
      .payloadTooLarge,
      "the body has more than \(limit) bytes, which is the most that is taken here",
      context)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.close(mode: .output, promise: nil)
  }

  /// Head and body of the last response of the connection, as the API has its errors.
  private func write(
    _ status: HTTPResponseStatus, _ error: String, _ context: ChannelHandlerContext
  ) {
    // The texts are ours, and have nothing in them that JSON writes otherwise.
    let text = "{\"error\":\"\(error)\"}"
    var headers: HTTPHeaders = [
      "content-type": "application/json; charset=utf-8", "content-length": "\(text.utf8.count)",
      "connection": "close", "server": HTTPServer.name,
    ]
    if let date = HTTPDate.text(HTTPServer.unixTime) { headers.add(name: "date", value: date) }
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
  }

  // MARK: - What goes out

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard refused == nil else {
      promise?.fail(ChannelError.outputClosed)
      return
    }
    switch unwrapOutboundIn(data) {
    case .head(let head) where malformed != nil && Self.isBare(head):
      if let malformed { write(malformed.status, malformed.text, context) }
      malformed = nil
      promise?.succeed()
      return
    case .head(let head) where head.status.code >= 200: isAnswering = true
    case .head, .body: break
    case .end:
      isAnswering = false
      // The response is over when the client has taken all of it.
      let written = promise ?? context.eventLoop.makePromise()
      let this = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      written.futureResult.whenComplete { _ in this.value.0.answered(this.value.1) }
      return context.write(data, promise: written)
    }
    context.write(data, promise: promise)
  }

  private func answered(_ context: ChannelHandlerContext) {
    open = max(0, open - 1)
    guard open == 0 else { return }
    waiting = .now()
    guard body != nil else { return endsAfterResponse ? close() : () }
    answeredEarly = .now()
    unwanted = (0, .now())
    context.read()
  }

  /// Whether it is what Hummingbird answers to a request that the decoder refuses: nothing but the status.
  private static func isBare(_ head: HTTPResponseHead) -> Bool {
    head.status == .badRequest && head.headers["content-length"] == ["0"]
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    unwritable = context.channel.isWritable ? nil : .now()
    context.fireChannelWritabilityChanged()
  }

  // MARK: - Beginning and end

  /// What a client that has its answer still sends is read at once: nobody behind us asks for it.
  func channelReadComplete(context: ChannelHandlerContext) {
    if lingering != nil { context.read() }
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if !isShaken {
      isShaken = true
      server?.refused(peer, TLSErrorText.reason(error))
      return close()
    }
    if let error = error as? HTTPParserError { malformed = MalformedRequest(error, limits) }
    context.fireErrorCaught(error)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent {
      isShaken = true
      if let why = whyExpired {
        server?.refused(peer, why)
        return close()
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// A session of TLS that is taken up again shows the certificate from before.
  private var whyExpired: String? {
    guard let shown = tls?.peerCertificate.flatMap(PeerCertificate.init) else { return nil }
    let now = HTTPServer.unixTime
    if shown.notAfter.unixSeconds < now {
      return "its certificate has expired on \(shown.notAfter)"
    }
    return credentials?.expiredIssuer(of: shown, now: now).map {
      "the authority of its certificate has expired on \($0)"
    }
  }
}
