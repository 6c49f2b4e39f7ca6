import Foundation
import Synchronization
import Testing

@testable import ModbusConformance

/// The checks are checked: a right server passes all of them, and each fails against the server that has
/// the fault it names.
@Suite struct FaultTests {
  /// How a server is set up, so that as many checks as possible can be made.
  struct Scenario: Sendable, CustomStringConvertible {
    var layout = Layout.standard
    var dialect = Dialect.solvimus
    var order = WordOrder.abcd
    var data: DataSet? = .test
    var address: UInt8?

    var description: String { "\(layout) \(dialect) \(order) \(data.map { "\($0)" } ?? "plain")" }

    /// - Parameter port: 0 before there is a server.
    func subject(port: UInt16 = 0) -> Subject {
      var subject = Subject(Endpoint(host: "127.0.0.1", port: port))
      (subject.layout, subject.dialect, subject.order) = (layout, dialect, order)
      subject.data = data
      subject.address = address
      // Many run at once.
      subject.promptness = 0.45
      guard data == nil else { return subject }
      subject.gap = 200...299
      subject.limit = 4
      subject.idleTimeout = 1
      return subject
    }

    /// What comes of a check on a server of its own.
    func result(_ check: Check, _ fault: Fault) throws -> Check.Result {
      let server = try FaultyServer(subject(), fault, field: check.name)
      defer { server.stop() }
      var subject = subject(port: server.port)
      // What is wrong is often that nothing comes.
      subject.timeout = fault == .none ? 5 : 1
      return check.result(on: subject)
    }
  }

  private static let scenarios =
    [Scenario(data: nil)] + Layout.allCases.map { Scenario(layout: $0) }
    + [Scenario(dialect: .anybus, order: .dcba, address: 17), Scenario(data: .example)]

  /// Gives what came of all, on some threads: most checks wait most of the time.
  private static func inParallel<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) throws -> Value
  ) async throws -> [(Item, Value)] {
    let places = DispatchSemaphore(value: 12)
    return try await withThrowingTaskGroup(of: (Item, Value).self) { group in
      for item in items {
        group.addTask {
          try await withCheckedThrowingContinuation { done in
            Thread.detachNewThread {
              places.wait()
              defer { places.signal() }
              done.resume(with: Result { (item, try body(item)) })
            }
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test(arguments: scenarios) func aRightServerPasses(scenario: Scenario) async throws {
    let checks = Check.all(for: scenario.subject())
    let results = try await Self.inParallel(checks) { try scenario.result($0, .none) }
    for (check, result) in results {
      if case .failed(let why) = result { Issue.record("\(check.name): \(why)") }
    }
    #expect(Set(checks.map(\.name)).count == checks.count, "a name twice")
  }

  @Test func everyCheckFindsItsFault() async throws {
    var seen: Set<String> = []
    var cases: [(check: Check, scenario: Scenario)] = []
    for scenario in Self.scenarios {
      for check in Check.all(for: scenario.subject()) { cases.append((check, scenario)) }
    }
    let results = try await Self.inParallel(cases) {
      try $0.scenario.result($0.check, $0.check.fault)
    }
    for ((check, scenario), result) in results {
      switch result {
      case .failed: seen.insert(check.name)
      case .skipped: break
      case .passed: Issue.record("\(check.name) does not see \(check.fault.rawValue), \(scenario)")
      }
    }
    let names = Set(cases.map(\.check.name))
    #expect(names.subtracting(seen) == [], "checks that have not been tried")
    let faults = Set(cases.map(\.check.fault)).union([.none])
    #expect(Set(Fault.allCases).subtracting(faults) == [], "faults that no check looks for")
  }

  private static let orders = Layout.allCases.flatMap { layout in
    Dialect.allCases.flatMap { dialect in
      WordOrder.allCases.map { Scenario(layout: layout, dialect: dialect, order: $0) }
    }
  }

  @Test(arguments: orders) func fieldsInEveryOrder(scenario: Scenario) throws {
    for check in Check.fields(of: scenario.subject()) {
      #expect(try scenario.result(check, .none) == .passed)
      guard case .failed(let why) = try scenario.result(check, .wrongField) else {
        Issue.record("\(check.name) does not see a wrong bit")
        continue
      }
      #expect(why.hasPrefix("expected \(check.expectation); came "))
    }
  }
}
