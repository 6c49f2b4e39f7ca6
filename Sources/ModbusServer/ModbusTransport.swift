/// A way by which requests come over the network.
public enum ModbusTransport: String, CaseIterable, Sendable, CustomStringConvertible {
  /// Modbus TCP.
  case tcp
  /// MBAP frames in datagrams.
  case udp
  /// Modbus/TCP Security.
  case tls

  /// The name, for people.
  public var description: String {
    switch self {
    case .tcp: "Modbus TCP"
    case .udp: "Modbus UDP"
    case .tls: "Modbus/TCP Security"
    }
  }

  /// The setting with its port.
  var portKey: String { self == .tls ? "MODBUS_TLSPORT" : "MODBUS_NWPORT" }

  /// The options with which ss(8) shows who has a port.
  var lookUp: String { self == .udp ? "-lunp" : "-ltnp" }
}
