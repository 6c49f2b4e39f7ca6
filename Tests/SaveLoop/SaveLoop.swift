import Glibc
import MeterFiles

/// Saves two contents in turn to the file that its argument names, until it is killed: what a test of
/// pulled plugs pulls the plug of. Writes a dot to standard output for every save.
@main struct SaveLoop {
  static func main() {
    guard CommandLine.arguments.count == 2 else { exit(64) }
    let path = CommandLine.arguments[1]
    // Of different lengths, so that a mixture cannot pass for one of them.
    let contents = [
      [UInt8](repeating: 0x61, count: 200_000), [UInt8](repeating: 0x62, count: 250_000),
    ]
    while true {
      for content in contents {
        do {
          try SafeFile.save(content, to: path, replacing: version(of: path))
          _ = [UInt8(0x2E)].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, 1) }
        } catch {
          print(error)
          exit(1)
        }
      }
    }
  }

  private static func version(of path: String) -> FileVersion {
    if case .read(let bytes) = FileBytes.read(path, limit: 1 << 20) {
      .of(bytes)
    } else {
      .missing
    }
  }
}
