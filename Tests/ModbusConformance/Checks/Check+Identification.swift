extension Check {
  /// Function 2B with MEI type 0E.
  static let identification: [Check] = streams + single + refusals

  private static let basic: [UInt8] = [0, 1, 2]
  private static let regular: [UInt8] = [0, 1, 2, 3, 4, 5, 6]

  private static let streams = [
    Check(
      "identification-basic", Source.objects, "code 1 brings objects 0–2",
      fault: .identificationWithoutRevision
    ) { try brings(basic, code: 1, $0) },
    Check(
      "identification-regular", Source.objects, "code 2 brings objects 0–6",
      fault: .identificationWithoutRevision
    ) { try brings(regular, code: 2, $0) },
    Check(
      "identification-extended", Source.identification,
      "code 3 brings objects 0–6, and further ones if there are any", fault: .extendedRefused
    ) { subject in
      let ids = try subject.connect().identifyAll(3, unit: subject.unit).map(\.id)
      try require(ids.starts(with: regular), "objects \(regular)", "objects \(ids)")
    },
    Check(
      "identification-chain", Source.identification,
      "while more follows, the next object leads to the rest, each object once",
      fault: .nextObjectStandsStill
    ) { subject in
      let connection = try subject.connect()
      let ids = try connection.identifyAll(2, unit: subject.unit).map(\.id)
      try require(Set(ids).count == ids.count && ids.sorted() == ids, "each object once", "\(ids)")
    },
    Check(
      "identification-last-answer", Source.identification,
      "next object is 0 when nothing follows", fault: .nextObjectAtTheEnd
    ) { subject in
      let last = try subject.connect().identify(2, from: 6, unit: subject.unit)
      try require(
        !last.moreFollows && last.nextObject == 0, "nothing follows, next object 0",
        "more follows \(last.moreFollows), next object \(last.nextObject)")
    },
    Check(
      "identification-from-object", Source.identification,
      "a stream begins at the object asked for",
      fault: .identificationFromTheStart
    ) { subject in
      let ids = try subject.connect().identify(2, from: 3, unit: subject.unit).ids
      try require(ids.first == 3, "objects from 3 on", "objects \(ids)")
    },
    Check(
      "identification-from-unknown", Source.identification,
      "a stream from an unknown object begins anew", fault: .unknownStartRefused
    ) { subject in
      let connection = try subject.connect()
      for (code, object) in [(1, 3), (1, 9), (2, 7), (2, 0x7F)] as [(UInt8, UInt8)] {
        let ids = try connection.identify(code, from: object, unit: subject.unit).ids
        try require(ids.first == 0, "objects from 0 on, asked from \(object)", "objects \(ids)")
      }
    },
  ]

  private static let single = [
    Check(
      "identification-individual", Source.identification,
      "code 4 brings one object, with the text of the stream", fault: .individualBringsAll
    ) { subject in
      let connection = try subject.connect()
      for (id, text) in try connection.identifyAll(2, unit: subject.unit) {
        let answer = try connection.identify(4, from: id, unit: subject.unit)
        try require(
          answer.ids == [id] && answer.objects.first?.text == text, "object \(id) alone",
          "objects \(answer.ids)")
      }
    },
    Check(
      "identification-unknown-object", Source.identification,
      "exception 02 to code 4 with an object that does not exist", fault: .unknownObjectAnswered
    ) { subject in
      let connection = try subject.connect()
      for object in [7, 0x40, 0x7F] as [UInt8] {
        try connection.expect(
          exception: 2, to: Request.identify(4, from: object), unit: subject.unit)
      }
    },
    Check(
      "identification-conformity", Source.identification,
      "conformity level 82: regular identification, by stream and by single objects",
      fault: .conformityStreamOnly
    ) { subject in
      let connection = try subject.connect()
      for code in 1...4 as ClosedRange<UInt8> {
        let level = try connection.identify(code, unit: subject.unit).conformity
        try require(level == 0x82, "conformity level 82 with code \(code)", level.hex)
      }
    },
  ]

  private static let refusals = [
    Check(
      "identification-unknown-code", Source.identification, "exception 03",
      fault: .unknownCodeAnswered
    ) { subject in
      let connection = try subject.connect()
      for code in [0, 5, 0x7F, 0xFF] as [UInt8] {
        try connection.expect(exception: 3, to: Request.identify(code, from: 0), unit: subject.unit)
      }
    },
    Check(
      "identification-other-mei", "Modbus application protocol V1.1b3, ch. 6.19",
      "exception 01 to other MEI types", fault: .otherMEIAnswered
    ) { subject in
      let connection = try subject.connect()
      for type in [0x00, 0x03, 0x0D, 0x0F, 0xFF] as [UInt8] {
        try connection.expect(exception: 1, to: [0x2B, type, 1, 0], unit: subject.unit)
      }
    },
    Check(
      "identification-length", Source.identification, "exception 03 to a PDU too short or too long",
      fault: .requestLengthsIgnored
    ) { subject in
      let connection = try subject.connect()
      for pdu in [[0x2B, 0x0E], [0x2B, 0x0E, 1], [0x2B, 0x0E, 1, 0, 0]] as [[UInt8]] {
        try connection.expect(exception: 3, to: pdu, unit: subject.unit)
      }
    },
  ]

  private static func brings(_ ids: [UInt8], code: UInt8, _ subject: Subject) throws {
    let came = try subject.connect().identifyAll(code, unit: subject.unit).map(\.id)
    try require(came == ids, "objects \(ids)", "objects \(came)")
  }
}
