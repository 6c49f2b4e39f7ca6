import Certificates
import MeterFiles
import Settings
import Users

/// What there is to say of a configuration folder before a gateway runs on it: what the folder itself tells,
/// and what the files tell that its settings name. For `metergate check`, and whoever else shows it.
public enum FolderCheck {
  /// The folder with everything there is to say of it, the worst first. Blocks.
  public static func complete(_ app: AppFolder, clock: DeviceClock = .system) -> AppFolder {
    let said: [[Diagnostic]] = [
      securityDiagnostics(of: app, clock: clock), intervalDiagnostics(of: app),
      decryptionDiagnostics(of: app), speedDiagnostics(of: app),
      UsersFile.load(app.folder, files: app.files).diagnostics,
      preconfigurationDiagnostics(of: app), lampDiagnostics(of: app),
      dataFolderDiagnostics(of: app), webDiagnostics(of: app, clock: clock),
      webAddressDiagnostics(of: app),
    ]
    return app.adding(said.flatMap(\.self))
  }

  /// What there is to say of the lights that the settings name. Blocks.
  static func lampDiagnostics(of app: AppFolder) -> [Diagnostic] {
    let keys: [TextKey] = [.ledStateGreen, .ledStateRed, .ledActiveGreen, .ledActiveRed]
    return keys.compactMap { key in
      let text = app.settings.text(key)
      guard let complaint = LampFile(text)?.complaint else { return nil }
      let source = app.place(of: key)
      return Diagnostic(
        .warning, file: source.file, at: source.place, key: key.rawValue, value: text,
        "\(key.rawValue): \(complaint); the gateway cannot switch this light")
    }
  }

  /// What there is to say of meter-conf-import.csv (MUC500 manual 1.1, ch. 10.6.1), which a scan reads. Blocks.
  public static func preconfigurationDiagnostics(of app: AppFolder) -> [Diagnostic] {
    guard let found = MeterPreconfiguration.load(app.folder) else { return [] }
    let count = found.meters.count == 1 ? "1 meter" : "\(found.meters.count) meters"
    let note = Diagnostic(
      .note, file: MeterPreconfiguration.name,
      "it is for \(count); those that a scan adds to the list get their labels, keys and cycles from it. Meters that "
        + "are listed stay as they are; \"metergate import\" changes these, too")
    return found.diagnostics + [note]
  }

  /// The errors that a folder would bring into a gateway: those that are there already speak against nothing, as
  /// long as the files are the same that they are about. Blocks.
  /// - Parameters:
  ///   - next: the folder as it would be in force.
  ///   - before: the folder as it is in force.
  static func newErrors(
    of next: AppFolder, before: AppFolder, clock: DeviceClock
  ) -> [Diagnostic] {
    let errors = securityDiagnostics(of: next, clock: clock).filter { $0.severity == .error }
    guard !errors.isEmpty, next.namedFiles == before.namedFiles else { return errors }
    let known = Set(securityDiagnostics(of: before, clock: clock).map(\.message))
    return errors.filter { !known.contains($0.message) }
  }

  /// What is wrong with what is in force. Blocks.
  static func errorsInForce(of app: AppFolder, clock: DeviceClock) -> [Diagnostic] {
    let said = Set(app.findings.map(\.message))
    let more = securityDiagnostics(of: app, clock: clock).filter {
      $0.severity == .error && !said.contains($0.message)
    }
    return app.errorsInForce + more
  }

  /// What the files say that is not in force, with all that speaks against it. Blocks.
  static func pendingChange(
    of app: AppFolder, list: MeterListFile, clock: DeviceClock
  ) -> PendingChange? {
    app.pendingChange(list: list) { newErrors(of: $0, before: app, clock: clock) }
  }

  /// The same for the plan of a change.
  public static func check(_ app: AppFolder) -> AppFolder { complete(app) }

  /// What there is to say of the files of the ports that TLS secures, read as the servers read them. A file that
  /// is not set is told of by the folder. Blocks.
  public static func securityDiagnostics(
    of app: AppFolder, clock: DeviceClock = .system
  ) -> [Diagnostic] {
    app.settings.securedPorts.flatMap { securityDiagnostics(of: app, $0, clock) }
  }

  private static func securityDiagnostics(
    of app: AppFolder, _ port: SecuredPort, _ clock: DeviceClock
  ) -> [Diagnostic] {
    let files = app.settings.tlsFiles(of: port, in: app.folder, ext: app.ext)
    let findings = files.findings(
      now: clock.now().wall.unixSeconds, planned: app.files.planned)
    return findings.compactMap { finding in
      guard let key = port.fileKeys.first(where: { $0.rawValue == finding.setting }),
        app.settings.tlsFile(key) != nil
      else { return nil }
      let source = app.place(of: key)
      let (severity, message): (Diagnostic.Severity, String) =
        switch finding.weight {
        case .unusable:
          (.error, "\(finding); \(port.service) is not served until that is mended")
        case .useless: (.error, "\(finding)")
        case .improper, .notice: (.warning, "\(finding)")
        }
      return Diagnostic(
        severity, file: source.file, at: source.place, key: key.rawValue,
        value: app.settings.text(key), message)
    }
  }
}
