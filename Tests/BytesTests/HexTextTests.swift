import Bytes
import Testing

@Suite struct HexTextTests {
  @Test(arguments: [
    "6815 e5", "68 15 E5", "68:15:e5", "0x68, 0x15, 0xE5", "68-15-E5", "0x6815E5", "0X68 15;e5\r",
    " 68\t15\u{A0}E5 ", "0x680x15E5", "68,15,,E5",
  ])
  func formsInWhichPeoplePaste(text: String) throws {
    #expect(try HexText.decode(text) == [0x68, 0x15, 0xE5])
  }

  @Test(arguments: [
    ("68 1", "the byte at character 4 has one digit only: 1", 3),
    ("6 8 15", "the byte at character 1 has one digit only: 6", 0),
    ("68 xy", "'x' at character 4 is no hexadecimal digit", 3),
    ("68 1g", "'g' at character 5 is no hexadecimal digit", 4),
    ("68 é5", "'é' at character 4 is no hexadecimal digit", 3),
    ("68 ٣٣", "'٣' at character 4 is no hexadecimal digit", 3),
    ("0x", "'x' at character 2 is no hexadecimal digit", 1),
  ])
  func whatIsNoText(text: String, message: String, offset: Int) {
    let error = #expect(throws: HexText.Problem.self) { try HexText.decode(text) }
    #expect(error?.description == message && error?.offset == offset)
  }

  @Test func nothingIsNoBytes() throws { #expect(try HexText.decode(" -: ").isEmpty) }
}
