extension Check {
  /// Whom the server closes the connection of, when its settings are told.
  static let connections: [Check] = [
    Check(
      "limit-serves-the-newcomer", Source.connections, "a connection too many is served",
      fault: .newcomerRefused
    ) { subject in
      let (_, newcomer) = try beyondTheLimit(subject)
      _ = try newcomer.read(0, 1, unit: subject.unit)
    },
    Check(
      "limit-is-kept", Source.connections, "for a connection too many the one made first is closed",
      fault: .limitNotKept
    ) { subject in
      let (connections, _) = try beyondTheLimit(subject)
      // Not for so long that it may be closed for its silence.
      let outcome = connections[0].next(
        within: min(subject.timeout, (subject.idleTimeout ?? .infinity) / 2))
      try require(outcome == .closed, "the connection made first to be closed", "\(outcome)")
    },
    Check(
      "limit-goes-by-age", Source.connections,
      "for a connection too many all stay but the one made first, though it was busy last",
      fault: .quietestGoes
    ) { subject in
      let (connections, newcomer) = try beyondTheLimit(subject)
      for connection in connections.dropFirst() + [newcomer] {
        _ = try connection.read(0, 1, unit: subject.unit)
      }
    },
    Check(
      "idle-is-closed", "MUC500 manual 1.1, ch. 10.3, MODBUS_DISCONNECTTIMEOUT",
      "a connection without requests is closed in time", fault: .idleStays
    ) { subject in
      let idle = try idleTimeout(subject)
      let connection = try subject.connect()
      _ = try connection.read(0, 1, unit: subject.unit)
      try closes(connection, after: idle)
    },
    Check(
      "dribble-is-closed", "MUC500 manual 1.1, ch. 10.3, MODBUS_DISCONNECTTIMEOUT",
      "a request that comes in too slowly does not keep a connection open", fault: .dribbleStays
    ) { subject in
      let idle = try idleTimeout(subject)
      let connection = try subject.connect()
      let bytes = Request(transaction: 1, unit: subject.unit, pdu: Request.read(0, 1)).bytes
      for byte in bytes.prefix(11) {
        guard connection.sendWithoutWaiting([byte]) != nil, !connection.isClosedNow else { return }
        Clock.sleep((idle * 1.5 + 1.5) / 11)
      }
      try require(connection.isClosedNow, "a closed connection", "an open one")
    },
    Check(
      "busy-is-kept", "MUC500 manual 1.1, ch. 10.3, MODBUS_DISCONNECTTIMEOUT",
      "a connection with requests stays", fault: .busyIsClosed
    ) { subject in
      let idle = try idleTimeout(subject)
      let connection = try subject.connect()
      let end = Clock.now + idle * 2
      while Clock.now < end {
        _ = try connection.read(0, 1, unit: subject.unit)
        Clock.sleep(idle / 4)
      }
    },
  ]

  private static func idleTimeout(_ subject: Subject) throws -> Double {
    guard let idle = subject.idleTimeout else { throw Skipped("--idle SECONDS is not given") }
    return idle
  }

  private static func closes(_ connection: Connection, after idle: Double) throws {
    let begin = Clock.now
    let outcome = connection.next(within: idle * 1.5 + 1.5)
    let seconds = Clock.now - begin
    try require(
      outcome == .closed && seconds > idle * 0.8, "a close after \(idle) s",
      "\(outcome) after \(Int(seconds * 1000)) ms")
  }

  /// As many connections as are allowed, and one more. The one made first was busy last.
  private static func beyondTheLimit(
    _ subject: Subject
  ) throws -> (allowed: [Connection], newcomer: Connection) {
    guard let limit = subject.limit, limit > 1 else { throw Skipped("--limit N is not given") }
    // Those of the checks before have to be gone.
    Clock.sleep(0.3)
    let connections = try (0..<limit).map { _ in try subject.connect() }
    for connection in connections.reversed() {
      _ = try connection.read(0, 1, unit: subject.unit)
      Clock.sleep(0.002)
    }
    let newcomer = try subject.connect()
    // Until the server has taken notice of it; a refusal is for the check to see.
    _ = try? newcomer.read(0, 1, unit: subject.unit)
    return (connections, newcomer)
  }
}
