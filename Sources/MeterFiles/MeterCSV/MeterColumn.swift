import Metering
import Settings
import TextFormats

/// One column of the meter list as a table: which element of a meter and of a value it shows. What its
/// cells allow and mean is said by the rules of these elements.
struct MeterColumn: Sendable {
  /// What an import does with its cells.
  enum Role: Sendable {
    /// They tell which meter or value the row is about.
    case identity
    /// They are taken over.
    case setting
    /// They are there to be read.
    case information
  }

  /// How its cells are written in a spreadsheet.
  enum Form: Sendable {
    case text, words, label, bytes, integer, decimal, flag, serial, manufacturer, obis
  }

  /// The head of the column.
  let name: String
  /// Heads that mean it, too: German ones, and those of the MUC500 manual 1.1, ch. 10.6.1.
  let otherNames: [String]
  let role: Role
  let form: Form
  /// Empty cells say nothing, and the column is exported only when that is wanted.
  let isSecret: Bool
  /// In rows of meters; nil: they have none.
  let meter: ElementRule<MeterConfiguration>?
  /// In rows of values.
  let value: ElementRule<ValueConfiguration>?

  private init(
    _ name: String, _ otherNames: [String], _ role: Role, _ form: Form = .text,
    meter: String? = nil, value: String? = nil, isSecret: Bool = false
  ) {
    self.name = name
    self.otherNames = otherNames
    self.role = role
    self.form = form
    self.isSecret = isSecret
    self.meter = meter.flatMap { DeviceHandleRules.meterByName[$0] }
    self.value = value.flatMap { DeviceHandleRules.valueByName[$0] }
  }
}

extension MeterColumn {
  /// Says whether a row is about a meter or one of its values. Only the table of the meter list has it.
  static let row = MeterColumn("Row", ["Zeile"], .identity)
  /// Which of the meter's values, counted from 1.
  static let number = MeterColumn("Value", ["Wert"], .identity, .integer)

  /// All columns, in the order in which they are written.
  static let all: [MeterColumn] =
    [row] + meterIdentity + [number] + valueIdentity + settings

  private static let meterIdentity = [
    MeterColumn("Interface", ["Schnittstelle"], .identity, meter: "interface"),
    MeterColumn("Serial", ["Seriennummer", "Zählernummer"], .identity, .serial, meter: "serial"),
    MeterColumn(
      "Manufacturer", ["Hersteller"], .identity, .manufacturer, meter: "manufacturer"),
    MeterColumn("Version", [], .identity, .integer, meter: "version"),
    MeterColumn("Medium", [], .identity, meter: "medium"),
    MeterColumn(
      "Address", ["Adresse", "Primary address", "Primäradresse"], .identity, .integer,
      meter: "primaryaddress"),
    MeterColumn(
      "Address mode", ["Adressmodus"], .information, .integer, meter: "addressmode"),
  ]

  private static let valueIdentity = [
    MeterColumn("Description", ["Beschreibung"], .information, .words, value: "description"),
    MeterColumn("Unit", ["Einheit"], .information, .words, value: "unit"),
    MeterColumn("Scale", ["Skalierung"], .information, .decimal, value: "scale"),
    MeterColumn("Value type", ["Wertart"], .identity, value: "valuetype"),
    MeterColumn("Storage", ["Speicher"], .identity, .integer, value: "storagenum"),
    MeterColumn("Tariff", ["Tarif"], .identity, .integer, value: "tariff"),
    MeterColumn("DIF", [], .identity, .bytes, value: "dif"),
    MeterColumn("VIF", [], .identity, .bytes, value: "vif"),
  ]

  private static let settings = [
    MeterColumn(
      "Label", ["User label", "Bezeichnung", "Benutzerlabel"], .setting, .label, meter: "user",
      value: "user"),
    MeterColumn("OBIS", ["OBIS-ID", "OBIS code"], .setting, .obis, value: "confdata"),
    MeterColumn("Active", ["Aktiv"], .setting, .flag, meter: "active", value: "active"),
    MeterColumn(register, [], .setting, .integer, meter: "register", value: "register"),
    MeterColumn(
      "Cycle", ["Readout cycle", "Zyklus", "Auslesezyklus"], .setting, .integer,
      meter: "readoutcycle"),
    MeterColumn(
      "Max values", ["Max. Werte"], .setting, .integer, meter: "maxvaluecount"),
    MeterColumn("Stale policy", ["Stale-Verhalten"], .setting, meter: "stalepolicy"),
    MeterColumn("Stale after", ["Stale nach"], .setting, .integer, meter: "staleafter"),
    MeterColumn(
      "User scale", ["Faktor", "Benutzerskalierung"], .setting, .decimal, value: "userscale"),
    MeterColumn(
      "BACnet", ["BACnet object", "BACnet-Objekt"], .setting, .integer, value: "bacnetreg"),
    MeterColumn("Time zone", ["Zeitzone"], .setting, meter: "timezone"),
    MeterColumn("Cycle mode", ["Zyklusart"], .setting, meter: "cyclemode"),
    MeterColumn("Cycle date", ["Zyklusdatum"], .setting, meter: "cycletimestamp"),
    MeterColumn("Battery", ["Batterie"], .setting, .flag, meter: "battery"),
    MeterColumn("Baud rate", ["Baudrate"], .setting, .integer, meter: "baudrate"),
    MeterColumn(
      "Key", ["Encryption key", "Schlüssel"], .setting, meter: "encryptionkey", isSecret: true),
  ]

