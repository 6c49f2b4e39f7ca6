/// One bad client: it takes one habit after the other, at random.
struct FuzzClient {
  /// What it does with a connection.
  enum Habit: CaseIterable {
    /// Any bytes.
    case random
    /// Requests with some bits turned.
    case mutated
    /// Right headers, any PDUs.
    case anyPDU
    /// Requests that end somewhere, then the end of the connection or a reset.
    case cut
    /// Lengths beyond what is allowed, and as many bytes.
    case oversized
    /// Byte by byte.
    case slow
    /// Many connections, none used.
    case reconnecting
    /// Requests without end, no answer read.
    case notReading
    /// Many right requests at once.
    case pipelining
  }

  private let subject: Subject
  private let counters: Fuzz.Counters
  private var random: Generator
  private var end = 0.0

  init(_ subject: Subject, seed: UInt64, counters: Fuzz.Counters) {
    self.subject = subject
    self.counters = counters
    random = Generator(state: seed)
  }

  mutating func run(until end: Double) {
    self.end = end
    while Clock.now < end {
      let habit = Habit.allCases.randomElement(using: &random) ?? .random
      // That the server closes or refuses is right; what counts is what the neighbour sees.
      try? take(habit)
      counters.note(habit)
    }
  }

  private mutating func take(_ habit: Habit) throws {
    switch habit {
    case .random: try send { $0.bytes(upTo: 600) }
    case .mutated: try send { $0.mutated() }
    case .anyPDU: try send { $0.frame($0.bytes(upTo: 253)) }
    case .cut: try cut()
    case .oversized:
      try send { random in
        let length = UInt16.random(in: 255...UInt16.max, using: &random)
        return Request.header(1, length: length) + random.bytes(upTo: 5000)
      }
    case .slow: try slow()
    case .reconnecting: try reconnect()
    case .notReading: try flood()
    case .pipelining: try send { random in (0..<50).flatMap { _ in random.request() } }
    }
  }

  /// Sends some pieces over one connection and takes what comes, until it is closed.
  private mutating func send(_ piece: (inout Generator) -> [UInt8]) throws {
    let connection = try subject.connect()
    for _ in 0..<Int.random(in: 1...20, using: &random) {
      try connection.send(piece(&random))
      if connection.next(within: 0.005) == .closed { return }
    }
  }

  private mutating func cut() throws {
    let connection = try subject.connect()
    if Bool.random(using: &random) { connection.resetWhenReleased() }
    let request = random.request()
    try connection.send(Array(request.prefix(Int.random(in: 1..<request.count, using: &random))))
    Clock.sleep(Double.random(in: 0...0.05, using: &random))
  }

  private mutating func slow() throws {
    let connection = try subject.connect()
    for byte in random.request() + random.request() {
      guard Clock.now < end else { return }
      try connection.send([byte])
      Clock.sleep(Double.random(in: 0.001...0.05, using: &random))
    }
  }

  private mutating func reconnect() throws {
    for _ in 0..<20 {
      let connection = try subject.connect()
      if Bool.random(using: &random) { connection.resetWhenReleased() }
    }
    // A pause, so that the client's ports are not used up in minutes.
    Clock.sleep(0.05)
  }

  private mutating func flood() throws {
    let connection = try subject.connect(receiveBuffer: 2048)
    let limit = min(end, Clock.now + Double.random(in: 0.2...2, using: &random))
    let requests = (0..<100).flatMap { _ in
      Request(transaction: 1, unit: subject.unit, pdu: Request.read(0, 100)).bytes
    }
    var rest = requests[...]
    while Clock.now < limit {
      guard let count = connection.sendWithoutWaiting(rest) else { return }
      rest = rest.dropFirst(count)
      if rest.isEmpty { rest = requests[...] }
      if count == 0 { Clock.sleep(0.01) }
    }
  }
}

/// Random numbers that the same seed gives again (SplitMix64), and bytes made of them.
struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 1 byte or more.
  mutating func bytes(upTo count: Int) -> [UInt8] {
    (0..<Int.random(in: 1...count, using: &self)).map { _ in
      UInt8.random(in: 0...255, using: &self)
    }
  }

  /// A frame with a right header.
  mutating func frame(_ pdu: [UInt8]) -> [UInt8] {
    Request(
      transaction: UInt16.random(in: 0...UInt16.max, using: &self),
      unit: UInt8.random(in: 0...255, using: &self), pdu: pdu
    ).bytes
  }

  /// A request that has nothing wrong, though perhaps no such registers.
  mutating func request() -> [UInt8] {
    if Int.random(in: 0..<5, using: &self) == 0 {
      return frame(Request.identify(UInt8.random(in: 1...4, using: &self), from: 0))
    }
    let start = Int.random(in: 0...1000, using: &self)
    return frame(Request.read(start, Int.random(in: 1...125, using: &self)))
  }

  /// Requests with up to eight bits turned.
  mutating func mutated() -> [UInt8] {
    var bytes = request() + request()
    for _ in 0..<Int.random(in: 1...8, using: &self) {
      bytes[Int.random(in: bytes.indices, using: &self)] ^=
        1 << UInt8.random(in: 0..<8, using: &self)
    }
    return bytes
  }
}
