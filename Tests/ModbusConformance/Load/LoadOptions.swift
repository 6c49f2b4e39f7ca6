import ArgumentParser

/// Load instead of checks.
struct LoadOptions: ParsableArguments {
  @Option(help: "Send rubbish for so many seconds, and watch how another client fares.")
  var fuzz: Double?
  @Option(help: "Poll from many connections for so many seconds; all answers have to be right.")
  var soak: Double?
  @Option(help: "With --soak: how many connections; with --fuzz: how many bad clients.")
  var connections: Int?
  @Option(help: "With --fuzz: another number, other rubbish.") var seed: UInt64 = 1
  @Option(help: "The server's process, whose memory is watched.") var pid: Int32?

  /// Whether all went well; nil: no load is wanted.
  func run(on subject: Subject) throws -> Bool? {
    if let fuzz {
      return try Fuzz(subject, seconds: fuzz, seed: seed, clients: connections ?? 12, pid: pid)
        .run()
    }
    if let soak {
      return try Soak(subject, seconds: soak, connections: connections ?? 80, pid: pid).run()
    }
    return nil
  }
}
