import NIOCore

/// What clients of the web page may cost. None of it concerns people with a browser; all of it those who mean harm.
public struct HTTPLimits: Sendable {
  /// The most connections; the one that has been idle longest gives way to a new one.
  public var connections = 64
  /// How many of them from one address.
  public var ofOneAddress = 16
  /// How long the first request may take to its last header, the handshake of TLS included.
  public var head = TimeAmount.seconds(10)
  /// How long a connection may be without a request, the head of the next one included.
  public var idle = TimeAmount.seconds(30)
  /// How long a body may take, whatever it brings.
  public var bodyGrace = TimeAmount.seconds(20)
  /// How many bytes a second a body has to bring behind that.
  public var bodyRate = 1024
  /// How long a client may take nothing of its response.
  public var unread = TimeAmount.seconds(60)
  /// How long a client that was refused may still send, so that it gets to know why.
  public var linger = TimeAmount.seconds(2)
  /// How often all that is looked at.
  public var tick = TimeAmount.seconds(1)
  /// The most bytes of the headers of a request.
  public var headBytes = 16 * 1024
  /// The most headers of a request.
  public var headFields = 100
  /// The most bytes of the body of a request, by its path.
  public var body: @Sendable (String) -> Int = { _ in HTTPLimits.usualBody }

  /// The most bytes of the body of a request that is none of the exceptions.
  public static let usualBody = 64 * 1024

  /// The usual ones.
  public init() {}
}
