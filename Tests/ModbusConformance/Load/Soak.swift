import Foundation

/// Many clients that behave well, all at once.
struct Soak {
  private let subject: Subject
  private let seconds: Double
  private let connections: Int
  private let pid: Int32?

  init(_ subject: Subject, seconds: Double, connections: Int, pid: Int32?) {
    (self.subject, self.seconds) = (subject, seconds)
    (self.connections, self.pid) = (connections, pid)
  }

  /// Whether every answer was right.
  func run() throws -> Bool {
    let interval = 0.1
    print(
      "soak: \(connections) connections, each every \(Int(interval * 1000)) ms, for \(seconds) s")
    let before = pid.flatMap(Memory.resident) ?? 0
    // Not all in step.
    let clients = (0..<connections).map {
      Neighbour(subject, interval: interval, delay: interval * Double($0) / Double(connections))
    }
    Clock.sleep(seconds)
    let records = clients.map { $0.stop() }
    let sum = records.reduce(Neighbour.Record(), +)
    print("all: \(sum.text)")
    // A connection that the server closed to make room would show as an error; silence as few answers.
    let fewest = records.map(\.times.count).min() ?? 0
    print("fewest answers on one connection: \(fewest)")
    if let pid { print("memory: \(before) kB, \(Memory.resident(pid) ?? 0) kB (begin, end)") }
    let isGood = sum.errorCount == 0 && Double(fewest) >= seconds / interval / 2
    for error in sum.errors { print("FAIL \(error)") }
    print(isGood ? "ok" : "FAIL")
    return isGood
  }
}
