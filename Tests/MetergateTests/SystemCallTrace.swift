import Foundation
import PeerSupport

/// A program that has run to its end under strace.
struct SystemCallTrace {
  /// The calls that have changed something in the folder, such as `rename .a.new a`, in their order.
  let calls: [String]
  /// Its standard output.
  let output: String
  /// Its standard error.
  let errors: String

  private static let names =
    "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,fchmod,fchown,"
    + "ftruncate,link,linkat"

  /// Whether strace is there and may trace: it is tried once.
  static let isPossible: Bool = {
    let probe = try? PeerProcess.run("strace", ["-f", "-y", "-qq", "-e", "trace=fsync", "true"])
    return probe?.status == 0
  }()

  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - injection: a call that fails, in the words of strace.
  init(
    of command: [String], in folder: TemporaryFolder, injecting injection: String? = nil
  ) throws {
    let log = try TemporaryFolder()
    let result = try PeerProcess.run(
      "strace",
      ["-f", "-y", "-qq", "-e", "trace=\(Self.names)", "-o", log["trace"]]
        + (injection.map { ["-e", "inject=\($0)"] } ?? []) + command)
    output = result.standardOutput
    errors = result.standardError
    calls = (log.read("trace") ?? "").split(separator: "\n").compactMap {
      Self.call(String($0), folder.path)
    }
  }

  /// `12 fsync(5</tmp/x/.chip.ini.new>) = 0` as `fsync .chip.ini.new`; nil for calls that only read,
  /// concern other files, or fail.
  private static func call(_ line: String, _ folder: String) -> String? {
    // strace fills up short process ids with spaces.
    let parts = String(line.drop { $0 != " " }.drop { $0 == " " })
    guard let open = parts.firstIndex(of: "("), parts.contains(folder), !parts.contains("= -1")
    else { return nil }
    let name = parts[..<open]
    let isReading = name == "openat" && !parts.contains("O_WRONLY") && !parts.contains("O_RDWR")
    guard !isReading else { return nil }
    let files = parts.split(whereSeparator: { "<>\"".contains($0) })
      .filter { $0.hasPrefix(folder) }
      .map { $0 == folder ? "folder" : String($0.dropFirst(folder.count + 1)) }
    // The target of the file descriptor that openat returns is named, too.
    let distinct = files.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return ([String(name)] + distinct).joined(separator: " ")
  }
}
