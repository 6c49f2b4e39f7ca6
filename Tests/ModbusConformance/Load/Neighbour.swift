import Foundation
import Synchronization

/// A client that behaves well: it polls as many registers as one request can have and notes how long each
/// answer took.
final class Neighbour: Sendable {
  /// What it has seen.
  struct Record: Sendable {
    /// Seconds, one for each right answer.
    var times: [Double] = []
    /// Wrong or missing answers.
    var errors: [String] = []
    var errorCount = 0

    mutating func note(_ error: String) {
      errorCount += 1
      if errors.count < 5 { errors.append(error) }
    }

    /// Milliseconds that so many of the answers stayed below.
    func percentile(_ part: Double) -> Double {
      let sorted = times.sorted()
      guard let last = sorted.indices.last else { return 0 }
      let index = Int((Double(last) * part).rounded())
      return sorted[index] * 1000
    }

    var text: String {
      let figures = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1)].map {
        "\($0) \(String(format: "%.3f", percentile($1))) ms"
      }
      return "\(times.count) answers, \(errorCount) errors, " + figures.joined(separator: ", ")
    }

    static func + (a: Self, b: Self) -> Self {
      Record(
        times: a.times + b.times, errors: Array((a.errors + b.errors).prefix(5)),
        errorCount: a.errorCount + b.errorCount)
    }
  }

  private let record = Mutex(Record())
  private let isStopped = Atomic(false)
  private let end = DispatchSemaphore(value: 0)

  /// Starts polling on a thread of its own.
  /// - Parameters:
  ///   - interval: seconds between two requests.
  ///   - delay: seconds before the first one.
  init(_ subject: Subject, interval: Double, delay: Double = 0) {
    Thread.detachNewThread { [self] in
      Clock.sleep(delay)
      poll(subject, interval)
      end.signal()
    }
  }

  /// Ends it.
  func stop() -> Record {
    isStopped.store(true, ordering: .relaxed)
    end.wait()
    return record.withLock { $0 }
  }

  private func poll(_ subject: Subject, _ interval: Double) {
    while !isStopped.load(ordering: .relaxed) {
      do {
        let connection = try subject.connect()
        let count = min(125, try connection.span(unit: subject.unit))
        let fixed = try Self.fixed(connection.read(0, count, unit: subject.unit), subject)
        try pollOn(connection, subject, interval, count, fixed)
      } catch {
        record.withLock { $0.note("\(error)") }
        Clock.sleep(interval)
      }
    }
  }

  private func pollOn(
    _ connection: Connection, _ subject: Subject, _ interval: Double, _ count: Int,
    _ fixed: [UInt16]
  ) throws {
    while !isStopped.load(ordering: .relaxed) {
      let begin = Clock.now
      let words = try connection.read(0, count, unit: subject.unit)
      let seconds = Clock.now - begin
      let came = Self.fixed(words, subject)
      record.withLock {
        if came == fixed {
          $0.times.append(seconds)
        } else {
          $0.note("\(Failure("registers 0–3 as before: \(fixed)", "\(came)"))")
        }
      }
      Clock.sleep(interval - seconds)
    }
  }

  /// What does not change in a device entry; of other entries that is not known.
  private static func fixed(_ words: [UInt16], _ subject: Subject) -> [UInt16] {
    subject.layout == .standard ? Array(words.prefix(4)) : []
  }
}

/// The memory of a process.
enum Memory {
  /// Resident kilobytes; nil when there is no such process, or it is a zombie.
  static func resident(_ pid: Int32) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
    else { return nil }
    return Int(line.filter(\.isNumber))
  }
}
