extension Check {
  /// How reads at different places agree.
  static let registers: [Check] = [
    Check(
      "single-registers", Source.layout, "every register on its own is what a block read brings",
      fault: .singleReadsOff
    ) { subject in
      try agrees(subject) { span in (0..<min(span, 2000)).map { ($0, 1) } }
    },
    Check(
      "pieces-of-entries", Source.layout,
      "reads that begin or end within an entry bring what a block read brings",
      fault: .readsFromEntryStart
    ) { subject in
      try agrees(subject) { span in
        (0..<min(span, 40)).flatMap { start in
          [2, 3, 4, 7, 10, 11, 25].filter { start + $0 <= span }.map { (start, $0) }
        }
      }
    },
    Check(
      "last-register", Source.layout, "the last entry is read to its end, and nothing behind it",
      fault: .lastRegisterMissing
    ) { subject in
      guard subject.data == .test, let map = ExpectedMap(subject) else {
        throw Skipped("where the map ends is known of --test-data only")
      }
      let connection = try subject.connect()
      for unit in map.units {
        _ = try connection.read(unit.span - 1, 1, unit: unit.unit)
        _ = try connection.read(0, unit.span, unit: unit.unit)
        let span = try connection.span(unit: unit.unit)
        try require(span == unit.span, "\(unit.span) registers in unit \(unit.unit)", "\(span)")
      }
    },
    Check(
      "gaps-are-0", Source.layout, "registers that belong to no entry are 0", fault: .gapsHoldFFFF
    ) { subject in
      let known = ExpectedMap(subject)?.main?.gaps ?? []
      let gaps = known + (subject.gap.map(Array.init) ?? [])
      guard !gaps.isEmpty else { throw Skipped("no gap is known; --gap FIRST-LAST names one") }
      let connection = try subject.connect()
      for register in gaps {
        let words = try connection.read(register, 1, unit: subject.unit)
        try require(words == [0], "0000 in register \(register)", words.map(\.hex).joined())
      }
    },
    Check(
      "device-entry", "MUC500 manual 1.1, table 32",
      "type 01, protocol version 1 or 2, reserved registers 0", fault: .deviceEntryMissing
    ) { subject in
      guard !subject.layout.isFloatOnly else { throw Skipped("float only has no device entry") }
      let words = try subject.connect().read(0, 10, unit: Subject.deviceUnit)
      let isRight =
        words[7] == 0x0100 && (1...2).contains(words[2]) && [6, 8, 9].allSatisfy { words[$0] == 0 }
      try require(isRight, "a device entry", words.map(\.hex).joined(separator: " "))
    },
    Check(
      "device-time-goes-on", "MUC500 manual 1.1, table 32",
      "registers 4–5 of one request are one time, which goes on and never back",
      fault: .clockStandsStill, run: clockGoesOn),
    Check(
      "device-time-whole", "MUC500 manual 1.1, table 32",
      "registers 4–5 read alone, together and with others are the same time",
      fault: .clockTorn, run: clockIsWhole),
  ]

  /// Reads pieces and compares them with the whole before and after, as values may change.
  private static func agrees(
    _ subject: Subject, _ pieces: (Int) -> [(start: Int, count: Int)]
  ) throws {
    let connection = try subject.connect()
    var last = Failure("registers that stay for a moment", "others at every try")
    for _ in 0..<5 {
      let before = try connection.readAll(unit: subject.unit)
      var different: Failure?
      for (start, count) in pieces(before.count) {
        let words = try connection.read(start, count, unit: subject.unit)
        guard !zip(start..., words).allSatisfy({ before[$0] == $1 || isClock($0, subject) }) else {
          continue
        }
        let wanted = before[start..<(start + count)].map(\.hex).joined(separator: " ")
        different =
          different
          ?? Failure(
            "registers \(start)–\(start + count - 1) as in a block read: \(wanted)",
            words.map(\.hex).joined(separator: " "))
      }
      guard let different else { return }
      last = different
    }
    throw last
  }

  /// Registers that differ from second to second.
  private static func isClock(_ register: Int, _ subject: Subject) -> Bool {
    subject.layout == .standard && subject.data != .test && (register == 4 || register == 5)
  }

  private static func time(_ connection: Connection, _ subject: Subject, start: Int, count: Int)
    throws -> UInt32
  {
    let words = try connection.read(start, count, unit: Subject.deviceUnit)
    var pair = Array(words[(4 - start)..<(6 - start)])
    if subject.dialect == .anybus {
      pair = subject.order.sent(pair)
    }
    return UInt32(pair[0]) << 16 | UInt32(pair[1])
  }

  private static func needsClock(_ subject: Subject) throws {
    guard !subject.layout.isFloatOnly else { throw Skipped("float only has no device entry") }
    guard subject.dialect == .solvimus, subject.data != .test else {
      throw Skipped("registers 4–5 are no clock here")
    }
  }

  private static func clockGoesOn(_ subject: Subject) throws {
    try needsClock(subject)
    let connection = try subject.connect()
    let first = try time(connection, subject, start: 4, count: 2)
    var last = first
    for _ in 0..<30 {
      let now = try time(connection, subject, start: 0, count: 10)
      try require(now >= last, "a time from \(last) on", "\(now)")
      last = now
      Clock.sleep(0.04)
    }
    let passed = last - first
    try require((1...3).contains(passed), "a clock that goes 1–3 s in 1.2 s", "\(passed) s")
  }

  private static func clockIsWhole(_ subject: Subject) throws {
    try needsClock(subject)
    let connection = try subject.connect()
    for _ in 0..<20 {
      let before = try time(connection, subject, start: 4, count: 2)
      let whole = try time(connection, subject, start: 0, count: 10)
      let from3 = try time(connection, subject, start: 3, count: 3)
      let high = try connection.read(4, 1, unit: Subject.deviceUnit)
      let after = try time(connection, subject, start: 4, count: 2)
      let isOne =
        before <= whole && whole <= from3 && from3 <= after && after - before <= 2
        && (high == [UInt16(before >> 16)] || high == [UInt16(after >> 16)])
      try require(
        isOne, "one time", "\(before), \(whole), \(from3), \(after), upper word \(high)")
    }
  }
}
