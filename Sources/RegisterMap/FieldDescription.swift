/// A field of an entry as whoever reads it must know it.
public struct FieldDescription: Hashable, Sendable {
  /// What kind of number it is.
  public enum NumberType: String, Sendable {
    case uint16, int16, uint32, int32, uint64, int64, float32
  }

  /// What it holds, for people: the name in `EntryFields`.
  public let name: String
  /// Registers from the start of the entry.
  public let offset: Int
  /// How many registers, 1–4.
  public let width: Int
  /// How its bits are a number.
  public let type: NumberType
  /// In which order its words and bytes lie: `abcd` where the layout's order does not concern it.
  public let order: RegisterOrder

  init<Entry>(_ field: RegisterField<Entry>, _ order: RegisterOrder) {
    name = field.name
    offset = field.offset
    width = field.width
    self.order = order.concerns(field) ? order : .abcd
    type =
      switch (field.isFloat, field.width, field.isSigned) {
      case (true, _, _): .float32
      case (_, 1, false): .uint16
      case (_, 1, true): .int16
      case (_, 2, false): .uint32
      case (_, 2, true): .int32
      case (_, _, false): .uint64
      case (_, _, true): .int64
      }
  }
}

extension RegisterLayout {
  /// The fields of an entry, in the order of their registers.
  public func fields(of kind: EntryKind) -> [FieldDescription] {
    switch kind {
    case .device: fields.device.map { FieldDescription($0, order) }
    case .meter: fields.meter.map { FieldDescription($0, order) }
    case .value: fields.value.map { FieldDescription($0, order) }
    }
  }
}
