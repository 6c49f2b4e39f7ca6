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
    case .demo: return simulated(.demo, settings, logger: logger, loop: loop)
    case .telegrams(let file):
      return simulated(.file(file), settings, logger: logger, loop: loop)
    case .serial(let path):
      return SerialLine(path: path, parameters: settings.serialParameters, eventLoop: loop)
    case .udp(let host, let port): return UDPLine(host: host, port: port, eventLoop: loop)
    case nil:
      logger.notice("no meter is read: MBUS_DEVPATH is not set")
      return nil
    }
  }

  private static func simulated(
    _ source: SimulatorSource, _ settings: Settings, logger: Logger, loop: any EventLoop
  ) -> SimulatedLine? {
    do {
      let population = try source.load()
      for skipped in population.skipped {
        logger.warning("MBUS_DEVPATH: \(skipped.name) is skipped: \(skipped.reason)")
      }
      return SimulatedLine(
        population, settings: LineSettings(baud: Int64(settings.integer(.mbusBaudRate))),
        eventLoop: loop)
    } catch {
      logger.error("MBUS_DEVPATH: no meter is read: \(error)")
      return nil
    }
  }
}
