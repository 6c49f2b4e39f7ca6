import BusMaster
import Control
import Logging
import MBus
import MBusLine
import MeterFiles
import Metering
import Modbus
import ModbusServer
import NIOCore
import RegisterMap
import Settings
import Station
import Time

/// What each part of the gateway takes from the settings: the one place where keys become behaviour.
extension Settings {
  var lineTiming: LineTiming {
    LineTiming(
      baud: Int64(integer(.mbusBaudRate)),
      timeout: .milliseconds(Int64(integer(.mbusTimeout))),
      idleTimeout: .milliseconds(Int64(integer(.mbusIdleTimeout))),
      fullTimeout: .milliseconds(Int64(integer(.mbusFullTimeout))),
      bitsPerByte: Int64(serialParameters.bitsPerCharacter), latency: linkLatency,
      isTimeoutGiven: isGiven(.mbusTimeout))
  }

  /// How the M-Bus is driven.
  public var mbusLine: MBusLine.Configuration {
    var line = MBusLine.Configuration(
      timing: lineTiming,
      selectMask: SelectMask(rawValue: UInt8(clamping: integer(.mbusSelectMask))),
      reset: resetSequence, retries: integer(.mbusMaxRetry),
      maxTelegrams: integer(.mbusMaxMultipage), scan: scanPlan, decoding: decoding)
    line.scanSpeeds = text(.mbusScanSpeeds).split(separator: ",").compactMap { Int64($0) }
    line.request = requestSequence
    line.manner = readoutManner
    return line
  }

  /// What the station goes by, where all clocks show UTC.
  public var station: Station.Configuration { station(TimeZoneTable()) }

  /// What the station goes by.
  /// - Parameter zones: the clocks of the meters.
  func station(_ zones: TimeZoneTable) -> Station.Configuration {
    var station = Station.Configuration(
      raster: readoutRaster(zones.device), maxValueCount: integer(.meterMaxValueCount),
      listings: listings, trimsTexts: integer(.mucTrimValues) != 0, scan: scanRules,
      layout: registerLayout, stale: staleRule, zones: zones)
    station.backoff = backoff
    station.isContinuous = flag(.meterContinuous)
    station.maxAllValueCount = integer(.meterMaxAllValueCount)
    return station
  }

  /// What is listed beside values.
  var listings: Set<MeterValue.Listing> {
    let keys: [(FlagKey, MeterValue.Listing)] = [
      (.mucShowTimestampEntries, .assignedTime), (.mucShowMeterStatusByte, .statusByte),
      (.mucShowDataFrame, .dataFrame), (.mucShowVendorRawData, .vendorData),
    ]
    return Set(keys.filter { flag($0.0) }.map(\.1))
  }

  private var staleRule: StaleRule {
    StaleRule(
      policy: StalePolicy(rawValue: text(.modbusStalePolicy)) ?? .hold,
      after: integer(.modbusStaleAfter))
  }

  /// The solvimus dialect always gives registers to what a scan finds (MUC500 manual 1.1, ch. 4.4).
  var scanRules: ScanRules {
    ScanRules(
      allocates: dialect == .solvimus || scanMode.allocates,
      maxDeviceCount: integer(.meterMaxDeviceCount), countsListed: dialect == .solvimus)
  }

  var modbusServer: ModbusServerConfiguration {
    ModbusServerConfiguration(
      host: text(.modbusIP).isEmpty ? "0.0.0.0" : text(.modbusIP), port: integer(.modbusPort),
      maximumConnections: integer(.modbusMaxConnections),
      connectionTimeout: .seconds(Int64(integer(.modbusConnectionTimeout))),
      disconnectTimeout: .seconds(Int64(integer(.modbusDisconnectTimeout))))
  }

  var deviceIdentification: DeviceIdentification {
    let code = integer(.modbusProductCode)
    let version = text(.modbusVersion)
    return DeviceIdentification([
      .vendorName: text(.modbusVendor),
      .productCode: "\(code < 0 ? DeviceIdentity.productCode : code)",
      .majorMinorRevision: version.isEmpty ? DeviceIdentity.softwareVersion : version,
      .vendorURL: text(.modbusVendorURL), .productName: text(.deviceName),
      .modelName: text(.modbusModel), .userApplicationName: text(.modbusApplication),
    ])
  }

  var deviceClockRule: DeviceEntry.ClockRule {
    switch dialect {
    case .anybus: .lastReadout
    case .solvimus: .systemTime
    }
  }
}
