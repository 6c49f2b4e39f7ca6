import MeterFiles
import Metering
import Settings

extension FolderCheck {
  /// That nothing is decrypted though there are meters with keys: what they send is then read as if it were plain.
  static func decryptionDiagnostics(of app: AppFolder) -> [Diagnostic] {
    let key = FlagKey.mbusDisableDecryption
    let count = app.meters.count { $0.isToBeRead && !$0.encryptionKey.isEmpty }
    guard app.settings.flag(key), app.settings.flag(.mbusEnable), count > 0 else { return [] }
    let source = app.place(of: key)
    let meters = count == 1 ? "1 meter has a key" : "\(count) meters have keys"
    return [
      Diagnostic(
        .warning, file: source.file, at: source.place, key: key.rawValue, value: "1",
        "\(key.rawValue) = 1 holds for all meters, and \(meters), which nothing is decrypted with: what is "
          + "encrypted gives wrong values")
    ]
  }
}
