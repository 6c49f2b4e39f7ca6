/// Where a bus is, as MBUS_DEVPATH says.
public enum BusPath: Hashable, Sendable {
  /// A serial port of this machine: `/dev/ttyS1`, or another path that begins with `/`, `./` or `../`.
  case serial(String)
  /// A level converter in the network: `tcp://host:port`.
  case tcp(host: String, port: Int)
  /// The same by datagrams: `udp://host:port`.
  case udp(host: String, port: Int)
  /// The simulated bus with its built-in meters: `sim:demo`.
  case demo
  /// A simulated bus of telegrams from a file: `sim:FILE`.
  case telegrams(file: String)

  /// The forms, to follow "allowed: ".
  static let allowed =
    "/dev/… (or another path with / or ./ in front), tcp://host:port, udp://host:port, sim:demo or "
    + "sim:FILE"

  /// From the text of the setting; nil when it has none of the forms.
  public init?(_ text: String) {
    if ["/", "./", "../"].contains(where: text.hasPrefix), !text.hasSuffix("/") {
      self = .serial(text)
    } else if let address = Self.endpoint(text, scheme: "tcp://") {
      self = .tcp(host: address.host, port: address.port)
    } else if let address = Self.endpoint(text, scheme: "udp://") {
      self = .udp(host: address.host, port: address.port)
    } else if text.hasPrefix("sim:"), text.count > 4 {
      let name = String(text.dropFirst(4))
      self = name == "demo" ? .demo : .telegrams(file: name)
    } else {
      return nil
    }
  }

  /// Host and port after a scheme; an IPv6 address stands in brackets.
  private static func endpoint(_ text: String, scheme: String) -> (host: String, port: Int)? {
    guard text.hasPrefix(scheme) else { return nil }
    let rest = text.dropFirst(scheme.count)
    guard let colon = rest.lastIndex(of: ":") else { return nil }
    let digits = rest[rest.index(after: colon)...]
    var host = rest[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains(where: { $0 == " " || $0 == "/" }),
      digits.utf8.allSatisfy(\.isDigit), let port = Int(digits),
      (1...65535).contains(port)
    else { return nil }
    return (String(host), port)
  }
}
