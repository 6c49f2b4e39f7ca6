extension Check {
  /// Functions that the manuals list without use, each with a request that would be right.
  private static let unused: [(code: UInt8, name: String, pdu: [UInt8])] = [
    (0x01, "read-coils", [0x01, 0x00, 0x00, 0x00, 0x01]),
    (0x05, "write-single-coil", [0x05, 0x00, 0x00, 0xFF, 0x00]),
    (0x06, "write-single-register", [0x06, 0x00, 0x00, 0x00, 0x01]),
    (0x0F, "write-multiple-coils", [0x0F, 0x00, 0x00, 0x00, 0x01, 0x01, 0x01]),
    (0x10, "write-multiple-registers", [0x10, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x01]),
  ]

  /// Read Holding Registers and Encapsulated Interface Transport.
  private static let answered: Set<UInt8> = [0x03, 0x2B]

  private static func isUnlisted(_ code: UInt8) -> Bool {
    !answered.contains(code) && !unused.contains { $0.code == code }
  }

  /// The function table.
  static let functions: [Check] =
    unused.map { function in
      Check(
        "function-\(function.name)", Source.functions, "exception 02",
        fault: .unusedFunctionsUnknown
      ) { subject in
        try subject.connect().expect(exception: 2, to: function.pdu, unit: subject.unit)
      }
    } + [
      Check("function-0", Source.functions, "exception 01", fault: .functionZeroIgnored) {
        try $0.connect().expect(exception: 1, to: [0x00, 0, 0, 0, 1], unit: $0.unit)
      },
      Check(
        "functions-unlisted", Source.functions, "exception 01 to every other function up to 127",
        fault: .unlistedFunctionsIgnored
      ) { try refusesUnlisted(1...127, $0) },
      Check(
        "functions-from-128", Source.functions, "exception 01 to 128–255 too",
        fault: .functionsFrom128Close
      ) { try refusesUnlisted(128...255, $0) },
      Check(
        "function-alone", Source.functions, "exception 01 to an unlisted function without data",
        fault: .shortRequestsIgnored
      ) { try $0.connect().expect(exception: 1, to: [0x41], unit: $0.unit) },
    ]

  private static func refusesUnlisted(_ codes: ClosedRange<UInt8>, _ subject: Subject) throws {
    let connection = try subject.connect()
    for code in codes where isUnlisted(code) {
      try connection.expect(exception: 1, to: [code, 0, 0, 0, 1], unit: subject.unit)
    }
  }
}
