/// What a value means, by its index in the table of measurement types (MUC500 manual 1.1,
/// table 28).
public enum MeasurementType: UInt8, CaseIterable, Sendable {
  case none = 0
  case errorFlags, digitalOutput, specialSupplierInformation, credit, debit, volts, ampere
  case reserved8
  case energy, volume, mass, operatingTime, onTime, power, volumeFlow, volumeFlowExt, massFlow
  case returnTemperature, flowTemperature, temperatureDifference, externalTemperature, pressure
  case timestamp, time, unitsForHCA, averagingDuration, actualityDuration, identification
  case fabrication, address
  /// A description of the meter's own, as text.
  case meterSpecific
  case digitalInput, softwareVersion, accessNumber, deviceType, manufacturer
  case parameterSetIdentification, modelVersion, hardwareVersion, metrologyVersion
  case customerLocation, customer, accessCodeUser, accessCodeOperator, accessCodeSystemOperator
  case accessCodeDeveloper, password, errorMask, baudRate, responseDelayTime, retry, remoteControl
  case firstStorageNumber, lastStorageNumber, sizeOfStorageBlock, storageInterval
  case vendorSpecificData, timePoint, durationSinceLastReadout, startOfTariff, durationOfTariff
  case periodOfTariff, noVIF, wirelessContainer, dataTransmitInterval, resetCounter
  case cumulationCounter, controlSignal, dayOfWeek, weekNumber, timePointOfDayChange
  case stateOfParameterActivation, durationSinceLastCumulation, operatingTimeBattery
  case batteryChange, rssi, daylightSaving, listeningWindowManagement, remainingBatteryLifeTime
  case stopCounter, vendorSpecificContainer, reactiveEnergy, reactivePower, relativeHumidity
  case phaseVoltageToVoltage, phaseVoltageToCurrent, frequency, temperatureLimit
  case cumulativeCountMaxPower, remainingReadoutRequests, meterStatusByte, apparentEnergy
  case apparentPower, securityKey, dataFrame

  /// The name in the table.
  public var name: String { Self.names[Int(rawValue)] }

  /// True for passwords, access codes and keys of a meter: what every client could read is not secret any more, so
  /// that a list has them only if somebody names them.
  public var isSecret: Bool {
    switch self {
    case .accessCodeUser, .accessCodeOperator, .accessCodeSystemOperator, .accessCodeDeveloper,
      .password, .securityKey:
      true
    default: false
    }
  }

  /// The type with this name in the table; case and surrounding spaces do not matter.
  public init?(name: some StringProtocol) {
    guard let type = Self.byName[name.trimmedLowercase] else { return nil }
    self = type
  }

  private static let byName = Dictionary(
    allCases.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })

  private static let names = [
    "None", "Error flags (Device type specific)", "Digital output",
    "Special supplier information", "Credit", "Debit", "Volts", "Ampere", "Reserved", "Energy",
    "Volume", "Mass", "Operating time", "On time", "Power", "Volume flow", "Volume flow ext",
    "Mass flow", "Return temperature", "Flow temperature", "Temperature difference",
    "External temperature", "Pressure", "Timestamp", "Time", "Units for H. C. A.",
    "Averaging duration", "Actuality duration", "Identification", "Fabrication", "Address",
    "Meter specific description", "Digital input", "Software version", "Access number",
    "Device type", "Manufacturer", "Parameter set identification", "Model / Version",
    "Hardware version", "Metrology (firmware) version", "Customer location", "Customer",
    "Access code user", "Access code operator", "Access code system operator",
    "Access code developer", "Password", "Error mask", "Baud rate", "Response delay time",
    "Retry", "Remote control (device specific)", "First storagenum. for cyclic storage",
    "Last storagenum. for cyclic storage", "Size of storage block", "Storage interval",
    "Vendor specific data", "Time point", "Duration since last readout", "Start of tariff",
    "Duration of tariff", "Period of tariff", "No VIF", "wM-Bus data container",
    "Data transmit interval", "Reset counter", "Cumulation counter", "Control signal",
    "Day of week", "Week number", "Time point of day change", "State of parameter activation",
    "Duration since last cumulation", "Operating time battery", "Battery change", "RSSI",
    "Day light saving", "Listening window management", "Remaining battery life time",
    "Stop counter", "Vendor specific data container", "Reactive energy", "Reactive power",
    "Relative humidity", "Phase voltage to voltage", "Phase voltage to current", "Frequency",
    "Cold/Warm Temperature limit", "Cumulative count max. power", "Remaining readout requests",
    "Meter status byte", "Apparent energy", "Apparent power", "Security key", "Data frame",
  ]
}
