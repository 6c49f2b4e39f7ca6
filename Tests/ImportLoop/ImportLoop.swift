import ConfigurationArchive
import Glibc
import MeterFiles

/// What tests pull the plug of: imports two archives into a folder in turn, and writes a dot to standard output
/// for each import, until it is killed.
@main struct ImportLoop {
  static func main() {
    guard CommandLine.arguments.count == 4 else { exit(64) }
    let folder = ConfigurationFolder(CommandLine.arguments[1])
    do {
      try folder.finishInterrupted()
      let configurations = try CommandLine.arguments.dropFirst(2).map { path in
        guard case .read(let bytes) = FileBytes.read(path, limit: 1 << 24) else { exit(66) }
        return try ArchiveFile.read(bytes).contents
      }
      while true {
        for contents in configurations {
          try folder.perform(folder.plan(for: contents, manner: .replace))
          _ = [UInt8(0x2E)].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, 1) }
        }
      }
    } catch {
      print(error)
      exit(1)
    }
  }
}
