import Certificates
import MeterFiles
import Settings

extension Settings {
  /// The files of a port that TLS secures.
  /// - Parameters:
  ///   - folder: what `app/` stands for.
  ///   - ext: what `ext/` stands for.
  func tlsFiles(of port: SecuredPort, in folder: String, ext: String) -> TLSServerFiles {
    let entry = { (key: TextKey) in
      TLSServerFiles.Entry(
        key.rawValue, path: tlsFile(key).map { AppFolder.path($0, in: folder, ext: ext) } ?? "")
    }
    return TLSServerFiles(
      reason: port.reason.rawValue, certificate: entry(port.certificate), key: entry(port.key),
      authorities: entry(port.authorities), clients: clients(of: port))
  }

  private func clients(of port: SecuredPort) -> TLSServerFiles.Clients {
    // Who has no role may not read (Modbus/TCP Security Protocol Specification V36, ch. 8).
    port == .transparent && flag(.mbusTransparentInsecure) ? .anonymous : .known
  }
}
