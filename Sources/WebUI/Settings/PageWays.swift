import Certificates
import ConfigurationArchive
import Settings

/// The ways to the page: HTTP and HTTPS. Nobody takes both away by the page or its API: only who sits at the device
/// could mend that.
enum PageWays {
  /// The settings that say where the page is.
  private static let places = [
    "WEB.HTTP_ENABLE", "WEB.HTTPS_ENABLE", "WEB.HTTP_PORT", "WEB.HTTPS_PORT", "WEB.IP",
  ]

  /// Why a change of the settings cannot be made; nil: it can.
  static func mistake(from before: Settings, to after: Settings) -> String? {
    guard isThere(before), !isThere(after) else { return nil }
    return
      "HTTP_ENABLE = 0 and HTTPS_ENABLE = 0 leave no way to the web page and its API; allowed: one of them 1; nothing "
      + "is changed"
  }

  /// Why somebody must not bring such settings: the rules of the fields go for files, too.
  static func mistake(
    from before: Settings, to after: Settings, by caller: Caller
  ) -> String? {
    for row in SettingsTable.rows where places.contains(row.id) && before[row] != after[row] {
      let why = SettingsWish.lockedBy(row, "\(after[row])", caller, from: before)
      guard let why else { continue }
      return
        "[WEB] \(row.key(in: .solvimus)) = \(after[row]): \(why); it is in the part \(row.part.rawValue), which can be "
        + "left out; nothing is changed"
    }
    return nil
  }

  /// Why somebody must not bring the authorities of browsers that a plan has: `CertificatesAPI.checkWayBack`.
  static func check(
    _ plan: ConfigurationPlan, over way: CertificatesAPI.Way
  ) throws(APIError) {
    guard let (before, after) = plan.change(of: "keys/http_host_ca"), let after else { return }
    let read = { CertificateFile.certificates(in: $0) ?? [] }
    try CertificatesAPI.checkWayBack(from: before.map(read) ?? [], to: read(after), over: way)
  }

  /// Why somebody must not bring a certificate or a key of HTTPS: the way by which that is done would be gone.
  static func check(
    _ plan: ConfigurationPlan, over way: CertificatesAPI.Way, _ files: TLSServerFiles
  ) throws(APIError) {
    guard case .https = way else { return }
    var planned: [String: [UInt8]?] = [:]
    for entry in [files.certificate, files.key] {
      let name = entry.path.split(separator: "/").suffix(2).joined(separator: "/")
      if let change = plan.change(of: name) {
        planned.updateValue(change.after, forKey: entry.path)
      }
    }
    guard !planned.isEmpty else { return }
    let wrong = files.findings(now: FolderHistory.now.unixSeconds, planned: planned)
      .filter { $0.weight == .unusable }
    guard !wrong.isEmpty else { return }
    throw APIError(
      .unprocessableContent,
      wrong.map(\.description).joined(separator: "; ")
        + ": HTTPS, by which this comes, would not be served any more; it is in the part certificates, which can be left "
        + "out; nothing is changed")
  }

  private static func isThere(_ settings: Settings) -> Bool {
    settings.flag(.httpEnable) || settings.flag(.httpsEnable)
  }
}
