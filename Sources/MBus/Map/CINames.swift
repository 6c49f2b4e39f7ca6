import Bytes

/// What the CI fields of answers announce, for people (EN 13757-3, ch. 4; EN 13757-7, ch. 5).
enum CINames {
  /// - Parameter dataLength: how many bytes follow the CI field; nil: that is not known.
  static func name(_ ci: UInt8, _ dataLength: Int? = nil) -> String {
    if ci == ControlInformation.fixedData, let dataLength {
      return dataLength > FixedDataStructure.length
        ? "compact data, long header" : "data, fixed structure"
    }
    return names[ci] ?? "\(Hex.byte(ci)), not known here"
  }

  private static let names: [UInt8: String] = [
    0x69: "format of compact frames, no header", 0x6A: "format of compact frames, short header",
    0x6B: "format of compact frames, long header", 0x6E: "application error, short header",
    0x6F: "application error, long header", 0x70: "application error",
    0x71: "alarm", 0x72: "data, long header", 0x73: "data, fixed structure or compact",
    0x74: "alarm, short header", 0x75: "alarm, long header",
    0x76: "data, long header, most significant byte first",
    0x77: "data, fixed structure, most significant byte first", 0x78: "data, no header",
    0x79: "compact data, no header", 0x7A: "data, short header",
    0x7B: "compact data, short header", 0x8A: "transport layer alone, short header, no data",
    0x8B: "transport layer alone, long header, no data",
    0x90: "authentication and fragmentation layer",
  ]
}
