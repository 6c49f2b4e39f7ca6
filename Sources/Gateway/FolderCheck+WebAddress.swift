import HTTPServer
import MeterFiles
import Settings

extension FolderCheck {
  /// Whether the web page can be reached where chip.ini has it. No error: the network may come later than the gateway.
  static func webAddressDiagnostics(of app: AppFolder) -> [Diagnostic] {
    let settings = app.settings
    let address = settings.text(.webIP)
    guard settings.flag(.httpEnable) || settings.flag(.httpsEnable),
      let why = MachineAddresses.why(cannotServeAt: address)
    else { return [] }
    let source = app.place(of: TextKey.webIP)
    return [
      Diagnostic(
        .warning, file: source.file, at: source.place, key: TextKey.webIP.rawValue, value: address,
        "\(TextKey.webIP.rawValue) = '\(address.excerpt)': \(why); the web page cannot be reached before it has it"
      )
    ]
  }
}
