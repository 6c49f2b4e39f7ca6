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

  private static func isThere(_ settings: Settings) -> Bool {
    settings.flag(.httpEnable) || settings.flag(.httpsEnable)
  }
}
