import Glibc
import NIOCore
import NIOPosix

extension Error {
  /// What a network error means, without the nesting of its types.
  public var shortText: String {
    switch self {
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { $0.error.shortText }
        ?? "the name \(error.host) cannot be resolved"
    case let error as IOError: error.reasonText
    case let error as SocketAddressError.UnknownHost:
      "the name \(error.host) cannot be resolved"
    case let error as ChannelError:
      if case .connectTimeout = error { "no answer to the connection attempt" } else { "\(error)" }
    default: "\(self)"
    }
  }
}

extension IOError {
  fileprivate var reasonText: String {
    switch errnoCode {
    case ECONNREFUSED: "connection refused"
    case EHOSTUNREACH: "no route to the host"
    case ENETUNREACH: "the network cannot be reached"
    case ETIMEDOUT: "no answer"
    case ECONNRESET: "the connection was reset"
    case EADDRINUSE: "the port is taken"
    case EACCES: "not permitted"
    default: description
    }
  }
}
