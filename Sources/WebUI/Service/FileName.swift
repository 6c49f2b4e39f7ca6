import Time

/// Names of files that are sent to a browser.
enum FileName {
  /// `boiler-house-3-2026-11-22`: of what may be in any name of a file only.
  static func dated(_ name: String, at time: WallTime) -> String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let date = CivilTime(unixSeconds: time.unixSeconds).map { "\($0.iso8601.prefix(10))" }
    return ((words.isEmpty ? ["metergate"] : words.map(String.init)) + [date].compactMap(\.self))
      .joined(separator: "-")
  }
}
