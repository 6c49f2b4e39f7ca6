extension Check {
  /// The header of Modbus TCP.
  static let framing: [Check] =
    [1, 0x0100, 0xFFFF].map { identifier in
      Check(
        "protocol-id-\(identifier)", Source.header, "a protocol identifier other than 0 closes",
        fault: .protocolNotChecked
      ) { try closes(Request.header(1, protocolID: identifier, length: 6), $0) }
    }
    + [0, 1, 255, 256, 65_535].map { length in
      Check(
        "length-\(length)", Source.header, "a length outside 2–254 closes", fault: .lengthNotChecked
      ) { try closes(Request.header(1, length: length), $0) }
    } + [
      Check(
        "length-2-to-254", Source.header,
        "every length is taken as it is, and the next request found",
        fault: .lengthByFunction
      ) { subject in
        let connection = try subject.connect()
        for length in 2...254 {
          let pdu = [0x41] + [UInt8](repeating: 0xA5, count: length - 2)
          try connection.expect(exception: 1, to: pdu, unit: subject.unit)
        }
        _ = try connection.read(0, 1, unit: subject.unit)
      },
      Check(
        "answered-before-fault", Source.header,
        "what came before a faulty header in the same segment is answered before the close",
        fault: .faultDropsAnswers
      ) { subject in
        let connection = try subject.connect()
        let request = Request(transaction: 9, unit: subject.unit, pdu: Request.read(0, 1))
        try connection.send(request.bytes + Request.header(10, protocolID: 7, length: 6))
        _ = try connection.registers(of: request)
        let outcome = connection.next()
        try require(outcome == .closed, "a closed connection", "\(outcome)")
      },
    ]

  /// The header alone, then with the rest of a request: neither is answered.
  private static func closes(_ header: [UInt8], _ subject: Subject) throws {
    for rest in [[], [subject.unit] + Request.read(0, 1)] {
      let connection = try subject.connect()
      try connection.send(header + rest)
      let outcome = connection.next()
      try require(
        outcome == .closed,
        "a closed connection after the header "
          + header.map(\.hex).joined(separator: " "), "\(outcome)")
    }
    // The listener has not suffered.
    _ = try subject.connect().read(0, 1, unit: subject.unit)
  }
}
