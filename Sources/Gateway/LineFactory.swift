import BusSimulator
import Logging
import NIOCore
import Settings
import SimulatorHost
import Transport

extension Gateway {
  /// The line that MBUS_DEVPATH names; nil when there is none to be used, which the log then explains.
  public static func byteLine(
    _ settings: Settings, logger: Logger, loop: any EventLoop
  ) -> (any ByteLine)? {
    guard settings.flag(.mbusEnable) else {
      logger.notice("the M-Bus is off: MBUS_ENABLE is 0")
      return nil
    }
    switch settings.mbusPath {
    case .tcp(let host, let port): return TCPLine(host: host, port: port, eventLoop: loop)
    case .demo:
      return SimulatedLine(.demo, settings: settings.simulatedLine, eventLoop: loop)
    case .telegrams(let file):
      return SimulatedLine(file: file, settings: settings.simulatedLine, eventLoop: loop) {
        logger.warning("MBUS_DEVPATH: \($0.name) is skipped: \($0.reason)")
      }
    case .serial(let path):
      return SerialLine(path: path, parameters: settings.serialParameters, eventLoop: loop)
    case .udp(let host, let port): return UDPLine(host: host, port: port, eventLoop: loop)
    case nil:
      logger.notice("no meter is read: MBUS_DEVPATH is not set")
      return nil
    }
  }
}

extension Settings {
  fileprivate var simulatedLine: LineSettings {
    LineSettings(baud: Int64(integer(.mbusBaudRate)))
  }
}
