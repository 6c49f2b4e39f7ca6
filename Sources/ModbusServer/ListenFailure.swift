import Glibc
import NIOCore

/// Why the server could not get its port, and what is missing.
public struct ListenFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What cannot be served.
  public let transport: ModbusTransport
  /// The address as configured.
  public let host: String
  /// The port as configured.
  public let port: Int
  /// What the system says, and what to do about it.
  public let reason: String

  /// - Parameter error: what listening failed with.
  init(_ transport: ModbusTransport = .tcp, host: String, port: Int, error: any Error) {
    self.transport = transport
    self.host = host
    self.port = port
    reason = Self.reason(transport, host: host, port: port, error: error)
  }

  /// Which port, and what is missing.
  public var description: String {
    "\(transport) cannot listen on \(Self.endpoint(host, port)): \(reason)"
  }

  /// The highest port that needs a privilege.
  private static let lastPrivilegedPort = 1023

  private static func reason(
    _ transport: ModbusTransport, host: String, port: Int, error: any Error
  ) -> String {
    guard (0...65_535).contains(port) else { return "a port is a number of 0–65535" }
    if error is SocketAddressError { return "'\(host)' is no IPv4 or IPv6 address" }
    guard let failure = error as? IOError else { return "\(error)" }
    switch failure.errnoCode {
    case EACCES where port <= lastPrivilegedPort:
      return """
        ports below 1024 need the capability CAP_NET_BIND_SERVICE; \
        grant it, or set \(transport.portKey) to 1024 or above
        """
    case EADDRINUSE:
      return """
        another program has this port (ss \(transport.lookUp) 'sport = :\(port)' shows which); \
        stop it, or change \(transport.portKey)
        """
    case EADDRNOTAVAIL: return "this machine does not have the address \(host)"
    default: return failure.description
    }
  }

  static func endpoint(_ host: String, _ port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
