import Metering
import RegisterMap

extension Station {
  /// How good the readouts of all meters are.
  public var quality: DeviceQuality {
    DeviceQuality(
      start: start, goodReadouts: readouts.good, failedReadouts: readouts.failed,
      goodMeters: UInt16(clamping: meters.count { $0.isRead }),
      meters: UInt16(clamping: meters.count))
  }
}

extension Meter {
  /// How good it is: the values of its list count, with and without registers, and a chain of telegrams
  /// that was not read to its end is no good readout.
  public var quality: MeterQuality {
    let states = values.map(\.quality.state)
    let own: QualityState = lastRead == nil ? .neverRead : isRead && !isPartlyRead ? .good : .stale
    return MeterQuality(
      state: max(own, states.max() ?? own), lastGood: lastRead?.instant,
      goodReadouts: goodReadouts, failedReadouts: failedReadouts, misses: UInt16(clamping: misses),
      valuesNotGood: UInt16(clamping: states.count { $0 != .good }))
  }
}

extension MeterPoint {
  /// How good it is.
  public var quality: ValueQuality {
    let (state, code): (QualityState, UInt8) =
      switch live.quality {
      case .good: (.good, 0)
      case .stale: (.stale, absence)
      case .invalid(_, let code): (.error, code.rawValue)
      case .neverRead: (.neverRead, absence)
      }
    return ValueQuality(
      state: state, errorCode: code, readAt: live.readAt?.instant,
      misses: UInt16(clamping: live.misses),
      isFloatOnly: live.lastGood?.scaled(by: listed.userScale).isMoreThanScaledNumber ?? false)
  }

  /// Why there is no reading: that the meter does not send it, or nothing that is known.
  private var absence: UInt8 { live.isNotSent ? InvalidReadingCode.notSent.rawValue : 0 }
}
