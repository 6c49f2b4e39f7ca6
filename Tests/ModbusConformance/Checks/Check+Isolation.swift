extension Check {
  /// What one client does must not be felt by another one.
  static let isolation: [Check] = [
    Check(
      "half-frame-blocks-nobody", Source.server,
      "a request whose rest does not come holds up no other connection", fault: .halfFrameBlocks,
      run: halfFrame),
    Check(
      "non-reader-blocks-nobody", Source.server,
      "a client that does not read holds up no other connection", fault: .writeBlocks
    ) { subject in
      do {
        try Flood(subject).run(seconds: 1, besides: subject)
      } catch {
        // A neighbour may be late once for reasons of its own.
        try Flood(subject).run(seconds: 1, besides: subject)
      }
    },
    Check(
      "non-reader-keeps-order", Source.server,
      "when it reads at last it gets all answers in order, or is closed", fault: .answersLost
    ) { subject in
      let flood = try Flood(subject)
      flood.fill(within: 3)
      try flood.readOn(seconds: 5)
    },
    Check(
      "close-within-a-request", Source.server,
      "connections that end within a request, or are reset, harm nobody",
      fault: .brokenRequestStops, run: closeWithinRequest),
    Check(
      "come-and-go", Source.server, "300 connections one after the other are served",
      fault: .stopsAfter200Connections
    ) { subject in
      for _ in 0..<300 { _ = try subject.connect().read(0, 1, unit: subject.unit) }
    },
  ]

  /// Three times each, since a neighbour may be late for reasons of its own.
  private static func halfFrame(_ subject: Subject) throws {
    let bytes = Request(transaction: 1, unit: subject.unit, pdu: Request.read(0, 1)).bytes
    for cut in [1, 6, 7, 8, 11] {
      var best = Double.infinity
      for _ in 0..<3 where best > subject.promptness {
        let half = try subject.connect()
        let neighbour = try subject.connect()
        _ = try neighbour.read(0, 1, unit: subject.unit)
        try half.send(Array(bytes[..<cut]))
        Clock.sleep(0.01)
        let begin = Clock.now
        _ = try neighbour.read(0, 1, unit: subject.unit)
        best = min(best, Clock.now - begin)
        withExtendedLifetime(half) {}
      }
      try require(
        best <= subject.promptness,
        "another client's answer within \(Int(subject.promptness * 1000)) ms while a request "
          + "stands at \(cut) bytes", "it after \(Int(best * 1000)) ms")
    }
  }

  private static func closeWithinRequest(_ subject: Subject) throws {
    let bytes = Request(transaction: 1, unit: subject.unit, pdu: Request.read(0, 1)).bytes
    let neighbour = try subject.connect()
    for cut in 1..<bytes.count {
      for isReset in [false, true] {
        let connection = try subject.connect()
        if isReset { connection.resetWhenReleased() }
        try connection.send(Array(bytes[..<cut]))
        _ = consume connection
        _ = try neighbour.read(0, 1, unit: subject.unit)
      }
    }
    _ = try subject.connect().read(0, 1, unit: subject.unit)
  }
}

/// A client that sends requests for as long as the server takes them, and does not read.
private final class Flood {
  private let connection: Connection
  private let unit: UInt8
  private var rest: ArraySlice<UInt8> = []
  private var sent: UInt16 = 0
  /// So few that all answers can be waited for, so many that buffers do not hold them.
  private static let most: UInt16 = 10_000

  init(_ subject: Subject) throws {
    connection = try subject.connect(receiveBuffer: 2048)
    unit = subject.unit
  }

  /// The server may close the connection, as long as it serves the neighbour.
  func run(seconds: Double, besides subject: Subject) throws {
    let end = Clock.now + seconds
    let neighbour = try subject.connect()
    var times: [Double] = []
    while Clock.now < end {
      for _ in 0..<100 where !sendMore() { break }
      let begin = Clock.now
      _ = try neighbour.read(0, 1, unit: subject.unit)
      times.append(Clock.now - begin)
      Clock.sleep(0.01)
    }
    times.sort()
    let late = times.isEmpty ? 0 : times[times.count * 9 / 10]
    try require(
      late <= subject.promptness,
      "nine of ten answers to another client within \(Int(subject.promptness * 1000)) ms",
      "\(Int(late * 1000)) ms")
  }

  /// Sends until there is enough, or the server has taken nothing for a while.
  func fill(within seconds: Double) {
    let end = Clock.now + seconds
    var progress = Clock.now
    while Clock.now < end, Clock.now - progress < 0.4 {
      let before = (sent, rest.count)
      if sent < Self.most || !rest.isEmpty { _ = sendMore() }
      if before != (sent, rest.count) { progress = Clock.now } else { Clock.sleep(0.01) }
    }
  }

  /// - Returns: whether everything was taken.
  private func sendMore() -> Bool {
    if rest.isEmpty {
      let requests = (1...20).map {
        Request(transaction: sent &+ $0, unit: unit, pdu: Request.read(0, 1))
      }
      sent &+= 20
      rest = requests.flatMap(\.bytes)[...]
    }
    guard let count = connection.sendWithoutWaiting(rest) else { return false }
    rest = rest.dropFirst(count)
    return rest.isEmpty
  }

  /// The answers have to be those to 1, 2, 3 … up to the last request that was sent as a whole.
  func readOn(seconds: Double) throws {
    let end = Clock.now + seconds
    let last = sent - UInt16((rest.count + 11) / 12)
    for expected in 1...max(1, last) where Clock.now < end {
      switch connection.next(within: 1) {
      case .answer(let answer):
        try require(
          answer.transaction == expected && answer.registers(1) != nil,
          "the answer to request \(expected) of \(last)", "\(answer)")
      case .closed: return
      case let outcome:
        throw Failure("the answer to request \(expected) of \(last)", "\(outcome)")
      }
    }
  }
}
