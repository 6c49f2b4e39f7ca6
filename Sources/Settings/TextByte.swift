/// Characters of ASCII.
extension UInt8 {
  /// `0` to `9`
  var isDigit: Bool { (0x30...0x39).contains(self) }

  /// `0` to `9`, and `A` to `F` in either case.
  var isHexDigit: Bool {
    isDigit || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
  }

  /// `A` to `Z` in either case.
  var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
