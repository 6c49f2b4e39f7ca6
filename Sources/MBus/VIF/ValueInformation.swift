import Bytes
import Metering

/// The value information block of a record: VIF, text of a text VIF, VIFEs (EN 13757-3, ch. 6.4).
struct ValueInformation: Hashable, Sendable {
  /// All bytes of the block.
  var bytes: [UInt8] = []
  /// VIF and VIFEs but for those that report an error.
  private var codes: [UInt8] = []
  /// Length and characters behind a text VIF.
  private var text: [UInt8] = []
  /// What is measured, and in which unit.
  var meaning = ValueMeaning(.none, .none)
  /// Exponent of ten.
  var scale = 0
  /// What kind of data it is.
  var content = VIFRow.Content.number
  /// What the VIFEs say, for people.
  var qualifiers: [String] = []
  /// The error that the meter reports in place of the value.
  var recordError: InvalidReadingCode?

  /// At most ten VIFEs follow a VIF (EN 13757-3, ch. 6.4.1).
  static let maxVIFEs = 10

  private static let extensionBit: UInt8 = 0x80
  private static let fb: UInt8 = 0xFB
  private static let fd: UInt8 = 0xFD

  /// How the next VIFE is to be read.
  private enum Mode {
    case combinable, behindFC, manufacturer
  }

  /// What makes the value one of the meter's: the block as it is when the meter reports no error. A
  /// value that is not there for once is then still the same value.
  var keyBytes: [UInt8] {
    let ended = codes.dropLast() + codes.suffix(1).map { $0 & ~Self.extensionBit }
    return ended.prefix(1) + text + ended.dropFirst()
  }

  /// Reads a block.
  static func read(_ cursor: inout ByteCursor) throws(RecordError) -> ValueInformation {
    let start = cursor.offset
    var block = ValueInformation()
    var count = 0
    var last = try block.readCode(&cursor)
    var mode = Mode.combinable
    switch last {
    case fb, fd:
      let table: VIFTable = last == fb ? .fb : .fd
      last = try block.readCode(&cursor)
      count = 1
      block.take(last, from: table)
    case _ where last & 0x7F == PrimaryVIF.text:
      try block.readText(&cursor)
    default:
      block.take(last, from: .primary)
      if last & 0x7F == PrimaryVIF.manufacturer { mode = .manufacturer }
    }
    while last & extensionBit != 0 {
      guard count < maxVIFEs else {
        throw RecordError(.tooManyVIFEs, offset: start, bytes: block.bytes)
      }
      last = try block.readByte(&cursor)
      count += 1
      block.apply(last, &mode)
    }
    return block
  }

  private mutating func readCode(_ cursor: inout ByteCursor) throws(RecordError) -> UInt8 {
    let code = try readByte(&cursor)
    codes.append(code)
    return code
  }

  private mutating func readByte(_ cursor: inout ByteCursor) throws(RecordError) -> UInt8 {
    do {
      let byte = try cursor.readByte()
      bytes.append(byte)
      return byte
    } catch {
      throw RecordError(.ends(error, in: .valueInformation), offset: error.offset, bytes: bytes)
    }
  }

  /// Length, then the characters in reverse (EN 13757-3, ch. 6.4.3, plain text VIF). So with CI 76
  /// too: no telegram is known that would tell whether meters that send the most significant byte
  /// first send these texts the other way round.
  private mutating func readText(_ cursor: inout ByteCursor) throws(RecordError) {
    let length = try readByte(&cursor)
    do {
      let characters = try cursor.read(Int(length))
      bytes += characters
      text = [length] + characters
      meaning = ValueMeaning(
        .meterSpecific, .none, ownDescription: Latin1.visible(Latin1.text(characters.reversed())))
    } catch {
      throw RecordError(.ends(error, in: .valueInformation), offset: error.offset, bytes: bytes)
    }
  }

  private mutating func take(_ code: UInt8, from table: VIFTable) {
    let row = VIFRow.row(code, in: table)
    meaning = row.meaning
    scale = row.exponent(of: code & 0x7F)
    content = row.content
  }

  private mutating func apply(_ vife: UInt8, _ mode: inout Mode) {
    let code = vife & 0x7F
    switch mode {
    case .manufacturer:
      qualifiers.append("manufacturer specific \(Hex.byte(code))")
    case .behindFC:
      mode = .combinable
      apply(VIFERow.rowBehindFC(code), code)
    case .combinable where code == VIFETable.extensionFC && vife != code:
      mode = .behindFC
    case .combinable:
      if code == VIFETable.manufacturer { mode = .manufacturer }
      apply(VIFERow.row(code), code)
      if VIFERow.row(code).effect == .error { return }
    }
    codes.append(vife)
  }

  private mutating func apply(_ row: VIFERow, _ code: UInt8) {
    switch row.effect {
    case .words: break
    case .scale(let first): scale += first + Int(code &- row.codes.lowerBound)
    case .error: recordError = InvalidReadingCode(rawValue: code)
    case .date: become(.date, .utc)
    case .duration(let unit): become(.number, unit)
    case .count: become(.number, .none)
    }
    qualifiers.append(row.words(of: code))
  }

  /// The data is no longer the measured quantity, but says something about it.
  private mutating func become(_ content: VIFRow.Content, _ unit: MeterUnit) {
    self.content = content
    meaning.unit = unit
    meaning.ownUnit = nil
    scale = 0
  }
}
