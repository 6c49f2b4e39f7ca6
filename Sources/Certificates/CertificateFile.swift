/// A file of certificates, for whoever shows it.
public enum CertificateFile {
  /// The certificates in a file, the owner's first; nil: there is no such file, or it cannot be read. Blocks.
  public static func certificates(at path: String) -> [PeerCertificate]? {
    read(path, [:])
  }

  /// The same of a file that is not written yet.
  /// - Parameter bytes: what it is to hold.
  public static func certificates(in bytes: [UInt8]) -> [PeerCertificate]? {
    read("new", ["new": bytes])
  }

  private static func read(_ path: String, _ planned: [String: [UInt8]?]) -> [PeerCertificate]? {
    let entry = TLSServerFiles.Entry("", path: path)
    guard let file = try? PEMFile(entry, for: "", planned), let found = try? file.certificates()
    else { return nil }
    return found.compactMap(PeerCertificate.init)
  }
}
