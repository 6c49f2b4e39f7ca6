import Bytes
import Glibc

/// A blocking TCP socket: what a client sends and gets, byte for byte.
public final class RawClient {
  private let descriptor: Int32

  /// Connects to a port on 127.0.0.1.
  /// - Parameter patience: for how many seconds a receive waits at most.
  public init(port: Int, receiveBuffer: Int32? = nil, patience: Int = 20) throws {
    // No program that another test starts has it, too.
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var timeout = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(what: "connect", code: errno) }
  }

  deinit { close(descriptor) }

  /// What the system refused.
  public struct Failure: Error {
    /// The call.
    public let what: String
    /// The error number.
    public let code: Int32
  }

  /// Sends bytes given as hexadecimal text.
  public func send(_ hex: String) throws { try send(Hex.decode(hex)) }

  /// Sends bytes.
  public func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(what: "send", code: errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// Sends what can be sent at once; how much that was, or nil when the connection is broken.
  public func sendWithoutWaiting(_ bytes: [UInt8]) -> Int? {
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
    if count >= 0 { return count }
    return errno == EAGAIN ? 0 : nil
  }

  /// Says that nothing more will be sent; answers can still be received.
  public func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Exactly so many bytes, fewer when the connection ends or nothing comes.
  public func receive(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      let piece = receiveOnce(count - bytes.count)
      guard !piece.isEmpty else { break }
      bytes += piece
    }
    return bytes
  }

  /// What one receive brings; empty when the connection has ended or nothing came in time.
  public func receiveOnce(_ limit: Int) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = recv(descriptor, &buffer, limit, 0)
    return Array(buffer.prefix(max(count, 0)))
  }

  /// What comes until a text has come, or nothing more does.
  public func receive(until end: String, atOnce limit: Int = 4096) -> String {
    var text = ""
    while !text.contains(end) {
      let piece = receiveOnce(limit)
      guard !piece.isEmpty else { break }
      text += String(decoding: piece, as: UTF8.self)
    }
    return text
  }

  /// Sends the same again and again, every 10 ms, as slow clients do.
  /// - Returns: whether that went on for as many times, since nobody has closed the connection.
  public func drips(_ bytes: [UInt8], times: Int) -> Bool {
    for _ in 0..<times {
      guard sendWithoutWaiting(bytes) != nil else { return false }
      usleep(10_000)
    }
    return true
  }

  /// True when the server has closed the connection (within its patience).
  public var isClosedByServer: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, 0)
    return count == 0 || (count < 0 && errno == ECONNRESET)
  }

  /// Sends a request and receives one answer, both in hexadecimal.
  public func exchange(_ hex: String) throws -> String {
    try send(hex)
    return answer()
  }

  /// One answer by its own length field.
  public func answer() -> String {
    let head = receive(6)
    guard let length = head.last else { return "" }
    return Hex.encode(head + receive(Int(length)))
  }
}
