import Glibc
import NIOCore
import NIOSSL

/// The certificates and the key in force, as they were read.
struct TLSCredentials: Sendable {
  /// What the files held, to tell whether they have changed.
  let contents: [[UInt8]]
  /// What connections are made with.
  let context: NIOSSLContext
  /// The server's own certificate.
  let subject: String
  let notAfter: CertificateTime
  /// What their owner should know.
  let warnings: [String]

  /// Reads the files. Blocks.
  /// - Parameter now: seconds since 1970.
  static func load(_ security: ModbusSecurity, now: Int64) throws(TLSFileFailure) -> Self {
    let authorities = try PEMFile(.authorities, security.authorities)
    let certificate = try PEMFile(.certificate, security.certificate)
    let key = try PEMFile(.key, security.key)
    let chain = try certificate.certificates()
    let privateKey: NIOSSLPrivateKey
    do {
      privateKey = try NIOSSLPrivateKey(bytes: key.bytes, format: .pem)
    } catch {
      throw key.failure("is no private key in PEM, or one that asks for a password")
    }
    var configuration = TLSConfiguration.makeServerConfigurationWithMTLS(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey),
      trustRoots: .certificates(try authorities.certificates()))
    configuration.minimumTLSVersion = .tlsv12
    configuration.renegotiationSupport = .none
    configuration.sendCANameList = true
    configuration.shutdownTimeout = .seconds(1)
    let context: NIOSSLContext
    do {
      context = try NIOSSLContext(configuration: configuration)
    } catch {
      throw key.failure("is not the key of the first certificate in \(certificate.path)")
    }
    guard let own = chain.first.flatMap(PeerCertificate.init) else {
      throw certificate.failure("its first certificate cannot be read")
    }
    var warnings: [String] = []
    if key.isReadableByOthers {
      warnings.append(
        "MODBUS_KEY_FILE = \(key.path) can be read by every user of this machine (chmod 600 mends it)"
      )
    }
    if own.notAfter.unixSeconds < now {
      warnings.append(
        "MODBUS_CERT_FILE = \(certificate.path) has expired on \(own.notAfter); clients will refuse it"
      )
    }
    return TLSCredentials(
      contents: [authorities.bytes, certificate.bytes, key.bytes], context: context,
      subject: own.subject, notAfter: own.notAfter, warnings: warnings)
  }
}

/// A file as it was read.
private struct PEMFile {
  let key: TLSFileFailure.Key
  let path: String
  let bytes: [UInt8]
  let isReadableByOthers: Bool

  /// Longer than all certificates of a plant.
  static let limit = 1 << 20

  init(_ key: TLSFileFailure.Key, _ path: String) throws(TLSFileFailure) {
    self.key = key
    self.path = path
    guard !path.isEmpty else {
      throw TLSFileFailure(key, path: "", reason: "is not set; MODBUS_TLSENABLE needs it")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(key, path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(key, path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw TLSFileFailure(key, path: path, reason: "is no file")
    }
    guard status.st_size <= Self.limit else {
      throw TLSFileFailure(key, path: path, reason: "is longer than 1 MiB, so no certificate")
    }
    isReadableByOthers = status.st_mode & S_IROTH != 0
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while all.count <= Self.limit {
      let count = read(descriptor, &chunk, chunk.count)
      guard count >= 0 else { throw Self.failure(key, path, errno) }
      guard count > 0 else { break }
      all += chunk.prefix(count)
    }
    bytes = all
  }

  func certificates() throws(TLSFileFailure) -> [NIOSSLCertificate] {
    guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
      throw failure("holds no certificate in PEM")
    }
    return found
  }

  func failure(_ reason: String) -> TLSFileFailure {
    TLSFileFailure(key, path: path, reason: reason)
  }

  private static func failure(
    _ key: TLSFileFailure.Key, _ path: String, _ code: Int32
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
