import Bytes
import Metering
import Settings

extension DeviceHandleRules {
  private static func value<Field: Equatable & Sendable>(
    _ name: String, _ property: WritableKeyPath<ValueConfiguration, Field> & Sendable,
    allowed: String, default text: String, status: SettingStatus = .effective, about: ElementNote,
    parse: @escaping @Sendable (String) -> Field?,
    write: @escaping @Sendable (Field) -> String
  ) -> Value {
    Value(
      name, property, allowed: allowed, default: text, neutral: ValueConfiguration(),
      status: status, about: about, parse: parse, text: write)
  }

  /// What the value means.
  static let meaningRules: [Value] = [
    value(
      "description", \.meaning.namedType, allowed: ElementText.textAllowed, default: "None",
      about: ElementNote(
        "What is measured, as table 28 of the MUC500 manual 1.1 names it, or a text of the meter's own. Behind it, "
          + "after a comma, what tells the value from others of the kind: `Energy, backward`.",
        example: "Energy"),
      parse: { text in
        guard let text = ElementText.label(text) else { return nil }
        return NamedType(text)
      }, write: { $0.text }),
    value(
      "unit", \.meaning.namedUnit, allowed: ElementText.textAllowed, default: "None",
      about: ElementNote(
        "The unit, as table 29 of the MUC500 manual 1.1 names it; an element without text means a number "
          + "without a unit.", example: "Wh"),
      parse: { text in
        guard let text = ElementText.label(text) else { return nil }
        return MeterUnit(name: text).map { NamedUnit(unit: $0, own: nil) }
          ?? NamedUnit(unit: .none, own: text)
      }, write: { $0.own ?? $0.unit.name }),
    Value(
      kept: "encodetype", allowed: "a word such as INT32", default: "NODATA",
      about: ElementNote(
        "How the value is coded, as another device has noted it. This one learns it from the telegram.",
        example: "INT32"),
      isAllowed: ElementText.isWord),
    value(
      "scale", \.scale, allowed: "a power of ten such as 1e-3, 1e-99 to 1e99", default: "1e0",
      about: ElementNote(
        "The scale that the meter used when the file was written. It is shown until the meter has been "
          + "read; then what the meter sends counts.", example: "1e-3"),
      parse: ElementText.exponent, write: { "1e\($0)" }),
    value(
      "userscale", \.userScale,
      allowed: "a number other than 0 such as 1e-1, 0.25 or -1, 1e-99 to 1e99 in amount",
      default: "1e0",
      about: ElementNote(
        "A factor of your own. The float in the registers contains it; of the integer, which stays as "
          + "the meter sent it, the scale does as far as the factor is a power of ten.",
        example: "1e-1", source: .solvimus),
      parse: ElementText.userScale, write: ElementText.text),
  ]

  /// Which of the meter's values it is.
  static let keyRules: [Value] = [
    value(
      "valuetype", \.function,
      allowed: "one of \(ElementText.functions.map(\.name).joined(separator: ", "))",
      default: "instantaneous",
      about: ElementNote("How the meter came by the value.", example: "maximum"),
      parse: { text in ElementText.functions.first { $0.name == text.lowercased() }?.function },
      write: { function in ElementText.functions.first { $0.function == function }?.name ?? "" }),
    value(
      "storagenum", \.storage, allowed: "0 to \(UInt64.max)", default: "0",
      about: ElementNote(
        "The storage number: 0 for the value of now, others for earlier ones.", example: "2"),
      parse: { ElementText.number($0, UInt64.self) }, write: { String($0) }),
    value(
      "tariff", \.tariff, allowed: "0 to \(UInt32.max)", default: "0",
      about: ElementNote("The tariff: 0 for the total.", example: "3"),
      parse: { ElementText.number($0, UInt32.self) }, write: { String($0) }),
    value(
      "confdata", \.confdata,
      allowed:
        "1 to \(DeviceHandleLimit.confdataLength) bytes such as 0x01 0x00 0x01 0x08 0x00 0xFF, "
        + "or an OBIS code such as 1-0:1.8.0*255",
      default: "", status: .acceptedWithoutEffect,
      about: ElementNote(
        "The OBIS code of the value, its six groups as bytes (1-0:1.8.0*255 in the example), which may "
          + "also be written as such; for meters of other interfaces whatever they need. It is meant for "
          + "reports.", example: "0x01 0x00 0x01 0x08 0x00 0xFF"),
      parse: { text in
        OBISCode(text)?.groups
          ?? ElementText.bytes(text, maximum: DeviceHandleLimit.confdataLength)
      }, write: ElementText.hex),
    value(
      "rawdata", \.rawData,
      allowed: "at most \(DeviceHandleLimit.rawDataLength) bytes such as 07 FB 0D 00", default: "",
      about: ElementNote(
        "The record as another device has read it: DIF, DIFEs, VIF, VIFEs and data. It says which value "
          + "is meant where `dif` and `vif` are missing, and is never renewed.",
        example: "07 FB 0D 00 00 00 00 00 00 00 00", source: .solvimus),
      parse: { ElementText.bytes($0, maximum: DeviceHandleLimit.rawDataLength) },
      write: { Hex.encode($0, separator: " ") }),
    value(
      "dif", \.dif, allowed: "1 to \(DeviceHandleLimit.difLength) bytes such as 8C 11",
      default: "",
      about: ElementNote(
        "DIF and DIFEs of the record: how the value is coded, its storage number and tariff.",
        example: "07", source: .solvimus),
      parse: { bytes($0, DeviceHandleLimit.difLength) }, write: hexBytes),
    value(
      "vif", \.vif, allowed: "1 to \(DeviceHandleLimit.vifLength) bytes such as FB 0D",
      default: "",
      about: ElementNote(
        "VIF and VIFEs of the record: what is measured, and in which unit.", example: "FB 0D",
        source: .solvimus),
      parse: { bytes($0, DeviceHandleLimit.vifLength) }, write: hexBytes),
  ]

