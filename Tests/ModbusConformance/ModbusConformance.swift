import ArgumentParser
import Glibc

/// Judges a Modbus TCP server by what it does on the wire, or plays one that is faulty.
@main struct ModbusConformance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ModbusConformance",
    abstract: "Checks a Modbus TCP server that offers meters as registers.",
    discussion: """
      Prints a line for each check: ok NAME, FAIL NAME: what was expected, what came, or skip NAME: \
      why. Ends with exit code 1 when a check failed.
      """)

  @OptionGroup var options: SubjectOptions
  @OptionGroup var load: LoadOptions

  @Option(help: "Run this check only; can be given several times.") var only: [String] = []
  @Flag(help: "Print the table of checks and end.") var list = false
  @Option(help: "Play a server with this fault instead, for trying the checks; none: a right one.")
  var faulty: String?
  @Option(help: "With --faulty wrong-field: the field.") var field: String?

  func run() throws {
    let subject = try options.subject()
    if list { return Report.printTable(Check.all(for: subject)) }
    if let faulty { return try serve(subject, faulty) }
    if let isGood = try load.run(on: subject) { throw isGood ? ExitCode.success : .failure }
    let all = Check.all(for: subject)
    for name in only where !all.contains(where: { $0.name == name }) {
      throw ValidationError("there is no check \(name) with these options; --list prints them")
    }
    let checks = only.isEmpty ? all : all.filter { only.contains($0.name) }
    guard Report.run(checks, on: subject) else { throw ExitCode.failure }
  }

  private func serve(_ subject: Subject, _ name: String) throws {
    guard let fault = Fault(rawValue: name) else {
      let names = Fault.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("there is no fault \(name); there are: \(names)")
    }
    let server = try FaultyServer(subject, fault, field: field)
    print("ready: modbus=127.0.0.1:\(server.port)")
    fflush(nil)
    while true { pause() }
  }
}

/// What the user tells about the server.
struct SubjectOptions: ParsableArguments {
  @Argument(help: "HOST:PORT of the server.") var endpoint: Endpoint
  @Option(help: "standard, float, multi or float-multi.") var layout = Layout.standard
  @Option(help: "solvimus or anybus: whose test data, time registers and byte orders.")
  var dialect = Dialect.solvimus
  @Option(help: "Byte order of wide fields: ABCD, CDAB, BADC or DCBA.") var order = WordOrder.abcd
  @Flag(help: "The server offers the test data of its dialect.") var testData = false
  @Flag(help: "Its only meter is that of MUC500 manual 1.1, table 35.") var example = false
  @Option(help: "FIRST-LAST: registers within the map that belong to nobody.") var gap: String?
  @Option(
    help: "The only unit identifier that it answers besides 0 and 255; without it, every one.")
  var address: UInt8?
  @Option(help: "How many connections it allows; without it the limit is not tried.") var limit:
    Int?
  @Option(help: "Seconds without request after which it closes; without it this is not tried.")
  var idle: Double?
  @Option(help: "Seconds that an answer may take.") var timeout = 2.0

  func subject() throws -> Subject {
    var subject = Subject(endpoint)
    subject.layout = layout
    subject.dialect = dialect
    subject.order = order
    guard !(testData && example) else {
      throw ValidationError("--test-data or --example, not both")
    }
    subject.data = testData ? .test : example ? .example : nil
    subject.address = address
    subject.limit = limit
    subject.idleTimeout = idle
    subject.timeout = timeout
    if let gap {
      let ends = gap.split(separator: "-").map { Int($0) }
      guard ends.count == 2, let first = ends[0], let last = ends[1], 0 <= first, first <= last
      else {
        throw ValidationError("--gap is FIRST-LAST, such as 30-39")
      }
      subject.gap = first...last
    }
    return subject
  }
}

extension Endpoint: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}

extension Layout: ExpressibleByArgument {}
extension Dialect: ExpressibleByArgument {}
extension WordOrder: ExpressibleByArgument {}
