/// The switches of the web page's tab Server that are bits of MODBUSMETER_PROTOCOLVERSION (MUC500 manual
/// 1.1, tables 13 and 25). The raw value is the bit's.
public enum ModbusSwitch: Int, CaseIterable, Sendable {
  /// "Modbus float only"
  case floatOnly = 1
  /// "Modbus multi slave"
  case multiSlave = 2
  /// "Modbus swap"
  case swap = 4
  /// "Modbus test"
  case test = 8
}
