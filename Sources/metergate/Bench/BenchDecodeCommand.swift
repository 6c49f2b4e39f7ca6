import ArgumentParser
import Bytes
import FoundationEssentials
import Time

/// `metergate bench decode`: how many telegrams a second are read.
struct BenchDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Measure how many telegrams are read in a second of CPU time.",
    discussion: """
      Reads the telegrams of the built-in meters, or of a file, again and again: first as frames only, then \
      with their records, then with the values that the station gets. Each part has those before it in it.

      Heap bytes are what one telegram, read and kept, takes on average (mallinfo2 of the C library).

      Examples:
        metergate bench decode
        metergate bench decode --telegrams telegrams.txt --seconds 10 --json
      """)

  @Option(
    help: ArgumentHelp(
      "Telegrams as hexadecimal text, one a line, in place of those of the built-in meters.",
      valueName: "file"))
  var telegrams: String?

  @Option(help: "How long each part is measured: 0.1 to 3600.")
  var seconds = 2.0

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (0.1...3600).contains(seconds) else {
      throw ValidationError("--seconds \(seconds): 0.1 to 3600 are possible.")
    }
  }

  func run() throws {
    let bench = DecodeBench(
      telegrams: try telegrams.map(Self.read) ?? DecodeBench.builtIn,
      time: .milliseconds(Int64(exactly: (seconds * 1000).rounded()) ?? 2000))
    let measured = bench.run()
    print(json ? bench.json(measured) : bench.text(measured))
  }

  private static func read(_ path: String) throws -> [[UInt8]] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ValidationError("--telegrams \(path): the file cannot be read.")
    }
    let telegrams = text.split(whereSeparator: \.isNewline).compactMap { try? Hex.decode($0) }
    guard !telegrams.isEmpty else {
      throw ValidationError("--telegrams \(path): there is no telegram in it.")
    }
    return telegrams
  }
}
