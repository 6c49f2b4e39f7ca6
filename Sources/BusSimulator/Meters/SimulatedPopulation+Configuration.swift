import MBus
import Metering

extension SimulatedPopulation {
  /// The meter list that a gateway on this bus would have: every meter with its values, and
  /// registers in the order of the list, 10 for each entry from register 10 on (MUC500 manual 1.1,
  /// ch. 11.3).
  ///
  /// A meter is reached by its identity, one that does not tell its identity by its primary address.
  /// Times that belong to other values have no entry of their own, as MUC_SHOWTIMESTAMPENTRIES says
  /// by default. Entries for which no register is left have register 0.
  /// - Parameter seconds: the meters' clock, in seconds since 1970-01-01 00:00.
  public func meterConfigurations(at seconds: Int64 = 1_767_225_600) -> [MeterConfiguration] {
    var registers = EntryRegisters()
    return slaves.map { slave in
      var meter = Self.configuration(of: slave, at: seconds)
      meter.register = registers.next()
      for index in meter.values.indices { meter.values[index].register = registers.next() }
      return meter
    }
  }

  /// The entries of the register map, one after another.
  private struct EntryRegisters {
    /// Registers of an entry.
    static let length = 10
    /// The last register that an entry can begin at: ten registers fit up to 65,535.
    static let last = 65_520

    private var used = 0

    mutating func next() -> Int {
      guard used < Self.last else { return 0 }
      used += Self.length
      return used
    }
  }

  private static func configuration(
    of slave: SimulatedSlave, at seconds: Int64
  ) -> MeterConfiguration {
    let report = MeterReport(
      chain: telegrams(of: slave, at: seconds), asked: MeterIdentity(serial: .any))
    // Recorded answers to a slave select may carry its address, FD, which is no meter's own.
    let address = slave.primaryAddress
    return MeterConfiguration(
      identity: slave.identity ?? MeterIdentity(serial: .any),
      primaryAddress: LinkAddress.meters.contains(address) ? address : LinkAddress.unconfigured,
      usesPrimaryAddress: slave.identity == nil,
      values: (report?.values ?? []).filter { $0.listing == .measured }.map(configuration))
  }

  private static func telegrams(of slave: SimulatedSlave, at seconds: Int64) -> [Telegram] {
    (0..<slave.telegramCount).compactMap { index in
      guard let bytes = slave.telegram(index, at: seconds, accessNumber: 1),
        case .frame(let frame, _) = FrameDecoder.decode(bytes),
        case .data(let telegram) = try? ResponseDecoder.decode(frame)
      else { return nil }
      return telegram
    }
  }

  private static func configuration(of value: MeterValue) -> ValueConfiguration {
    ValueConfiguration(
      dif: value.key.dif.isEmpty ? nil : value.key.dif,
      vif: value.key.vif.isEmpty ? nil : value.key.vif, meaning: value.meaning,
      storage: value.key.storage, tariff: value.key.tariff, function: value.key.function,
      scale: value.scale)
  }
}
