import NIOCore

/// What clients of the web page may cost. None of it concerns people with a browser; all of it those who mean harm.
public struct HTTPLimits: Sendable {
  /// The most connections; the one that has been idle longest gives way to a new one.
  public var connections = 64
  /// How many of them from one address.
  public var ofOneAddress = 16
  /// How many new connections are made.
  public struct Pace: Hashable, Sendable {
    /// So many a second in the long run.
    public var perSecond: Int
    /// So many at once behind a rest.
    public var atOnce: Int

    /// Both.
    public init(perSecond: Int, atOnce: Int) {
      self.perSecond = perSecond
      self.atOnce = atOnce
    }
  }

  /// How many new connections are let in, of all addresses.
  public var pace = Pace(perSecond: 40, atOnce: 160)
  /// How many of them from one address.
  public var paceOfOne = Pace(perSecond: 10, atOnce: 64)
  /// How many are taken from the system, those that are refused included.
  public var acceptPace = Pace(perSecond: 200, atOnce: 400)
  /// How long the first request may take to its last header, the handshake of TLS included.
  public var head = TimeAmount.seconds(10)
  /// How long a connection may be without a request, the head of the next one included.
  public var idle = TimeAmount.seconds(30)
  /// How long a body may take, whatever it brings.
  public var bodyGrace = TimeAmount.seconds(20)
  /// How many bytes a second a body has to bring behind that.
  public var bodyRate = 1024
  /// How long a body may take at the most.
  public var bodyTotal = TimeAmount.seconds(300)
  /// Behind which time a client that the server waits for, in the middle of a body or of a response, gives way where
  /// there are as many connections as there can be.
  public var yield = TimeAmount.seconds(5)
  /// How long a client may take nothing of its response.
  public var unread = TimeAmount.seconds(60)
  /// How long a client that was refused, or has its response before its body was there, may still send, so that it gets
  /// to know why. It gives way to others at once.
  public var linger = TimeAmount.seconds(15)
  /// How long it may send nothing in that time.
  public var lingerPause = TimeAmount.seconds(2)
  /// How many bytes it may send in that time.
  public var lingerBytes = 64 << 20
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
