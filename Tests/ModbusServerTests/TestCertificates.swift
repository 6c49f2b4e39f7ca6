import Foundation
import PeerSupport

/// Certificates of a plant that exists for one test, made by the openssl command.
final class TestCertificates {
  let folder: TemporaryFolder

  static let isPossible = (try? PeerProcess.run("openssl", ["version"]))?.status == 0

  /// An authority, another one, and the server's certificate.
  init() async throws {
    folder = try TemporaryFolder()
    for name in ["ca", "foreign"] {
      try await openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key "
          + "-out \(name).pem -days 30 -subj /CN=\(name)")
    }
    try await make("server")
  }

  /// The role as the standard's extension has it.
  static func role(_ name: String) -> String { "1.3.6.1.4.1.50316.802.1=ASN1:UTF8String:\(name)" }

  /// Makes `NAME.pem` and `NAME.key`.
  /// - Parameters:
  ///   - extensions: lines of the extension file.
  ///   - dates: from when to when it is valid, as openssl has it; nil: now.
  func make(
    _ name: String, issuer: String = "ca", _ extensions: [String] = [],
    dates: (from: String, to: String)? = nil
  ) async throws {
    try await openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr "
        + "-subj /O=Plant/CN=\(name)")
    try folder.write(extensions.map { $0 + "\n" }.joined(), to: "\(name).ext")
    guard let dates else {
      return try await openssl(
        "x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -CAcreateserial -days 30 "
          + "-extfile \(name).ext -out \(name).pem")
    }
    // Only `ca` can make a certificate that has ended before now.
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
      "ca -batch -config ca.cnf -in \(name).csr -cert \(issuer).pem -keyfile \(issuer).key "
        + "-startdate \(dates.from) -enddate \(dates.to) -extfile \(name).ext -out \(name).pem "
        + "-notext")
  }

  struct Failure: Error { let text: String }

  private func openssl(_ command: String) async throws {
    let script = "cd '\(folder.path)' && openssl \(command)"
    let output = try await PeerProcess.finish("sh", ["-c", script])
    guard output.status == 0 else { throw Failure(text: output.standardError) }
  }
}
