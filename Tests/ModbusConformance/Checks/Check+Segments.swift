extension Check {
  /// TCP carries bytes, not requests.
  static let segments: [Check] = [
    Check(
      "pipelined-in-order", Source.server, "several requests in one segment are answered in order",
      fault: .oneRequestASegment
    ) { try pipeline(mixed($0), $0) },
    Check(
      "pipelined-not-reversed", Source.server, "the answers come in the order of the requests",
      fault: .answersReversed
    ) { try pipeline(mixed($0), $0) },
    Check(
      "pipelined-after-exception", Source.server,
      "a refused request does not cost those behind it in the segment", fault: .exceptionFlushes
    ) { subject in
      let pdus = [
        Request.read(0, 0), Request.read(0, 1), [0x41], Request.read(0, 1), [0x06, 0, 0, 0, 1],
        Request.read(65_535, 2), Request.identify(9, from: 0), Request.read(0, 1),
      ]
      try pipeline(pdus, subject)
    },
    Check(
      "pipelined-one-write", Source.server, "all answers to a segment come in one segment",
      fault: .oneWriteARequest, run: answersInOneSegment),
    Check(
      "pipeline-100", Source.server, "100 requests at once are answered in order",
      fault: .pipelineAtMost64
    ) { subject in
      let span = try subject.connect().span(unit: subject.unit)
      let count = min(125, max(1, span))
      try pipeline((0..<100).map { Request.read(0, 1 + $0 % count) }, subject)
    },
    Check(
      "byte-by-byte", Source.server, "a request that comes byte by byte is answered",
      fault: .wholeFramesOnly
    ) { subject in
      let connection = try subject.connect()
      // Several, since bytes may come together when the server is busy with something else.
      for transaction in 1...8 as ClosedRange<UInt16> {
        let request = Request(
          transaction: transaction, unit: subject.unit, pdu: Request.read(0, 1))
        for byte in request.bytes {
          try connection.send([byte])
          Clock.sleep(0.005)
        }
        _ = try connection.registers(of: request)
      }
    },
    Check(
      "cut-at-every-byte", Source.server,
      "two requests cut anywhere into two segments are answered",
      fault: .wholeFramesOnly
    ) { subject in
      let connection = try subject.connect()
      let requests = (1...2).map {
        Request(transaction: $0, unit: subject.unit, pdu: Request.read(0, 1))
      }
      let bytes = requests.flatMap(\.bytes)
      for cut in 1..<bytes.count {
        try connection.send(Array(bytes[..<cut]))
        Clock.sleep(0.003)
        try connection.send(Array(bytes[cut...]))
        for request in requests { _ = try connection.registers(of: request) }
      }
    },
    Check(
      "rest-after-a-pause", Source.server, "a request whose rest comes 0.8 s later is answered",
      fault: .halfFramesForgotten
    ) { subject in
      let connection = try subject.connect()
      let request = Request(transaction: 4, unit: subject.unit, pdu: Request.read(0, 1))
      try connection.send(Array(request.bytes[..<8]))
      Clock.sleep(0.8)
      try connection.send(Array(request.bytes[8...]))
      _ = try connection.registers(of: request)
    },
  ]

  /// Requests whose answers differ in length, as far as there are registers.
  private static func mixed(_ subject: Subject) throws -> [[UInt8]] {
    let span = try subject.connect().span(unit: subject.unit)
    return (0..<8).map { Request.read($0 % max(1, span - 3), 1 + $0 % 3) }
      + [Request.identify(1, from: 0), Request.read(0, 1)]
  }

  /// Sends everything at once; the answers have to be those that the requests get alone.
  private static func pipeline(_ pdus: [[UInt8]], _ subject: Subject) throws {
    let connection = try subject.connect()
    let requests = pdus.map {
      Request(transaction: connection.nextTransaction(), unit: subject.unit, pdu: $0)
    }
    try connection.send(requests.flatMap(\.bytes))
    for request in requests {
      let pdu = try connection.answer(to: request)
      let alone = try subject.connect().exchange(request.pdu, unit: subject.unit)
      // Values may have changed in between, lengths and refusals may not.
      try require(
        pdu.count == alone.count && pdu[0] == alone[0],
        "\(Answer.describe(alone)) to \(Answer.describe(request.pdu)), as when it is alone",
        Answer.describe(pdu))
    }
  }

  private static func answersInOneSegment(_ subject: Subject) throws {
    let connection = try subject.connect()
    let requests = (1...8).map {
      Request(transaction: $0, unit: subject.unit, pdu: Request.read(0, 1))
    }
    for _ in 0..<5 {
      guard let before = connection.dataSegments else {
        throw Skipped("this system does not tell how many segments came")
      }
      try connection.send(requests.flatMap(\.bytes))
      for request in requests { _ = try connection.registers(of: request) }
      let came = (connection.dataSegments ?? before) - before
      try require(came == 1, "8 answers in one segment", "them in \(came)")
    }
  }
}
