import Metering
import Settings

/// The elements of Device_Handle.cfg (MUC500 manual 1.1, table 26; Anybus gateway manual 2.4,
/// ch. 9.4), in the order in which they are written.
enum DeviceHandleRules {
  /// Elements whose mistakes keep a meter from being read: without its serial any meter would do, and its
  /// values would stand for those of this one. It keeps its registers, so that they go to nobody else.
  static let decisive: Set<String> = ["serial"]

  typealias Meter = ElementRule<MeterConfiguration>
  typealias Value = ElementRule<ValueConfiguration>

  /// Elements of a meter.
  static let meter: [Meter] = identityRules + readoutRules

  /// The same, to look one up.
  static let meterByName = Dictionary(
    meter.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  /// The elements of a value, to look one up.
  static let valueByName = Dictionary(
    value.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// Elements that the manuals know and that change nothing in this version; they are passed over in
  /// silence where nothing is lost by it, and with a note where something is.
  static let silent: Set<String> = [
    "version", "layoutversion", "rssi", "rsi", "dbid", "encodetype", "rawdata",
  ]

  private static func meter<Field: Equatable & Sendable>(
    _ name: String, _ property: WritableKeyPath<MeterConfiguration, Field> & Sendable,
    allowed: String, default text: String, status: SettingStatus = .effective,
    isStated: Bool = false, parse: @escaping @Sendable (String) -> Field?,
    write: @escaping @Sendable (Field) -> String
  ) -> Meter {
    Meter(
      name, property, allowed: allowed, default: text, neutral: MeterConfiguration(),
      status: status, isStated: isStated, parse: parse, text: write)
  }

  private static let identityRules: [Meter] = [
    meter(
      "interface", \.interface,
      allowed: "one of \(InterfaceKind.allCases.map(\.rawValue).joined(separator: ", "))",
      // Without it a file says nothing of the interface, which the manuals leave without a default.
      default: InterfaceKind.mbus.rawValue, isStated: true,
      parse: { text in
        InterfaceKind.allCases.first { $0.rawValue.lowercased() == text.lowercased() }
      },
      write: { $0.rawValue }),
    meter(
      "serial", \.identity.serial, allowed: "eight digits such as 0x30101198, 0xFFFFFFFF for any",
      default: "0xFFFFFFFF", parse: ElementText.serial, write: { "0x\($0)" }),
    meter(
      "manufacturer", \.identity.manufacturer,
      allowed: "three letters such as NZR or their code such as 0x3B52, 0xFFFF for any",
      default: "0xFFFF", parse: ElementText.manufacturer,
      write: { code in code.map { hex($0.rawValue, digits: 4) } ?? "0xFFFF" }),
    meter(
      "version", \.identity.version, allowed: "0 to 255 or 0x00 to 0xFF, 0xFF for any",
      default: "0xFF", parse: ElementText.version,
      write: { version in version.map { hex($0, digits: 2) } ?? "0xFF" }),
    meter(
      "medium", \.identity.medium,
      allowed: "a name such as Electricity or its number, 0xFF for any", default: "0xFF",
      parse: ElementText.medium,
      write: { medium in
        medium.map { Medium.names[$0.rawValue] ?? hex($0.rawValue, digits: 2) } ?? "0xFF"
      }),
  ]

  private static let readoutRules: [Meter] = [
    meter(
      "primaryaddress", \.primaryAddress, allowed: "0 to 250", default: "0",
      parse: { ElementText.number($0, UInt8.self).flatMap { $0 <= 250 ? $0 : nil } },
      write: { hex($0, digits: 2) }),
    meter(
      "addressmode", \.usesPrimaryAddress, allowed: "0 (secondary) or 1 (primary)", default: "0",
      parse: ElementText.flag, write: { $0 ? "1" : "0" }),
    meter(
      "readoutcycle", \.readoutCycle, allowed: "0 to 4294967295 s, 0 for METER_TIME", default: "0",
      parse: { ElementText.number($0, UInt32.self) }, write: { String($0) }),
    meter(
      "maxvaluecount", \.maxValueCount, allowed: "0 to 65535, 0 for METER_MAXVALUECOUNT",
      default: "0", parse: { ElementText.number($0, UInt16.self).map(Int.init) },
      write: { String($0) }),
    meter(
      "encryptionkey", \.encryptionKey, allowed: "16 bytes such as 0x82 0xB0 …, 0 for none",
      default: "0", status: .acceptedWithoutEffect,
      parse: { text in
        guard text != "0" else { return [] }
        let key = ElementText.bytes(text, maximum: DeviceHandleLimit.keyLength)
        return key.flatMap { $0.count == DeviceHandleLimit.keyLength ? $0 : nil }
      }, write: ElementText.hex),
    meter(
      "active", \.isActive, allowed: "0 (no) or 1 (yes)", default: "1",
      status: .acceptedWithoutEffect, parse: ElementText.flag,
      write: { $0 ? "1" : "0" }),
    meter(
      "register", \.registerChoice, allowed: "1 to 65535, 0 for none", default: "",
      parse: { ElementText.number($0, UInt16.self).map(RegisterChoice.init) },
      write: { String($0.number) }),
    meter(
      "stalepolicy", \.stalePolicy, allowed: "one of \(policies.joined(separator: ", "))",
      default: "MODBUS_STALEPOLICY",
      parse: { text in StalePolicy(rawValue: text.uppercased()).map(Optional.some) },
      write: { $0?.rawValue ?? "" }),
    meter(
      "staleafter", \.staleAfter,
      allowed: "\(StaleRule.counts.lowerBound) to \(StaleRule.counts.upperBound) readouts",
      default: "MODBUS_STALEAFTER",
      parse: { text in
        ElementText.number(text, Int.self).flatMap {
          StaleRule.counts.contains($0) ? .some($0) : nil
        }
      }, write: { count in count.map { String($0) } ?? "" }),
    meter(
      "user", \.userLabel, allowed: "text", default: "", status: .acceptedWithoutEffect,
      parse: { $0 }, write: { $0 }),
  ]

  private static let policies = StalePolicy.allCases.map(\.rawValue)

  static func hex<Number: FixedWidthInteger>(_ number: Number, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

/// The register of a meter as the file has it: 0 means none, for the meter and its values, and one that
/// is left out means any.
enum RegisterChoice: Equatable {
  case any
  case none
  case at(Int)

  init(_ number: UInt16) { self = number == 0 ? .none : .at(Int(number)) }

  /// The number in the file.
  var number: Int {
    switch self {
    case .any, .none: 0
    case .at(let register): register
    }
  }
}

extension MeterConfiguration {
  fileprivate var registerChoice: RegisterChoice {
    get {
      guard register == 0 else { return .at(register) }
      return hasNoRegisters ? .none : .any
    }
    set {
      register = newValue.number
      hasNoRegisters = newValue == .none
    }
  }
}
