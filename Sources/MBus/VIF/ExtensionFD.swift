import Metering

/// The extension table behind VIF FD (EN 13757-3, table of main extended VIF codes).
enum ExtensionFD {
  static let rows: [VIFRow] = administration + storageAndTariff + electricity + operation

  private static let administration: [VIFRow] = [
    row(0x00...0x03, .credit, .currency, .rising(from: -3)),
    row(0x04...0x07, .debit, .currency, .rising(from: -3)),
    row(0x08...0x08, .accessNumber),
    row(0x09...0x09, .deviceType),
    row(0x0A...0x0A, .manufacturer),
    row(0x0B...0x0B, .parameterSetIdentification),
    row(0x0C...0x0C, .modelVersion),
    row(0x0D...0x0D, .hardwareVersion),
    row(0x0E...0x0E, .metrologyVersion),
    row(0x0F...0x0F, .softwareVersion),
    row(0x10...0x10, .customerLocation),
    row(0x11...0x11, .customer),
    row(0x12...0x12, .accessCodeUser),
    row(0x13...0x13, .accessCodeOperator),
    row(0x14...0x14, .accessCodeSystemOperator),
    row(0x15...0x15, .accessCodeDeveloper),
    row(0x16...0x16, .password),
    row(0x17...0x17, .errorFlags, .binary, content: .bits),
    row(0x18...0x18, .errorMask, .binary, content: .bits),
    row(0x19...0x19, .securityKey),
    row(0x1A...0x1A, .digitalOutput, .binary, content: .bits),
    row(0x1B...0x1B, .digitalInput, .binary, content: .bits),
    row(0x1C...0x1C, .baudRate, .baud),
    row(0x1D...0x1D, .responseDelayTime, .bitTime),
    row(0x1E...0x1E, .retry),
    row(0x1F...0x1F, .remoteControl),
  ]

  private static let storageAndTariff: [VIFRow] = [
    [row(0x20...0x20, .firstStorageNumber)],
    [row(0x21...0x21, .lastStorageNumber)],
    [row(0x22...0x22, .sizeOfStorageBlock)],
    [.own(.fd, 0x23...0x23, "Descriptor for tariff and subunit", source: source)],
    durations(0x24, .storageInterval, [.second, .minute, .hour, .day, .month, .year]),
    [row(0x2A...0x2A, .vendorSpecificData)],
    [row(0x2B...0x2B, .timePoint, .second)],
    durations(0x2C, .durationSinceLastReadout, [.second, .minute, .hour, .day]),
    [row(0x30...0x30, .startOfTariff, .utc, content: .date)],
    durations(0x31, .durationOfTariff, [.minute, .hour, .day]),
    durations(0x34, .periodOfTariff, [.second, .minute, .hour, .day, .month, .year]),
    [row(0x3A...0x3A, .noVIF, .dimensionless)],
    [row(0x3B...0x3B, .wirelessContainer)],
    durations(0x3C, .dataTransmitInterval, [.second, .minute, .hour, .day]),
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
    [row(0x66...0x66, .stateOfParameterActivation)],
    [row(0x67...0x67, .specialSupplierInformation)],
    durations(0x68, .durationSinceLastCumulation, [.hour, .day, .month, .year]),
    durations(0x6C, .operatingTimeBattery, [.hour, .day, .month, .year]),
    [row(0x70...0x70, .batteryChange, .utc, content: .date)],
    [row(0x71...0x71, .rssi, .dBm)],
    [row(0x72...0x72, .daylightSaving)],
    [row(0x73...0x73, .listeningWindowManagement)],
    [row(0x74...0x74, .remainingBatteryLifeTime, .day)],
    [row(0x75...0x75, .stopCounter)],
    [row(0x76...0x76, .vendorSpecificContainer)],
    [.reserved(.fd, 0x77...0x7F, source: source)],
  ].flatMap { $0 }

  private static let source = "EN 13757-3, VIF codes behind FD"

  private static func row(
    _ codes: ClosedRange<UInt8>, _ type: MeasurementType, _ unit: MeterUnit = .none,
    _ exponent: VIFRow.Exponent = .fixed(0), content: VIFRow.Content = .number
  ) -> VIFRow {
    .number(.fd, codes, type, unit, exponent, content: content, source: source)
  }

  private static func durations(
    _ code: UInt8, _ type: MeasurementType, _ units: [MeterUnit]
  ) -> [VIFRow] {
    VIFRow.durations(.fd, from: code, type, units, source: source)
  }
}
