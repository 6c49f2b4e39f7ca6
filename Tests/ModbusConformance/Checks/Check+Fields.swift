extension Check {
  /// A row for every field of the entries, where the content is known. Each is read alone, and with all
  /// others of its unit.
  static func fields(of subject: Subject) -> [Check] {
    guard let map = ExpectedMap(subject) else { return [] }
    return map.units.flatMap { unit in
      unit.fields.compactMap { field -> Check? in
        guard let words = map.words(field) else { return nil }
        let hex = words.map(\.hex).joined(separator: " ")
        let place = "\(field.start)–\(field.registers.upperBound - 1) of unit \(unit.unit)"
        return Check(
          field.name, "MUC500 manual 1.1, tables 32–39; Anybus gateway manual 2.4, ch. 5.2 and 6.2",
          "\(hex) in registers \(place)", fault: .wrongField
        ) { subject in
          let connection = try subject.connect()
          let alone = try connection.read(field.start, words.count, unit: unit.unit)
          let all = try connection.read(0, unit.span, unit: unit.unit)
          let came = alone == words ? Array(all[field.registers]) : alone
          try require(
            came == words, "\(hex) in registers \(place)", came.map(\.hex).joined(separator: " "))
        }
      }
    }
  }

  /// Who answers which unit identifier.
  static func units(of subject: Subject) -> [Check] {
    subject.layout.isMultiSlave ? multiSlave : [subject.address == nil ? anyUnit : ownUnits]
  }

  private static let anyUnit = Check(
    "any-unit", "MUC500 manual 1.1, ch. 11.2", "every unit identifier reads the same registers",
    fault: .unitZeroRefused
  ) { subject in
    let connection = try subject.connect()
    let span = try connection.span(unit: subject.unit)
    for unit in 0...255 as ClosedRange<UInt8> {
      _ = try connection.read(span - 1, 1, unit: unit)
    }
  }

  private static let ownUnits = Check(
    "own-units", "MUC500 manual 1.1, ch. 10.3, MODBUS_ADDRESS",
    "the unit identifier that is set, 0 and 255 are answered, others refused by 0B",
    fault: .everyUnitAnswers
  ) { subject in
    let connection = try subject.connect()
    let span = try connection.span(unit: subject.unit)
    for unit in 0...255 as ClosedRange<UInt8> {
      if [0, 255, subject.address].contains(unit) {
        _ = try connection.read(span - 1, 1, unit: unit)
      } else {
        try connection.expect(exception: 0x0B, to: Request.read(0, 1), unit: unit)
      }
    }
  }

  private static let multiSlave = [
    Check(
      "unit-0-and-255", Source.multiSlave,
      "both are the device: its entry, or in float only nothing (exception 02)",
      fault: .unitZeroRefused, run: deviceUnits),
    Check(
      "unit-of-a-meter", Source.multiSlave, "unit 1 has the first meter at register 0",
      fault: .meterBehindTheDevice
    ) { subject in
      let words = try subject.connect().read(
        0, subject.layout.isFloatOnly ? 2 : 10, unit: Subject.meterUnit)
      let isMeter = subject.layout.isFloatOnly ? words != [0, 0] : words[7] == 0x0200
      try require(isMeter, "a meter entry", words.map(\.hex).joined(separator: " "))
    },
    Check(
      "units-of-nobody", Source.multiSlave, "exception 0B to a unit without meter",
      fault: .everyUnitAnswers
    ) { subject in
      // Of a gateway with meters of its own it is known only that there is no meter from 248 on.
      let units = subject.data == nil ? 248...254 : 2...254 as ClosedRange<UInt8>
      let connection = try subject.connect()
      for unit in units {
        try connection.expect(exception: 0x0B, to: Request.read(0, 1), unit: unit)
      }
    },
  ]

  private static func deviceUnits(_ subject: Subject) throws {
    let connection = try subject.connect()
    for unit in [0, 255] as [UInt8] {
      if subject.layout.isFloatOnly {
        try connection.expect(exception: 2, to: Request.read(0, 1), unit: unit)
        continue
      }
      let words = try connection.read(0, 10, unit: unit)
      try require(
        words[7] == 0x0100, "a device entry in unit \(unit)",
        words.map(\.hex).joined(separator: " "))
      try connection.expect(exception: 2, to: Request.read(10, 1), unit: unit)
    }
  }
}
