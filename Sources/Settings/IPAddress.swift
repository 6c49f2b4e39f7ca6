/// The address of a machine in the Internet Protocol, as MODBUS_IP has it: a number, never a name.
public enum IPAddress {
  /// The forms, to follow "allowed: ".
  static let allowed =
    "an IPv4 address such as 192.168.1.80 or an IPv6 address such as fd00::80, no name"

  /// The forms where only IPv4 is possible.
  static let allowedVersion4 = "an IPv4 address such as 192.168.1.80; 0.0.0.0 is none"

  /// The forms of a netmask.
  static let allowedNetmask = "an IPv4 netmask such as 255.255.255.0; 0.0.0.0 is none"

  /// True for the forms of RFC 791 with four decimal numbers, and of RFC 4291, ch. 2.2; without the
  /// zone (`%eth0`), which the Modbus server does not take.
  public static func isValid(_ text: String) -> Bool { isVersion4(text) || isVersion6(text) }

  /// True for a mask that is ones first, then zeros (RFC 4632, ch. 5.1).
  static func isNetmask(_ text: String) -> Bool {
    guard isVersion4(text) else { return false }
    let bits = text.split(separator: ".").reduce(UInt32(0)) { $0 << 8 | (UInt32($1) ?? 0) }
    return (~bits & (~bits &+ 1)) == 0
  }

  /// True for four decimal numbers up to 255 (RFC 791).
  static func isVersion4(_ text: some StringProtocol) -> Bool {
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard (1...3).contains(part.count), part.allSatisfy(\.isDigit) else {
          return false
        }
        // 010 is 8 to some programs and 10 to others.
        guard part.count == 1 || part.first != 0x30 else { return false }
        return part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255
      }
  }

  /// What stands for all addresses that one client can take: an IPv4 address for itself, and of an IPv6 address its network
  /// (/64), since whoever has one has all addresses of it (RFC 6177). Those of the own link (fe80::/10; RFC 4291, ch. 2.5.6)
  /// and of a private network (fc00::/7; RFC 4193, ch. 3) stand for themselves: all machines of a plant share one /64 there.
  /// An IPv4 address that is written as an IPv6 one (RFC 4291, ch. 2.5.5.2) is that address. What is no address stands for
  /// itself.
  public static func client(of text: String) -> String {
    guard isVersion6(text) else { return text }
    let groups = groups(text)
    if let mapped = mapped(groups) { return mapped }
    let first = groups.first ?? 0
    let isOfPlant = first & 0xFFC0 == 0xFE80 || first & 0xFE00 == 0xFC00
    let numbers = (isOfPlant ? groups : Array(groups.prefix(4))).map { String($0, radix: 16) }
    return numbers.joined(separator: ":") + (isOfPlant ? "" : "::/64")
  }

  /// Whether a machine has an address for itself alone, in whichever form it is written: 127.0.0.0/8 (RFC 1122, ch.
  /// 3.2.1.3) and ::1 (RFC 4291, ch. 2.5.3).
  public static func isLoopback(_ text: String) -> Bool {
    guard isVersion6(text) else { return isVersion4(text) && text.hasPrefix("127.") }
    let groups = groups(text)
    return groups == [0, 0, 0, 0, 0, 0, 0, 1] || mapped(groups)?.hasPrefix("127.") == true
  }

  /// The IPv4 address in ::ffff:0:0/96, whose last groups may be written in either form; nil: there is none.
  private static func mapped(_ groups: [UInt16]) -> String? {
    guard groups.prefix(6) == [0, 0, 0, 0, 0, 0xFFFF] else { return nil }
    return groups.dropFirst(6).flatMap { ["\($0 >> 8)", "\($0 & 0xFF)"] }.joined(separator: ".")
  }

  /// The eight numbers of a valid IPv6 address.
  private static func groups(_ text: String) -> [UInt16] {
    var head: [UInt16] = []
    var tail: [UInt16] = []
    var isBehindGap = false
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for part in parts {
      var numbers: [UInt16] = []
      if part.isEmpty {
        isBehindGap = true
      } else if part.contains(".") {
        let bytes = part.split(separator: ".").compactMap { UInt16($0) }
        guard bytes.count == 4 else { continue }
        numbers = [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
      } else {
        numbers = [UInt16(part, radix: 16) ?? 0]
      }
      if isBehindGap { tail += numbers } else { head += numbers }
    }
    return head + [UInt16](repeating: 0, count: max(0, 8 - head.count - tail.count)) + tail
  }

  private static func isVersion6(_ text: String) -> Bool {
    let groups = text.split(separator: ":", omittingEmptySubsequences: false)
    // The shortest is "::", the longest has eight groups and an empty one at one end.
    guard (3...9).contains(groups.count) else { return false }
    var count = 0
    for (index, group) in groups.enumerated() where !group.isEmpty {
      if index == groups.count - 1, group.contains(".") {
        guard isVersion4(group) else { return false }
        count += 2
      } else {
        guard group.utf8.count <= 4, group.utf8.allSatisfy(\.isHexDigit) else { return false }
        count += 1
      }
    }
    return hasOneGapAtMost(groups) && (groups.contains("") ? count < 8 : count == 8)
  }

  /// Empty groups are those of `::`: one in the middle, two at an end, three for `::` alone.
  private static func hasOneGapAtMost(_ groups: [Substring]) -> Bool {
    let empty = groups.indices.filter { groups[$0].isEmpty }
    let last = groups.count - 1
    switch empty {
    case [], [0, 1], [last - 1, last],
      [0, 1, 2] where last == 2:
      return true
    default: return empty.count == 1 && empty[0] != 0 && empty[0] != last
    }
  }
}
