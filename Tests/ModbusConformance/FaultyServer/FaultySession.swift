import Glibc
import Synchronization

/// A connection of the faulty server, on a thread of its own.
final class FaultySession: @unchecked Sendable {
  private let descriptor: Int32
  private let server: FaultyServer
  private let responder: FaultyResponder
  private let fault: Fault
  private let idle: Double?
  private let isOpen = Mutex(true)
  private let requestTime: Atomic<UInt64>
  private let opened = Clock.now
  private var lastByte = Clock.now
  private var input: [UInt8] = []
  private var counter: UInt16 = 0

  init(_ descriptor: Int32, _ server: FaultyServer) {
    self.descriptor = descriptor
    self.server = server
    responder = server.responder
    fault = server.fault
    idle = server.subject.idleTimeout
    requestTime = Atomic(Clock.now.bitPattern)
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    var size: Int32 = 8192
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, 4)
  }

  /// When it last had a whole request, or was made.
  var lastRequest: Double { Double(bitPattern: requestTime.load(ordering: .relaxed)) }

  /// Ends it from another thread.
  func end() {
    isOpen.withLock { if $0 { _ = shutdown(descriptor, Int32(SHUT_RDWR)) } }
  }

  /// Gives the socket back.
  func release() {
    isOpen.withLock {
      if $0 { close(descriptor) }
      $0 = false
    }
  }

  func run() {
    var isGoingOn = true
    while isGoingOn, waitForInput() {
      guard receive() else { break }
      isGoingOn = server.bottleneckIsUsed ? server.bottleneck.withLock(handle) : handle()
    }
    server.ended(self, withinRequest: !input.isEmpty)
    release()
  }

  // MARK: Input

  /// False when the connection has been idle for too long.
  private func waitForInput() -> Bool {
    while true {
      if poll(for: 0.05) { return true }
      if fault == .halfFramesForgotten, Clock.now - lastByte > 0.3 { input = [] }
      guard let idle else { continue }
      let since =
        switch fault {
        case .dribbleStays: lastByte
        case .busyIsClosed: opened
        default: lastRequest
        }
      if fault != .idleStays, Clock.now - since >= idle { return false }
    }
  }

  private func poll(for seconds: Double) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&entry, 1, Int32(seconds * 1000)) > 0
  }

  private func receive() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return false }
    if fault != .halfFramesForgotten || Clock.now - lastByte <= 0.3 { lastByte = Clock.now }
    input += buffer.prefix(count)
    if fault == .busyIsClosed, let idle, Clock.now - opened >= idle { return false }
    return true
  }

  // MARK: Requests

  /// Answers what is whole; false when the connection has to be closed.
  private func handle() -> Bool {
    var answers: [[UInt8]] = []
    let isRight = answerAll(&answers)
    if fault == .halfFrameBlocks, !input.isEmpty { _ = poll(for: 0.6) }
    if fault == .wholeFramesOnly { input = [] }
    if fault == .answersReversed { answers.reverse() }
    if !isRight, fault == .faultDropsAnswers { return false }
    guard !answers.isEmpty else { return isRight }
    requestTime.store(Clock.now.bitPattern, ordering: .relaxed)
    let writes = fault == .oneWriteARequest ? answers : [answers.flatMap(\.self)]
    return writes.allSatisfy(write) && isRight
  }

  private func answerAll(_ answers: inout [[UInt8]]) -> Bool {
    while input.count >= 6 {
      let protocolID = UInt16(input[2]) << 8 | UInt16(input[3])
      var length = Int(input[4]) << 8 | Int(input[5])
      guard protocolID == 0 || fault == .protocolNotChecked else { return false }
      if !(2...254).contains(length) {
        guard fault == .lengthNotChecked else { return false }
        length = 6
      }
      guard input.count >= 6 + length else { return true }
      if fault == .lengthByFunction, input[7] == 0x41 { length = 6 }
      guard input.count >= 6 + length else { return true }
      let frame = Array(input[..<(6 + length)])
      input.removeFirst(6 + length)
      if fault == .pipelineAtMost64, answers.count == 64 { continue }
      switch responder.react(to: Array(frame[7...]), unit: frame[6]) {
      case .answer(let pdu):
        answers.append(framed(pdu, frame))
        let isException = pdu[0] & 0x80 != 0
        if fault == .oneRequestASegment || fault == .exceptionFlushes && isException { input = [] }
      case .silence: break
      case .close: return false
      }
    }
    return true
  }

  private func framed(_ pdu: [UInt8], _ request: [UInt8]) -> [UInt8] {
    counter &+= 1
    let transaction =
      fault == .transactionCounted ? counter : UInt16(request[0]) << 8 | UInt16(request[1])
    let unit = fault == .unitAlways255 ? 255 : request[6]
    return Request(transaction: transaction, unit: unit, pdu: pdu).bytes
  }

  private func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    let flags = Int32(MSG_NOSIGNAL) | (fault == .answersLost ? Int32(MSG_DONTWAIT) : 0)
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
      if count < 0, fault == .answersLost, errno == EAGAIN { return true }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension FaultyServer {
  /// Whether one client can stop the others.
  fileprivate var bottleneckIsUsed: Bool { fault == .halfFrameBlocks || fault == .writeBlocks }
}
