import Settings

/// The order of the fields on a tab: that of the manuals, which installers know (MUC500 manual 1.1, tables 8, 11, 13 and
/// 14; Anybus gateway manual 2.4, ch. 4). Ours stand beside what they belong to; a field that is not named comes behind
/// the others, in the order of the settings table.
enum FieldOrder {
  /// The English labels, tab by tab.
  static let labels: [WebField.Tab: [String]] = [
    .general: [
      "Device name", "DHCP", "IP address", "Subnet mask", "Gateway IP address",
      "DNS IP address (primary)", "DNS IP address (secondary)", "VPN", "Time zone", "SNTP server",
      "Log mode",
    ],
    .configuration: [
      "Readout cycle mode", "Readout cycle", "Readout cycle date and time (local)",
      "Description mode", "Maximum device count", "Maximum value count", "Raw log active",
      "M-Bus mode", "M-Bus transparent mode", "Primary start address", "Primary final address",
      "Secondary address mask",
      "M-Bus baud rate", "M-Bus timeout (ms)", "M-Bus idle timeout (ms)",
      "M-Bus full timeout (ms)", "M-Bus request mode", "M-Bus reset mode", "M-Bus max. multipage",
      "M-Bus transparent port", "M-Bus slave mode", "M-Bus slave port",
      "M-Bus slave mode (2nd)",
      "M-Bus slave port (2nd)",
    ],
    .server: [
      "Modbus server active", "Modbus mode", "Modbus port", "Modbus test", "Modbus swap",
      "Modbus float only", "Modbus multi slave",
    ],
    .security: [
      "HTTP server active", "HTTP port", "HTTPS server active", "HTTPS port", "Web server address",
      "Session time-out", "Password pattern", "FTP server active", "SSH server active",
      "Network discovery active",
      "Network discovery password",
    ],
  ]

  private static let places: [WebField.Tab: [String: Int]] = labels.mapValues { labels in
    Dictionary(labels.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Where a field stands on its tab.
  static func place(_ label: String, on tab: WebField.Tab) -> Int {
    places[tab]?[label] ?? .max
  }
}
