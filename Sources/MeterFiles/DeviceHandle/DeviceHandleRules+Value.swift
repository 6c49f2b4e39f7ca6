import Bytes
import Metering
import Settings

extension DeviceHandleRules {
  /// Elements of a value.
  static let value: [Value] = meaningRules + keyRules + useRules

  private static func value<Field: Equatable & Sendable>(
    _ name: String, _ property: WritableKeyPath<ValueConfiguration, Field> & Sendable,
    allowed: String, default text: String, status: SettingStatus = .effective,
    parse: @escaping @Sendable (String) -> Field?,
    write: @escaping @Sendable (Field) -> String
  ) -> Value {
    Value(
      name, property, allowed: allowed, default: text, neutral: ValueConfiguration(),
      status: status,
      parse: parse, text: write)
  }

  private static let meaningRules: [Value] = [
    value(
      "description", \.meaning.namedType, allowed: "text", default: "None",
      parse: { text in
        MeasurementType(name: text).map { NamedType(type: $0, own: nil) }
          ?? NamedType(type: .meterSpecific, own: text)
      }, write: { $0.own ?? $0.type.name }),
    value(
      "unit", \.meaning.namedUnit, allowed: "text", default: "None",
      parse: { text in
        MeterUnit(name: text).map { NamedUnit(unit: $0, own: nil) }
          ?? NamedUnit(unit: .none, own: text)
      }, write: { $0.own ?? $0.unit.name }),
    value(
      "scale", \.scale, allowed: "a power of ten such as 1e-3, 1e-99 to 1e99", default: "1e0",
      parse: ElementText.exponent, write: { "1e\($0)" }),
    value(
      "userscale", \.userScale,
      allowed: "a number other than 0 such as 1e-1, 0.25 or -1, 1e-99 to 1e99 in amount",
      default: "1e0", parse: ElementText.userScale, write: ElementText.text),
  ]

  private static let keyRules: [Value] = [
    value(
      "valuetype", \.function,
      allowed: "one of \(ElementText.functions.map(\.name).joined(separator: ", "))",
      default: "instantaneous",
      parse: { text in ElementText.functions.first { $0.name == text.lowercased() }?.function },
      write: { function in ElementText.functions.first { $0.function == function }?.name ?? "" }),
    value(
      "storagenum", \.storage, allowed: "0 to \(UInt64.max)", default: "0",
      parse: { ElementText.number($0, UInt64.self) }, write: { String($0) }),
    value(
      "tariff", \.tariff, allowed: "0 to \(UInt32.max)", default: "0",
      parse: { ElementText.number($0, UInt32.self) }, write: { String($0) }),
    value(
      "dif", \.dif, allowed: "1 to \(DeviceHandleLimit.difLength) bytes such as 8C 11",
      default: "", parse: { bytes($0, DeviceHandleLimit.difLength) }, write: hexBytes),
    value(
      "vif", \.vif, allowed: "1 to \(DeviceHandleLimit.vifLength) bytes such as FB 0D",
      default: "", parse: { bytes($0, DeviceHandleLimit.vifLength) }, write: hexBytes),
  ]

  private static let useRules: [Value] = [
    value(
      "active", \.isActive, allowed: "0 (no) or 1 (yes)", default: "1",
      status: .acceptedWithoutEffect, parse: ElementText.flag,
      write: { $0 ? "1" : "0" }),
    value(
      "register", \.register, allowed: "0 to 65535", default: "0",
      parse: { ElementText.number($0, UInt16.self).map(Int.init) }, write: { String($0) }),
    value(
      "user", \.userLabel, allowed: "text", default: "", status: .acceptedWithoutEffect,
      parse: { $0 }, write: { $0 }),
  ]

  @Sendable private static func bytes(_ text: String, _ maximum: Int) -> [UInt8]?? {
    guard let bytes = ElementText.bytes(text, maximum: maximum) else { return nil }
    return .some(bytes.isEmpty ? nil : bytes)
  }

  @Sendable private static func hexBytes(_ bytes: [UInt8]?) -> String {
    Hex.encode(bytes ?? [], separator: " ")
  }
}

/// Description as the file has it: a row of the table, or a text of its own.
struct NamedType: Equatable {
  let type: MeasurementType
  let own: String?
}

/// Unit as the file has it: a row of the table, or a text of its own.
struct NamedUnit: Equatable {
  let unit: MeterUnit
  let own: String?
}

extension ValueMeaning {
  fileprivate var namedType: NamedType {
    get { NamedType(type: type, own: ownDescription) }
    set { (type, ownDescription) = (newValue.type, newValue.own) }
  }

  fileprivate var namedUnit: NamedUnit {
    get { NamedUnit(unit: unit, own: ownUnit) }
    set { (unit, ownUnit) = (newValue.unit, newValue.own) }
  }
}
