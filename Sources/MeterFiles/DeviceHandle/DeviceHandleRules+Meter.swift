import Metering
import Settings

extension DeviceHandleRules {
  private static func meter<Field: Equatable & Sendable>(
    _ name: String, _ property: WritableKeyPath<MeterConfiguration, Field> & Sendable,
    allowed: String, default text: String, status: SettingStatus = .effective,
    isStated: Bool = false, about: ElementNote, parse: @escaping @Sendable (String) -> Field?,
    write: @escaping @Sendable (Field) -> String
  ) -> Meter {
    Meter(
      name, property, allowed: allowed, default: text, neutral: MeterConfiguration(),
      status: status, about: about, isStated: isStated, parse: parse, text: write)
  }

  /// Who the meter is.
  static let identityRules: [Meter] = [
    meter(
      "interface", \.interface,
      allowed: "one of \(InterfaceKind.allCases.map(\.rawValue).joined(separator: ", "))",
      // Without it a file says nothing of the interface, which the manuals leave without a default.
      default: InterfaceKind.mbus.rawValue, isStated: true,
      about: ElementNote(
        "The interface that the meter is read by. Case, spaces and hyphens do not matter, and `DLDE` is "
          + "the same as `DLDERs`. This version reads M-Bus; the others keep their place and registers.",
        example: "M-Bus",
        difference: "the Anybus gateway has M-Bus only"),
      parse: ElementText.interface, write: { $0.rawValue }),
    meter(
      "serial", \.identity.serial, allowed: "eight digits such as 0x30101198, 0xFFFFFFFF for any",
      default: "0xFFFFFFFF",
      about: ElementNote(
        "The number of the meter, eight digits as the meter shows them: 0x stands in front of them, and "
          + "is no sign of a number to convert. Leading zeros and the 0x may be left out; a digit F in "
          + "it stands for any. A meter that is read by its primary address learns it. With a mistake "
          + "in it the meter is not read.", example: "0x30101198"),
      parse: ElementText.serial, write: { "0x\($0)" }),
    meter(
      "manufacturer", \.identity.manufacturer,
      allowed: "three letters such as NZR or their code such as 0x3B52, 0xFFFF for any",
      default: "0xFFFF",
      about: ElementNote(
        "Who made the meter.", example: "0x3B52",
        difference: "the Anybus gateway writes letters, the MUC500 the code"),
      parse: ElementText.manufacturer,
      write: { code in code.map { hex($0.rawValue, digits: 4) } ?? "0xFFFF" }),
    meter(
      "version", \.identity.version, allowed: "0 to 255 or 0x00 to 0xFF, 0xFF for any",
      default: "0xFF",
      about: ElementNote("The maker's version of the meter.", example: "0x01"),
      parse: ElementText.version,
      write: { version in version.map { hex($0, digits: 2) } ?? "0xFF" }),
    meter(
      "medium", \.identity.medium,
      allowed: "a name such as Electricity or its number, 0xFF for any", default: "0xFF",
      about: ElementNote(
        "What the meter measures, as table 27 of the MUC500 manual 1.1 names it; case does not matter.",
        example: "Electricity"),
      parse: ElementText.medium,
      write: { medium in
        medium.map { Medium.names[$0.rawValue] ?? hex($0.rawValue, digits: 2) } ?? "0xFF"
      }),
  ]

  /// An optional of an optional: no element means none, a wrong one is refused.
  private static func speed(_ number: Int) -> Int?? {
    MeterSpeed.all.contains(number) ? .some(number) : nil
  }

  /// How the meter is read.
  static let readoutRules: [Meter] = [
    meter(
      "primaryaddress", \.primaryAddress, allowed: "0 to 250", default: "0",
      about: ElementNote(
        "The primary address on the M-Bus, the address on Modbus, or the number of the S0 input.",
        example: "0x03", difference: "the Anybus gateway has no Modbus meters"),
      parse: { ElementText.number($0, UInt8.self).flatMap { $0 <= 250 ? $0 : nil } },
      write: { hex($0, digits: 2) }),
    meter(
      "addressmode", \.usesPrimaryAddress, allowed: "0 (secondary) or 1 (primary)", default: "0",
      about: ElementNote(
        "Whether the meter is read by its secondary address, which is made of serial, manufacturer, "
          + "version and medium, or by its primary address.", example: "0"),
      parse: ElementText.flag, write: { $0 ? "1" : "0" }),
    meter(
      "readoutcycle", \.readoutCycle, allowed: "0 to 4294967295 s, 0 for METER_TIME", default: "0",
      about: ElementNote("Seconds between two readouts of this meter.", example: "900"),
      parse: { ElementText.number($0, UInt32.self) }, write: { String($0) }),
    meter(
      "cyclemode", \.calendarCycle,
      allowed: "one of \(CalendarCycle.allCases.map(\.rawValue).joined(separator: ", "))",
      default: "as readoutcycle says",
      about: ElementNote(
        "The calendar by which this meter is read, in place of `readoutcycle`, with the words of METER_CYCLEMODE.",
        example: "DAILY", source: .metergate),
      parse: { CalendarCycle(rawValue: $0.uppercased()).map(Optional.some) },
      write: { $0?.rawValue ?? "" }),
    meter(
      "cycletimestamp", \.cycleStart, allowed: PointInTime.localAllowed,
      default: "METER_CYCLETIMESTAMP",
      about: ElementNote(
        "One turn of the meter's cycle, local time of the device, from which the others follow.",
        example: "2026-01-31T06:00", source: .metergate),
      parse: { ElementText.localTime($0).map(Optional.some) }, write: { $0?.iso8601 ?? "" }),
    meter(
      "battery", \.isBattery, allowed: "0 (no) or 1 (yes)", default: "0",
      about: ElementNote(
        "Whether the meter has a battery: it is then read at the turns of its cycle only, not when the gateway starts "
          + "(unless its values are not known), the line comes back, or all meters are read.",
        example: "0", source: .metergate),
      parse: ElementText.flag, write: { $0 ? "1" : "0" }),
    meter(
      "baudrate", \.baud, allowed: "one of \(MeterSpeed.words)",
      default: "MBUS_BAUDRATE",
      about: ElementNote(
        "The speed at which this meter is asked, in bits a second. The line goes over to it for the meter's readout; a "
          + "converter in the network cannot.",
        example: "300", source: .metergate),
      parse: { ElementText.number($0, UInt32.self).map(Int.init).flatMap(speed) },
      write: { $0.map { String($0) } ?? "" }),
    meter(
      "maxvaluecount", \.maxValueCount, allowed: "0 to 65535, 0 for METER_MAXVALUECOUNT",
      default: "0",
      about: ElementNote(
        "The most values of this meter. Those that its list has are never cut off by it.",
        example: "12"),
      parse: { ElementText.number($0, UInt16.self).map(Int.init) },
      write: { String($0) }),
    meter(
      "encryptionkey", \.encryptionKey, allowed: "16 bytes such as 0x82 0xB0 …, 0 for none",
      default: "0",
      about: ElementNote(
        "The AES key of the meter. It is a secret: messages, logs and register maps never show it.",
        example:
          "0x00 0x11 0x22 0x33 0x44 0x55 0x66 0x77 0x88 0x99 0xAA 0xBB 0xCC 0xDD 0xEE 0xFF"),
      parse: { text in
        guard text != "0" else { return [] }
        let key = ElementText.bytes(text, maximum: DeviceHandleLimit.keyLength)
        return key.flatMap { $0.count == DeviceHandleLimit.keyLength ? $0 : nil }
      }, write: ElementText.hex),
  ]

