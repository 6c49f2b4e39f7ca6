import ConfigurationArchive
import NIOPosix
import WebUI

/// What the web page gets of the gateway beside its control.
extension Services {
  /// - Parameter files: where the page touches files, one after the other.
  func webEnvironment(_ files: NIOThreadPool) -> WebEnvironment {
    WebEnvironment(
      files: files, log: log,
      origin: ConfigurationOrigin(
        version: DeviceIdentity.softwareVersion, serial: device.serial),
      check: { FolderCheck.complete($0) }, shipped: shipped, restart: restart)
  }
}
