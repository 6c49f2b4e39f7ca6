import Foundation

/// A program on Debian's libmodbus whose source is in `Tests/LibModbusPeers`. It is compiled by the test that
/// needs it, so that only tests need libmodbus-dev.
public struct CompiledPeer: Sendable {
  /// Where the executable is; it goes away with the peer.
  public let path: String
  private let folder: TemporaryFolder

  /// Whether libmodbus-dev and a compiler are there.
  public static let isPossible =
    (try? PeerProcess.run("pkg-config", ["--exists", "libmodbus"]))?.status == 0
    && (try? PeerProcess.run("cc", ["--version"]))?.status == 0

  /// Compiles `Tests/LibModbusPeers/NAME.c`.
  public init(_ name: String) throws {
    folder = try TemporaryFolder()
    path = folder[name]
    let source = PeerProcess.root + "/Tests/LibModbusPeers/\(name).c"
    let output = try PeerProcess.run(
      "cc", ["-Wall", "-Wextra", "-Werror", "-o", path, source, "-lmodbus"])
    guard output.status == 0 else { throw Failure(description: output.standardError) }
  }

  /// What the compiler said.
  public struct Failure: Error, CustomStringConvertible {
    /// Its messages.
    public let description: String
  }
}
