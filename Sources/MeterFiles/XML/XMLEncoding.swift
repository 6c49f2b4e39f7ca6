import Settings

/// How the characters of a file are encoded, as far as editing its bytes needs it.
enum XMLEncoding: Equatable {
  case utf8
  /// One in which the bytes of ASCII mean ASCII.
  case asciiCompatible
  /// One whose bytes cannot be edited: its name.
  case other(String)

  /// Encodings in which no byte of another character looks like one of ASCII.
  private static let compatible = ["iso-8859-", "iso8859-", "windows-125", "cp125", "koi8-"]
  private static let compatibleNames: Set<String> = ["us-ascii", "ascii", "latin1", "latin-1"]

  /// From byte order mark and XML declaration.
  init(_ bytes: [UInt8]) {
    let head = bytes.prefix(4)
    guard !head.contains(0), !head.starts(with: [0xFE, 0xFF]), !head.starts(with: [0xFF, 0xFE])
    else {
      self = .other("UTF-16 or UTF-32")
      return
    }
    guard let name = Self.declared(bytes) else {
      self = .utf8
      return
    }
    let wanted = name.lowercased()
    if wanted == "utf-8" || wanted == "utf8" {
      self = .utf8
    } else if Self.compatibleNames.contains(wanted)
      || Self.compatible.contains(where: wanted.hasPrefix)
    {
      self = .asciiCompatible
    } else {
      self = .other(name)
    }
  }

  /// The name in `<?xml … encoding="…"?>`.
  private static func declared(_ bytes: [UInt8]) -> String? {
    let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    let scanner = XMLScanner(bytes: bytes)
    let start = isMarked ? 3 : 0
    guard scanner.has("<?xml", at: start), let (_, end) = scanner.markup(at: start) else {
      return nil
    }
    let declaration = String(decoding: bytes[start..<end], as: UTF8.self)
    guard let key = declaration.firstRange(of: "encoding") else { return nil }
    let rest = declaration[key.upperBound...].drop { $0 == "=" || $0.isWhitespace }
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
    let name = rest.dropFirst().prefix { $0 != quote }
    // What is no name of an encoding is nobody's business, whatever stands there.
    return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
      ? String(name).excerpt : ""
  }
}
