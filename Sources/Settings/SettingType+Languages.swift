extension SettingType {
  /// What is allowed, for people, in the languages of the web page.
  public func allowedText(unit: SettingUnit? = nil) -> LocalizedText {
    LocalizedText(allowed(unit: unit), de: allowedInGerman(unit))
  }

  private func allowedInGerman(_ unit: SettingUnit?) -> String {
    let suffix = unit.map { " \($0.rawValue)" } ?? ""
    return switch self {
    case .flag: "0 (nein) oder 1 (ja)"
    case .integer(let range): "\(range.lowerBound) bis \(range.upperBound)\(suffix)"
    case .code(let range):
      "\(range.lowerBound) bis \(range.upperBound), oder hexadezimal mit 0x"
    case .numbers(let numbers): "eins von \(Self.list(numbers))\(suffix)"
    case .words(let words): "eins von \(Self.list(words))"
    case .wordList(let words): "eins oder mehrere von \(Self.list(words)), durch Kommas getrennt"
    case .numberList(let numbers):
      "einige von \(Self.list(numbers)), durch Kommas getrennt, oder nichts"
    case .text(let maximum): "Text mit höchstens \(maximum) Zeichen"
    case .busPath:
      "/dev/… (oder ein anderer Pfad mit / oder ./ am Anfang), tcp://host:port, udp://host:port, sim:demo oder "
        + "sim:DATEI"
    case .path(let maximum): "ein Pfad mit höchstens \(maximum) Zeichen, der nicht mit / endet"
    case .ipAddress:
      "eine IPv4-Adresse wie 192.168.1.80 oder eine IPv6-Adresse wie fd00::80, kein Name"
    case .ipv4Address: "eine IPv4-Adresse wie 192.168.1.80; 0.0.0.0 ist keine"
    case .netmask: "eine IPv4-Netzmaske wie 255.255.255.0; 0.0.0.0 ist keine"
    case .host: "eine IP-Adresse oder ein Name wie time.example.org"
    case .server:
      "eine IP-Adresse oder ein Name wie meters.example.org, auch mit dem Protokoll davor (https://…, sftp://…, "
        + "mqtt://…)"
    case .mailAddresses:
      "eine E-Mail-Adresse wie reports@example.org, oder mehrere, durch Kommas getrennt"
    case .countryCode: "zwei Buchstaben, etwa DE"
    case .pointInTime:
      "Datum und Uhrzeit (lokal), etwa 2026-01-31 06:00, oder Sekunden seit 1970"
    case .hexMask(let digits):
      "bis zu \(digits) Ziffern 0-9, A-F, mit oder ohne 0x; \(String(repeating: "F", count: digits)) ist beliebig"
    }
  }

  private static func list(_ values: [some CustomStringConvertible]) -> String {
    values.map(\.description).joined(separator: ", ")
  }
}
