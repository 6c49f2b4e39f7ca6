import Certificates
import PeerSupport

extension TestCertificates {
  /// What Modbus/TCP Security is served with, by the settings that name it.
  var serverFiles: TLSServerFiles {
    TLSServerFiles(
      reason: "MODBUS_TLSENABLE",
      certificate: .init("MODBUS_CERT_FILE", path: folder["server.pem"]),
      key: .init("MODBUS_KEY_FILE", path: folder["server.key"]),
      authorities: .init("MODBUS_CA_FILE", path: folder["ca.pem"]), clients: .known)
  }
}
