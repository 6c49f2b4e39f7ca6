/// What a request asks for: the first byte of a PDU (Modbus application protocol V1.1b3, ch. 5.1).
public struct FunctionCode: RawRepresentable, Hashable, Sendable {
  /// The byte as sent; 0 and codes from 128 on are never valid in a request.
  public let rawValue: UInt8

  /// - Parameter rawValue: the byte as sent.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Read Coils (0x01)
  public static let readCoils = FunctionCode(rawValue: 0x01)
  /// Read Holding Registers (0x03)
  public static let readHoldingRegisters = FunctionCode(rawValue: 0x03)
  /// Read Input Registers (0x04)
  public static let readInputRegisters = FunctionCode(rawValue: 0x04)
  /// Write Single Coil (0x05)
  public static let writeSingleCoil = FunctionCode(rawValue: 0x05)
  /// Write Single Register (0x06)
  public static let writeSingleRegister = FunctionCode(rawValue: 0x06)
  /// Write Multiple Coils (0x0F)
  public static let writeMultipleCoils = FunctionCode(rawValue: 0x0F)
  /// Write Multiple Registers (0x10)
  public static let writeMultipleRegisters = FunctionCode(rawValue: 0x10)
  /// Encapsulated Interface Transport (0x2B), of which Read Device Identification is one MEI type
  public static let encapsulatedInterfaceTransport = FunctionCode(rawValue: 0x2B)

  /// The byte that answers with an exception: bit 7 set (Modbus application protocol V1.1b3, ch. 7).
  var refused: UInt8 { rawValue | 0x80 }

  /// What is done with a code that is known (Anybus gateway manual 2.4, ch. 5.1; MUC500 manual 1.1,
  /// table 30).
  enum Use: Hashable {
    case answered
    case notUsed
  }

  /// Every known code. Read Input Registers is ours (MODBUS_QUALITY), and refused like a code without a row
  /// by a server that has none. Those that are not used are refused with ILLEGAL DATA ADDRESS, all that have
  /// no row with ILLEGAL FUNCTION.
  static let table: [(code: FunctionCode, use: Use)] = [
    (.readHoldingRegisters, .answered),
    (.readInputRegisters, .answered),
    (.encapsulatedInterfaceTransport, .answered),
    (.readCoils, .notUsed),
    (.writeSingleCoil, .notUsed),
    (.writeSingleRegister, .notUsed),
    (.writeMultipleCoils, .notUsed),
    (.writeMultipleRegisters, .notUsed),
  ]

  /// Why the server refuses the code whatever else the request says; nil for one that it answers.
  public var refusal: ModbusException? {
    switch Self.table.first(where: { $0.code == self })?.use {
    case .answered: nil
    case .notUsed: .illegalDataAddress
    case nil: .illegalFunction
    }
  }
}
