import Metering
import Time

/// Commands to meters, and bytes of somebody's own: they go over the line between readouts.
extension Station {
  mutating func send(_ job: SendJob) -> [StationEffect] {
    if let why = whyNothingIsSent { return [.sent(SendReply(.lineDown(why)))] }
    sendsUnderWay += 1
    return [.perform(.send(completed(job)))]
  }

  /// Why the line cannot be used just now; nil: it can.
  private var whyNothingIsSent: String? {
    if case .scanning = task {
      return "a scan is under way, which can take an hour; it ends by itself, or by \"scan-cancel\""
    }
    return switch lineState {
    case .up: nil
    case .down(let why): "\(ReadoutFailure.lineDown(why))"
    case .lent(let use): "\(ReadoutFailure.lineLent(use.words))"
    case nil: "the line is being opened"
    }
  }

  /// With the speed and the key of the meter that it goes to, if the list says which one that is.
  private func completed(_ job: SendJob) -> SendJob {
    guard let order = job.order else { return job }
    let meant = meters.filter { $0.isMeant(by: order.address) }
    guard let meter = meant.first else { return job }
    var job = job
    let baud = meter.configuration.baud
    if job.baud == nil, meant.allSatisfy({ $0.configuration.baud == baud }) { job.baud = baud }
    if meant.count == 1 {
      job.identity = meter.identity
      job.encryptionKey = meter.configuration.encryptionKey
    }
    return job
  }

  mutating func took(_ reply: SendReply, _ now: Moment) -> [StationEffect] {
    guard sendsUnderWay > 0 else { return [] }
    sendsUnderWay -= 1
    return [.sent(reply)]
  }

  /// Nothing comes of them any more.
  mutating func dropSends(_ why: String) -> [StationEffect] {
    defer { sendsUnderWay = 0 }
    return [StationEffect](
      repeating: .sent(SendReply(.lineDown(why))), count: sendsUnderWay)
  }

  /// What the list says otherwise than a meter is from now on: what to change in it. The list itself stays, since only
  /// its user knows what he wants.
  /// - Parameter order: what the meter has done.
  public func advice(after order: SendJob.Order) -> [String] {
    meters.filter { $0.isMeant(by: order.address) }.compactMap { meter in
      let listed = meter.configuration
      switch order.command {
      case .setAddress(let address, _) where listed.primaryAddress != address:
        let isAsked = listed.usesPrimaryAddress ? ", by which it is read" : ""
        return change(
          meter, "address \(listed.primaryAddress)\(isAsked)", "primaryaddress", address)
      case .setIdentity(let identity, _) where !listed.usesPrimaryAddress:
        return change(
          meter, "the serial before, by which it is read", "serial", "0x\(identity.serial)")
      case .setBaud(let baud) where listed.baud != baud:
        let before = listed.baud.map { "\($0) baud" } ?? "the speed of the line"
        return change(meter, before, "baudrate", baud)
      default: return nil
      }
    }
  }

  private func change(
    _ meter: Meter, _ before: String, _ element: String, _ value: some CustomStringConvertible
  ) -> String {
    "the meter list still has \(before) for meter \(meter.label): change it to "
      + "<\(element)>\(value)</\(element)> there, then \"metergate apply\""
  }
}

extension Meter {
  /// Whether a command to an address goes to this meter, as far as the list tells it.
  fileprivate func isMeant(by address: MeterAddress) -> Bool {
    guard configuration.isToBeRead, case .mbus(let address) = address else { return false }
    switch address {
    case .primary(let primary):
      return configuration.primaryAddress == primary
        && (configuration.usesPrimaryAddress || primary != 0)
    case .secondary(let asked):
      return identity.serial != .any && asked.agrees(with: identity)
    }
  }
}
