import Glibc
import NIOSSL

/// A file of a port with TLS as it was read.
struct PEMFile {
  let setting: String
  /// As messages have it; empty: they do not name it.
  let shownPath: String
  let bytes: [UInt8]
  let isReadableByOthers: Bool

  /// Longer than all certificates of a plant.
  static let limit = 1 << 20

  /// Blocks.
  /// - Parameters:
  ///   - reason: the setting that needs it.
  ///   - planned: what files are to hold instead, by path; nil: they are to be removed.
  init(
    _ entry: TLSServerFiles.Entry, for reason: String, _ planned: [String: [UInt8]?]
  ) throws(TLSFileFailure) {
    let (key, path) = (entry.setting, entry.path)
    setting = key
    let shown = entry.shownPath
    shownPath = shown
    guard !path.isEmpty else {
      throw TLSFileFailure(key, path: "", reason: "is not set; \(reason) needs it")
    }
    if let known = planned[path] {
      guard let known else {
        guard entry.isNamed else { throw TLSFileFailure(key, path: "", reason: "is empty") }
        throw Self.failure(key, shown, ENOENT)
      }
      guard known.count <= Self.limit else { throw Self.tooLong(key, shown) }
      (bytes, isReadableByOthers) = (known, false)
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(key, shown, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(key, shown, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw TLSFileFailure(key, path: shown, reason: "is no file")
    }
    guard status.st_size <= Self.limit else {
      throw Self.tooLong(key, shown)
    }
    isReadableByOthers = status.st_mode & S_IROTH != 0
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while all.count <= Self.limit {
      let count = read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw Self.failure(key, shown, errno) }
      guard count > 0 else { break }
      all += chunk.prefix(count)
    }
    bytes = all
  }

  /// The certificates in it, at least one.
  func certificates() throws(TLSFileFailure) -> [NIOSSLCertificate] {
    guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
      throw failure("holds no certificate in PEM")
    }
    return found
  }

  /// The private key in it.
  func privateKey() throws(TLSFileFailure) -> NIOSSLPrivateKey {
    guard let found = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
      throw failure("is no private key in PEM, or one that asks for a password")
    }
    return found
  }

  func failure(_ reason: String) -> TLSFileFailure {
    TLSFileFailure(setting, path: shownPath, reason: reason)
  }

  /// The file, for messages.
  var words: String { shownPath.isEmpty ? setting : "\(setting) = \(shownPath)" }

  private static func tooLong(_ key: String, _ path: String) -> TLSFileFailure {
    TLSFileFailure(key, path: path, reason: "is longer than 1 MiB, so no certificate")
  }

  private static func failure(
    _ key: String, _ path: String, _ code: Int32
  ) -> TLSFileFailure {
    let reason =
      switch code {
      case ENOENT, ENOTDIR: "there is no such file"
      case EACCES: "the user that metergate runs as may not read it"
      default: String(cString: strerror(code))
      }
    return TLSFileFailure(key, path: path, reason: reason)
  }
}
