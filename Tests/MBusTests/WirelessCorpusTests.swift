import Bytes
import Foundation
import MBus
import Metering
import TelegramCrypto
import Testing

/// The application layers of captured radio telegrams, as a wired meter would send them: what follows the link and
/// extended link layers. They are no part of the repository.
@Suite(.enabled(if: Corpus.folder != nil, "METERGATE_CORPUS names no corpus"))
struct WirelessCorpusTests {
  /// One line of the corpus.
  private struct Entry {
    let name: String
    /// From the CI field of the transport layer on.
    let transport: [UInt8]
    let options: DecodingOptions
    /// The records in plain, without fillers of compact frames.
    let plain: [UInt8]
    let records: [[Any]]

    init(_ line: Substring) throws {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      name = try #require(object["name"] as? String)
      let decoded = try #require(object["decoded"] as? [String: Any])
      let hex = object["stripped_hex"] as? String ?? object["raw_hex"] as? String
      let bytes = try Hex.decode(try #require(hex))
      let link = decoded["dll"] as? [String: Any]
      transport = try Self.transport(bytes, link, decoded["ell"] as? [String: Any])
      plain = try Hex.decode(try #require(decoded["apl"] as? String))
      records = try #require(decoded["records"] as? [[Any]])
      var options = DecodingOptions()
      if let key = object["key_hex"] as? String {
        options.key = TelegramKey(try Hex.decode(key), cipher: AESTelegramCipher())
      }
      if let link {
        options.asked = MeterIdentity(
          serial: try #require(
            (link["id"] as? String).flatMap { UInt32($0, radix: 16) }.map {
              MeterSerial(digits: $0)
            }),
          manufacturer: (link["man"] as? String).flatMap { ManufacturerCode(letters: $0) },
          version: (link["version"] as? NSNumber)?.uint8Value,
          medium: (link["type"] as? NSNumber).map { Medium(rawValue: $0.uint8Value) })
      }
      self.options = options
    }

    /// Length, C field, manufacturer and address are the link layer; the extended one has a length of its own for
    /// each CI, and where it is encrypted the corpus has the plain bytes behind a CRC.
    private static func transport(
      _ bytes: [UInt8], _ link: [String: Any]?, _ extended: [String: Any]?
    ) throws -> [UInt8] {
      guard link != nil else { return bytes }
      if let plain = extended?["plaintext"] as? String {
        return Array(try Hex.decode(plain).dropFirst(2))
      }
      let lengths = ["8C": 3, "8E": 11]
      let own = try (extended?["ci"] as? String).map { try #require(lengths[$0]) } ?? 0
      return Array(bytes.dropFirst(10 + own))
    }
  }

  @Test func applicationLayers() throws {
    let folder = try #require(Corpus.folder)
    let lines = try String(contentsOfFile: "\(folder)/wmbus.jsonl", encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == 15)
    var formats = FormatCache()
    for line in lines {
      let entry = try Entry(line)
      // The last compact frame comes without the full one that would tell its format.
      formats.learn(from: try response(ControlInformation.noHeader, entry.plain, DecodingOptions()))
      let ci = try #require(entry.transport.first)
      let response = try response(
        ci, Array(entry.transport.dropFirst()), entry.options, formats)
      guard case .data(let telegram) = response else {
        Issue.record("\(entry.name): no data")
        continue
      }
      #expect(telegram.problem == nil, "\(entry.name)")
      #expect(telegram.records.count == entry.records.count, "\(entry.name)")
      for (record, wanted) in zip(telegram.records, entry.records) {
        try compare(record, wanted, entry.name)
      }
    }
  }

  private func response(
    _ ci: UInt8, _ data: [UInt8], _ options: DecodingOptions, _ formats: FormatCache = FormatCache()
  ) throws -> Response {
    let frame = Frame.long(control: .rspUD(), address: 1, ci: ci, data: data)
    return try ResponseDecoder.decode(frame, options, formats: formats)
  }

  /// DIF to VIFE, data without LVAR, and a value: a number as sent, `28504.27 m3`, a date, or text as hex.
  private func compare(_ record: DataRecord, _ wanted: [Any], _ name: String) throws {
    #expect(Hex.encode(record.dif + record.vif).lowercased() == wanted[0] as? String, "\(name)")
    let data = record.type.length == nil ? Array(record.data.dropFirst()) : record.data
    #expect(Hex.encode(data).lowercased() == wanted[1] as? String, "\(name)")
    if let number = wanted[2] as? NSNumber {
      #expect(record.reading == .integer(number.int64Value), "\(name)")
      return
    }
    let text = try #require(wanted[2] as? String)
    switch record.reading {
    case .time(let time): #expect(time.iso8601 == text, "\(name)")
    case .text(let shown): #expect(shown.utf8.count == text.count / 2, "\(name)")
    default:
      let number = try #require(text.split(separator: " ").first.flatMap { Double($0) })
      let scaled = try #require(record.scaled, "\(name)")
      #expect((scaled - number).magnitude <= number.magnitude * 1e-12, "\(name): \(text)")
    }
  }
}
