import Bytes
import Testing

@Suite struct ByteCursorTests {
  @Test func readsInBothOrders() throws {
    var cursor = ByteCursor([0x12, 0x34, 0x56, 0x78, 0x9A], base: 10)
    #expect(try cursor.readLittleEndian(UInt16.self) == 0x3412)
    #expect(try cursor.readBigEndian(UInt16.self) == 0x5678)
    #expect(cursor.offset == 14)
    #expect(cursor.peek == 0x9A)
    #expect(cursor.readRest() == [0x9A])
    #expect(cursor.isAtEnd)
  }

  @Test func saysWhatIsMissingAndWhere() {
    var cursor = ByteCursor([1, 2], base: 5)
    #expect(throws: OutOfBytes(offset: 5, needed: 3, available: 2)) { try cursor.read(3) }
    #expect(cursor.remaining == 2, "a read that fails takes nothing")
    #expect(
      OutOfBytes(offset: 5, needed: 3, available: 2).description
        == "3 bytes needed at offset 5, 2 left")
    #expect(throws: OutOfBytes.self) { try cursor.read(-1) }
  }
}

@Suite struct HexTests {
  @Test func roundTrip() throws {
    #expect(try Hex.decode("68 0f\nE5") == [0x68, 0x0F, 0xE5])
    #expect(Hex.encode([0x68, 0x0F, 0xE5]) == "680FE5")
    #expect(Hex.encode([0x68, 0x0F], separator: " ") == "68 0F")
  }

  @Test func errorsNameThePlace() {
    let odd = #expect(throws: HexError.self) { try Hex.decode("680") }
    #expect(odd?.description == "the hexadecimal text ends in the middle of a byte at offset 3")
    let letter = #expect(throws: HexError.self) { try Hex.decode("68G0") }
    #expect(letter?.description == "'G' at offset 2 is no hexadecimal digit")
    #expect(throws: HexError.notADigit(character: 0x20, offset: 1)) { try Hex.decode("6 8") }
  }
}

@Suite struct BCDTests {
  @Test func digitsNumberAndText() {
    #expect(BCD.digits([0x78, 0x56]) == [5, 6, 7, 8])
    #expect(BCD.number(BCD.digits([0x78, 0x56, 0x34, 0x12])) == 12_345_678)
    #expect(BCD.number([1, 0xA]) == nil)
    #expect(BCD.number([UInt8](repeating: 9, count: 20)) == nil, "does not fit 64 bits")
    #expect(BCD.text([0xBD, 0xEB, 0xDD]) == "DDEBBD")
    #expect(BCD.encode(12_345_678, count: 4) == [0x78, 0x56, 0x34, 0x12])
    #expect(BCD.encode(123, count: 1) == [0x23])
  }

  @Test func checksum() {
    // SND_NKE to address 5: C 40 and A 05 (EN 13757-2, short frame).
    #expect(Checksum.sum([0x40, 0x05]) == 0x45)
    #expect(Checksum.sum([0xFF, 0x02]) == 0x01)
    #expect(UInt32(0x1234_5678).bigEndianBytes == [0x12, 0x34, 0x56, 0x78])
    #expect(UInt16(0x1234).littleEndianBytes == [0x34, 0x12])
  }
}
