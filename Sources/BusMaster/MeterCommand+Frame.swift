import MBus
import Metering

extension MeterCommand {
  /// What is wrong with it as it was given, so that no meter could understand it; nil: nothing.
  public var mistake: String? {
    switch self {
    case .select(let vifs):
      vifs.isEmpty
        ? "there is no VIF" : vifs.lazy.compactMap { CommandRecord.mistake(vif: $0) }.first
    case .setValue(_, let vif, _): CommandRecord.mistake(vif: vif)
    case .setAddress, .setBaud, .setIdentity, .setClock, .applicationReset, .globalReadout, .freeze:
      nil
    }
  }

  /// What is sent on a wired M-Bus; nil when there is no such command, such as for 1800 baud.
  public var onMBus: MasterCommand? {
    switch self {
    case .setAddress(let address, _):
      guard LinkAddress.meters.contains(address) else { return nil }
      return .send([.primaryAddress(address)], isBigEndian: false)
    case .setBaud(let baud):
      return MasterCommand.BaudRate.allCases.first { $0.bitsPerSecond == baud }
        .map { .setBaudRate($0) }
    case .setIdentity(let identity, _):
      return .send(
        [identity.isWhole ? .identity(identity) : .serial(identity.serial)], isBigEndian: false)
    case .setClock(let time, let withSeconds):
      let record = try? CommandRecord.clock(
        time, withSeconds: withSeconds, isSummerTime: time.isSummerTime)
      return record.map { .send([$0], isBigEndian: false) }
    case .applicationReset(let subcode): return .applicationReset(subcode: subcode)
    case .select(let vifs):
      let records = vifs.compactMap { CommandRecord.selection(vif: $0) }
      guard !records.isEmpty else { return nil }
      return .send(records, isBigEndian: false)
    case .setValue(let dif, let vif, let data):
      return .send([CommandRecord(dif: dif, vif: vif, data: data)], isBigEndian: false)
    case .globalReadout(let isShort):
      return (isShort ? RequestSequence.Step.shortGlobalReadout : .globalReadout).command
    case .freeze(0, let is2018): return .synchronize(is2018: is2018)
    case .freeze(let storage, _): return RequestSequence.Step.freeze(storage: storage).command
    }
  }
}
