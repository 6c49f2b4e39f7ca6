import Bytes
import Metering

/// The value information block of a record: VIF, text of a text VIF, VIFEs (EN 13757-3, ch. 6.4).
struct ValueInformation: Sendable {
  /// All bytes of the block.
  var bytes: [UInt8] = []
  /// VIF and VIFEs but for those that report an error.
  private var codes: [UInt8] = []
  /// Length and characters of a text VIF.
  private var text: [UInt8] = []
  /// Where they stand.
  private let textVIF: DecodingOptions.TextVIFPlacement
  /// The record goes to a meter: VIFEs are actions, not errors.
  private let isFromMaster: Bool
  /// The table and the code of the VIF.
  private var place: (table: VIFTable, code: UInt8) = (.primary, 0)
  /// The place in `codes` of the VIFE that makes it a profile.
  private var profileIndex: Int?
  /// What is measured, and in which unit.
  var meaning = ValueMeaning(.none, .none)
  /// Exponent of ten.
  var scale = 0
  /// A factor that is no power of ten; nil for 1.
  var factor: Double?
  /// What is added to the value, in its unit; nil for 0.
  var addend: Double?
  /// What kind of data it is.
  var content = VIFRow.Content.number
  /// What the VIFEs say, for people.
  var qualifiers: [String] = []
  /// Those of them that tell the value from others of the same kind.
  var whichValue: [String] = []
  /// The VIFEs but for those that report an error.
  var vifes: [CombinableVIFE] = []
  /// The error that the meter reports in place of the value.
  var recordError: InvalidReadingCode?
  /// The data is a series of values, of this kind.
  var profile: Profile.Kind?

  /// At most ten VIFEs follow a VIF (EN 13757-3, ch. 6.4.1).
  static let maxVIFEs = 10

  private static let extensionBit: UInt8 = 0x80

  /// How the next VIFE is to be read.
  private enum Mode {
    case combinable, behindFC, manufacturer
  }

  private init(_ textVIF: DecodingOptions.TextVIFPlacement, isFromMaster: Bool) {
    self.textVIF = textVIF
    self.isFromMaster = isFromMaster
  }

  /// What makes the value one of the meter's: the block as it is when the meter reports no error. A
  /// value that is not there for once is then still the same value.
  var keyBytes: [UInt8] { key(of: codes) }

  /// The key of the values in a profile: the block without the VIFE that makes it one.
  var profileValueBytes: [UInt8] {
    key(of: codes.indices.filter { $0 != profileIndex }.map { codes[$0] })
  }

  private func key(of codes: [UInt8]) -> [UInt8] {
    let ended = codes.dropLast() + codes.suffix(1).map { $0 & ~Self.extensionBit }
    return textVIF == .behindVIFEs
      ? Array(ended + text) : ended.prefix(1) + text + ended.dropFirst()
  }