  /// The columns of meter-conf-import.csv, which has no heads (MUC500 manual 1.1, ch. 10.6.1).
  static let ofPreconfiguration = ["Interface", "Serial", "Key", "Label", "Cycle"].compactMap(named)

  /// The column that a head means; case, spaces and signs do not matter.
  static func named(_ head: String) -> MeterColumn? { byName[normalized(head)] }

  /// The head that was probably meant by one that is not known.
  static func hint(for head: String) -> String {
    let names = all.flatMap { [$0.name] + $0.otherNames }
    return Spelling.nearest(to: head, in: names).map { "; did you mean \($0)?" } ?? ""
  }

  private static let byName: [String: MeterColumn] = {
    var columns: [String: MeterColumn] = [:]
    for column in all {
      for name in [column.name] + column.otherNames { columns[normalized(name)] = column }
    }
    return columns
  }()

  private static func normalized(_ head: String) -> String {
    head.lowercased().filter { $0.isLetter || $0.isNumber }
  }
}

extension MeterColumn.Form {
  /// A text of Device_Handle.cfg as spreadsheets show it.
  /// - Parameter hasComma: fractions have a comma.
  func shown(_ text: String, hasComma: Bool) -> SeparatedText.Cell {
    switch self {
    case .decimal where ElementText.userScale(text) != nil:
      .decimal(hasComma ? text.replacing(".", with: ",") : text)
    case .integer:
      // A spreadsheet shows, and saves, twelve digits as 1,23457E+11.
      ElementText.number(text, UInt64.self).map {
        $0 > 99_999_999_999
          ? .text("0x" + String($0, radix: 16, uppercase: true)) : .number(Int(exactly: $0))
      } ?? .text(text)
    case .words, .label: .words(text)
    // With 0x, since 04 would come back as 4.
    case .bytes:
      .text(
        ElementText.bytes(text, maximum: DeviceHandleLimit.vifLength).map(ElementText.hex) ?? text)
    // Eight decimal digits stay what they are in a spreadsheet; with letters they may look like 1E5.
    case .serial where text.dropFirst(2).allSatisfy(\.isNumber): .text(String(text.dropFirst(2)))
    case .manufacturer:
      .text(ElementText.manufacturer(text).flatMap(Self.letters) ?? text)
    case .obis: .text(Self.obis(text) ?? text)
    default: .text(text)
    }
  }

  /// A cell as the rules of Device_Handle.cfg read it: with a point before fractions, with 0 or 1.
  func plain(_ cell: String) -> String {
    switch self {
    case .integer:
      // 900,0 or 900.00; three zeros may stand for thousands.
      let sides = cell.split(whereSeparator: { $0 == "," || $0 == "." })
      let isWhole = sides.count == 2 && (1...2).contains(sides[1].count)
      return isWhole && sides[1].allSatisfy { $0 == "0" } ? String(sides[0]) : cell
    case .bytes:
      // A spreadsheet has taken the zero in front.
      let isCut = cell.count % 2 == 1 && cell.allSatisfy { $0.isHexDigit }
      return isCut ? "0" + cell : cell
    case .decimal:
      return cell.count { $0 == "," || $0 == "." } == 1 ? cell.replacing(",", with: ".") : cell
    case .flag:
      switch cell.lowercased() {
      case "true", "yes", "wahr", "ja": return "1"
      case "false", "no", "falsch", "nein": return "0"
      default: return cell
      }
    default: return cell
    }
  }

  private static func letters(_ code: ManufacturerCode?) -> String? {
    guard let code, ManufacturerCode(letters: code.description) == code else { return nil }
    return code.description
  }

  private static func obis(_ text: String) -> String? {
    ElementText.bytes(text, maximum: OBISCode.groupCount).flatMap(OBISCode.init(groups:))
      .map(\.description)
  }
}

extension MeterColumn {
  /// The column of registers.
  static let register = "Register"

  /// What its cells may be, to follow "allowed: ".
  func allowed(by rule: ElementRule<some Any>) -> String {
    form == .label ? LabelRule.allowed : rule.allowed
  }

  /// What a cell that is not allowed probably has too much or too little of.
  func hint(for cell: String) -> String {
    if form == .label {
      return cell.count > LabelRule.longest ? "; this has \(cell.count)" : ""
    }
    if ListElement.unwritable(in: cell) != nil { return ", without control characters" }
    let isNumber = [.integer, .decimal, .serial].contains(form)
    if isNumber, cell.contains(where: { $0 == "." || $0 == "," }) {
      return ", without points or commas between thousands"
    }
    guard isSecret, let bytes = ElementText.bytes(cell, maximum: DeviceHandleLimit.textLength)
    else {
      return ""
    }
    return "; this has \(bytes.count)"
  }
}
