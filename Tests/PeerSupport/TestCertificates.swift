import Foundation

/// Certificates of a plant that exists for one test, made by the openssl command.
public final class TestCertificates: Sendable {
  /// Where they are.
  public let folder: TemporaryFolder

  /// Whether there is openssl.
  public static let isPossible = (try? PeerProcess.run("openssl", ["version"]))?.status == 0

  /// An authority, another one, and the server's certificate, all valid for 60 days.
  public init() async throws {
    folder = try TemporaryFolder()
    for name in ["ca", "foreign"] {
      try await openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key "
          + "-out \(name).pem -days 60 -subj /CN=\(name)")
    }
    try await make("server")
  }

  /// The role as the standard's extension has it.
  public static func role(_ name: String) -> String {
    "1.3.6.1.4.1.50316.802.1=ASN1:UTF8String:\(name)"
  }

  /// Makes `NAME.pem` and `NAME.key`.
  /// - Parameters:
  ///   - extensions: lines of the extension file.
  ///   - key: of which kind its key is, as openssl has it.
  ///   - dates: from when to when it is valid, as openssl has it; nil: now.
  public func make(
    _ name: String, issuer: String = "ca", _ extensions: [String] = [],
    key: String = "ec -pkeyopt ec_paramgen_curve:P-256",
    dates: (from: String, to: String)? = nil
  ) async throws {
    try await openssl(
      "req -newkey \(key) -nodes -keyout \(name).key -out \(name).csr -subj /O=Plant/CN=\(name)")
    try folder.write(extensions.map { $0 + "\n" }.joined(), to: "\(name).ext")
    guard let dates else {
      return try await openssl(
        "x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -CAcreateserial -days 60 "
          + "-extfile \(name).ext -out \(name).pem")
    }
    try await sign(name, by: "-cert \(issuer).pem -keyfile \(issuer).key", dates)
  }

  /// Only `ca` can make a certificate that has ended before now.
  private func sign(
    _ name: String, by issuer: String, _ dates: (from: String, to: String)
  ) async throws {
    try folder.write("", to: "index.txt")
    try folder.write(
      """
      [ca]
      default_ca = one
      [one]
      database = \(folder["index.txt"])
      new_certs_dir = \(folder.path)
      default_md = sha256
      policy = any
      rand_serial = yes
      [any]
      organizationName = optional
      commonName = supplied
      """, to: "ca.cnf")
    try await openssl(
      "ca -batch -config ca.cnf -in \(name).csr \(issuer) -startdate \(dates.from) "
        + "-enddate \(dates.to) -extfile \(name).ext -out \(name).pem -notext")
  }

  /// What openssl says.
  public struct Failure: Error { let text: String }

  /// How openssl writes a time so many seconds from now.
  public static func time(in seconds: Int64) -> String {
    var now = Foundation.time(nil) + Int(seconds)
    var parts = tm()
    gmtime_r(&now, &parts)
    var text = [CChar](repeating: 0, count: 32)
    strftime(&text, text.count, "%Y%m%d%H%M%SZ", &parts)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
  }

  /// Makes an authority that is valid in other times.
  public func makeAuthority(_ name: String, dates: (from: String, to: String)) async throws {
    try await openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr "
        + "-subj /CN=\(name)")
    try folder.write("basicConstraints=critical,CA:TRUE\n", to: "\(name).ext")
    try await sign(name, by: "-selfsign -keyfile \(name).key", dates)
  }

  /// Makes a certificate that is its own issuer.
  /// - Parameter extensions: lines of the extension file, as a rule those of no authority; none: it is of version 1.
  public func makeAlone(
    _ name: String, _ extensions: [String] = ["basicConstraints=critical,CA:FALSE"]
  ) async throws {
    try await openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr "
        + "-subj /CN=\(name)")
    try folder.write(extensions.map { $0 + "\n" }.joined(), to: "\(name).ext")
    // Without any no file is named: with one openssl makes version 3.
    let file = extensions.isEmpty ? "" : "-extfile \(name).ext"
    try await openssl(
      "x509 -req -in \(name).csr -signkey \(name).key -days 60 \(file) -out \(name).pem")
  }

  private func openssl(_ command: String) async throws {
    let script = "cd '\(folder.path)' && openssl \(command)"
    let output = try await PeerProcess.finish("sh", ["-c", script])
    guard output.status == 0 else { throw Failure(text: output.standardError) }
  }
}
