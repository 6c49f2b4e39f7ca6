import HTTPServer
import Testing

@Suite struct HTTPDateTests {
  /// The example of RFC 9110, ch. 5.6.7, and others by `date -u -R`.
  @Test(
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (1_795_305_600, "Sun, 22 Nov 2026 00:00:00 GMT"), (-1, nil),
    ] as [(Int64, String?)])
  func days(time: Int64, text: String?) {
    #expect(HTTPDate.text(time) == text)
  }
}
