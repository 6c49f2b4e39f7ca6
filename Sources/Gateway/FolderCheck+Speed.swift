import MeterFiles
import Metering
import Settings

extension FolderCheck {
  /// Meters with a speed of their own, and scans at several, on a line that cannot change its speed.
  static func speedDiagnostics(of app: AppFolder) -> [Diagnostic] {
    let settings = app.settings
    guard settings.flag(.mbusEnable), settings.mbusPath?.hasOwnSpeed == true else { return [] }
    let path = settings.text(.mbusDevicePath)
    let own = settings.integer(.mbusBaudRate)
    let why = "\(path) is a converter in the network, whose speed the gateway cannot change"
    let meters = app.meters.filter { $0.isToBeRead && $0.baud.map { $0 != own } == true }
    var found: [Diagnostic] = []
    if let first = meters.first, let baud = first.baud {
      let others = meters.count == 1 ? "" : ", and \(meters.count - 1) more"
      found.append(
        Diagnostic(
          .warning, file: app.meterListFile.name, key: "baudrate", value: String(baud),
          "meter \(first.label)\(others): <baudrate>\(baud)</baudrate> has no effect, since \(why); it is asked at the "
            + "speed that the converter is set to"))
    }
    let scanned = settings.text(.mbusScanSpeeds)
    if !settings.mbusLine.scanSpeeds.allSatisfy({ $0 == own }) {
      let source = app.place(of: TextKey.mbusScanSpeeds)
      found.append(
        Diagnostic(
          .warning, file: source.file, at: source.place, key: TextKey.mbusScanSpeeds.rawValue,
          value: scanned,
          "\(TextKey.mbusScanSpeeds.rawValue): a scan looks at one speed only, since \(why)"))
    }
    return found
  }
}

extension BusPath {
  /// Whether the speed on the wire is a matter of a converter.
  fileprivate var hasOwnSpeed: Bool {
    switch self {
    case .tcp, .udp: true
    default: false
    }
  }
}