  /// What becomes of it.
  static let valueUseRules: [Value] = [
    value(
      "active", \.isActive, allowed: "0 (no) or 1 (yes)", default: "1",
      status: .acceptedWithoutEffect,
      about: ElementNote(
        "Whether reports and logs carry the value, if they carry its meter. It is read and has its "
          + "registers either way.", example: "1"),
      parse: ElementText.flag, write: { $0 ? "1" : "0" }),
    value(
      "register", \.register, allowed: "0 to 65535", default: "0",
      about: ElementNote(
        "The first Modbus register of the value; 0: none. Where neither the meter nor one of its values "
          + "has one, the gateway gives them registers and writes them here.", example: "30"),
      parse: { ElementText.number($0, UInt16.self).map(Int.init) }, write: { String($0) }),
    value(
      "user", \.userLabel, allowed: ElementText.textAllowed, default: "",
      about: ElementNote(
        "The user label: a text of your own for the value. Two values of one meter should not have the "
          + "same, since whoever evaluates a report tells them apart by it.", example: "Room 2",
        difference: "on the Anybus gateway at most 50 characters; neither device allows <, > and \""
      ),
      parse: ElementText.label, write: { $0 }),
    value(
      "bacnetreg", \.bacnetObject, allowed: "0 to \(DeviceHandleLimit.bacnetObject)", default: "",
      status: .acceptedWithoutEffect,
      about: ElementNote(
        "The number of the value's BACnet object.", example: "8", source: .solvimus),
      parse: { text in
        ElementText.number(text, UInt32.self).flatMap {
          $0 <= DeviceHandleLimit.bacnetObject ? .some($0) : nil
        }
      }, write: { number in number.map { String($0) } ?? "" }),
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
  /// What stands behind it, each after a comma.
  var qualifiers: [String] = []

  private static let separator = ", "

  init(type: MeasurementType, own: String?, qualifiers: [String] = []) {
    (self.type, self.own, self.qualifiers) = (type, own, qualifiers)
  }

  init(_ text: String) {
    let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false)
    if let type = MeasurementType(name: text) {
      self.init(type: type, own: nil)
    } else if let type = parts.first.flatMap({ MeasurementType(name: $0) }) {
      self.init(type: type, own: nil, qualifiers: parts.dropFirst().map(String.init))
    } else {
      self.init(type: .meterSpecific, own: text)
    }
  }

  var text: String { ([own ?? type.name] + qualifiers).joined(separator: Self.separator) }
}

/// Unit as the file has it: a row of the table, or a text of its own.
struct NamedUnit: Equatable {
  let unit: MeterUnit
  let own: String?
}

extension ValueMeaning {
  fileprivate var namedType: NamedType {
    get { NamedType(type: type, own: ownDescription, qualifiers: qualifiers) }
    set {
      (type, ownDescription, qualifiers) = (newValue.type, newValue.own, newValue.qualifiers)
    }
  }

  fileprivate var namedUnit: NamedUnit {
    get { NamedUnit(unit: unit, own: ownUnit) }
    set { (unit, ownUnit) = (newValue.unit, newValue.own) }
  }
}
