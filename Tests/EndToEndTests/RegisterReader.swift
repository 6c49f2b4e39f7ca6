import PeerSupport

/// Reads registers as a PLC does: function 3 over a socket, nothing of ours in between.
final class RegisterReader {
  private let client: RawClient
  private var transaction: UInt16 = 0

  init(port: Int) throws { client = try RawClient(port: port) }

  /// What a request brought.
  enum Answer: Equatable {
    case registers([UInt16])
    case exception(UInt8)
    case nothing
  }

  func read(
    _ start: Int, _ count: Int, unit: UInt8 = 1, function: UInt8 = 3
  ) throws -> Answer {
    transaction &+= 1
    let fields: [UInt16] = [transaction, 0, 6]
    let request =
      fields.flatMap(Self.bytes) + [unit, function] + Self.bytes(UInt16(start))
      + Self.bytes(UInt16(count))
    try client.send(request)
    let head = client.receive(9)
    guard head.count == 9 else { return .nothing }
    if head[7] & 0x80 != 0 { return .exception(head[8]) }
    let data = client.receive(Int(head[8]))
    return .registers(
      stride(from: 0, to: data.count - 1, by: 2).map {
        UInt16(data[$0]) << 8 | UInt16(data[$0 + 1])
      })
  }

  /// All registers of the map, read in pieces of 100 until exception 2.
  func readAll() throws -> [UInt16] {
    var all: [UInt16] = []
    while case .registers(let piece) = try read(all.count, 10) { all += piece }
    return all
  }

  /// One entry of ten registers.
  func entry(_ start: Int) throws -> Entry? {
    guard case .registers(let words) = try read(start, 10), words.count == 10 else { return nil }
    return Entry(words: words)
  }

  private static func bytes(_ word: UInt16) -> [UInt8] { [UInt8(word >> 8), UInt8(word & 0xFF)] }
}

/// Ten registers, read by the tables of the manuals.
struct Entry: Equatable {
  let words: [UInt16]

  var type: UInt8 { UInt8(words[7] >> 8) }
  var serial: UInt32 { long(0) }
  var manufacturer: UInt16 { words[2] }
  var version: UInt8 { UInt8(words[3] >> 8) }
  var medium: UInt8 { UInt8(words[3] & 0xFF) }
  var time: UInt32 { long(4) }
  var flags: UInt16 { words[8] }
  var integer: Int64 {
    Int64(bitPattern: UInt64(long(0)) << 32 | UInt64(long(2)))
  }
  var float: Float { Float(bitPattern: long(4)) }
  var scale: Int16 { Int16(bitPattern: words[6]) }
  var unit: UInt8 { UInt8(words[7] & 0xFF) }
  var meterTime: UInt32 { long(8) }

  private func long(_ offset: Int) -> UInt32 {
    UInt32(words[offset]) << 16 | UInt32(words[offset + 1])
  }
}
