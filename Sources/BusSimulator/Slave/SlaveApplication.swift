import MBus
import Metering
import Time

/// What is behind the link layer of a slave, with what commands have made of it (EN 13757-3, ch. 6 and 7): its
/// addresses, its clock, its speed, and what it sends.
struct SlaveApplication: Sendable {
  private let slave: SimulatedSlave
  /// 0–250
  private(set) var primaryAddress: UInt8
  /// What a slave select is compared with.
  private(set) var identity: MeterIdentity?
  /// At which speed it listens.
  private(set) var speed: SlaveSpeed
  /// How many seconds its clock is ahead of that of the bus.
  private var clockShift: Int64 = 0
  /// What it sends; nil: everything.
  private var selection: [CommandRecord]?
  /// When values were frozen, by their storage number.
  private var frozen: [UInt64: Int64] = [:]

  /// - Parameter baud: the speed of the line, bits a second.
  init(_ slave: SimulatedSlave, baud: Int64) {
    self.slave = slave
    primaryAddress = slave.primaryAddress
    identity = slave.identity
    speed = SlaveSpeed(slave.speed, line: baud)
  }

  /// Takes note of a frame on the line.
  /// - Returns: whether it is at the speed of this slave, which otherwise hears noise.
  mutating func hears(baud: Int64, at now: MonotonicInstant) -> Bool {
    speed.hears(baud, at: now)
  }

  // MARK: - Commands

  /// Carries out what a master wants, as far as the slave does such things.
  /// - Parameters:
  ///   - seconds: the clock of the bus.
  ///   - now: the end of the frame.
  mutating func carryOut(_ command: MasterCommand, at seconds: Int64, now: MonotonicInstant) {
    guard case .builtIn = slave.content, slave.obedience == .carriesOut else { return }
    switch command {
    case .applicationReset: selection = nil
    case .send(let records, isBigEndian: false): take(records, at: seconds)
    case .setBaudRate(let rate): speed.change(to: Int64(rate.bitsPerSecond), at: now)
    // 7F 7E, which is no record.
    case .other(_, ControlInformation.dataSend?, let data)
    where data.first == CommandRecord.globalReadout.dif.first:
      selection = nil
    case .send, .select, .synchronize, .linkReset, .requestData, .requestAlarm, .other: break
    }
  }

  private mutating func take(_ records: [CommandRecord], at seconds: Int64) {
    let selected = records.filter { $0.isSelection && $0.action == nil }
    if !selected.isEmpty { selection = selected }
    for record in records where !selected.contains(record) { take(record, at: seconds) }
  }

  private mutating func take(_ record: CommandRecord, at seconds: Int64) {
    switch (record.vif.first, record.action) {
    case _ where record.dif == CommandRecord.globalReadout.dif: selection = nil
    case (_, .freeze?): record.meaning.map { frozen[$0.storage] = seconds + clockShift }
    case (Code.busAddress?, nil):
      if let address = record.data.first, LinkAddress.slaves.contains(address) {
        primaryAddress = address
      }
    case (Code.identification?, nil): identity = named(by: record) ?? identity
    case (Code.dateTime?, nil):
      guard case .time(let time)? = record.meaning?.value.reading else { return }
      clockShift = time.unixSecondsAsUTC - seconds
    default: break
    }
  }

  /// VIF codes of what can be set (EN 13757-3, table of primary VIF codes).
  private enum Code {
    static let busAddress: UInt8 = 0x7A
    static let identification: UInt8 = 0x79
    static let dateTime: UInt8 = 0x6D
  }

  /// Serial alone, or the whole secondary address.
  private func named(by record: CommandRecord) -> MeterIdentity? {
    let serial = record.data.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    switch (record.data.count, identity) {
    case (4, var identity?):
      identity.serial = MeterSerial(digits: serial)
      return identity
    case (8, _):
      // Laid out as in a slave select, in which no part is a wildcard here.
      return SlaveSelect(data: record.data).map { select in
        MeterIdentity(
          serial: select.serial, manufacturer: ManufacturerCode(rawValue: select.manufacturer),
          version: select.version, medium: Medium(rawValue: select.medium))
      }
    default: return nil
    }
  }

  // MARK: - Telegrams

  /// How many telegrams make up a readout. What was selected fits into one.
  var telegramCount: Int { selection == nil ? slave.telegramCount : 1 }

  /// A telegram as sent.
  /// - Parameters:
  ///   - index: its place in the chain, from 0.
  ///   - seconds: the clock of the bus.
  ///   - accessNumber: counts the telegrams sent.
  /// - Returns: nil where the slave stays silent.
  func telegram(_ index: Int, at seconds: Int64, accessNumber: UInt8) -> [UInt8]? {
    switch slave.content {
    case .captured(let meter): meter.telegram(index)
    case .builtIn(let meter):
      meter.telegram(
        records(index, of: meter, at: seconds + clockShift), accessNumber: accessNumber,
        identity: identity ?? meter.identity, primaryAddress: primaryAddress,
        moreRecordsFollow: index + 1 < telegramCount)
    }
  }

  private func records(
    _ index: Int, of meter: BuiltInMeter, at seconds: Int64
  ) -> [RecordEncoder] {
    guard let selection else {
      return meter.records(index, at: seconds) + (index == 0 ? frozenRecords(of: meter) : [])
    }
    let all =
      (0..<meter.telegramCount).flatMap { meter.records($0, at: seconds) }
      + frozenRecords(of: meter)
    return all.filter { record in selection.contains { $0.selects(record) } }
  }

  /// The counter of the meter as it was when it was frozen.
  private func frozenRecords(of meter: BuiltInMeter) -> [RecordEncoder] {
    frozen.sorted { $0.key < $1.key }.compactMap { storage, seconds in
      var record = meter.counter(at: seconds)
      record?.storage = storage
      return record
    }
  }
}

extension CommandRecord {
  /// Whether a value is meant; 7E stands for all of them.
  fileprivate func selects(_ record: RecordEncoder) -> Bool {
    guard vif != [0x7E] else { return true }
    guard vif == record.vif, let meaning else { return false }
    return meaning.storage == record.storage && meaning.tariff == record.tariff
  }
}
