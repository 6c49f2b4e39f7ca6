import Certificates
import Glibc
import MeterFiles
import NIOCore
import Time

/// The certificate that the gateway makes for its web page when there is none.
enum OwnWebCertificate {
  /// Makes key and certificate, unless one of them is there. Blocks.
  /// - Parameter time: Unix time.
  /// - Returns: a line for the log; nil: nothing is done.
  static func makeIfMissing(
    _ subject: OwnCertificate.Subject, _ files: TLSServerFiles, folder: String, at time: WallTime
  ) throws -> String? {
    let paths = [files.key.path, files.certificate.path]
    guard paths.allSatisfy({ access($0, F_OK) != 0 && errno == ENOENT }) else { return nil }
    // A clock that has never been set may stand before the certificate's first day.
    let from = max(time.unixSeconds, 1_704_067_200)
    let made = try OwnCertificate(
      subject, names: names(subject.commonName), addresses: addresses, at: from)
    try PrivateFolder.make("\(folder)/keys", of: folder)
    for (path, text) in zip(paths, [made.key, made.certificate]) {
      try SafeFile.save(
        Array(text.utf8), to: path, replacing: .missing, isPrivate: true, owner: folder)
    }
    return
      "the web page has a certificate of its own now, \(files.certificate.path): browsers ask once whether they "
      + "shall trust it; one of an authority can be put in its place"
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
