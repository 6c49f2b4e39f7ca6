import Glibc
import MeterFiles

/// What the tab Service says of the device (MUC500 manual 1.1, table 18).
struct ServiceFacts: Codable, Hashable, Sendable {
  /// The version of this software.
  var version: String
  /// The operating system with its kernel.
  var os: String
  /// The machine: model, processor, memory.
  var hardware: String
  /// Seconds since the gateway started.
  var uptime: Int64
  /// Software of others.
  var licences: [Licence]
  /// Bytes that are free for logs, in the folder for data.
  var freeLog: Int64
  /// Bytes that are free for the configuration.
  var freeFlash: Int64
  /// The configuration folder.
  var folder: String
  /// The folder for data.
  var ext: String
  /// Why there can be no factory reset; nil: there can.
  var noReset: String?

  /// Why the device cannot be set back to what it came with; nil: it can. It blocks.
  /// - Parameter shipped: the folder with the files that it comes with.
  static func noReset(_ shipped: String) -> String? {
    FileBytes.isFolder(shipped)
      ? nil
      : "there is no folder \(shipped) with the files that a device comes with (metergate run --defaults)"
  }

  /// Looks them up. It blocks.
  /// - Parameter shipped: the folder with the files that the device comes with.
  init(version: String, uptime: Int64, folder: String, ext: String, shipped: String) {
    noReset = Self.noReset(shipped)
    self.version = version
    self.uptime = uptime
    self.folder = folder
    self.ext = ext
    licences = Licence.all
    let kernel = Self.kernel()
    os = [Self.system(), kernel.name].compactMap(\.self).joined(separator: ", ")
    let pages = Int64(sysconf(Int32(_SC_PHYS_PAGES)))
    let bytes = pages.multipliedReportingOverflow(by: Int64(sysconf(Int32(_SC_PAGESIZE))))
    let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    hardware = [
      Self.model(), kernel.machine, "\(cores) core\(cores == 1 ? "" : "s")",
      Self.memory(bytes.overflow ? -1 : bytes.partialValue),
    ].compactMap(\.self).joined(separator: ", ")
    freeLog = Self.free(ext)
    freeFlash = Self.free(folder)
  }

  /// Memory in a unit that leaves one to four digits; nil where the system does not tell it.
  static func memory(_ bytes: Int64) -> String? {
    guard bytes > 0 else { return nil }
    let tenths = (bytes + (1 << 30) / 20) / ((1 << 30) / 10)
    guard tenths >= 10 else { return "\((bytes + (1 << 19)) >> 20) MiB" }
    return tenths < 100 && tenths % 10 != 0
      ? "\(tenths / 10).\(tenths % 10) GiB" : "\((tenths + 5) / 10) GiB"
  }

  private static func kernel() -> (name: String, machine: String) {
    var name = utsname()
    guard uname(&name) == 0 else { return ("Linux", "") }
    func text<Field>(_ field: Field) -> String {
      withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
    return ("\(text(name.sysname)) \(text(name.release))", text(name.machine))
  }

  /// `PRETTY_NAME` of os-release(5).
  private static func system() -> String? {
    let lines = read("/etc/os-release")?.split(separator: "\n") ?? []
    let line = lines.first { $0.hasPrefix("PRETTY_NAME=") }
    return line.map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }
  }

  /// What its maker calls it, where the system knows.
  private static func model() -> String? {
    for path in ["/proc/device-tree/model", "/sys/class/dmi/id/product_name"] {
      let text = read(path)?.split { $0 == "\0" || $0 == "\n" }.first
      if let text, !text.isEmpty { return String(text) }
    }
    return nil
  }

  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
      count = max(Glibc.read(file, buffer.baseAddress, buffer.count), 0)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func free(_ folder: String) -> Int64 {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return 0 }
    return Int64(
      clamping: status.f_bavail.multipliedReportingOverflow(by: status.f_frsize).partialValue)
  }
}
