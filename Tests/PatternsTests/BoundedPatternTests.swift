import Testing

@testable import Patterns

/// Regular expressions of the tab Log, and of new passwords.
@Suite struct BoundedPatternTests {
  @Test(arguments: [
    ("", "anything", true), ("scan", "the SCAN has begun", true), ("^scan", "the scan", false),
    ("^the", "the scan", true), ("scan$", "the scan", true), ("scan$", "the scan is", false),
    ("m.ter", "meter", true), ("m.ter", "mter", false), ("a|b", "xbx", true),
    ("(ab)+c", "ababc", true),
    ("(ab)+c", "c", false), ("(ab)*c", "c", true), ("colou?r", "color", true),
    ("colou?r", "colouur", false),
    ("a{3}", "aa", false), ("a{3}", "aaa", true), ("^a{2,3}$", "aaaa", false),
    ("^a{2,}$", "aaaa", true),
    ("[0-9]{8}", "meter 66600106", true), ("[^0-9]", "123", false), ("[]x]", "]", true),
    ("[a-]", "-", true), ("68 .. .. 68", "68 1B 1B 68", true), ("\\.", "a", false),
    ("\\.", "a.", true),
    ("\\d\\d", "a12", true), ("\\w\\s\\w", "a b", true), ("É", "É", true), ("(|a)b", "b", true),
    ("()*x", "x", true), ("(a*)*b", "aaab", true), ("[A-C]", "b", true),
    ("serial=-", "serial=- 10", true), ("[[:digit:]x]{2}", "1X", true),
    ("[^[:alnum:]]", "aZ9", false), ("[[:punct:]]", "a;", true),
  ])
  func whatMatches(expression: String, text: String, expected: Bool) throws {
    #expect(try BoundedPattern(expression, ignoresCase: true).matches(text) == expected)
  }

  @Test(arguments: [
    ("(", "a ) is missing, at character 2"), ("a)", "a ) has no ( before it, at character 2"),
    ("*", "there is nothing before it that * could repeat, at character 1"),
    ("a**", "one repetition stands directly behind another, at character 4"),
    ("[a", "a ] is missing, at character 3"),
    ("[z-a]", "the range ends before it begins, at character 3"),
    ("a{x}", "a number of 0 to 255 is expected, at character 3"),
    ("a{300}", "a number of 0 to 255 is expected, at character 6"),
    ("a{3,2}", "the second number is less than the first, at character 7"),
    ("a{2", "behind { a number, or two with a comma, and } are expected, at character 4"),
    (
      "[[:digits:]]",
      "[: stands before one of alnum, alpha, blank, cntrl, digit, graph, lower, print, punct, space, upper, xdigit, and "
        + ":] behind it, at character 2"
    ), ("\\", "behind \\ a sign is missing, at character 2"),
    ("(a)\\1", "\\ stands before signs, and in \\d, \\s and \\w, at character 5"),
    ("((a{100}){100}){100}", "with its repetitions written out it has more than 1000 steps"),
    (
      String(repeating: "(", count: 21),
      "more than 20 groups are within each other, at character 22"
    ),
  ])
  func whatIsWrongIsSaid(expression: String, message: String) {
    #expect(throws: BoundedPattern.Mistake(description: message)) {
      try BoundedPattern(expression, ignoresCase: true)
    }
  }

  /// The library of the system takes minutes and hundreds of megabytes for the first of them.
  @Test(arguments: [
    "(a|b)*a(a|b){200}x", "(a*)*(b*)*(a|b|ab|ba)*x", "(((((((((((a+)+)+)+)+)+)+)+)+)+)+)x",
    "(.*)(.*)(.*)(.*)x",
  ])
  func noneTakesLong(expression: String) throws {
    let text = String(repeating: "abaab", count: 400)
    #expect(try !BoundedPattern(expression, ignoresCase: true).matches(text))
  }

  @Test(arguments: [
    ("[A-Z]", "abc", false), ("[A-Z]", "aBc", true), ("b", "B", false), ("[[:upper:]]", "é", false),
    ("\\w", "a", true), ("\\w", "-", false),
  ])
  func whereCaseCounts(expression: String, text: String, expected: Bool) throws {
    #expect(try BoundedPattern(expression, ignoresCase: false).matches(text) == expected)
  }

  @Test func nothingRepeatedIsNothing() throws {
    let nothing = String(repeating: "(", count: 18) + String(repeating: "){255}", count: 18)
    #expect(try BoundedPattern(nothing, ignoresCase: true).matches(""))
  }
}
