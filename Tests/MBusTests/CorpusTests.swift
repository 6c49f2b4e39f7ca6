import Bytes
import Foundation
import DecoderSupport
import MBus
import Metering
import Testing

@Suite(.enabled(if: Corpus.folder != nil, "METERGATE_CORPUS names no corpus"))
struct CorpusTests {
  @Test func responses() throws {
    let entries = try Corpus.entries().filter { $0.kind == "response" }
    #expect(entries.count == 70)
    for entry in entries where entry.expected.decodes { try compare(entry) }
    #expect(entries.filter { !$0.expected.decodes }.map(\.name) == ["pymb_test_frametype"])
  }

  /// A frame whose header is missing: an error, with what is missing.
  @Test func responseWithoutHeader() throws {
    guard case .frame(let frame, _) = FrameDecoder.decode(try Hex.decode("68030368080B728516"))
    else {
      Issue.record("no frame")
      return
    }
    let error = #expect(throws: ResponseError.self) { try ResponseDecoder.decode(frame) }
    #expect(
      error?.description
        == "the header behind CI 72 is too short: 4 bytes needed at offset 7, 0 left")
  }

  @Test func errorFrames() throws {
    var applicationErrors: [String: String] = [:]
    for entry in try Corpus.entries() where entry.kind == "error-frame" {
      guard case .frame(let frame, _) = FrameDecoder.decode(try entry.bytes) else {
        Issue.record("\(entry.name) is no frame")
        continue
      }
      switch try ResponseDecoder.decode(frame) {
      case .applicationError(let error): applicationErrors[entry.name] = "\(error)"
      case .alarm, .format: Issue.record("\(entry.name) is read as something else")
      case .data:
        try compare(entry)
      }
    }
    #expect(
      applicationErrors == [
        "application_busy": "the application is busy with another readout (code 08)",
        "buffer_too_long": "the data is too long for its buffer (code 02)",
        "error": "error without a code",
        "premature_end_of_record": "premature end of a record (code 04)",
        "too_many_readouts": "too many readouts (code 09)",
        "too_many_records": "too many records (code 03)",
        "too_many_vifes": "more than 10 VIFEs (code 06)",
        "unimplemented_ci": "the CI field is not implemented (code 01)",
        "unspecified_error": "unspecified error (code 00)",
      ])
  }

  @Test func synthetic() throws {
    let entries = try Corpus.entries().filter { $0.kind == "synthetic" }
    #expect(entries.count >= 23)
    for entry in entries { try compare(entry) }
  }

  @Test func unsupportedFrames() throws {
    for entry in try Corpus.entries() where entry.kind == "unsupported-frame" {
      let telegram = telegram(try entry.bytes)
      // What is cut short is read as far as it goes.
      #expect(
        (telegram.map { $0.problem == nil } ?? false) == entry.expected.decodes, "\(entry.name)")
    }
  }

  /// Nothing traps; records before a cut are those of the whole telegram.
  @Test func everyTruncationAndEveryFlippedBit() throws {
    for entry in try Corpus.entries() {
      let bytes = try entry.bytes
      for flipped in bytes.singleBitFlips { _ = FrameDecoder.decode(flipped) }
      guard case .frame(let frame, _) = FrameDecoder.decode(bytes),
        case .long(let control, let address, let ci, let data) = frame
      else { continue }
      let read = { (data: [UInt8]) -> Telegram? in
        let frame = Frame.long(control: control, address: address, ci: ci, data: data)
        guard case .data(let telegram)? = try? ResponseDecoder.decode(frame) else { return nil }
        return telegram
      }
      let whole = read(data)
      for length in data.indices {
        guard let part = read(Array(data.prefix(length))) else { continue }
        let kept = part.records.filter { $0.type != .manufacturer }
        #expect(Array((whole?.records ?? []).prefix(kept.count)) == kept, "\(entry.name) \(length)")
      }
      for flipped in data.singleBitFlips {
        if let telegram = read(flipped) { _ = MeterReport(chain: [telegram]) }
      }
    }
  }

  private func compare(_ entry: Corpus.Entry) throws {
    guard let telegram = telegram(try entry.bytes) else {
      Issue.record("\(entry.name) is not read")
      return
    }
    let expected = entry.expected
    let identity = telegram.header?.identity
    #expect(identity?.serial.description == expected.id, "\(entry.name)")
    #expect(identity?.medium?.rawValue == expected.medium, "\(entry.name)")
    #expect(identity?.version == expected.version, "\(entry.name)")
    #expect(identity?.manufacturer?.description == expected.manufacturer, "\(entry.name)")
    #expect(telegram.header?.access == expected.access_no, "\(entry.name)")
    #expect((telegram.header?.status).map(Hex.byte) == expected.status, "\(entry.name)")
    let signature = telegram.header.flatMap { $0.isFixed ? nil : $0.signature }
    #expect(signature.map { Hex.encode($0.littleEndianBytes.reversed()) } == expected.signature)
    #expect((telegram.problem != nil) == (expected.decode_error != nil), "\(entry.name)")
    #expect(telegram.moreRecordsFollow == (expected.more_records_follow ?? false), "\(entry.name)")
    #expect(telegram.records.count == expected.records.count, "\(entry.name)")
    for (index, (record, wanted)) in zip(telegram.records, expected.records).enumerated() {
      let place = "\(entry.name), record \(index)"
      #expect(Hex.encode(record.dif) == wanted.dif_hex ?? "", "\(place)")
      #expect(Hex.encode(record.vif) == wanted.vif_hex ?? "", "\(place)")
      #expect(Hex.encode(record.data) == wanted.data_hex ?? "", "\(place)")
      #expect(record.storage == wanted.storage, "\(place)")
      if let tariff = wanted.tariff { #expect(record.tariff == tariff, "\(place)") }
      if let subunit = wanted.device { #expect(record.subunit == subunit, "\(place)") }
      if let function = wanted.function {
        #expect(Self.functions[function] == record.function, "\(place)")
      }
      if let type = wanted.dtype {
        let isReserved = type == "special" && wanted.function == "Special"
        let own = isReserved ? "reserved" : Self.types[type] ?? type
        #expect(own == record.type.name || wanted.isContainer, "\(place)")
      }
      // A container for telegrams of a radio (EN 13757-3, table of the FD extension, code 3B) holds bytes, and LVAR
      // is their number. The reference shows them as text, the last byte first: of the three frames that may be
      // judged otherwise this is one, mbpcs_038.
      guard !wanted.isContainer else {
        #expect(record.reading == .binary(Array(record.data.dropFirst())), "\(place)")
        continue
      }
      compareUnit(record, wanted, place)
      compareValue(record, wanted, place)
    }
  }

  private func compareUnit(_ record: DataRecord, _ wanted: Corpus.Record, _ place: String) {
    // The reference gives no units for the fixed data structure, which has neither DIF nor VIF.
    guard let vif = wanted.vif_hex, !Self.unitsOfOurOwn.contains(vif) else { return }
    // Of a rate (VIFE 20–2F) the reference names the unit of the quantity, and what it is a rate of apart.
    let isRate = record.vif.dropFirst().contains { (0x20...0x2F).contains($0 & 0x7F) }
    let name = record.meaning.unitName
    let unit = isRate ? String(name.prefix { $0 != "/" }) : name
    // Where a VIFE makes a date of a quantity, the reference still gives the unit of the quantity.
    if wanted.dtype?.hasPrefix("date") == true {
      #expect(unit == "UTC", "\(place), VIF \(vif)")
      return
    }
    guard let units = Self.units[wanted.unit ?? ""] else {
      Issue.record("\(place): unit \(wanted.unit ?? "") is not in the table")
      return
    }
    #expect(units.contains(unit), "\(place), VIF \(vif): \(unit), not \(wanted.unit ?? "none")")
  }

  /// The reference's units and how the MUC500 manual 1.1, table 29 spells them. The reference gives
  /// all durations in seconds: `compareScale` tells them apart.
  private static let units: [String: Set<String>] = [
    "": ["None", "Bin", ""], "Wh": ["Wh"], "J": ["J"], "cal": ["cal"], "W": ["W"],
    "J/h": ["J/h"], "varh": ["kVARh"], "var": ["kVAR"], "VA": ["VA"], "VAh": ["VAh"], "V": ["V"],
    "A": ["A"], "Hz": ["Hz"], "m^3": ["m^3"], "m^3/h": ["m^3/h"], "m^3/s": ["m^3/s"],
    "°C": ["Degree C"], "K": ["K"], "%": ["%"], "dBm": ["dBm"], "HCA": ["None"],
    "s": ["s", "min", "h", "d"], "month": ["mon"], "text": ["None"],
  ]

  /// VIFs with a unit here and none there: the seconds of a time point.
  private static let unitsOfOurOwn: Set = ["FD2B"]

  private func compareValue(_ record: DataRecord, _ wanted: Corpus.Record, _ place: String) {
    if let error = wanted.record_error {
      #expect(record.error == "the meter reports: \(error)", "\(place)")
      return
    }
    switch (record.reading, wanted.raw_value) {
    case (.integer(let number), .integer(let raw)): #expect(number == raw, "\(place)")
    case (.real(let number), let raw): #expect(number == raw?.number, "\(place)")
    case (.text(let text), let raw): #expect(text == (raw.map(Self.text) ?? ""), "\(place)")
    case (.binary(let bytes), let raw):
      #expect(Hex.encode(bytes) == (raw.map(Self.text) ?? ""), "\(place)")
    case (.time(let time), .text):
      #expect(wanted.scaled_value == .text(time.iso8601), "\(place)")
      return
    case (.invalid(let why, _), .text(let raw)):
      let isNoDate = why.hasPrefix("invalid date") || why.hasPrefix("recurring date")
      #expect(wanted.scaled_value == nil && isNoDate || why.contains(raw), "\(place)")
      return
    case (.binary(let bytes), nil) where record.type == .reserved:
      #expect(bytes.isEmpty, "\(place)")
      return
    case (.invalid, nil): return
    default:
      Issue.record("\(place): \(record.reading) is not \(String(describing: wanted.raw_value))")
    }
    compareScale(record, wanted, place)
  }

  private func compareScale(_ record: DataRecord, _ wanted: Corpus.Record, _ place: String) {
    let unit = record.meaning.unit
    // The reference counts in var and varh, the manuals' table of units in kvar and kvarh.
    let kilo = unit == .kilovar || unit == .kilovarHour ? 3 : 0
    if let exponent = wanted.exponent { #expect(record.scale + kilo == exponent, "\(place)") }
    // It also gives durations in seconds; the manuals' table has units for them.
    let seconds: Double =
      switch unit {
      case .minute: 60
      case .hour: 3600
      case .day: 86_400
      default: 1
      }
    if let scaled = wanted.scaled_value?.number, let own = record.scaled {
      let whole = own * seconds * (kilo == 3 ? 1000 : 1)
      #expect(abs(whole - scaled) <= 1e-12 * abs(scaled), "\(place): \(whole), not \(scaled)")
    }
  }

  private static func text(_ value: Corpus.Value) -> String {
    switch value {
    case .text(let text): text
    case .integer(let number): String(number)
    case .real(let number): String(number)
    }
  }

  private static let functions: [String: ValueKey.Function] = [
    "Instantaneous value": .instantaneous, "Maximum value": .maximum, "Minimum value": .minimum,
    "Value during error state": .error, "Manufacturer specific": .instantaneous,
    "More records follow": .instantaneous, "Special": .instantaneous,
  ]

  private static let types = [
    "special": "manufacturer", "date G": "dateG", "datetime F": "dateTimeF",
    "datetime I": "dateTimeI", "lvar bin": "binary", "lvar bcd+": "lvarBCD",
    "lvar bcd-": "lvarBCD",
  ]
}
