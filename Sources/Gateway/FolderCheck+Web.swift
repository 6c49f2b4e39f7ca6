import Certificates
import MeterFiles
import Settings
import Users

extension FolderCheck {
  /// What there is to say of the web page: the pattern of passwords, and the files of HTTPS that somebody has put
  /// there. Blocks.
  static func webDiagnostics(of app: AppFolder, clock: DeviceClock) -> [Diagnostic] {
    patternDiagnostics(of: app) + certificateDiagnostics(of: app, clock: clock)
  }

  private static func patternDiagnostics(of app: AppFolder) -> [Diagnostic] {
    let text = app.settings.text(.webPasswordPattern)
    guard !text.isEmpty else { return [] }
    do throws(PasswordPattern.Mistake) {
      _ = try PasswordPattern(text)
      return []
    } catch {
      let key = TextKey.webPasswordPattern
      let source = app.place(of: key)
      return [
        Diagnostic(
          .error, file: source.file, at: source.place, key: key.rawValue, value: text,
          "\(key.rawValue) = '\(text.excerpt)': is no extended regular expression: \(error.reason); new passwords "
            + "need not match anything")
      ]
    }
  }

  private static func certificateDiagnostics(of app: AppFolder, clock: DeviceClock) -> [Diagnostic]
  {
    let files = WebSlice.files(in: app.folder)
    let isThere = [files.certificate, files.key].contains { entry in
      app.files.read(entry.path, limit: 1) != .missing
    }
    // Without both the gateway makes them, and without the certificate one for the key, if it can.
    guard app.settings.flag(.httpsEnable), isThere, !hasOnlyKey(app, files) else { return [] }
    let findings = files.findings(
      now: clock.now().wall.unixSeconds, planned: app.files.planned)
    // No errors: whoever imports or applies something else is not kept from it, and HTTP may be there.
    return findings.map { finding in
      Diagnostic(
        .warning, file: AppFolder.settingsName,
        finding.weight == .unusable
          ? "\(finding); the web page is not served by HTTPS until that is mended" : "\(finding)")
    }
  }
  /// Whether there is a key without a certificate, for which the gateway can make one.
  private static func hasOnlyKey(_ app: AppFolder, _ files: TLSServerFiles) -> Bool {
    guard app.files.read(files.certificate.path, limit: 1) == .missing,
      case .read(let key) = app.files.read(files.key.path, limit: 1 << 20)
    else { return false }
    return OwnCertificate.Key(pem: key) != nil
  }
}
