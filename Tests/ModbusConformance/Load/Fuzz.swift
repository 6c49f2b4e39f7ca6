import Foundation
import Synchronization

/// Clients that send rubbish, for as long as wanted, while a neighbour polls.
struct Fuzz {
  private let subject: Subject
  private let seconds: Double
  private let seed: UInt64
  private let clients: Int
  private let pid: Int32?

  init(_ subject: Subject, seconds: Double, seed: UInt64, clients: Int, pid: Int32?) {
    (self.subject, self.seconds, self.seed) = (subject, seconds, seed)
    (self.clients, self.pid) = (clients, pid)
  }

  /// Resident kilobytes at the beginning, in the middle and at the end.
  private struct Sizes {
    var begin = 0
    var middle = 0
    var end = 0

    /// More than a tenth or 4 MB in the second half.
    var hasGrown: Bool { end - middle > min(middle / 10, 4096) }
  }

  /// Whether the server has survived, its memory stands, and the neighbour got all answers.
  func run() throws -> Bool {
    print("fuzz: \(clients) bad clients for \(seconds) s, seed \(seed)")
    let calm = watch { Clock.sleep(max(2, min(10, seconds / 5))) }
    print("neighbour before: \(calm.text)")
    var sizes = Sizes()
    let counters = Counters()
    let during = watch { sizes = makeNoise(counters) }
    print("neighbour during: \(during.text)")
    print("bad clients: \(counters.text)")
    return judge(calm, during, sizes)
  }

  private func watch(_ body: () -> Void) -> Neighbour.Record {
    let neighbour = Neighbour(subject, interval: 0.01)
    body()
    return neighbour.stop()
  }

  private func makeNoise(_ counters: Counters) -> Sizes {
    let end = Clock.now + seconds
    let all = DispatchGroup()
    var sizes = Sizes()
    sizes.begin = size
    for number in 0..<clients {
      all.enter()
      let seed = seed &* 1000 &+ UInt64(number)
      Thread.detachNewThread { [subject] in
        var client = FuzzClient(subject, seed: seed, counters: counters)
        client.run(until: end)
        all.leave()
      }
    }
    Clock.sleep(seconds / 2)
    sizes.middle = size
    all.wait()
    sizes.end = size
    return sizes
  }

  private var size: Int { pid.flatMap(Memory.resident) ?? 0 }

  private func judge(_ calm: Neighbour.Record, _ during: Neighbour.Record, _ sizes: Sizes) -> Bool {
    var faults = (calm + during).errors.map { "the neighbour: \($0)" }
    if during.times.isEmpty { faults.append("the neighbour got no answer") }
    if let pid {
      print("memory: \(sizes.begin) kB, \(sizes.middle) kB, \(sizes.end) kB (begin, middle, end)")
      if Memory.resident(pid) == nil { faults.append("process \(pid) has ended") }
      if sizes.hasGrown { faults.append("memory grew by \(sizes.end - sizes.middle) kB") }
    }
    do {
      _ = try subject.connect().read(0, 1, unit: subject.unit)
    } catch {
      faults.append("afterwards: \(error)")
    }
    for fault in faults { print("FAIL \(fault)") }
    print(faults.isEmpty ? "ok" : "\(faults.count) faults")
    return faults.isEmpty
  }

  /// What the bad clients have done, from all threads.
  final class Counters: Sendable {
    private let counts = Mutex<[FuzzClient.Habit: Int]>([:])

    func note(_ habit: FuzzClient.Habit) { counts.withLock { $0[habit, default: 0] += 1 } }

    var text: String {
      let counts = counts.withLock { $0 }
      return FuzzClient.Habit.allCases.map { "\($0) \(counts[$0] ?? 0)" }.joined(separator: ", ")
    }
  }
}
