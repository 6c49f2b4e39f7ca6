import Hummingbird
import NIOCore
import Sessions
import Settings

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

  /// Whether somebody is still there to get the response.
  let isConnected: @Sendable () -> Bool

  /// From a connection.
  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress
    let channel = source.channel
    self.channel = channel
    // One that never was connected is not left either.
    let wasActive = channel.isActive
    isConnected = { !wasActive || channel.isActive }
  }

  /// Whose an event stream is.
  var streamHolder: StreamTable.Holder {
    StreamTable.Holder(
      session?.id ?? "token \(caller?.name ?? "")", isVisitor: session?.isDefault ?? false,
      from: IPAddress.client(of: peer ?? ""))
  }

  /// Who asks.
  /// - Throws: 401 when nobody has logged in.
  func known() throws(APIError) -> Caller {
    guard var caller else { throw APIError(.unauthorized, "nobody is logged in") }
    caller.peer = peer
    return caller
  }

  /// A whole number in the path.
  /// - Throws: 404 where something else stands.
  func number(_ name: String) throws(APIError) -> Int {
    let text = parameters.get(name) ?? ""
    guard let number = Int(text) else {
      throw APIError(
        .notFound,
        "there is nothing at this path: where \(text.excerpt) stands, a whole number does")
    }
    return number
  }
}
