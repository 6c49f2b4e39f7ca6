import Glibc

/// Where the server under test listens.
struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  let host: String
  let port: UInt16

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// - Parameter text: `HOST:PORT`; nil when it is something else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      colon != text.startIndex
    else { return nil }
    self.init(host: String(text[..<colon]), port: port)
  }

  var description: String { "\(host):\(port)" }

  /// A connected socket without delay for small segments.
  func connect(timeout: Double, receiveBuffer: Int32?) throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let address = list?.pointee else {
      throw Failure("a connection to \(self)", "no such host")
    }
    defer { freeaddrinfo(list) }
    let descriptor = socket(address.ai_family, address.ai_socktype, 0)
    guard descriptor >= 0 else { throw Failure("a socket", String(cString: strerror(errno))) }
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    // Bounds connect as well.
    var limit = timeval(tv_sec: max(1, Int(timeout.rounded(.up))), tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
    if var receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4) }
    guard Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw Failure("a connection to \(self)", reason)
    }
    return descriptor
  }
}

/// Time since some moment, in seconds.
enum Clock {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  static func sleep(_ seconds: Double) {
    guard seconds > 0 else { return }
    usleep(UInt32((seconds * 1e6).rounded()))
  }
}
