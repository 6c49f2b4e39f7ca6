import Control
import Logging
import NIOCore
import NIOPosix

/// Answers on the control socket. It is confined to the gateway's event loop. A connection has one request
/// under way at a time; one that says nothing, too much, or does not take its answer, is dropped.
final class ControlServer {
  /// How many connections there can be; further ones are closed at once.
  static let mostConnections = 16
  /// How long a connection may say nothing, and an answer may not be taken.
  static let patience = TimeAmount.seconds(30)

  private let perform: (ControlRequest) -> EventLoopFuture<ControlAnswer>
  private let eventLoop: any EventLoop
  private let logger: Logger
  private var listener: (any Channel)?
  private var connections: [ObjectIdentifier: any Channel] = [:]
  private var isStopped = false

  init(
    eventLoop: any EventLoop, logger: Logger,
    perform: @escaping (ControlRequest) -> EventLoopFuture<ControlAnswer>
  ) {
    self.eventLoop = eventLoop
    self.logger = logger
    self.perform = perform
  }

  /// Listens on a socket that is bound; it belongs to this server from now on.
  func start(_ socket: Int32, path: String) {
    let server = NIOLoopBound(self, eventLoop: eventLoop)
    ServerBootstrap(group: eventLoop)
      // Who shuts its writing side waits for an answer all the same.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try server.value.take(channel) }
      }
      .withBoundSocket(socket)
      .whenComplete { result in server.value.started(result, path) }
  }

  /// Closes everything.
  func stop() {
    isStopped = true
    listener?.close(promise: nil)
    for channel in connections.values { channel.close(promise: nil) }
  }

  private func started(_ result: Result<any Channel, any Error>, _ path: String) {
    switch result {
    case .success(let channel):
      listener = channel
      if isStopped { channel.close(promise: nil) }
    case .failure(let error):
      logger.warning("the control socket \(path) does not listen: \(error)")
    }
  }

  private struct Full: Error {}

  private func take(_ channel: any Channel) throws {
    guard !isStopped, connections.count < Self.mostConnections else { throw Full() }
    let id = ObjectIdentifier(channel)
    connections[id] = channel
    let server = NIOLoopBound(self, eventLoop: eventLoop)
    channel.closeFuture.whenComplete { _ in server.value.connections[id] = nil }
    try channel.pipeline.syncOperations.addHandler(
      ControlConnection(eventLoop: eventLoop, perform: perform))
  }
}

/// One connection: lines come in, lines go out.
private final class ControlConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let perform: (ControlRequest) -> EventLoopFuture<ControlAnswer>
  private let eventLoop: any EventLoop
  private var received: [UInt8] = []
  private var isBusy = false
  /// Nothing more comes in.
  private var hasEnded = false
  private var timer: Scheduled<Void>?

  init(
    eventLoop: any EventLoop, perform: @escaping (ControlRequest) -> EventLoopFuture<ControlAnswer>
  ) {
    self.eventLoop = eventLoop
    self.perform = perform
  }

  func channelActive(context: ChannelHandlerContext) {
    waitFor(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
    next(context)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      hasEnded = true
      // The last line may lack its end.
      if let last = received.last, last != 0x0A { received.append(0x0A) }
      next(context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// Answers the next line, if it is there and the one before has been answered.
  private func next(_ context: ChannelHandlerContext) {
    guard !isBusy, let end = received.firstIndex(of: 0x0A) else {
      if hasEnded, !isBusy { return context.close(promise: nil) }
      if received.count >= ControlRequest.longestLine { refuse(context) }
      return
    }
    guard end < ControlRequest.longestLine else { return refuse(context) }
    let line = Array(received[..<end])
    received.removeFirst(end + 1)
    isBusy = true
    timer?.cancel()
    let (connection, context) = (
      NIOLoopBound(self, eventLoop: eventLoop), NIOLoopBound(context, eventLoop: eventLoop)
    )
    answer(line).whenComplete { result in
      let answer = (try? result.get()) ?? ControlAnswer(error: "the gateway is ending")
      connection.value.send(answer, context.value)
    }
  }

  private func answer(_ line: [UInt8]) -> EventLoopFuture<ControlAnswer> {
    do throws(ControlMistake) {
      return perform(try ControlRequest(line: line))
    } catch {
      return eventLoop.makeSucceededFuture(ControlAnswer(error: error.description))
    }
  }

  private func send(_ answer: ControlAnswer, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    waitFor(context)
    let connection = NIOLoopBound(self, eventLoop: eventLoop)
    let bound = NIOLoopBound(context, eventLoop: eventLoop)
    let buffer = context.channel.allocator.buffer(bytes: ControlLine.encode(answer))
    context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { result in
      guard case .success = result else { return bound.value.close(promise: nil) }
      connection.value.isBusy = false
      connection.value.waitFor(bound.value)
      connection.value.next(bound.value)
    }
  }

  private func refuse(_ context: ChannelHandlerContext) {
    received = []
    isBusy = true
    let answer = ControlAnswer(
      error: "the line is longer than \(ControlRequest.longestLine) bytes; nothing is done")
    let buffer = context.channel.allocator.buffer(bytes: ControlLine.encode(answer))
    let bound = NIOLoopBound(context, eventLoop: eventLoop)
    context.writeAndFlush(wrapOutboundOut(buffer)).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }

  /// Closes the connection unless something happens in time.
  private func waitFor(_ context: ChannelHandlerContext) {
    timer?.cancel()
    let bound = NIOLoopBound(context, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: ControlServer.patience) { bound.value.close(promise: nil) }
  }
}
