import Hummingbird
import NIOCore
import Sessions

/// What belongs to one request.
public struct WebContext: RequestContext {
  /// What Hummingbird keeps of it.
  public var coreContext: CoreRequestContextStorage
  /// Who asks; nil until that is known.
  public var caller: Caller?
  /// The session of the page that it belongs to; nil: a machine, or nobody is logged in.
  public var session: Session?
  /// It has come by HTTPS.
  public var isSecure = false
  /// The other end, as `192.168.1.7`; nil: not known.
  public let peer: String?
  /// The connection.
  let channel: any Channel

  /// From a connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress
    channel = source.channel
  }

  /// Who asks.
  /// - Throws: 401 when nobody has logged in.
  func known() throws(APIError) -> Caller {
    guard let caller else { throw APIError(.unauthorized, "nobody is logged in") }
    return caller
  }
}
