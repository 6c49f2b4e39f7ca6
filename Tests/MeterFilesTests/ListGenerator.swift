import Metering
import Time

/// Meter lists of every shape that the model can have, the same for the same seed.
struct ListGenerator {
  var random: Numbers

  init(seed: UInt64) { random = Numbers(state: seed) }

  mutating func list() -> [MeterConfiguration] {
    (0..<random.below(5)).map { meter($0) }
  }

  mutating func meter(_ index: Int) -> MeterConfiguration {
    var meter = MeterConfiguration()
    meter.interface = random.one(in: 3) ? random.pick(InterfaceKind.allCases) : .mbus
    meter.identity = MeterIdentity(
      serial: random.one(in: 8)
        ? .any : MeterSerial(digits: UInt32(truncatingIfNeeded: random.next())),
      // 0xFFFF and 0xFF stand for "any".
      manufacturer: random.one(in: 2)
        ? nil : ManufacturerCode(rawValue: UInt16(random.below(0xFFFF))),
      version: random.one(in: 2) ? nil : UInt8(random.below(0xFF)),
      medium: random.one(in: 2) ? nil : Medium(rawValue: UInt8(random.below(0xFF))))
    meter.primaryAddress = UInt8(random.below(251))
    meter.usesPrimaryAddress = random.one(in: 2)
    meter.readoutCycle = random.one(in: 2) ? 0 : UInt32(truncatingIfNeeded: random.next())
    // By a number that has been drawn already: the lists of each seed stay what they are.
    let drawn = Int(meter.readoutCycle)
    meter.calendarCycle =
      drawn % 2 == 0 ? nil : CalendarCycle.allCases[drawn / 2 % CalendarCycle.allCases.count]
    meter.cycleStart =
      [
        nil, CivilTime(year: 2026, month: 1, day: 31),
        CivilTime(year: 2028, month: 2, day: 29, hour: 6, minute: 5),
        CivilTime(year: 2026, month: 12, day: 31, hour: 23, minute: 59, second: 58),
      ][drawn % 4]
    meter.isBattery = drawn % 3 == 1
    meter.baud = drawn % 4 == 2 ? 300 : nil
    meter.maxValueCount = random.one(in: 2) ? 0 : random.below(65_536)
    meter.encryptionKey = random.one(in: 2) ? [] : random.bytes(16...16)
    meter.isActive = !random.one(in: 3)
    meter.register = random.one(in: 2) ? 0 : random.below(65_536)
    meter.hasNoRegisters = meter.register == 0 && random.one(in: 2)
    meter.stalePolicy = random.one(in: 2) ? nil : random.pick(StalePolicy.allCases)
    meter.staleAfter = random.one(in: 2) ? nil : 1 + random.below(255)
    meter.timeZone = random.one(in: 2) ? nil : random.pick(["UTC", "GMT", "Universal"])
    meter.userLabel = text()
    meter.values = (0..<random.below(6)).map { _ in value() }
    return meter
  }

  mutating func value() -> ValueConfiguration {
    var value = ValueConfiguration()
    value.dif = random.one(in: 2) ? nil : random.bytes(1...11)
    value.vif = random.one(in: 2) ? nil : random.bytes(1...20)
    value.meaning = meaning()
    value.storage = random.one(in: 2) ? 0 : random.next()
    value.tariff = random.one(in: 2) ? 0 : UInt32(truncatingIfNeeded: random.next())
    value.function = random.pick(ValueKey.Function.allCases)
    value.scale = random.one(in: 2) ? 0 : random.below(199) - 99
    value.userScale = userScale()
    value.isActive = !random.one(in: 3)
    value.register = random.one(in: 2) ? 0 : random.below(65_536)
    value.userLabel = text()
    value.confdata = random.one(in: 2) ? [] : random.bytes(1...64)
    value.rawData = random.one(in: 2) ? [] : random.bytes(1...534)
    value.bacnetObject = random.one(in: 2) ? nil : UInt32(random.below(4_194_303))
    return value
  }

  private mutating func meaning() -> ValueMeaning {
    // The names that several rows of the tables share mean the first of them.
    let units = MeterUnit.allCases.filter { MeterUnit(name: $0.name) == $0 }
    var meaning = ValueMeaning(random.pick(MeasurementType.allCases), random.pick(units))
    if random.one(in: 4) {
      (meaning.type, meaning.ownDescription) = (.meterSpecific, "\(text())#")
    }
    if random.one(in: 4) { (meaning.unit, meaning.ownUnit) = (.none, "\(text())#") }
    return meaning
  }

  private mutating func userScale() -> UserScale {
    switch random.below(3) {
    case 0: .one
    case 1: .powerOfTen(random.below(199) - 99)
    default: .factor(Double(1 + random.below(99_999)) / -3)
    }
  }

  /// A text as XML carries it: without spaces at its ends.
  private mutating func text() -> String {
    let pieces = [
      "a", "Küche", "<", ">", "&", "&amp;", "\"", "'", "]]>", "<!--", "-->", "€", "  ", "0",
      "\u{1F6B0}",
      "\t", "\n", "é", "e\u{301}", "\r",
    ]
    let words = (0..<random.below(5)).map { _ in random.pick(pieces) }
    return XMLTextShape.trimmed(words.joined())
  }
}

enum XMLTextShape {
  /// Without the white space of XML at the ends.
  static func trimmed(_ text: String) -> String {
    let isSpace: (Unicode.Scalar) -> Bool = { [" ", "\t", "\n", "\r"].contains($0) }
    var scalars = Array(text.unicodeScalars.drop(while: isSpace))
    while let last = scalars.last, isSpace(last) { scalars.removeLast() }
    return String(String.UnicodeScalarView(scalars))
  }
}
