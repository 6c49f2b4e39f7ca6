import Bytes
import Metering

/// The data information block of a record: DIF and DIFEs (EN 13757-3, ch. 6.3).
struct DataInformation: Hashable, Sendable {
  /// All bytes of the block.
  var bytes: [UInt8]
  /// 0: the current value.
  var storage: UInt64 = 0
  /// 0: the total.
  var tariff: UInt32 = 0
  /// The part of the device.
  var subunit: UInt32 = 0

  /// At most ten DIFEs follow a DIF (EN 13757-3, ch. 6.3.5).
  static let maxDIFEs = 10

  /// DIFs with a meaning of their own (EN 13757-3, ch. 6.3.3, special function).
  enum Special {
    static let mask: UInt8 = 0x0F
    static let manufacturer: UInt8 = 0x0F
    static let moreRecordsFollow: UInt8 = 0x1F
    static let filler: UInt8 = 0x2F
    static let readoutRequest: UInt8 = 0x7F
  }

  private enum Bits {
    static let more: UInt8 = 0x80
    static let storage: UInt8 = 0x40
    static let function: UInt8 = 0x30
    static let subunit: UInt8 = 0x40
    static let tariff: UInt8 = 0x30
    static let difeStorage: UInt8 = 0x0F
  }

  /// The data field of the DIF.
  var dataField: UInt8 { (bytes.first ?? 0) & 0x0F }

  /// How the meter came by the value.
  var function: ValueKey.Function {
    ValueKey.Function(rawValue: ((bytes.first ?? 0) & Bits.function) >> 4) ?? .instantaneous
  }

  /// Reads the DIFEs that follow a DIF. Storage, tariff and subunit cannot run over: ten DIFEs hold
  /// 40 + 1, 20 and 10 bits.
  static func read(dif: UInt8, _ cursor: inout ByteCursor) throws(RecordError) -> DataInformation {
    let start = cursor.offset - 1
    var block = DataInformation(bytes: [dif])
    block.storage = dif & Bits.storage != 0 ? 1 : 0
    var last = dif
    var count: UInt32 = 0
    while last & Bits.more != 0 {
      guard count < maxDIFEs else {
        throw RecordError(.tooManyDIFEs, offset: start, bytes: block.bytes)
      }
      do { last = try cursor.readByte() } catch {
        throw RecordError(
          .ends(error, in: .dataInformation), offset: error.offset, bytes: block.bytes)
      }
      block.bytes.append(last)
      block.storage |= UInt64(last & Bits.difeStorage) << UInt64(1 + 4 * count)
      block.tariff |= UInt32((last & Bits.tariff) >> 4) << (2 * count)
      block.subunit |= (last & Bits.subunit != 0 ? 1 : 0) << count
      count += 1
    }
    return block
  }

  /// The shortest block for these parts.
  /// - Returns: nil when storage, tariff or subunit do not fit into ten DIFEs.
  static func encode(
    dataField: UInt8, function: ValueKey.Function, storage: UInt64, tariff: UInt32, subunit: UInt32
  ) -> [UInt8]? {
    var block = [dataField & 0x0F | function.rawValue << 4]
    if storage & 1 != 0 { block = block.map { $0 | Bits.storage } }
    var rest = (storage: storage >> 1, tariff: tariff, subunit: subunit)
    while rest != (0, 0, 0) {
      guard block.count <= maxDIFEs else { return nil }
      let last = block.removeLast()
      let storageBits = UInt8(rest.storage & UInt64(Bits.difeStorage))
      let tariffBits = UInt8(rest.tariff & 0x3) << 4
      let subunitBit: UInt8 = rest.subunit & 1 != 0 ? Bits.subunit : 0
      block += [last | Bits.more, storageBits | tariffBits | subunitBit]
      rest = (rest.storage >> 4, rest.tariff >> 2, rest.subunit >> 1)
    }
    return block
  }
}
