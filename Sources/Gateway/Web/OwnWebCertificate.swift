import Certificates
import ConfigurationArchive
import Glibc
import MeterFiles
import NIOCore
import Time

/// The certificate that the gateway makes for its web page when there is none, and renews before it ends.
enum OwnWebCertificate {
  /// Makes key and certificate if both are missing, a certificate for a key that has none, and another one for the same
  /// key when one that was made here ends soon. Those that somebody has brought stay. Blocks.
  /// - Parameter time: Unix time.
  /// - Returns: a line for the log; nil: nothing is done.
  static func prepare(
    _ subject: OwnCertificate.Subject, _ files: TLSServerFiles, folder: String, at time: WallTime
  ) throws -> String? {
    let present = [files.key, files.certificate].map { FileBytes.read($0.path, limit: 1 << 20) }
    // A clock that has never been set may stand before the certificate's first day.
    let from = max(time.unixSeconds, 1_704_067_200)
    func make(_ key: OwnCertificate.Key) throws -> OwnCertificate {
      try OwnCertificate(
        subject, names: names(subject.commonName), addresses: addresses, key: key, at: from)
    }
    switch (present[0], present[1]) {
    case (.missing, .missing):
      let made = try make(OwnCertificate.Key())
      try ConfigurationFolder(folder).replace([
        (files.key.path, Array(made.key.utf8)),
        (files.certificate.path, Array(made.certificate.utf8)),
      ])
      return
        "the web page has a certificate of its own now, \(files.certificate.path): browsers ask once whether they "
        + "shall trust it; one of an authority can be put in its place"
    case (.read(let bytes), .missing):
      guard let key = OwnCertificate.Key(pem: bytes) else { return nil }
      let made = try make(key)
      try ConfigurationFolder(folder).replace([
        (files.certificate.path, Array(made.certificate.utf8))
      ])
      return
        "the web page has made a certificate, \(files.certificate.path), for the key that was there without one: "
        + "browsers ask once whether they shall trust it"
    case (.read(let bytes), .read(let before)):
      // By a clock that is not set nothing ends.
      guard time.isTrusted, let key = OwnCertificate.Key(pem: bytes),
        OwnCertificate.isDue(before, for: key, at: time.unixSeconds)
      else { return nil }
      let made = try make(key)
      try ConfigurationFolder(folder).replace([
        (files.certificate.path, Array(made.certificate.utf8))
      ])
      return
        "the web page has renewed its own certificate, \(files.certificate.path), with the same key; the new one is "
        + "valid until \(made.notAfter), and browsers ask once more whether they shall trust it"
    default: return nil
    }
  }

  /// The names by which it is called: those that can stand in a certificate.
  static func names(_ commonName: String) -> [String] {
    var buffer = [CChar](repeating: 0, count: 256)
    gethostname(&buffer, buffer.count - 1)
    let machine = String(
      decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    var names: [String] = []
    for name in [commonName, machine] where isName(name) {
      names += name.contains(".") ? [name] : [name, "\(name).local"]
    }
    names.append("localhost")
    var seen = Set<String>()
    return names.filter { seen.insert($0.lowercased()).inserted }
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 253
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E
      }
  }

  /// The addresses of this machine.
  private static var addresses: [[UInt8]] {
    let devices = (try? System.enumerateDevices()) ?? []
    let all = devices.compactMap(\.address).compactMap { bytes($0) }
    var seen = Set<[UInt8]>()
    return all.filter { seen.insert($0).inserted }
  }

  private static func bytes(_ address: SocketAddress) -> [UInt8]? {
    switch address {
    case .v4(let found):
      var raw = found.address.sin_addr
      return withUnsafeBytes(of: &raw) { Array($0) }
    case .v6(let found):
      var raw = found.address.sin6_addr
      let bytes = withUnsafeBytes(of: &raw) { Array($0) }
      // Link-local addresses need the interface beside them, which no certificate has.
      return bytes.starts(with: [0xFE, 0x80]) ? nil : bytes
    case .unixDomainSocket: return nil
    }
  }
}
