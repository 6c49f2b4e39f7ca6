import Glibc
import NIOCore
import NIOPosix

extension ModbusServer {
  /// How sockets of connections are set up.
  /// - Parameters:
  ///   - loop: the loop on which everything is called.
  ///   - makeRoom: closes a connection for one that the system has no descriptor for; false: there is none.
  ///   - setUp: gives a new connection its handlers.
  static func bootstrap(
    on loop: any EventLoop, makeRoom: @escaping () -> Bool,
    _ setUp: @escaping (any Channel) throws -> Void
  ) -> ServerBootstrap {
    let makeRoom = NIOLoopBound(makeRoom, eventLoop: loop)
    let setUp = NIOLoopBound(setUp, eventLoop: loop)
    return vanishedClients(
      ServerBootstrap(group: loop, childGroup: loop)
        .serverChannelOption(.backlog, value: 256)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .serverChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let accepting = AcceptGuard { makeRoom.value() }
            try channel.pipeline.syncOperations.addHandler(accepting)
          }
        }
        .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
        // One read at a time: a client that floods gets no more turns than the others.
        .childChannelOption(.maxMessagesPerRead, value: 1)
        .childChannelOption(
          .recvAllocator,
          value: FixedSizeRecvByteBufferAllocator(capacity: ModbusServerConfiguration.readSize)
        )
        .childChannelOption(
          .writeBufferWaterMark,
          value: ChannelOptions.Types.WriteBufferWaterMark(
            low: ModbusServerConfiguration.pendingOutputLimit / 2,
            high: ModbusServerConfiguration.pendingOutputLimit)
        )
        .childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture { try setUp.value(channel) }
        })
  }

  /// Has the system find out when a client is gone that has not said so.
  private static func vanishedClients(_ bootstrap: ServerBootstrap) -> ServerBootstrap {
    func option(_ name: CInt) -> ChannelOptions.Types.SocketOption {
      ChannelOptions.Types.SocketOption(level: .tcp, name: NIOBSDSocket.Option(rawValue: name))
    }
    return
      bootstrap
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .childChannelOption(option(TCP_KEEPIDLE), value: ModbusServerConfiguration.keepAliveIdle)
      .childChannelOption(option(TCP_KEEPINTVL), value: ModbusServerConfiguration.keepAliveInterval)
      .childChannelOption(option(TCP_KEEPCNT), value: ModbusServerConfiguration.keepAliveCount)
      .childChannelOption(
        option(TCP_USER_TIMEOUT), value: ModbusServerConfiguration.deliveryTimeout)
  }
}
