import CDatagram
import Modbus
import NIOCore
import NIOPosix
import Time

/// Modbus UDP: one datagram is one MBAP frame. What is anything else is counted and gets no answer, and a
/// request gets one at most, so that nobody can have others flooded with more than one answer a request.
final class DatagramServer {
  /// What has gone over all ports so far.
  private(set) var traffic = TrafficCounter()
  /// Datagrams that were no request, and answers that the system did not take.
  private(set) var ignored = 0

  private let source: RegisterSource
  private var output = ByteBuffer()

  /// Longer than a frame, so that a datagram that is too long is seen to be so.
  private static let readSize = 512
  /// Between two turns of others.
  private static let datagramsPerTurn: UInt = 16

  init(_ source: RegisterSource) { self.source = source }

  /// Binds a socket that hands its datagrams to this server.
  func bind(to address: SocketAddress, on loop: any EventLoop) -> EventLoopFuture<any Channel> {
    let bound = NIOLoopBound(self, eventLoop: loop)
    return DatagramBootstrap(group: loop)
      // An answer comes from the address to which the request went.
      .channelOption(.receivePacketInfo, value: true)
      .channelOption(.maxMessagesPerRead, value: Self.datagramsPerTurn)
      .channelOption(
        .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.readSize)
      )
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Inlet(bound.value))
        }
      }
      .bind(to: address)
  }

  /// Answers a datagram.
  func take(_ datagram: AddressedEnvelope<ByteBuffer>, context: ChannelHandlerContext) {
    traffic.noteReceived(datagram.data.readableBytes)
    guard
      case .request(let request, let count) = datagram.data.withUnsafeReadableBytes(MBAP.decode),
      count == datagram.data.readableBytes, request.pdu.function.canBeAsked
    else {
      // Answers look like requests: two servers would answer each other's for ever.
      ignored &+= 1
      return
    }
    let now = source.clock()
    let exception = source.answer(request, at: now, to: &output)
    traffic.noteRequest(exception, of: request.pdu, at: now.wall)
    guard send(to: datagram, context: context) else {
      ignored &+= 1
      return
    }
    traffic.noteSent(output.readableBytes)
  }

  /// Sends the answer at once or never: a client repeats its request, and waiting answers would fill the
  /// memory.
  private func send(
    to datagram: AddressedEnvelope<ByteBuffer>, context: ChannelHandlerContext
  ) -> Bool {
    let code = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { socket in
      output.withUnsafeReadableBytes { bytes in
        datagram.remoteAddress.withSockAddr { to, size in
          guard let info = datagram.metadata?.packetInfo else {
            return datagram_send(socket, bytes.baseAddress, bytes.count, to, size, nil, 0)
          }
          return info.destinationAddress.withSockAddr { from, _ in
            datagram_send(
              socket, bytes.baseAddress, bytes.count, to, size, from,
              UInt32(clamping: info.interfaceIndex))
          }
        }
      }
    }
    return code == 0
  }

  /// A handler belongs to one channel, and two ports may be open for a moment.
  private final class Inlet: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    private let server: DatagramServer

    init(_ server: DatagramServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      server.take(unwrapInboundIn(data), context: context)
    }

    /// Such as a port that a client has closed meanwhile: the socket goes on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
  }
}
