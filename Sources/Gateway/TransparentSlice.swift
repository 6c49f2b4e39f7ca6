import Settings
import Time
import TransparentPort

/// How an outside master has the M-Bus.
struct TransparentSlice: Equatable {
  /// Where it comes.
  var port: TransparentPort.Configuration
  /// Whether the gateway goes on reading in between.
  var isShared: Bool

  /// nil: none is wanted, or none can be had by these settings.
  init?(_ settings: Settings) {
    guard settings.flag(.mbusEnable), settings.mbusPath != nil else { return nil }
    let transport: TransparentPort.Configuration.Transport
    switch settings.text(.mbusTransparent) {
    case "TCP", "SHARED": transport = .tcp
    case "UDP": transport = .udp
    default: return nil
    }
    let number = settings.integer(.mbusTransparentPort)
    guard number > 0 else { return nil }
    let host = settings.text(.mbusTransparentIP)
    isShared = settings.text(.mbusTransparent) == "SHARED"
    port = TransparentPort.Configuration(
      transport: transport, host: host.isEmpty ? "0.0.0.0" : host, port: number,
      clientTimeout: .seconds(Int64(settings.integer(.mbusTransparentTimeout))))
  }
}
