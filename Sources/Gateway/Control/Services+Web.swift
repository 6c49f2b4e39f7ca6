import ConfigurationArchive
import WebUI

/// What the web page gets of the gateway beside its control.
extension Services {
  /// Files are touched on the gateway's own thread for them, one after the other.
  var webEnvironment: WebEnvironment {
    WebEnvironment(
      files: files, log: log,
      origin: ConfigurationOrigin(
        version: DeviceIdentity.softwareVersion, serial: device.serial),
      check: { FolderCheck.complete($0) }, restart: restart)
  }
}
