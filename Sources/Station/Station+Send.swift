import Metering
import Time

/// Commands to meters, and bytes of somebody's own: they go over the line between readouts.
extension Station {
  mutating func send(_ job: SendJob) -> [StationEffect] {
    if let why = whyNothingIsSent { return [.sent(SendReply(.lineDown(why)))] }
    sendsUnderWay += 1
    let list = meters.map { Addressee($0.configuration, identity: $0.identity) }
    return [.perform(.send(job.completed(by: list)))]
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

  mutating func took(_ reply: SendReply, _ now: Moment) -> [StationEffect] {
    guard sendsUnderWay > 0 else { return [] }
    sendsUnderWay -= 1
    return [.sent(reply)]
  }

  /// Nothing comes of them any more. Whether the line was through with one of them nobody knows.
  mutating func dropSends(_ why: String) -> [StationEffect] {
    defer { sendsUnderWay = 0 }
    return [StationEffect](
      repeating: .sent(SendReply(.lineLost(why))), count: sendsUnderWay)
  }

  /// What the list says otherwise than a meter is from now on: what to change in it. The list itself stays, since only
  /// its user knows what he wants.
  /// - Parameter order: what the meter has done.
  public func advice(after order: SendJob.Order) -> [String] {
    meters.filter {
      Addressee($0.configuration, identity: $0.identity).isMeant(by: order.address)
    }.compactMap { meter in
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
