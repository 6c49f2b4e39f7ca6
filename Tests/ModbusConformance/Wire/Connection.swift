import Glibc

/// A TCP connection to the server under test: blocking, with a time limit on everything.
final class Connection {
  /// What came of waiting for an answer.
  enum Outcome: Equatable {
    case answer(Answer)
    /// The server has closed the connection.
    case closed
    /// Nothing, or less than a frame, within the time limit.
    case silence
    /// Bytes that are no Modbus answer.
    case garbage([UInt8])
  }

  private let descriptor: Int32
  private let timeout: Double
  private var received: [UInt8] = []
  private var transaction: UInt16 = 0

  /// Connects.
  /// - Parameters:
  ///   - timeout: seconds that an answer may take.
  ///   - receiveBuffer: bytes that the kernel keeps for us; small ones make us a bad reader.
  init(_ endpoint: Endpoint, timeout: Double = 2, receiveBuffer: Int32? = nil) throws {
    self.timeout = timeout
    descriptor = try endpoint.connect(timeout: timeout, receiveBuffer: receiveBuffer)
  }

  deinit { close(descriptor) }

  /// The next transaction identifier of this connection.
  func nextTransaction() -> UInt16 {
    transaction &+= 1
    return transaction
  }

  // MARK: Sending

  /// Sends all bytes.
  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    let end = Clock.now + timeout
    while !rest.isEmpty {
      let count = sendWithoutWaiting(rest)
      guard let count else { throw Failure("the server takes what is sent", "it has closed") }
      rest = rest.dropFirst(count)
      guard rest.isEmpty || wait(for: POLLOUT, until: end) else {
        throw Failure("the server takes what is sent", "it does not read")
      }
    }
  }

  /// Sends what can be sent at once.
  /// - Returns: how much that was; nil when the connection is broken.
  func sendWithoutWaiting(_ bytes: ArraySlice<UInt8>) -> Int? {
    let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
    let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
    if count >= 0 { return count }
    return errno == EAGAIN ? 0 : nil
  }

  /// Closes it so that the server gets a reset instead of an end when it is released.
  func resetWhenReleased() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
  }

  // MARK: Receiving

  /// The next answer.
  /// - Parameter limit: seconds to wait for it; nil: as for every answer.
  func next(within limit: Double? = nil) -> Outcome {
    let end = Clock.now + (limit ?? timeout)
    while true {
      switch Answer.decode(received) {
      case .answer(let answer, let count):
        received.removeFirst(count)
        return .answer(answer)
      case .garbage: return .garbage(received)
      case .needMore: break
      }
      guard wait(for: POLLIN, until: end) else { return .silence }
      guard receiveOnce() > 0 else { return .closed }
    }
  }

  /// Whether the server closes the connection without another byte.
  func isClosed(within limit: Double? = nil) -> Bool { next(within: limit) == .closed }

  /// Whether the connection is closed by now, without waiting.
  var isClosedNow: Bool { next(within: 0) == .closed }

  private func receiveOnce() -> Int {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    if count < 0, errno == EAGAIN { return 1 }
    received += buffer.prefix(max(count, 0))
    return count
  }

  /// How many segments with data the server has sent so far; nil when this system does not tell.
  var dataSegments: UInt32? {
    // tcpi_data_segs_in of Linux, which the C library's declaration does not have yet.
    let offset = 152
    var info = [UInt8](repeating: 0, count: 256)
    var length = socklen_t(info.count)
    guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0,
      Int(length) >= offset + 4
    else { return nil }
    return info.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
  }

  private func wait(for events: Int32, until end: Double) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    let left = max(0, end - Clock.now) * 1000
    return poll(&entry, 1, Int32(left.rounded(.up))) > 0
  }
}
