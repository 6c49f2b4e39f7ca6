import ConfigurationArchive
import Control
import WebUI

extension WebEnvironment {
  /// What the web page of a gateway gets beside it.
  /// - Parameters:
  ///   - device: who the gateway is.
  ///   - log: the last lines of its log.
  ///   - restart: ends the process so that it begins anew.
  static func ofGateway(
    _ device: DeviceIdentity, log: ApplicationLog, restart: @escaping @Sendable () -> Void
  ) -> WebEnvironment {
    WebEnvironment(
      log: log,
      origin: ConfigurationOrigin(version: DeviceIdentity.softwareVersion, serial: device.serial),
      check: { FolderCheck.check($0) }, restart: restart)
  }
}
