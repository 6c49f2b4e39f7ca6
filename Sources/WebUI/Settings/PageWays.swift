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

  /// Why somebody must not bring such files of HTTPS: what is refused when it is brought alone
  /// (`CertificatesAPI`) is refused in an archive, too, and HTTPS does not go where it is the way by which that comes.
  static func check(
    _ plan: ConfigurationPlan, over way: CertificatesAPI.Way, _ files: TLSServerFiles
  ) throws(APIError) {
    var planned: [String: [UInt8]?] = [:]
    for entry in [files.certificate, files.key, files.authorities] {
      let name = entry.path.split(separator: "/").suffix(2).joined(separator: "/")
      if let change = plan.change(of: name) {
        planned.updateValue(change.after, forKey: entry.path)
      }
    }
    // What is wrong with files that stay as they are is no reason to refuse this; certificate and key belong together.
    let isBrought = { (entry: TLSServerFiles.Entry) in
      planned[entry.path].map { $0 != nil } ?? false
    }
    let pair = [files.certificate, files.key]
    let ofPair = Set(pair.map(\.setting))
    let isPairBrought = pair.contains(where: isBrought)
    let isPairChanged = pair.contains { planned[$0.path] != nil }
    let isOverHTTPS = if case .https = way { true } else { false }
    let wrong = files.findings(now: FolderHistory.now.unixSeconds, planned: planned)
      .filter { finding in
        guard ofPair.contains(finding.setting) else {
          return isBrought(files.authorities) && finding.weight != .notice
        }
        return isPairBrought && finding.weight != .notice
          || isPairChanged && isOverHTTPS && finding.weight == .unusable
      }
    guard !wrong.isEmpty else { return }
    let isLost =
      isOverHTTPS
      && wrong.contains { ofPair.contains($0.setting) && $0.weight == .unusable }
    throw APIError(
      .unprocessableContent,
      wrong.map(\.description).joined(separator: "; ")
        + (isLost ? ": HTTPS, by which this comes, would not be served any more" : "")
        + "; it is in the part certificates, which can be left out; nothing is changed")
  }

  private static func isThere(_ settings: Settings) -> Bool {
    settings.flag(.httpEnable) || settings.flag(.httpsEnable)
  }
}
