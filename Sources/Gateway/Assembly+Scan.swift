import BusMaster
import MBus
import Metering
import Settings
import Time

extension Settings {
  /// How meters are looked for.
  var scanPlan: ScanPlan {
    var plan = ScanPlan(
      scanMode.isPrimary ? .primary(primaryScanRange) : secondaryRange, reset: resetSequence,
      retries: integer(.mbusMaxRetry), strategy: scansByDigits ? .classic : .adaptive,
      triesHex: flag(.mbusScanHex))
    if scanMode.isMixed { plan.second = secondaryRange }
    return plan
  }

  private var secondaryRange: ScanPlan.Range {
    var start = SlaveSelect.any
    start.serial = MeterSerial(digits: mask(.serial))
    start.manufacturer = UInt16(truncatingIfNeeded: mask(.manufacturer))
    start.version = UInt8(truncatingIfNeeded: mask(.version))
    start.medium = UInt8(truncatingIfNeeded: mask(.medium))
    return .secondary(start, isReversed: scanMode.isReverse)
  }

  /// What the link to the wire adds to an answer before it is seen. A simulated bus adds nothing; a serial
  /// port's driver may hold bytes back for 16 ms; a converter in the network gathers them, and forwards
  /// them over a network.
  var linkLatency: Span {
    switch mbusPath {
    case .serial: .milliseconds(20)
    case .tcp, .udp: .milliseconds(50)
    default: .zero
    }
  }
}
