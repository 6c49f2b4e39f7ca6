import Bytes
import MBus
import Metering

/// A telegram recorded from a meter.
public struct CapturedTelegram: Hashable, Sendable {
  /// What people call it.
  public let name: String
  /// The frame, from its start byte to its stop byte.
  public let bytes: [UInt8]

  /// - Parameters:
  ///   - name: what people call it.
  ///   - bytes: the frame, from its start byte to its stop byte.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

extension SimulatedPopulation {
  /// Meters that answer with recorded telegrams. Telegrams of one meter that follow each other in the
  /// list and say that more follow (DIF 1F) become its chain. Others with an identity that is already
  /// taken are skipped. So are those without an identity whose primary address another one has, before
  /// or after them: nothing but the address reaches them, and there both would answer.
  public static func captured(_ telegrams: [CapturedTelegram]) -> SimulatedPopulation {
    var collector = CapturedCollector()
    for telegram in telegrams { collector.add(telegram) }
    return SimulatedPopulation(
      slaves: collector.meters.map { SimulatedSlave($0) }, skipped: collector.skipped)
  }
}

/// Puts recorded telegrams together to meters.
private struct CapturedCollector {
  var meters: [CapturedMeter] = []
  var skipped: [SimulatedPopulation.Skipped] = []

  mutating func add(_ telegram: CapturedTelegram) {
    do throws(Content.Problem) {
      place(telegram, try Content(telegram.bytes))
    } catch {
      skip(telegram, error.reason)
    }
  }

  private mutating func place(_ telegram: CapturedTelegram, _ content: Content) {
    guard content.identity != nil || content.address <= LinkAddress.meters.upperBound else {
      let address = Hex.byte(content.address)
      return skip(telegram, "it has no identity, and address \(address) is no meter's own")
    }
    guard let index = meters.firstIndex(where: { isConfused($0, with: content) }) else {
      let meter = CapturedMeter(
        name: telegram.name, primaryAddress: content.address, identity: content.identity,
        telegrams: [telegram.bytes], lacksNextTelegram: content.moreFollow)
      if content.identity != nil { giveWay(to: meter) }
      return meters.append(meter)
    }
    guard let identity = content.identity, identity == meters[index].identity,
      meters[index].lacksNextTelegram
    else {
      let what =
        content.identity.map { "identity \(Self.text($0))" } ?? "address \(content.address)"
      return skip(telegram, "\(what) is already taken by \(meters[index].name)")
    }
    meters[index].telegrams.append(telegram.bytes)
    meters[index].lacksNextTelegram = content.moreFollow
  }

  /// Skips what has no identity and the primary address of a meter that has one.
  private mutating func giveWay(to meter: CapturedMeter) {
    let isInItsPlace = { (other: CapturedMeter) in
      other.identity == nil && other.primaryAddress == meter.primaryAddress
    }
    for other in meters where isInItsPlace(other) {
      let reason = "address \(other.primaryAddress) is already taken by \(meter.name)"
      skipped.append(SimulatedPopulation.Skipped(name: other.name, reason: reason))
    }
    meters.removeAll(where: isInItsPlace)
  }

  /// Whether the request for one would reach the other too. A telegram that does not say who sent it
  /// can only be told from others by its address; one of the fixed data structure names no maker, so
  /// that its serial is all there is to select it by.
  private func isConfused(_ meter: CapturedMeter, with content: Content) -> Bool {
    guard let identity = content.identity else { return meter.primaryAddress == content.address }
    guard let other = meter.identity else { return false }
    return Self.select(identity).matches(other) || Self.select(other).matches(identity)
  }

  private static func select(_ identity: MeterIdentity) -> SlaveSelect {
    SlaveSelect(identity, mask: identity.manufacturer == nil ? [.version, .medium] : [])
  }

  private mutating func skip(_ telegram: CapturedTelegram, _ reason: String) {
    skipped.append(SimulatedPopulation.Skipped(name: telegram.name, reason: reason))
  }

  private static func text(_ identity: MeterIdentity) -> String {
    let parts = [
      identity.manufacturer.map { "\($0)" }, identity.version.map { "version \($0)" },
      identity.medium.map(\.name),
    ]
    return (["\(identity.serial)"] + parts.compactMap { $0 }).joined(separator: " ")
  }

  /// What a frame says of its meter.
  private struct Content {
    let address: UInt8
    let identity: MeterIdentity?
    let moreFollow: Bool

    struct Problem: Error {
      let reason: String
    }

    private init(address: UInt8, response: Response?) {
      self.address = address
      guard case .data(let telegram) = response else {
        identity = nil
        moreFollow = false
        return
      }
      identity = telegram.header?.meterIdentity
      moreFollow = telegram.moreRecordsFollow
    }

    init(_ bytes: [UInt8]) throws(Problem) {
      switch FrameDecoder.decode(bytes) {
      case .invalid(let error): throw Problem(reason: "\(error)")
      case .needMore: throw Problem(reason: "the frame is cut short after \(bytes.count) bytes")
      case .frame(let frame, let length):
        guard length == bytes.count else {
          throw Problem(reason: "the frame ends at byte \(length) of \(bytes.count)")
        }
        guard let control = frame.controlField, let address = frame.address, frame.ci != nil,
          control.kind == ControlField.rspUD()
        else { throw Problem(reason: "the frame is no RSP_UD") }
        // What it says may be beyond this decoder: it is answered all the same.
        self.init(address: address, response: try? ResponseDecoder.decode(frame))
      }
    }
  }
}
