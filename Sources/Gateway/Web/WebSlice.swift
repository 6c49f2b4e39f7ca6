import Certificates
import HTTPServer
import MeterFiles
import Settings
import WebUI

/// How the web page is served, and who may come in.
struct WebSlice: Equatable {
  /// Where it is served; a way that is not in it is off.
  var doors: [WebPlaces.Way: HTTPServer.Configuration] = [:]
  /// What is asked of those who log in.
  var access: AccessSettings
  /// What a certificate says that the gateway makes for itself.
  var subject: OwnCertificate.Subject

  /// - Parameter folder: the configuration folder, which has the files of HTTPS.
  init(_ settings: Settings, folder: String) {
    let address = settings.text(.webIP)
    let host = address.isEmpty ? "0.0.0.0" : address
    if settings.flag(.httpEnable) {
      doors[.http] = .init(host: host, port: settings.integer(.httpPort))
    }
    if settings.flag(.httpsEnable) {
      doors[.https] = .init(
        host: host, port: settings.integer(.httpsPort), security: Self.files(in: folder))
    }
    access = AccessSettings(settings)
    subject = OwnCertificate.Subject()
    let name = settings.text(.webCommonName)
    subject.commonName = name.isEmpty ? settings.text(.deviceName) : name
    subject.country = settings.text(.webCountry)
    subject.state = settings.text(.webState)
    subject.location = settings.text(.webLocation)
    subject.organisation = settings.text(.webOrganisation)
    subject.unit = settings.text(.webOrganisationUnit)
  }

  /// The files of HTTPS (MUC500 manual 1.1, ch. 4.2). Browsers are asked for certificates once there is a file of
  /// authorities.
  static func files(in folder: String) -> TLSServerFiles {
    let entry = { (what: String, name: String) in
      TLSServerFiles.Entry(what, path: "\(folder)/keys/\(name)")
    }
    return TLSServerFiles(
      reason: "HTTPS", certificate: entry("the certificate of HTTPS", "http_host_cert"),
      key: entry("the key of HTTPS", "http_host_key"),
      authorities: entry("the authorities of HTTPS", "http_host_ca"), clients: .knownIfListed)
  }
}
