import Glibc

/// What the process takes of the machine (proc(5)).
struct ProcessFigures {
  /// Memory that it has.
  var residentBytes: Int64?
  /// Processor time, of programs and kernel together.
  var processorMilliseconds: Int64?
  /// When it began, as Unix time.
  var start: Int64?

  /// As they are now. Reads two short files of the kernel.
  init() {
    let page = Int64(sysconf(Int32(_SC_PAGESIZE)))
    let memory = Self.words("/proc/self/statm")
    residentBytes = memory.dropFirst().first.flatMap { Int64($0) }.map { $0 * page }
    // Behind the name, which is in brackets and may have spaces in it.
    let fields = Self.words("/proc/self/stat", behind: ")")
    let ticks = Int64(sysconf(Int32(_SC_CLK_TCK)))
    guard fields.count > 19, ticks > 0, let user = Int64(fields[11]),
      let system = Int64(fields[12]),
      let began = Int64(fields[19])
    else { return }
    processorMilliseconds = (user + system) * 1000 / ticks
    let boot = Self.content("/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
    start = boot.flatMap { Int64($0.dropFirst(6)) }.map { $0 + began / ticks }
  }

  private static func words(_ path: String, behind mark: Character? = nil) -> [String] {
    var text = content(path)[...]
    if let mark, let place = text.lastIndex(of: mark) { text = text[text.index(after: place)...] }
    return text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }

  private static func content(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0, bytes.count < 1 << 20 else { break }
      bytes += chunk.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
