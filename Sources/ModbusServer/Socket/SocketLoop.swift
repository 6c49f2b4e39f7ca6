import CEpoll
import Glibc
import Modbus
import NIOCore
import Time

/// What a `SocketThread` does: waits for its sockets and answers. Nothing of it is seen by another thread.
///
/// A client that floods gets no more turns than the others: one read, and its answers in one go. What
/// the system does not take waits here, and no more is read until it has gone. That a client sends no more
/// is seen when it is read: whoever has only closed that half still gets his answers.
struct SocketLoop: ~Copyable {
  /// A connection, in the place of its descriptor.
  private struct Place {
    var connection: SocketConnection?
    /// The beginning of a request whose rest has not come yet; shorter than a frame.
    var begun: [UInt8] = []
    /// Answers that the system has not taken yet.
    var waiting: ArraySlice<UInt8> = []
  }

  private let thread: SocketThread
  private let epoll: CInt
  private let source: RegisterSource
  private let report: @Sendable (SocketConnection, DropReason?) -> Void
  private var places: [Place] = []
  private var isStopped = false
  /// The clocks, read once for all sockets that are ready at the same time.
  private var now: Moment
  private var deadline = NIODeadline.now()

  private let tags = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: Int(EPOLL_AWAIT_LIMIT))
  private let input = UnsafeMutableRawBufferPointer.allocate(
    byteCount: MBAP.maximumFrame + ModbusServerConfiguration.readSize, alignment: 8)
  private let output = UnsafeMutableRawBufferPointer.allocate(
    byteCount: AnswerBuffer.size(
      forInput: MBAP.maximumFrame + ModbusServerConfiguration.readSize), alignment: 8)

  /// The tag of the thread's own descriptor; none of a connection has this descriptor.
  private static let wakeTag = UInt64.max
  private static let sendFlags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)

  init(
    _ thread: SocketThread, epoll: CInt, source: RegisterSource,
    report: @escaping @Sendable (SocketConnection, DropReason?) -> Void
  ) {
    self.thread = thread
    self.epoll = epoll
    self.source = source
    self.report = report
    now = source.clock()
  }

  deinit {
    tags.deallocate()
    input.deallocate()
    output.deallocate()
  }

  /// Serves until it is told to stop.
  mutating func run() {
    var failure = Self.error(
      "epoll_ctl", epoll_watch(epoll, thread.wakeDescriptor, Self.wakeTag, true, false))
    while failure == nil, !isStopped {
      let count = epoll_await(epoll, tags.baseAddress, CInt(tags.count))
      guard count >= 0 || errno == EINTR else {
        failure = Self.error("epoll_wait", count)
        break
      }
      now = source.clock()
      deadline = .now()
      for index in 0..<max(0, Int(count)) { takeTurn(tags[index]) }
    }
    end(failure)
  }

  private mutating func takeTurn(_ tag: UInt64) {
    guard tag != Self.wakeTag else { return obey() }
    let index = Int(truncatingIfNeeded: tag & 0xFFFF_FFFF)
    // It may have been closed in this round, and its descriptor given to another one.
    guard index < places.count,
      places[index].connection?.generation == UInt32(truncatingIfNeeded: tag >> 32)
    else { return }
    if places[index].waiting.isEmpty { receive(index) } else { sendWaiting(index) }
  }

  // MARK: Commands

  private mutating func obey() {
    for command in thread.takeCommands() {
      switch command {
      case .serve(let connection): serve(connection)
      case .close(let connection):
        let index = Int(connection.descriptor)
        if index < places.count, places[index].connection === connection { end(index, nil) }
      case .stop: isStopped = true
      }
    }
  }

  private mutating func serve(_ connection: SocketConnection) {
    let index = Int(connection.descriptor)
    while places.count <= index { places.append(Place()) }
    places[index] = Place(connection: connection)
    watch(index, isNew: true, forRoom: false)
  }

  private mutating func watch(_ index: Int, isNew: Bool = false, forRoom: Bool) {
    guard let connection = places[index].connection else { return }
    let tag = UInt64(connection.generation) << 32 | UInt64(index)
    let result = epoll_watch(epoll, connection.descriptor, tag, isNew, forRoom)
    if let error = Self.error("epoll_ctl", result) { end(index, DropReason(error)) }
  }

  // MARK: Requests

  private mutating func receive(_ index: Int) {
    guard let connection = places[index].connection else { return }
    let begun = places[index].begun.count
    if begun > 0 { places[index].begun.withUnsafeBytes { input.copyMemory(from: $0) } }
    let space = UnsafeMutableRawBufferPointer(
      rebasing: input[begun...].prefix(ModbusServerConfiguration.readSize))
    let received = recv(connection.descriptor, space.baseAddress, space.count, CInt(MSG_DONTWAIT))
    guard received > 0 else {
      if received == 0 { return end(index, nil) }
      return failed(index, "recv")
    }
    let request = UnsafeRawBufferPointer(rebasing: input[..<(begun + received)])
    var answers = AnswerBuffer(output)
    var traffic = TrafficCounter()
    traffic.noteReceived(received)
    let (answered, fault) = source.answerAll(
      in: request, to: &answers, counting: &traffic, at: now)
    traffic.noteSent(answers.count)
    // False: it is being closed.
    guard connection.note(traffic, at: deadline) else { return }
    if begun > 0 || answered < request.count {
      places[index].begun = Array(request[answered...])
    }
    if answers.count > 0 {
      guard send(UnsafeRawBufferPointer(output).prefix(answers.count), index) else { return }
    }
    if let fault { end(index, .invalidFrame(fault)) }
  }

  // MARK: Answers

  /// - Returns: false when the connection has ended.
  private mutating func send(_ answers: UnsafeRawBufferPointer.SubSequence, _ index: Int) -> Bool {
    guard let connection = places[index].connection else { return false }
    let bytes = UnsafeRawBufferPointer(rebasing: answers)
    let sent = Glibc.send(connection.descriptor, bytes.baseAddress, bytes.count, Self.sendFlags)
    if sent == bytes.count { return true }
    guard sent >= 0 || Self.isTemporary(errno) else {
      failed(index, "send")
      return false
    }
    places[index].waiting = Array(bytes[max(0, sent)...])[...]
    connection.noteStall(since: deadline)
    watch(index, forRoom: true)
    return true
  }

  private mutating func sendWaiting(_ index: Int) {
    guard let connection = places[index].connection else { return }
    let sent = places[index].waiting.withUnsafeBytes {
      Glibc.send(connection.descriptor, $0.baseAddress, $0.count, Self.sendFlags)
    }
    guard sent >= 0 else { return failed(index, "send") }
    places[index].waiting = places[index].waiting.dropFirst(sent)
    guard places[index].waiting.isEmpty else { return }
    places[index].waiting = []
    connection.noteStall(since: nil)
    watch(index, forRoom: false)
  }

  // MARK: Ends

  private static func isTemporary(_ code: CInt) -> Bool {
    code == EAGAIN || code == EWOULDBLOCK || code == EINTR
  }

  private static func error(_ call: String, _ result: CInt) -> IOError? {
    result < 0 ? IOError(errnoCode: errno, reason: call) : nil
  }

  private mutating func failed(_ index: Int, _ call: String) {
    let code = errno
    guard !Self.isTemporary(code) else { return }
    end(index, DropReason(IOError(errnoCode: code, reason: call)))
  }

  private mutating func end(_ index: Int, _ reason: DropReason?) {
    guard let connection = places[index].connection else { return }
    places[index] = Place()
    epoll_forget(epoll, connection.descriptor)
    close(connection.descriptor)
    connection.noteEnd()
    report(connection, reason)
  }

  /// Closes what there is, also what has been given to it meanwhile.
  private mutating func end(_ failure: IOError?) {
    let reason = failure.map { DropReason($0) }
    for command in thread.shut() {
      if case .serve(let connection) = command { serve(connection) }
    }
    for index in places.indices { end(index, reason) }
    close(epoll)
  }
}