  /// What becomes of its values.
  static let useRules: [Meter] = [
    meter(
      "active", \.isActive, allowed: "0 (no) or 1 (yes)", default: "1",
      status: .acceptedWithoutEffect,
      about: ElementNote(
        "Whether reports and logs carry the meter. It is read and has its registers either way.",
        example: "1"),
      parse: ElementText.flag, write: { $0 ? "1" : "0" }),
    Meter(
      kept: "rssi", allowed: "-255 to 255", default: "0",
      about: ElementNote(
        "How strong a wM-Bus meter was received last, as another device has noted it.",
        example: "123", source: .solvimus, difference: "the Anybus gateway calls it `rsi`"),
      isAllowed: ElementText.isSignalStrength),
    Meter(
      kept: "rsi", allowed: "-255 to 255", default: "0",
      about: ElementNote(
        "The same as `rssi`.", example: "123", source: .anybus),
      isAllowed: ElementText.isSignalStrength),
    meter(
      "register", \.registerChoice, allowed: "1 to 65535, 0 for none", default: "",
      about: ElementNote(
        "The first Modbus register of the meter, with multi slave its unit id. Where it is left out, "
          + "and its values have none either, the gateway gives them registers and writes them here; 0 "
          + "means that it gets none.", example: "20",
        difference: "both manuals give 0 as the default; here it is more than left out: none"),
      parse: { ElementText.number($0, UInt16.self).map(RegisterChoice.init) },
      write: { String($0.number) }),
    meter(
      "stalepolicy", \.stalePolicy, allowed: "one of \(policies.joined(separator: ", "))",
      default: "MODBUS_STALEPOLICY",
      about: ElementNote(
        "What the registers of its values show when there is no good reading.", example: "NAN",
        source: .metergate),
      parse: { text in StalePolicy(rawValue: text.uppercased()).map(Optional.some) },
      write: { $0?.rawValue ?? "" }),
    meter(
      "staleafter", \.staleAfter,
      allowed: "\(StaleRule.counts.lowerBound) to \(StaleRule.counts.upperBound) readouts",
      default: "MODBUS_STALEAFTER",
      about: ElementNote(
        "After how many readouts in a row without a good reading that begins.", example: "3",
        source: .metergate),
      parse: { text in
        ElementText.number(text, Int.self).flatMap {
          StaleRule.counts.contains($0) ? .some($0) : nil
        }
      }, write: { count in count.map { String($0) } ?? "" }),
    meter(
      "timezone", \.timeZone, allowed: ZoneFile.allowed, default: "TIMEZONE",
      about: ElementNote(
        "The time zone of the meter's clock. What the meter sends as dates and times becomes UTC in the "
          + "registers.", example: "Europe/Berlin", source: .metergate),
      parse: { name in ZoneFile.rules(name) == nil ? nil : .some(name) }, write: { $0 ?? "" }),
    meter(
      "user", \.userLabel, allowed: ElementText.textAllowed, default: "",
      about: ElementNote(
        "The user label: a text of your own for the meter.", example: "Floor-1-Right",
        source: .solvimus,
        difference: "the MUC500 manual 1.1 (table 9) excludes <, > and \"; here they may stand"),
      parse: ElementText.label, write: { $0 }),
    Meter(
      kept: "dbid", allowed: "0 to \(UInt64.max)", default: "",
      about: ElementNote(
        "The key of the meter in the database of another device.", example: "1", source: .solvimus),
      isAllowed: { ElementText.number($0, UInt64.self) != nil }),
  ]

  private static let policies = StalePolicy.allCases.map(\.rawValue)
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
