import Testing

@testable import TextFormats

@Suite struct JSONDocumentTests {
  private func root(_ text: String) throws -> JSONDocument.Content {
    try JSONDocument(Array(text.utf8)).root.content
  }

  private func mistake(_ bytes: [UInt8]) -> String? {
    let mistake = #expect(throws: JSONDocument.Mistake.self) { try JSONDocument(bytes) }
    return mistake.map { "\($0.place.line):\($0.place.column): \($0.message)" }
  }

  private func mistake(_ text: String) -> String? { mistake(Array(text.utf8)) }

  @Test func values() throws {
    #expect(try root(" true\n") == .bool(true) && root("false") == .bool(false))
    #expect(try root("\u{FEFF}null") == .null && root("-1.50e+3") == .number("-1.50e+3"))
    #expect(
      try root(#""\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00é😀""#)
        == .string("\"\\/\u{8}\u{C}\n\r\té😀é😀"))
    #expect(try root("[]") == .array([]) && root("{ }") == .object([]))
    let document = try JSONDocument(Array("{\"a\":[1,\n \"ä\", {\"b\":2}]}".utf8))
    guard case .object(let members) = document.root.content,
      case .array(let items) = members[0].value.content,
      case .object(let inner) = items[2].content
    else {
      Issue.record("\(document.root)")
      return
    }
    #expect(members[0].name == "a" && items[0].content == .number("1"))
    #expect(document.place(of: items[2].offset) == JSONDocument.Place(line: 2, column: 7))
    #expect(document.place(of: inner[0].value.offset) == JSONDocument.Place(line: 2, column: 12))
  }

  /// What some programs write beyond JSON is let pass only where it is wanted.
  @Test func lenience() throws {
    let text = Array(#"{"a":[NaN,Infinity,-Infinity,-1],"a":2}"#.utf8)
    guard case .object(let members) = try JSONDocument(text, .lenient).root.content,
      case .array(let items)? = members.first?.value.content
    else {
      Issue.record("no object")
      return
    }
    #expect(
      items.map(\.content) == [
        .number("NaN"), .number("Infinity"), .number("-Infinity"), .number("-1"),
      ])
    #expect(members.map(\.name) == ["a", "a"] && members.last?.value.content == .number("2"))
    #expect(mistake("NaN")?.hasPrefix("1:1: here a value must begin") == true)
    #expect(mistake("-Infinity") == "1:2: a digit must follow the sign")
  }

  @Test func mistakes() {
    let value = "here a value must begin"
    let cases = [
      ("", "1:1: the JSON text ends too early: a value is missing"),
      ("{\"a\":1,\n\"b\":2,\n \"a\":3}", "3:2: \"a\" is in the object already; once is allowed"),
      ("[1 2]", "1:4: a comma or ] must follow an item"),
      ("{\"a\" 1}", "1:6: a colon must follow the name of a field"),
      ("{\"a\":1 \"b\"}", "1:8: a comma or } must follow a field"),
      ("{a:1}", "1:2: here the name of a field must begin, in double quotes"),
      ("[1,]", "1:4: \(value): {, [, a text in double quotes, a number, true, false or null"),
      ("nul", "1:1: \(value); words are true, false and null, in small letters"),
      ("01", "1:1: a number has no zeros in front"), ("-", "1:2: a digit must follow the sign"),
      ("1.", "1:3: a digit must follow the point"),
      ("1e+", "1:4: a digit must follow the exponent's sign"),
      ("1 2", "1:3: nothing may follow the end of the JSON text"),
      ("\"a", "1:1: the text that begins here never ends: its closing quote is missing"),
      ("\"a\nb\"", "1:3: a control character in a text is written as \\u00XX, a line end as \\n"),
      (
        #""\x""#,
        "1:2: after \\ one of \" \\ / b f n r t, or u and four hexadecimal digits, is allowed"
      ),
      (#""\u12"#, "1:2: \\u needs four hexadecimal digits"),
      (#""\u+123""#, "1:2: \\u needs four hexadecimal digits"),
      (
        "\"\\",
        "1:2: after \\ one of \" \\ / b f n r t, or u and four hexadecimal digits, is allowed"
      ),
    ]
    for (text, expected) in cases { #expect(mistake(text) == expected, "\(text)") }
    let half = "1:2: half of a character: \\ud8XX to \\udbXX need \\udcXX to \\udfXX behind them"
    for text in [#""\uD800""#, #""\uDC00""#, #""\uD800\u0041""#, #""\uD800\uD800""#, #""\uD800\u"#]
    {
      #expect(mistake(text) == half || mistake(text) == "1:2: \\u needs four hexadecimal digits")
    }
    #expect(mistake([0x22, 0xFF, 0x22]) == "1:1: the text that begins here is not UTF-8")
    let deep = String(repeating: "[", count: 200_000)
    #expect(mistake(deep) == "1:66: there are more than 64 levels of lists and objects")
  }
}
