import Time

/// Which field lies where in the registers that tell how good each entry is, as data. They are ours: no
/// manual has them (MODBUS_QUALITY). They lie where the entry itself lies, and function 4 reads them.
public struct QualityFields: Sendable {
  /// The fields of the device, at address 0; empty: there is none.
  public let device: [RegisterField<Answered<DeviceQuality>>]
  /// The fields of a meter.
  public let meter: [RegisterField<Answered<MeterQuality>>]
  /// The fields of a value.
  public let value: [RegisterField<Answered<ValueQuality>>]

  /// Ten registers an entry; what is not listed is reserved and reads as 0.
  public static let standard = QualityFields(
    device: [
      RegisterField("seconds since the start", 0, 2) { $0.age(since: $0.start) },
      RegisterField("good readouts", 2, 2) { UInt64($0.goodReadouts) },
      RegisterField("failed readouts", 4, 2) { UInt64($0.failedReadouts) },
      RegisterField("meters whose last readout was good", 6, 1) { UInt64($0.goodMeters) },
      RegisterField("type", 7, 1) { _ in EntryKind.device.typeField },
      RegisterField("meters in the list", 8, 1) { UInt64($0.meters) },
    ],
    meter: [
      RegisterField("age of the last good readout", 0, 2) { $0.age(since: $0.lastGood) },
      RegisterField("good readouts", 2, 2) { UInt64($0.goodReadouts) },
      RegisterField("failed readouts", 4, 2) { UInt64($0.failedReadouts) },
      RegisterField("failed readouts in a row", 6, 1) { UInt64($0.misses) },
      RegisterField("type", 7, 1) { _ in EntryKind.meter.typeField },
      RegisterField("state", 8, 1) { UInt64($0.state.rawValue) },
      RegisterField("values that are not good", 9, 1) { UInt64($0.valuesNotGood) },
    ],
    value: [
      RegisterField("state", 0, 1) { UInt64($0.state.rawValue) },
      RegisterField("record error", 1, 1) { UInt64($0.errorCode) },
      RegisterField("age", 2, 2) { $0.age(since: $0.readAt) },
      RegisterField("readouts in a row without it", 4, 1) { UInt64($0.misses) },
      RegisterField("value in the float only", 5, 1) { $0.isFloatOnly ? 1 : 0 },
      RegisterField("type", 7, 1) { _ in EntryKind.value.typeField },
    ])

  /// Two registers an entry.
  public static let floatOnly = QualityFields(
    device: [],
    meter: [
      RegisterField("state", 0, 1) { UInt64($0.state.rawValue) },
      RegisterField("failed readouts in a row", 1, 1) { UInt64($0.misses) },
    ],
    value: [
      RegisterField("state and record error", 0, 1) {
        UInt64($0.state.rawValue) << 8 | UInt64($0.errorCode)
      },
      RegisterField("age", 1, 1) { min($0.age(since: $0.readAt), UInt64(UInt16.max)) },
    ])
}

/// Something at the moment at which it is shown.
@dynamicMemberLookup
public struct Answered<Quality: Sendable>: Sendable {
  let quality: Quality
  let now: MonotonicInstant

  /// What an age shows when there is nothing that could have one.
  static var never: UInt64 { UInt64(UInt32.max) }

  /// A part of it.
  public subscript<Part>(dynamicMember path: KeyPath<Quality, Part>) -> Part {
    quality[keyPath: path]
  }

  /// Whole seconds; ends below `never`. Something that lies ahead is new.
  func age(since instant: MonotonicInstant?) -> UInt64 {
    guard let instant else { return Self.never }
    let nanoseconds = max((now - instant).nanoseconds, 0)
    return min(UInt64(nanoseconds.magnitude / 1_000_000_000), Self.never - 1)
  }
}
