import NIOCore
import Transport

/// Who has a transparent port.
final class GuestClient {
  /// Address and port.
  let name: String
  /// When it sent something, or came.
  var lastHeard = NIODeadline.now()

  private let channel: any Channel
  /// Where datagrams go; nil: the channel is its own.
  private let address: SocketAddress?

  /// - Parameters:
  ///   - channel: of its own, or the one of all datagrams.
  ///   - address: where datagrams go; nil: the channel is its own.
  init(_ channel: any Channel, datagramsTo address: SocketAddress? = nil) {
    self.channel = channel
    self.address = address
    name = (address ?? channel.remoteAddress).map(Self.name) ?? "unknown"
  }

  private static func name(_ address: SocketAddress) -> String {
    let host = address.ipAddress ?? "unknown"
    return "\(host.contains(":") ? "[\(host)]" : host):\(address.port ?? 0)"
  }

  /// False: it takes no bytes any more.
  func send(_ packet: [UInt8]) -> Bool {
    let buffer = channel.allocator.buffer(bytes: packet)
    if let address {
      channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: buffer), promise: nil)
      return true
    }
    channel.writeAndFlush(buffer, promise: nil)
    return channel.isWritable
  }

  /// The channel of all datagrams stays open.
  func close() {
    if address == nil { channel.close(promise: nil) }
  }

  /// Programs that send a datagram may use another port each time.
  func isSameMachine(as other: GuestClient) -> Bool {
    guard let mine = address?.ipAddress else { return false }
    return mine == other.address?.ipAddress
  }

  /// Whether a datagram from there is its.
  func isAt(_ address: SocketAddress) -> Bool { self.address == address }
}

/// A connection to a transparent port.
final class StreamGuest: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let port: TransparentPort
  private var client: GuestClient?
  private var error: (any Error)?

  init(_ port: TransparentPort) { self.port = port }

  func channelActive(context: ChannelHandlerContext) {
    let client = GuestClient(context.channel)
    guard port.arrived(client) else { return context.close(promise: nil) }
    self.client = client
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let client else { return }
    port.received(Array(unwrapInboundIn(data).readableBytesView), from: client)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard let client else { return }
    port.left(client, (error as? IOError)?.shortText ?? "it has hung up")
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.error = error
    context.close(promise: nil)
  }
}

/// The datagrams that come to a transparent port.
final class DatagramGuests: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>
  private let port: TransparentPort
  private var client: GuestClient?

  init(_ port: TransparentPort) { self.port = port }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let datagram = unwrapInboundIn(data)
    if client?.isAt(datagram.remoteAddress) != true {
      let newcomer = GuestClient(context.channel, datagramsTo: datagram.remoteAddress)
      guard port.arrived(newcomer) else { return }
      client = newcomer
    }
    if let client { port.received(Array(datagram.data.readableBytesView), from: client) }
  }

  /// Such as a port that a client has closed meanwhile: the socket goes on.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
