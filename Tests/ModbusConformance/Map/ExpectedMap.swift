/// What the registers of each unit hold when the content is known.
struct ExpectedMap: Sendable {
  /// A unit and its fields; where two units show the same, it is here once.
  struct Unit: Sendable {
    let unit: UInt8
    let fields: [Field]
    /// Registers that belong to no entry.
    let gaps: [Int]

    var span: Int { fields.map(\.registers.upperBound).max() ?? 0 }
  }

  let units: [Unit]
  private let subject: Subject

  /// nil: nobody knows.
  init?(_ subject: Subject) {
    guard let data = subject.data else { return nil }
    self.subject = subject
    let device = data.device(subject.dialect)
    let meter = data.meter(subject.dialect)
    let value = data.value(subject.dialect)
    let short = Self.floatOnly(meter, value)
    units =
      switch subject.layout {
      case .standard:
        [
          Unit(
            unit: Subject.deviceUnit,
            fields: device + meter.map { $0.moved(by: 10) } + value.map { $0.moved(by: 20) },
            gaps: [])
        ]
      case .float:
        // Allocation begins at 2: a register of 0 means no address.
        [Unit(unit: Subject.deviceUnit, fields: short.map { $0.moved(by: 2) }, gaps: [0, 1])]
      case .multi:
        [
          Unit(unit: Subject.deviceUnit, fields: device, gaps: []),
          Unit(
            unit: Subject.meterUnit, fields: meter + value.map { $0.moved(by: 10) }, gaps: []),
        ]
      case .floatMulti: [Unit(unit: Subject.meterUnit, fields: short, gaps: [])]
      }
  }

  /// Serial and float alone (MUC500 manual 1.1, tables 38 and 39).
  private static func floatOnly(_ meter: [Field], _ value: [Field]) -> [Field] {
    meter.filter { $0.name == "meter-serial" }
      + value.filter { $0.name == "value-float" }.map { $0.moved(by: -2) }
  }

  /// The registers of a field as sent; nil: anything.
  func words(_ field: Field) -> [UInt16]? { field.words(subject.dialect, subject.order) }

  /// The content of a unit's registers, 0 where it is not known.
  func registers(_ unit: Unit) -> [UInt16] {
    var registers = [UInt16](repeating: 0, count: unit.span)
    for field in unit.fields {
      for (register, word) in zip(field.registers, words(field) ?? []) {
        registers[register] = word
      }
    }
    return registers
  }

  /// Of the unit that checks use which are not about units.
  var main: Unit? { units.first { $0.unit == subject.unit } }
}
