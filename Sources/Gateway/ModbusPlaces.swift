import ModbusServer

/// Where Modbus is served.
public struct ModbusPlaces: Hashable, Sendable {
  /// A way by which requests come.
  public enum Way: String, CaseIterable, Sendable {
    /// Modbus TCP.
    case tcp
    /// Modbus UDP.
    case udp
    /// Modbus RTU.
    case rtu
    /// Modbus/TCP Security.
    case tls

    /// In the network.
    var transport: ModbusTransport? {
      switch self {
      case .tcp: .tcp
      case .udp: .udp
      case .rtu: nil
      case .tls: .tls
      }
    }

    init(_ transport: ModbusTransport) {
      switch transport {
      case .tcp: self = .tcp
      case .udp: self = .udp
      case .tls: self = .tls
      }
    }
  }

  private var places: [Way: String] = [:]

  /// Nowhere.
  public init() {}

  /// `host:port`, or the device of the serial line; nil: it is off or cannot be had yet.
  public subscript(way: Way) -> String? {
    get { places[way] }
    set { places[way] = newValue }
  }

  /// The first way without TLS: TCP, else UDP, else the serial line.
  public var plain: String? { self[.tcp] ?? self[.udp] ?? self[.rtu] }

  /// As `metergate run` prints it: `modbus=127.0.0.1:1502 modbus-udp=127.0.0.1:1502`.
  var words: [String] {
    let others = [Way.udp, .rtu, .tls].compactMap { way in
      self[way].map { "modbus-\(way.rawValue)=\($0)" }
    }
    return [plain.map { "modbus=\($0)" }].compactMap { $0 } + others
  }
}
