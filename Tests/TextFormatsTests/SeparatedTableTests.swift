import Testing

@testable import TextFormats

@Suite struct SeparatedTableTests {
  private func rows(_ text: String) throws -> [[String]] { try rows(Array(text.utf8)) }

  private func rows(_ bytes: [UInt8]) throws -> [[String]] {
    try SeparatedTable(bytes).rows.map { $0.fields.map(\.text) }
  }

  private func mistake(_ text: String) -> String? {
    let mistake = #expect(throws: SeparatedTable.Mistake.self) {
      try SeparatedTable(Array(text.utf8))
    }
    return mistake.map { "\($0.line ?? 0):\($0.column ?? 0): \($0.message)" }
  }

  /// RFC 4180, section 2: rules 1 to 7 in turn.
  @Test func quotesAndLineEnds() throws {
    #expect(try rows("a,b\r\nc,d") == [["a", "b"], ["c", "d"]])
    #expect(try rows("a,b\r\nc,d\r\n") == [["a", "b"], ["c", "d"]])
    #expect(try rows("a,b\rc,d\n\n\ne,") == [["a", "b"], ["c", "d"], ["e", ""]])
    #expect(
      try rows("\"a,1\",\"b\"\"c\"\r\n\"line 1\r\nline 2\", d \r\n")
        == [["a,1", "b\"c"], ["line 1\r\nline 2", "d"]])
    #expect(try rows("a,5\" pipe,\"\"") == [["a", "5\" pipe", ""]])
  }

  @Test func places() throws {
    let table = try SeparatedTable(Array("x;\"two\nlines\";y\n;\n a;b".utf8))
    let fields = table.rows.flatMap(\.fields).map { "\($0.line):\($0.column) \($0.text)" }
    #expect(fields == ["1:1 x", "1:3 two\nlines", "2:8 y", "4:1 a", "4:4 b"])
    #expect(table.rows.map(\.line) == [1, 4])
  }

  @Test func separators() throws {
    #expect(try SeparatedTable(Array("a;b,c;d".utf8)).separator == ";")
    #expect(try SeparatedTable(Array("a\tb;c\td".utf8)).separator == "\t")
    #expect(try SeparatedTable(Array("\"a;b;c\",d".utf8)).separator == ",")
    #expect(try SeparatedTable(Array("a;b,c".utf8)).separator == ";")
    #expect(try rows("sep=,\r\na;b,c") == [["a;b", "c"]])
    let named = try SeparatedTable(Array("sep=;\n\na".utf8))
    #expect(named.rows.map(\.line) == [3])
  }

  @Test func encodings() throws {
    #expect(try rows([0xEF, 0xBB, 0xBF] + Array("Küche;1".utf8)) == [["Küche", "1"]])
    // ü in Latin-1, the euro sign in the code page of Windows.
    let western = try SeparatedTable([0x4B, 0xFC, 0x3B, 0x80])
    #expect(western.isWestern && western.rows[0].fields.map(\.text) == ["Kü", "€"])
    #expect(!(try SeparatedTable(Array("ü".utf8)).isWestern))
    #expect(try rows([]) == [])
  }

  @Test func mistakes() {
    #expect(mistake("a;b\nc;\"d\ne") == "2:3: the quote that begins here is never closed")
    #expect(
      mistake("\"a\"b;c")
        == "1:4: a cell ends at its closing quote; a quote within a cell is written twice")
    #expect(mistake("a\0") == "1:2: a zero byte is in no table; is this a CSV file?")
    #expect(
      mistake(String(repeating: ";", count: 256)) == "1:257: there are more than 256 columns")
    #expect(
      mistake("a;" + String(repeating: "x", count: 4097))
        == "1:3: the cell has 4097 characters; at most 4096 are read")
    let wide = #expect(throws: SeparatedTable.Mistake.self) {
      try SeparatedTable([0xFF, 0xFE, 0x41, 0x00])
    }
    #expect(wide?.message == "the file is UTF-16; save it as CSV in UTF-8")
  }

  /// What a spreadsheet would run gets an apostrophe, and loses it again; nothing else changes.
  @Test func formulas() throws {
    let texts = ["=1+1", "+49", "-5", "@x", "'=1", "''=1", "'quoted'", "it's", "", "a;b,c\td\"e"]
    for text in [
      SeparatedText.commas([texts.map { .text($0) } + [.text("z")]]),
      SeparatedText.semicolons([texts.map { .text($0) } + [.text("z")]]),
      SeparatedText.tabs([texts.map { .text($0) } + [.text("z")]]),
    ] {
      #expect(try rows(text) == [texts + ["z"]])
      #expect(text.contains("'=1+1") && text.contains("''=1") && text.contains("'-5"))
    }
    #expect(SeparatedText.semicolons([[.decimal("-0,5"), .number(7)]]) == "\u{FEFF}-0,5;7\r\n")
  }

  /// Whatever the bytes: rows or a mistake, never a trap.
  @Test func rubbish() {
    var state: UInt64 = 1
    let alphabet = Array(";,\t\"\r\n'=ab\0".utf8) + [0xFC, 0xEF, 0xBB, 0xBF]
    for _ in 0..<3000 {
      let bytes = (0..<20).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return alphabet[Int(state >> 33) % alphabet.count]
      }
      do throws(SeparatedTable.Mistake) {
        let table = try SeparatedTable(bytes)
        #expect(table.rows.allSatisfy { $0.fields.contains { !$0.text.isEmpty } })
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }
}