  /// Reads a block.
  /// - Parameters:
  ///   - textVIF: where the text of a text VIF stands.
  ///   - isFromMaster: the record goes to a meter.
  static func read(
    _ cursor: inout ByteCursor, textVIF: DecodingOptions.TextVIFPlacement = .behindVIF,
    isFromMaster: Bool = false
  ) throws(RecordError) -> ValueInformation {
    let start = cursor.offset
    var block = ValueInformation(textVIF, isFromMaster: isFromMaster)
    var count = 0
    var last = try block.readCode(&cursor)
    let hasText = last & ~extensionBit == PrimaryVIF.text
    var table = VIFTable.primary
    while let next = table.extended(by: last) {
      table = next
      last = try block.readCode(&cursor)
      count += 1
    }
    if hasText, textVIF == .behindVIF { try block.readText(&cursor) }
    if !hasText { block.take(last, from: table) }
    let isManufacturers = table == .primary && last & ~extensionBit == PrimaryVIF.manufacturer
    var mode = isManufacturers ? Mode.manufacturer : .combinable
    while last & extensionBit != 0 {
      guard count < maxVIFEs else {
        throw RecordError(.tooManyVIFEs, offset: start, bytes: block.bytes)
      }
      last = try block.readByte(&cursor)
      count += 1
      block.apply(last, &mode)
    }
    if hasText, textVIF == .behindVIFEs { try block.readText(&cursor) }
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
      meaning.type = .meterSpecific
      meaning.ownDescription = Latin1.visible(Latin1.text(characters.reversed()))
    } catch {
      throw RecordError(.ends(error, in: .valueInformation), offset: error.offset, bytes: bytes)
    }
  }

  private mutating func take(_ code: UInt8, from table: VIFTable) {
    let row = VIFRow.row(code, in: table)
    place = (table, code & ~Self.extensionBit)
    meaning = row.meaning
    scale = row.exponent(of: code & ~Self.extensionBit)
    factor = row.factor
    content = row.content
  }

  private mutating func apply(_ vife: UInt8, _ mode: inout Mode) {
    let code = vife & ~Self.extensionBit
    switch mode {
    case .manufacturer:
      qualifiers.append("manufacturer specific \(Hex.byte(code))")
      vifes.append(.manufacturer(code))
      addManufacturers(code)
    case .behindFC:
      mode = .combinable
      apply(VIFERow.rowBehindFC(code), code)
      vifes.append(.behindFC(code))
    case .combinable where code == VIFETable.extensionFC && vife != code:
      mode = .behindFC
    case .combinable:
      if code == VIFETable.manufacturer { mode = .manufacturer }
      let row = (isFromMaster ? ObjectAction.row(code) : nil) ?? VIFERow.row(code)
      apply(row, code)
      if row.effect == .error { return }
      vifes.append(.main(code))
    }
    codes.append(vife)
  }

  private mutating func apply(_ row: VIFERow, _ code: UInt8) {
    switch row.effect {
    case .words: break
    case .scale(let first): scale += row.exponent(of: code, from: first)
    case .add(let first):
      addend = (addend ?? 0) + DecimalScale.apply(row.exponent(of: code, from: first), to: 1)
    case .error: recordError = InvalidReadingCode(rawValue: code)
    case .date: become(.date, .utc)
    case .duration(let unit): become(.number, unit)
    case .count: become(.number, .none)
    case .unsigned: content = .unsigned
    case .bits: content = .bits
    case .nonMetric: becomeNonMetric(row.words)
    case .profile(let kind): becomeProfile(kind)
    }
    if let dimension = row.dimension { become(dimension) }
    qualifiers.append(row.words(of: code))
    if row.saysWhichValue { whichValue.append(row.words) }
  }

  /// All codes of the maker's own are one qualifier: what they say together only the maker knows.
  private mutating func addManufacturers(_ code: UInt8) {
    let words = VIFERow.row(VIFETable.manufacturer).words
    if let last = whichValue.last, last.hasPrefix(words) {
      whichValue[whichValue.count - 1] = last + " " + Hex.byte(code)
    } else {
      whichValue.append(words + " " + Hex.byte(code))
    }
  }

  /// The unit of the quantity is not that of the value any more: a text of its own says what it is.
  private mutating func become(_ dimension: VIFERow.Dimension) {
    guard meaning.unit != .none || meaning.ownUnit != nil else { return }
    let unit = meaning.unitName
    switch dimension {
    case .behind(let rest): noUnit(unit.isEmpty ? nil : unit + rest)
    case .ratio: noUnit(nil)
    }
  }

  private mutating func noUnit(_ own: String?) {
    meaning = ValueMeaning(
      .meterSpecific, .none, ownDescription: meaning.ownDescription ?? meaning.type.name,
      ownUnit: own)
  }

  /// The data is no longer the measured quantity, but says something about it.
  private mutating func become(_ content: VIFRow.Content, _ unit: MeterUnit) {
    self.content = content
    meaning.unit = unit
    meaning.ownUnit = nil
    scale = 0
    factor = nil
    addend = nil
  }

  /// Unless a VIFE before it has made something else of the quantity.
  private mutating func becomeNonMetric(_ words: String) {
    guard meaning.unit == VIFRow.row(place.code, in: place.table).meaning.unit else { return }
    guard let row = NonMetric.row(place.code, in: place.table) else {
      if NonMetric.metricUnits.contains(meaning.unit) {
        noUnit(nil)
        whichValue.append(words)
      }
      return
    }
    meaning.unit = row.unit
    scale += row.shift
  }

  /// The VIFE is about to be appended to `codes`.
  private mutating func becomeProfile(_ kind: Profile.Kind) {
    guard profile == nil else { return }
    profile = kind
    profileIndex = codes.count
  }
}
