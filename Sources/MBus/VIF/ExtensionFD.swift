import Metering

/// The extension table behind VIF FD (EN 13757-3:2013, ch. 6.4.4).
enum ExtensionFD {
  static let rows: [VIFRow] = identification + settings + storageAndTariff + electricity + operation

  private static let identification: [VIFRow] = [
    row(0x00...0x03, .credit, .currency, .rising(from: -3)),
    row(0x04...0x07, .debit, .currency, .rising(from: -3)),
    // Once in 256 readouts the number is FF, and is none the less the number of this answer.
    row(0x08...0x08, .accessNumber, content: .counter),
    unsigned(0x09, .deviceType),
    unsigned(0x0A, .manufacturer),
    unsigned(0x0B, .parameterSetIdentification),
    unsigned(0x0C, .modelVersion),
    unsigned(0x0D, .hardwareVersion),
    unsigned(0x0E, .metrologyVersion),
    unsigned(0x0F, .softwareVersion),
    unsigned(0x10, .customerLocation),
    unsigned(0x11, .customer),
    unsigned(0x12, .accessCodeUser),
    unsigned(0x13, .accessCodeOperator),
    unsigned(0x14, .accessCodeSystemOperator),
    unsigned(0x15, .accessCodeDeveloper),
    unsigned(0x16, .password),
  ]

  private static let settings: [VIFRow] = [
    row(0x17...0x17, .errorFlags, .binary, content: .bits),
    row(0x18...0x18, .errorMask, .binary, content: .bits),
    unsigned(0x19, .securityKey, source: Clause.fd2018),
    row(0x1A...0x1A, .digitalOutput, .binary, content: .bits),
    row(0x1B...0x1B, .digitalInput, .binary, content: .bits),
    unsigned(0x1C, .baudRate, .baud),
    unsigned(0x1D, .responseDelayTime, .bitTime),
    unsigned(0x1E, .retry),
    unsigned(0x1F, .remoteControl, source: Clause.fd2018),
  ]

  private static let storageAndTariff: [VIFRow] = [
    [unsigned(0x20, .firstStorageNumber)],
    [unsigned(0x21, .lastStorageNumber)],
    [unsigned(0x22, .sizeOfStorageBlock)],
    [
      .own(
        .fd, 0x23...0x23, "Descriptor for tariff and subunit", content: .unsigned,
        source: Clause.fd2018)
    ],
    durations(0x24, .storageInterval, [.second, .minute, .hour, .day, .month, .year]),
    [.own(.fd, 0x2A...0x2A, "Operator specific data", source: Clause.fd)],
    [row(0x2B...0x2B, .timePoint, .second)],
    durations(0x2C, .durationSinceLastReadout, [.second, .minute, .hour, .day]),
    [row(0x30...0x30, .startOfTariff, .utc, content: .date)],
    durations(0x31, .durationOfTariff, [.minute, .hour, .day]),
    durations(0x34, .periodOfTariff, [.second, .minute, .hour, .day, .month, .year]),
    [row(0x3A...0x3A, .noVIF, .dimensionless)],
    [row(0x3B...0x3B, .wirelessContainer, content: .bytes)],
    durations(
      0x3C, .dataTransmitInterval, [.second, .minute, .hour, .day], source: Clause.fd2018),
  ].flatMap { $0 }

  private static let electricity: [VIFRow] = [
    row(0x40...0x4F, .volts, .volt, .rising(from: -9)),
    row(0x50...0x5F, .ampere, .ampere, .rising(from: -12)),
  ]

  private static let operation: [VIFRow] = [
    [row(0x60...0x60, .resetCounter)],
    [row(0x61...0x61, .cumulationCounter)],
    [row(0x62...0x62, .controlSignal)],
    [row(0x63...0x63, .dayOfWeek, .dayOfWeek)],
    [row(0x64...0x64, .weekNumber)],
    [row(0x65...0x65, .timePointOfDayChange)],
    [unsigned(0x66, .stateOfParameterActivation)],
    [row(0x67...0x67, .specialSupplierInformation)],
    durations(0x68, .durationSinceLastCumulation, [.hour, .day, .month, .year]),
    durations(0x6C, .operatingTimeBattery, [.hour, .day, .month, .year]),
    [row(0x70...0x70, .batteryChange, .utc, content: .date)],
    [row(0x71...0x71, .rssi, .dBm, source: Clause.fd2018)],
    [row(0x72...0x72, .daylightSaving, content: .daylightSaving, source: Clause.fd2018)],
    [row(0x73...0x73, .listeningWindowManagement, content: .bytes, source: Clause.fd2018)],
    [unsigned(0x74, .remainingBatteryLifeTime, .day, source: Clause.fd2018)],
    [unsigned(0x75, .stopCounter, source: Clause.fd2018)],
    [row(0x76...0x76, .vendorSpecificContainer, content: .bytes, source: Clause.fd2018)],
    [.reserved(.fd, 0x77...0x7F, source: Clause.fd)],
  ].flatMap { $0 }

  private static func row(
    _ codes: ClosedRange<UInt8>, _ type: MeasurementType, _ unit: MeterUnit = .none,
    _ exponent: VIFRow.Exponent = .fixed(0), content: VIFRow.Content = .number,
    source: String = Clause.fd
  ) -> VIFRow {
    .number(.fd, codes, type, unit, exponent, content: content, source: source)
  }

  private static func unsigned(
    _ code: UInt8, _ type: MeasurementType, _ unit: MeterUnit = .none, source: String = Clause.fd
  ) -> VIFRow {
    row(code...code, type, unit, content: .unsigned, source: source)
  }

  private static func durations(
    _ code: UInt8, _ type: MeasurementType, _ units: [MeterUnit], source: String = Clause.fd
  ) -> [VIFRow] {
    let content: VIFRow.Content =
      switch type {
      case .durationSinceLastReadout, .durationOfTariff, .periodOfTariff, .dataTransmitInterval:
        .unsigned
      default: .number
      }
    return VIFRow.durations(
      .fd, from: code, type, units, content: content, source: source)
  }
}
