/// One row of the table of checks.
struct Check: Sendable {
  /// What it is called on the command line.
  let name: String
  /// The clause or the chapter of a manual that it comes from.
  let source: String
  /// What is right, for people.
  let expectation: String
  /// The faulty server that it fails against.
  let fault: Fault
  /// Throws `Failure`, or `Skipped`.
  let run: @Sendable (Subject) throws -> Void

  init(
    _ name: String, _ source: String, _ expectation: String, fault: Fault,
    run: @escaping @Sendable (Subject) throws -> Void
  ) {
    self.name = name
    self.source = source
    self.expectation = expectation
    self.fault = fault
    self.run = run
  }

  /// Every check that makes sense for a subject.
  static func all(for subject: Subject) -> [Check] {
    functions + identification + quantities + requests + framing + segments + registers
      + fields(of: subject) + units(of: subject) + isolation + connections
  }

  /// What came of a check.
  enum Result: Equatable {
    case passed
    case failed(String)
    case skipped(String)
  }

  /// Runs it.
  func result(on subject: Subject) -> Result {
    do {
      try run(subject)
      return .passed
    } catch let skipped as Skipped {
      return .skipped(skipped.reason)
    } catch {
      return .failed("\(error)")
    }
  }
}

/// Where the expectations come from.
enum Source {
  static let functions = "MUC500 manual 1.1, table 30; Anybus gateway manual 2.4, ch. 5.1"
  static let identification = "Modbus application protocol V1.1b3, ch. 6.21"
  static let objects = "MUC500 manual 1.1, table 31"
  static let reading = "Modbus application protocol V1.1b3, ch. 6.3"
  static let header = "Modbus messaging on TCP/IP V1.0b, ch. 3.1.3"
  static let server = "Modbus messaging on TCP/IP V1.0b, ch. 4.4"
  static let layout = "MUC500 manual 1.1, ch. 11.3"
  static let multiSlave = "MUC500 manual 1.1, ch. 11.4.5"
  static let connections = "MUC500 manual 1.1, ch. 11.1"
}
