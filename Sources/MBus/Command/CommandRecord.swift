import Bytes
import Metering
import Time

/// A record that a master sends (EN 13757-3, ch. 6): data for the slave, or a value that it is to send from now on.
/// It has the bytes as they are on the line, so that any record can be sent and read.
public struct CommandRecord: Hashable, Sendable {
  /// DIF and DIFEs.
  public var dif: [UInt8]
  /// VIF and VIFEs; empty for the request of all data (DIF 7F).
  public var vif: [UInt8]
  /// The data, with LVAR where its length is variable.
  public var data: [UInt8]

  /// - Parameters:
  ///   - dif: DIF and DIFEs.
  ///   - vif: VIF and VIFEs.
  ///   - data: the data, with LVAR where its length is variable.
  public init(dif: [UInt8], vif: [UInt8] = [], data: [UInt8] = []) {
    self.dif = dif
    self.vif = vif
    self.data = data
  }

  /// Data for the slave.
  public init(_ record: RecordEncoder) throws(RecordEncodingError) {
    let bytes = try record.encoded
    var cursor = ByteCursor(bytes)
    guard let dif = try? cursor.readByte(), (try? DataInformation.read(dif: dif, &cursor)) != nil
    else { throw RecordEncodingError(type: record.type, value: record.value) }
    let head = cursor.consumed
    self.init(
      dif: Array(bytes.prefix(head)), vif: record.vif,
      data: Array(bytes.dropFirst(head + record.vif.count)))
  }

  /// As on the line.
  public var bytes: [UInt8] { dif + vif + data }

  /// DIF 7F: all data are asked for.
  public static let globalReadout = CommandRecord(dif: [DataInformation.Special.readoutRequest])

  /// DIF 2F: a byte that says nothing, and may stand where a record could (EN 13757-3, ch. 6.3.3).
  public static let filler = CommandRecord(dif: [DataInformation.Special.filler])

  /// Data field 8: the value is to be sent in readouts.
  public var isSelection: Bool {
    guard let dif = dif.first, dif != DataInformation.Special.readoutRequest else { return false }
    return dif & 0x0F == 0x08
  }

  /// DIF 0F: data of the maker's own, to the end of the command.
  public var isManufacturerData: Bool { dif == [DataInformation.Special.manufacturer] }

  /// What is to be done with the value; nil: it is written, or only asked for. Behind a VIF of the maker's own a
  /// VIFE is taken for an action only where there is no data: elsewhere it is the maker's.
  public var action: ObjectAction? {
    guard vif.count > 1, let last = vif.last, last < 0x80, vif.first != PrimaryVIF.text | 0x80
    else { return nil }
    // Behind FB and FD stands the code of their table, and no VIFE yet.
    if vif.count == 2, vif.first == 0xFB || vif.first == 0xFD { return nil }
    if vif.dropLast().last == 0x80 | VIFETable.extensionFC { return nil }
    if vif.first == PrimaryVIF.manufacturer | 0x80, !data.isEmpty { return nil }
    return ObjectAction(rawValue: last)
  }

  /// The same in the form in which a meter would send it: what it means. Without an action, which in an answer would
  /// be an error; nil for DIF 7F, and for what is no record.
  public var meaning: DataRecord? {
    var vif = vif
    if action != nil {
      vif.removeLast()
      if let last = vif.popLast() { vif.append(last & 0x7F) }
    }
    var decoder = RecordDecoder(dif + vif + data, offset: 0)
    guard case .record(let record) = try? decoder.next() else { return nil }
    return record
  }

  /// For people: what, and what is to be done with it.
  public var description: String {
    if self == .globalReadout { return "all data (global readout request)" }
    if self == .filler { return "filler" }
    if isManufacturerData {
      return "manufacturer's own data " + Hex.encode(data, separator: " ")
    }
    guard let record = meaning else { return Hex.encode(bytes, separator: " ") }
    let what = RecordWords.what(record)
    if isSelection { return "select for readout: \(what)" }
    if data.isEmpty { return "\((action ?? .write).words): \(what)" }
    let value = "\(what) = \(Self.text(record))"
    return action.map { "\($0.words): \(value)" } ?? value
  }

  private static func text(_ record: DataRecord) -> String {
    switch record.value.reading {
    case .integer, .large, .real, .text, .time: return RecordWords.value(record)
    case .binary(let bytes): return Hex.encode(bytes, separator: " ")
    case .invalid(let why, _): return "– (\(why))"
    }
  }

  /// Reads the next record; nil when there is none that can be told from what follows.
  static func read(_ cursor: inout ByteCursor, isBigEndian: Bool) -> CommandRecord? {
    guard let first = try? cursor.readByte() else { return nil }
    if first == DataInformation.Special.readoutRequest { return .globalReadout }
    if first == DataInformation.Special.filler { return .filler }
    if first == DataInformation.Special.manufacturer {
      return CommandRecord(dif: [first], data: cursor.readRest())
    }
    guard first & 0x0F != DataInformation.Special.mask,
      let head = try? DataInformation.read(dif: first, &cursor),
      let value = try? ValueInformation.read(&cursor)
    else { return nil }
    if let length = DataType.fixed(dataField: first)?.length {
      guard let data = try? cursor.read(length) else { return nil }
      return CommandRecord(
        dif: head.bytes, vif: value.bytes, data: isBigEndian ? data.reversed() : data)
    }
    guard let lvar = try? cursor.readByte(), let variable = VariableLength(lvar: lvar),
      let data = try? cursor.read(variable.length)
    else { return nil }
    return CommandRecord(
      dif: head.bytes, vif: value.bytes, data: [lvar] + (isBigEndian ? data.reversed() : data))
  }
}
