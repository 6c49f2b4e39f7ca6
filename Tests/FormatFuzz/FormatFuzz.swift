import ArgumentParser
import Glibc

/// Rubbish of all kinds for everything that reads files which others may write. Rounds are numbered, and each can be
/// had again by its seed and number.
@main struct FormatFuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "FormatFuzz",
    abstract:
      "Feed damaged files to the readers of chip.ini, meter list, users, tables, JSON and archives, and damaged telegrams to theirs.",
    discussion: """
      Exits with 0 when nothing was wrong, with 1 when a check failed, and by a signal when a reader trapped; \
      the state file then has format, seed and round.
      """)

  @Option(help: "How long, in seconds.") var seconds = 60
  @Option(help: "How many rounds of each format, in place of a time.") var rounds: UInt64?
  @Option(help: "The seed; left out: another one each time, which is printed.") var seed: UInt64?
  @Option(help: "Only this format: \(Format.all.map(\.name).joined(separator: ", ")).") var only:
    String?
  @Option(help: "Only this round of it; its input goes to standard output.") var round: UInt64?
  @Option(help: "Where format, seed and round are written down before each round.") var state:
    String?

  func validate() throws {
    if let only, Format.named(only) == nil { throw ValidationError("there is no format \(only)") }
    if round != nil, only == nil || seed == nil {
      throw ValidationError("--round needs --only and --seed")
    }
  }

  func run() throws {
    let seed = seed ?? .random(in: 0...UInt64.max)
    let formats = only.flatMap(Format.named).map { [$0] } ?? Format.all
    if let round, let format = formats.first {
      let (input, mistake) = format.round(round, seed: seed)
      _ = input.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
      guard let mistake else { return }
      say("\(format.name): \(mistake)")
      throw ExitCode(1)
    }
    let length = rounds.map { "\($0) rounds" } ?? "\(seconds) s"
    say("seed \(seed), \(length): \(formats.map(\.name).joined(separator: ", "))")
    for format in formats where format.samples.contains(where: { format.check($0) != nil }) {
      say("\(format.name): a sample is wrong by itself")
      throw ExitCode(1)
    }
    try run(formats, seed)
  }

  private func run(_ formats: [Format], _ seed: UInt64) throws {
    let file = state.map { open($0, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600) } ?? -1
    let start = time(nil)
    let end = start + seconds
    var (turn, mistakes, inputs) = (UInt64(0), 0, UInt64(0))
    while rounds.map({ turn < $0 }) ?? (time(nil) < end) {
      for format in formats {
        for part in 0..<(rounds == nil ? format.repeats : 1) {
          let number = rounds == nil ? turn &* format.repeats &+ part : turn
          inputs += 1
          note("\(format.name) --seed \(seed) --round \(number)", in: file)
          guard let mistake = format.round(number, seed: seed).mistake else { continue }
          say(
            "\(format.name): \(mistake): FormatFuzz --only \(format.name) --seed \(seed) --round \(number)"
          )
          mistakes += 1
          if mistakes >= 10 { throw ExitCode(1) }
        }
      }
      turn += 1
    }
    say(
      "\(inputs) inputs in \(time(nil) - start) s, \(mistakes) mistakes, at most \(Self.peak) MB of memory"
    )
    if mistakes > 0 { throw ExitCode(1) }
    if Self.peak > Self.mostMemory {
      say("more than \(Self.mostMemory) MB: something grows")
      throw ExitCode(1)
    }
  }

  /// What all readers may need together; an input has 200 kB at most.
  private static let mostMemory = 1000

  /// The most memory that the process has had, in MB.
  private static var peak: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss / 1024
  }

  /// Of the same length each time, so that nothing of the one before is left.
  private func note(_ text: String, in file: Int32) {
    guard file >= 0 else { return }
    let line = Array((text + String(repeating: " ", count: max(0, 100 - text.count)) + "\n").utf8)
    _ = line.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  private func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
