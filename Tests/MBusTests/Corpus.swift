import Bytes
import Foundation
import MBus
import Testing

/// The captured telegrams and what a reference decoder makes of them; they are no part of the
/// repository. `METERGATE_CORPUS` names their folder.
enum Corpus {
  struct Entry: Decodable, Sendable {
    let name: String
    let kind: String
    let hex: String
    let expected: Expected

    var bytes: [UInt8] {
      get throws { try Hex.decode(hex) }
    }
  }

  struct Expected: Decodable, Sendable {
    let decodes: Bool
    let id: String?
    let manufacturer: String?
    let version: UInt8?
    let medium: UInt8?
    let access_no: UInt8?
    let status: String?
    let signature: String?
    let more_records_follow: Bool?
    let decode_error: String?
    let records: [Record]
  }

  struct Record: Decodable, Sendable {
    /// The reference is wrong about it, see `CorpusTests`.
    var isContainer: Bool { vif_hex == "FD3B" }

    let dif_hex: String?
    let vif_hex: String?
    let data_hex: String?
    let function: String?
    let storage: UInt64?
    let tariff: UInt32?
    let device: UInt32?
    let dtype: String?
    let unit: String?
    let raw_value: Value?
    let exponent: Int?
    let scaled_value: Value?
    let record_error: String?
  }

  enum Value: Decodable, Equatable, Sendable {
    case integer(Int64)
    case real(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let integer = try? container.decode(Int64.self) {
        self = .integer(integer)
      } else if let real = try? container.decode(Double.self) {
        self = .real(real)
      } else {
        self = .text(try container.decode(String.self))
      }
    }

    var number: Double? {
      switch self {
      case .integer(let integer): Double(integer)
      case .real(let real): real
      case .text: nil
      }
    }
  }

  static let folder = ProcessInfo.processInfo.environment["METERGATE_CORPUS"]

  /// All telegrams; none without the corpus.
  static func entries() throws -> [Entry] {
    guard let folder else { return [] }
    let text = try String(contentsOfFile: folder + "/mbus.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      // Not-a-number stands in the file as a bare word, which JSON does not know.
      let json = line.replacingOccurrences(of: ": NaN", with: ": null")
      return try JSONDecoder().decode(Entry.self, from: Data(json.utf8))
    }
  }
}

/// A telegram from the bytes of one frame; nil when they are none.
func telegram(_ bytes: [UInt8]) -> Telegram? {
  guard case .frame(let frame, _) = FrameDecoder.decode(bytes),
    case .data(let telegram)? = try? ResponseDecoder.decode(frame)
  else { return nil }
  return telegram
}
