import Metering
import Time

/// Which meter is read when: what the schedule is told, and what follows from it.
extension Station {
  /// Brings the schedule in line with the list.
  mutating func planReadouts(_ now: Moment) {
    let configuration = configuration
    schedule.plan(
      meters.filter { $0.configuration.isToBeRead }.map { meter in
        Schedule.Item(
          meter: meter.id, raster: meter.configuration.raster(otherwise: configuration.raster),
          isBattery: meter.configuration.isBattery, isKnown: !meter.values.isEmpty)
      }, zone: configuration.zones.device, backoff: configuration.backoff, at: now)
  }

  /// The meters that a readout of all of them asks: those with a turn, without those that have a battery.
  public var readTogether: [Meter] {
    meters.filter { schedule.isPlanned($0.id) && !schedule.hasBattery($0.id) }
  }

  /// Reads one meter or all of them out of turn; a meter with a battery decides what it bears.
  mutating func readNow(_ id: MeterID?, _ now: Moment) -> [StationEffect] {
    var effects: [StationEffect] = []
    if let id {
      if let wait = schedule.rest(of: id, at: now), let meter = meter(id) {
        let seconds = (wait.nanoseconds + 999_999_999) / 1_000_000_000
        effects.append(.report(.batterySpared(meter.label, wait: seconds)))
      } else {
        schedule.ask(for: id)
      }
    } else {
      let spared = meters.count { schedule.hasBattery($0.id) }
      for meter in readTogether { schedule.ask(for: meter.id) }
      if spared > 0 { effects.append(.report(.batteriesSpared(spared))) }
    }
    return effects + next(now)
  }

  /// Values get old by turns that a pause has eaten as by those that failed.
  mutating func missSkippedTurns() -> [StationEffect] {
    schedule.takeSkipped().compactMap { id in
      guard let index = index(of: id) else { return nil }
      for value in meters[index].values.indices { meters[index].values[value].live.miss() }
      return .publish(id)
    }
  }

  /// Tells the schedule how a readout has ended. A line that cannot be used says nothing of the meter.
  mutating func noteEnd(of readout: Readout, _ label: String) -> [StationEffect] {
    guard let id = readout.meter else { return [] }
    switch readout.outcome {
    case .success:
      schedule.ended(id, isGood: true)
      return []
    case .failure(.speedRefused):
      // It is no better at once: an idle line leaves it alone. Why has been said.
      schedule.ended(id, isGood: false)
      return []
    case .failure(let failure) where failure.isOfTheLine: return []
    case .failure:
      guard schedule.ended(id, isGood: false) else { return [] }
      let backoff = configuration.backoff
      return [
        .report(
          .meterPaused(
            label, failures: backoff.after, longest: backoff.longest.nanoseconds / 1_000_000_000))
      ]
    }
  }

  /// How many values may still be learned (METER_MAXALLVALUECOUNT).
  var roomForValues: Int {
    guard configuration.maxAllValueCount > 0 else { return .max }
    return max(0, configuration.maxAllValueCount - meters.reduce(0) { $0 + $1.values.count })
  }

  /// When a meter is read next by its cycle, by the clock on the wall; nil: it is not, or only when somebody wants it.
  public func nextReadout(of meter: MeterID, at now: Moment) -> WallTime? {
    schedule.nextReadout(of: meter).map { due in
      let seconds = ((due - now.instant).nanoseconds + 500_000_000) / 1_000_000_000
      return WallTime(
        unixSeconds: now.wall.unixSeconds + max(0, seconds), isTrusted: now.wall.isTrusted)
    }
  }
}

extension MeterConfiguration {
  /// When it is due.
  /// - Parameter gateway: when meters are that have nothing of their own. Its start and delay hold for all of them.
  func raster(otherwise gateway: ReadoutRaster) -> ReadoutRaster {
    var raster = gateway
    if let calendarCycle {
      raster.period = .calendar(calendarCycle)
    } else if readoutCycle > 0 {
      raster.period = .seconds(Int64(readoutCycle))
    }
    raster.start = cycleStart ?? gateway.start
    return raster
  }
}
