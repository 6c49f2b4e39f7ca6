import Glibc
import NIOCore
import Transport

/// Why a port cannot be had, and what is missing.
enum ListenProblem {
  /// The highest port that needs a privilege.
  private static let lastPrivilegedPort = 1023

  /// In words.
  static func words(_ error: any Error, host: String, port: Int) -> String {
    guard (0...65_535).contains(port) else { return "a port is a number of 0–65535" }
    if error is SocketAddressError { return "'\(host)' is no IPv4 or IPv6 address" }
    switch (error as? IOError)?.errnoCode {
    case EACCES where port <= lastPrivilegedPort:
      return
        "ports below 1024 need the capability CAP_NET_BIND_SERVICE; grant it, or take a port from 1024 on"
    case EADDRINUSE:
      return
        "another program has this port (ss -ltnp 'sport = :\(port)' shows which); stop it, or take another port"
    case EADDRNOTAVAIL: return "this machine does not have the address \(host)"
    default: return error.shortText
    }
  }
}
