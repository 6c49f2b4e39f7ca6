extension Check {
  /// Which registers can be read at once.
  static let quantities: [Check] =
    [0, 126, 128, 255, 256, 65_535].map { quantity in
      Check(
        "quantity-\(quantity)", Source.reading, "exception 03",
        fault: .quantityNotChecked
      ) { try $0.connect().expect(exception: 3, to: Request.read(0, quantity), unit: $0.unit) }
    } + [
      Check(
        "quantity-before-address", Source.reading,
        "exception 03 to a wrong quantity, wherever it begins", fault: .addressBeforeQuantity
      ) { subject in
        let connection = try subject.connect()
        for start in [try connection.span(unit: subject.unit), 65_535] {
          try connection.expect(exception: 3, to: Request.read(start, 0), unit: subject.unit)
          try connection.expect(exception: 3, to: Request.read(start, 126), unit: subject.unit)
        }
      },
      Check(
        "quantity-1-to-125", Source.reading, "every quantity up to 125 is answered",
        fault: .quantityAtMost100
      ) { subject in
        let connection = try subject.connect()
        let span = try connection.span(unit: subject.unit)
        for quantity in 1...min(125, max(1, span)) {
          _ = try connection.read(0, quantity, unit: subject.unit)
        }
        guard span >= 125 else { throw Skipped("there are \(span) registers only") }
      },
      Check(
        "beyond-the-map", Source.reading,
        "exception 02 to a read that ends behind the last register",
        fault: .zerosBeyondTheMap
      ) { subject in
        let connection = try subject.connect()
        let span = try connection.span(unit: subject.unit)
        guard span < 65_536 else { throw Skipped("there are registers up to 65,535") }
        for (start, quantity) in [(span - 1, 2), (span, 1), (max(0, span - 124), 125)] {
          let pdu = Request.read(start, quantity)
          try connection.expect(exception: 2, to: pdu, unit: subject.unit)
        }
      },
      Check(
        "beyond-65535", Source.reading, "exception 02 to a read that ends behind 65,535",
        fault: .addressesWrapAround
      ) { subject in
        let connection = try subject.connect()
        for (start, quantity) in [(65_535, 2), (65_535, 125), (65_412, 125), (65_526, 30)] {
          try connection.expect(
            exception: 2, to: Request.read(start, quantity), unit: subject.unit)
        }
      },
    ]

  /// The parts of a request that an answer repeats, and its length.
  static let requests: [Check] = [
    Check(
      "request-too-short", Source.reading, "exception 03 to a PDU of 1–4 bytes",
      fault: .shortRequestsIgnored
    ) { subject in
      let connection = try subject.connect()
      for count in 1...4 {
        let pdu = Array(Request.read(0, 1).prefix(count))
        try connection.expect(exception: 3, to: pdu, unit: subject.unit)
      }
    },
    Check(
      "request-too-long", Source.reading, "exception 03 to a PDU of more than 5 bytes",
      fault: .requestLengthsIgnored
    ) { subject in
      let connection = try subject.connect()
      for count in [1, 2, 100, 248] {
        let pdu = Request.read(0, 1) + [UInt8](repeating: 0, count: count)
        try connection.expect(exception: 3, to: pdu, unit: subject.unit)
      }
    },
    Check(
      "transaction-repeated", Source.header, "the transaction identifier comes back",
      fault: .transactionCounted
    ) { subject in
      let connection = try subject.connect()
      for transaction in [0, 1, 0x1234, 0x8000, 0xFFFF, 7] as [UInt16] {
        for pdu in [Request.read(0, 1), Request.read(0, 0), Request.identify(1, from: 0)] {
          let request = Request(transaction: transaction, unit: subject.unit, pdu: pdu)
          try connection.send(request.bytes)
          _ = try connection.answer(to: request)
        }
      }
    },
    Check(
      "unit-repeated", Source.header, "the unit identifier comes back, in refusals too",
      fault: .unitAlways255
    ) { subject in
      let connection = try subject.connect()
      for unit in 0...255 as ClosedRange<UInt8> {
        _ = try connection.exchange(Request.read(0, 1), unit: unit)
        _ = try connection.exchange([0x41], unit: unit)
      }
    },
  ]
}
