import FoundationEssentials

/// Who this gateway is, as registers 0–3 show it.
public struct DeviceIdentity: Hashable, Sendable {
  /// The serial number of the gateway.
  public var serial: UInt32
  /// The software version as the register shows it: 111 is 1.11.
  public var version: UInt16

  /// - Parameters:
  ///   - serial: the serial number of the gateway.
  ///   - version: the software version as the register shows it.
  public init(serial: UInt32, version: UInt16) {
    self.serial = serial
    self.version = version
  }

  /// The version of this software, for people.
  public static let softwareVersion = "\(version.major).\(version.minor).\(version.patch)"

  /// The product code of this software where none is set (MODBUS_PRODUCT_CODE): it is one product.
  static let productCode = 1

  private static let version: (major: UInt16, minor: UInt16, patch: UInt16) = (0, 1, 0)

  /// This software on this machine: the serial number is the end of the first Ethernet address, as on
  /// the devices that the register layout comes from (MUC500 manual 1.1, table 36).
  public static func ofThisMachine() -> DeviceIdentity {
    DeviceIdentity(
      serial: firstEthernetAddress().map(serial(ofEthernetAddress:)) ?? 0, version: versionRegister)
  }

  /// Two digits for the minor part: 1.11 is 111.
  static let versionRegister = version.major * 100 + version.minor

  /// The last 32 bits of `68:91:d0:80:0d:c1` are 0xD0800DC1.
  static func serial(ofEthernetAddress text: String) -> UInt32 {
    text.split(separator: ":").suffix(4).reduce(0) { $0 << 8 | (UInt32($1, radix: 16) ?? 0) & 0xFF }
  }

  /// The address of the first interface by name that is a piece of hardware: bridges and the interfaces of
  /// containers come and go.
  private static func firstEthernetAddress() -> String? {
    let folder = "/sys/class/net"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let isDevice = { (name: String) in
      FileManager.default.fileExists(atPath: "\(folder)/\(name)/device")
    }
    let sorted = names.sorted()
    return (sorted.filter(isDevice) + sorted).lazy
      .compactMap { try? String(contentsOfFile: "\(folder)/\($0)/address", encoding: .utf8) }
      .compactMap { $0.split(separator: "\n").first.map(String.init) }
      .first { $0.contains(":") && $0 != "00:00:00:00:00:00" }
  }
}
