import RegisterMap
import Settings

extension Settings {
  /// How entries lie in the register map: MODBUSMETER_PROTOCOLVERSION, MODBUS_SWAP, MODBUS_QUALITY.
  ///
  /// The words are swapped by either of the two, and by both not: bit 2 alone gives CDAB, MODBUS_SWAP
  /// alone reverses all bytes (DCBA), both together give BADC (MUC500 manual 1.1, table 37).
  public var registerLayout: RegisterLayout {
    let reverses = flag(.modbusSwap)
    return RegisterLayout(
      isFloatOnly: modbusSwitch(.floatOnly), isMultiSlave: modbusSwitch(.multiSlave),
      order: RegisterOrder(
        swapsWords: modbusSwitch(.swap) != reverses, swapsBytes: reverses,
        scope: dialect == .anybus ? .longFields : .floats),
      hasQuality: flag(.modbusQuality))
  }

  /// The test data that are to be served instead of the meters; nil: none.
  public var testData: TestData? {
    guard modbusSwitch(.test) else { return nil }
    return dialect == .anybus ? .version1 : .version2
  }
}
