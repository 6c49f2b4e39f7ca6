/// A file of certificates, for whoever shows it.
public enum CertificateFile {
  /// The certificates in a file, the owner's first; nil: there is no such file, or it cannot be read. Blocks.
  public static func certificates(at path: String) -> [PeerCertificate]? {
    let entry = TLSServerFiles.Entry("", path: path)
    guard let file = try? PEMFile(entry, for: "", [:]), let found = try? file.certificates() else {
      return nil
    }
    return found.compactMap(PeerCertificate.init)
  }
}
