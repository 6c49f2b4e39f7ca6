import MBus
import Time

/// The link layer of a slave: which frames it answers, and with what (EN 13757-2, ch. 5.7).
struct LinkLayer: Sendable {
  let slave: SimulatedSlave
  private(set) var isSelected = false
  /// For the primary address, and the test address FE that stands for it.
  private var own = LinkMemory()
  /// For the address of the network layer, FD.
  private var selection = LinkMemory()
  private var accessNumber: UInt8 = 0

  /// What is behind it.
  private(set) var application: SlaveApplication

  /// - Parameter baud: the speed of the line, bits a second.
  init(_ slave: SimulatedSlave, baud: Int64) {
    self.slave = slave
    application = SlaveApplication(slave, baud: baud)
  }

  /// Takes note of a frame on the line.
  /// - Returns: whether it is at the speed of this slave.
  mutating func isAtItsSpeed(_ baud: Int64, now: MonotonicInstant) -> Bool {
    application.hears(baud: baud, at: now)
  }

  /// How a frame reaches a slave.
  private enum Reach {
    case own, selection, broadcast
  }

  /// Takes a frame.
  /// - Parameters:
  ///   - now: the end of the frame.
  ///   - clock: the meter's clock.
  /// - Returns: the answer; nil where the slave stays silent.
  mutating func hear(
    _ frame: Frame, now: MonotonicInstant, clock: SlaveClock
  ) -> [UInt8]? {
    guard let control = frame.controlField, control.isFromMaster, let address = frame.address
    else { return nil }
    if control.kind == .sndUD(fcb: nil), address == LinkAddress.networkLayer,
      frame.ci.map(SelectCI.all.contains) == true
    {
      return select(frame)
    }
    guard let reach = reach(address) else { return nil }
    let isHeardOnly = reach == .broadcast
    switch control.kind {
    case .sndNKE:
      resetLink(reach)
      return isHeardOnly ? nil : [Frame.Octet.acknowledge]
    case ControlField.sndUD(fcb: nil).kind:
      guard slave.obedience != .refuses else { return nil }
      if slave.countsCommands, control.fcv, !isHeardOnly, isRepeated(control, reach) {
        return [Frame.Octet.acknowledge]
      }
      if frame.ci == ControlInformation.applicationReset { rewind() }
      MasterCommand(frame).map {
        application.carryOut($0, at: clock.seconds(at: now), now: now)
      }
      if slave.countsCommands, control.fcv, !isHeardOnly { count(control, reach) }
      return isHeardOnly ? nil : [Frame.Octet.acknowledge]
    case ControlField.reqUD1(fcb: false).kind:
      // No alarm data: the acknowledgement says so.
      return isHeardOnly ? nil : [Frame.Octet.acknowledge]
    case ControlField.reqUD2(fcb: false).kind:
      guard !isHeardOnly else { return nil }
      return answer(fcb: control.fcv ? control.fcb : nil, reach, now: now, clock: clock)
    default: return nil
    }
  }

  private func reach(_ address: UInt8) -> Reach? {
    switch address {
    case LinkAddress.broadcast: .broadcast
    case LinkAddress.test: .own
    case LinkAddress.networkLayer: isSelected ? .selection : nil
    case application.primaryAddress: .own
    default: nil
    }
  }

  private mutating func select(_ frame: Frame) -> [UInt8]? {
    selection.reset()
    isSelected = false
    guard let identity = application.identity, let select = SelectCI.select(frame),
      select.matches(identity)
    else { return nil }
    isSelected = true
    return [Frame.Octet.acknowledge]
  }

  private mutating func resetLink(_ reach: Reach) {
    if reach != .selection { own.reset() }
    if reach != .own {
      selection.reset()
      isSelected = false
    }
  }

  private mutating func count(_ command: ControlField, _ reach: Reach) {
    if reach == .selection {
      selection.acknowledged(fcb: command.fcb)
    } else {
      own.acknowledged(fcb: command.fcb)
    }
  }

  /// Whether it is the command before once more, whose acknowledgement the master has not heard.
  private func isRepeated(_ command: ControlField, _ reach: Reach) -> Bool {
    let memory = reach == .selection ? selection : own
    return memory.isCommandLast && memory.isRepeated(fcb: command.fcb)
  }

  private mutating func rewind() {
    own.rewind()
    selection.rewind()
  }

  private mutating func answer(
    fcb: Bool?, _ reach: Reach, now: MonotonicInstant, clock: SlaveClock
  ) -> [UInt8]? {
    var memory = reach == .selection ? selection : own
    if memory.isCommandLast, memory.isRepeated(fcb: fcb) { return [Frame.Octet.acknowledge] }
    defer { if reach == .selection { selection = memory } else { own = memory } }
    if let last = memory.last, memory.isRepeated(fcb: fcb) {
      memory.answered(fcb: fcb, with: last)
      return last.bytes
    }
    let index = memory.nextIndex(of: application.telegramCount)
    // One chain shows the values of one moment, that of its first telegram.
    let takenAt = index == 0 ? now : memory.last?.valuesTakenAt ?? now
    accessNumber &+= 1
    let bytes = application.telegram(
      index, at: clock.seconds(at: takenAt), accessNumber: accessNumber)
    memory.answered(
      fcb: fcb, with: LinkMemory.Sent(index: index, bytes: bytes, valuesTakenAt: takenAt))
    return bytes
  }
}

/// The two forms of a slave select (EN 13757-3, ch. 11.3).
private enum SelectCI {
  /// The same with the most significant byte first.
  static let bigEndian: UInt8 = 0x56
  static let all: Set<UInt8> = [ControlInformation.slaveSelect, bigEndian]

  static func select(_ frame: Frame) -> SlaveSelect? {
    guard frame.ci == bigEndian else { return SlaveSelect(data: frame.data) }
    // The serial and the manufacturer turned around; version and medium are single bytes.
    let data = frame.data
    let manufacturer = data.dropFirst(4).prefix(2)
    return SlaveSelect(
      data: data.prefix(4).reversed() + manufacturer.reversed() + data.dropFirst(6))
  }
}

/// The clock that the meters show.
struct SlaveClock: Hashable, Sendable {
  /// What it showed at one moment.
  let start: Moment

  /// Seconds since 1970-01-01 00:00 as the clock shows it.
  func seconds(at instant: MonotonicInstant) -> Int64 {
    let (seconds, overflow) = start.wall.unixSeconds.addingReportingOverflow(
      (instant - start.instant).nanoseconds / 1_000_000_000)
    return overflow ? start.wall.unixSeconds : seconds
  }
}
