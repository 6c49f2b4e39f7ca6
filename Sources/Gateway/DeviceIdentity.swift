import Glibc

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
  public static let softwareVersion = "0.1.0"

  /// This software on this machine: the serial number is the end of the first Ethernet address, as on
  /// the devices that the register layout comes from (MUC500 manual 1.1, table 36).
  public static func ofThisMachine() -> DeviceIdentity {
    DeviceIdentity(
      serial: firstEthernetAddress().map(serial(ofEthernetAddress:)) ?? 0, version: versionRegister)
  }

  /// Major and minor part of the version, two digits for the minor.
  static let versionRegister: UInt16 = 1

  /// The last 32 bits of `68:91:d0:80:0d:c1` are 0xD0800DC1.
  static func serial(ofEthernetAddress text: String) -> UInt32 {
    text.split(separator: ":").suffix(4).reduce(0) { $0 << 8 | (UInt32($1, radix: 16) ?? 0) & 0xFF }
  }

  /// The address of the first interface by name that has one; loopback has zeros.
  private static func firstEthernetAddress() -> String? {
    guard let folder = opendir("/sys/class/net") else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().lazy.compactMap { name in firstLine(of: "/sys/class/net/\(name)/address")
    }
    .first { $0.contains(":") && $0 != "00:00:00:00:00:00" }
  }

  private static func firstLine(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 128)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    let bytes = buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
