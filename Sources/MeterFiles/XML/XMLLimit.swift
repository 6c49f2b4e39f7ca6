import Settings

/// What a file may ask of its reader. Some of it libxml2 leaves open, or meets with time that grows with
/// the square of the file, so that it is looked at before.
enum XMLLimit {
  /// So many `<` are read: a list of 500 meters with 25 values and all their elements has some 430,000.
  static let markup = 600_000
  /// So many attributes are read, which mean nothing here: libxml2 compares each with all others.
  static let attributes = 1000
  /// The largest file in an encoding that only libxml2 can look into.
  static let otherEncodingSize = 256 * 1024

  static let noDocumentType = "document types (<!DOCTYPE …>) are not read; remove it"

  /// - Throws: the first thing in a file that is beyond the limits.
  static func check(_ bytes: [UInt8]) throws(XMLProblem) {
    if case .other(let name) = XMLEncoding(bytes) {
      guard bytes.count <= otherEncodingSize else {
        throw XMLProblem(
          message: "the file has \(bytes.count) bytes, of which in the encoding \(name) at most "
            + "\(otherEncodingSize) are read; expected is UTF-8")
      }
      return
    }
    if let place = documentType(bytes) { throw problem(noDocumentType, at: place, in: bytes) }
    try checkCounts(bytes)
  }

  /// Wherever it stands a `<` may begin something, and `="` an attribute: counting them needs no
  /// understanding that a hostile file could mislead.
  private static func checkCounts(_ bytes: [UInt8]) throws(XMLProblem) {
    var (markup, attributes) = (0, 0)
    var isBehindEquals = false
    for (place, byte) in bytes.enumerated() {
      if byte == 0x3C {
        markup += 1
        guard markup <= Self.markup else {
          throw problem("more than \(Self.markup) tags are not read", at: place, in: bytes)
        }
      }
      if isBehindEquals, byte == 0x22 || byte == 0x27 {
        attributes += 1
        guard attributes <= Self.attributes else {
          throw problem(
            "more than \(Self.attributes) attributes are not read; expected are elements",
            at: place,
            in: bytes)
        }
      }
      isBehindEquals = byte == 0x3D || isBehindEquals && XMLText.isSpace(byte)
    }
  }

  /// Where a document type begins; nil: there is none before the first element.
  private static func documentType(_ bytes: [UInt8]) -> Int? {
    let scanner = XMLScanner(bytes: bytes)
    var position = 0
    while let start = scanner.first(0x3C, from: position) {
      if scanner.has("<!DOCTYPE", at: start) { return start }
      guard case (.other, let end)? = scanner.markup(at: start) else { return nil }
      position = end
    }
    return nil
  }

  private static func problem(
    _ message: String, at place: Int, in bytes: [UInt8]
  ) -> XMLProblem {
    var counter = XMLPlaceCounter(bytes)
    counter.advance(to: place, in: bytes)
    return XMLProblem(place: counter.place, message: message)
  }
}
