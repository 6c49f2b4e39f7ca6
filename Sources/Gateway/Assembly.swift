import BusMaster
import Logging
import MBus
import MBusLine
import Metering
import Modbus
import ModbusServer
import NIOCore
import RegisterMap
import Settings
import Station
import Time
import Transport

/// What each part of the gateway takes from the settings: the one place where keys become behaviour.
extension Settings {
  var lineTiming: LineTiming {
    LineTiming(
      baud: Int64(integer(.mbusBaudRate)),
      timeout: .milliseconds(Int64(integer(.mbusTimeout))),
      idleTimeout: .milliseconds(Int64(integer(.mbusIdleTimeout))),
      fullTimeout: .milliseconds(Int64(integer(.mbusFullTimeout))),
      bitsPerByte: Int64(serialParameters.bitsPerCharacter))
  }

  var serialParameters: SerialParameters {
    SerialParameters(
      baud: integer(.mbusBaudRate), dataBits: integer(.mbusDataBits),
      parity: SerialParameters.Parity(rawValue: integer(.mbusParity)) ?? .even,
      stopBits: integer(.mbusStopBits))
  }

  var resetSequence: ResetSequence {
    switch (integer(.mbusResetMode), dialect) {
    case (2, _): .none
    case (3, .anybus): .anybusExtended1
    case (3, .solvimus): .extended1
    case (4, .anybus): .anybusExtended2
    case (4, .solvimus): .extended2
    case (_, .anybus): .anybusStandard
    case (_, .solvimus): .standard
    }
  }

  var mbusLine: MBusLine.Configuration {
    MBusLine.Configuration(
      timing: lineTiming,
      selectMask: SelectMask(rawValue: UInt8(clamping: integer(.mbusSelectMask))),
      reset: resetSequence, retries: integer(.mbusMaxRetry),
      maxTelegrams: integer(.mbusMaxMultipage))
  }

  var station: Station.Configuration {
    Station.Configuration(
      readoutCycle: .seconds(Int64(integer(.meterTime))),
      maxValueCount: integer(.meterMaxValueCount),
      showsTimestampEntries: flag(.mucShowTimestampEntries))
  }

  var modbusServer: ModbusServerConfiguration {
    ModbusServerConfiguration(
      host: text(.modbusIP).isEmpty ? "0.0.0.0" : text(.modbusIP), port: integer(.modbusPort),
      maximumConnections: integer(.modbusMaxConnections),
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

extension Gateway {
  static func assemble(
    settings: Settings, meters: [MeterConfiguration], device: DeviceIdentity, clock: DeviceClock,
    logger: Logger, loop: any EventLoop
  ) -> Parts {
    let bank = RegisterBank(
      device: DeviceEntry(
        serial: device.serial, version: device.version, clockRule: settings.deviceClockRule))
    let line = byteLine(settings, logger: logger, loop: loop).map { bytes in
      MBusLine(
        line: LineID(.mbus), bytes: bytes, eventLoop: loop, configuration: settings.mbusLine,
        clock: clock.now)
    }
    let core = Core(
      station: Station(configuration: settings.station, meters: meters), bank: bank, line: line,
      clock: clock, eventLoop: loop, logger: logger)
    guard settings.flag(.modbusEnable) else {
      logger.notice("Modbus is off: MODBUS_ENABLE is 0")
      return Parts(core: core, listener: nil)
    }
    let identification = settings.deviceIdentification
    let listener = Listener(logger: logger, eventLoop: loop)
    listener.server = ModbusServer(
      settings.modbusServer, on: loop, bank: { bank }, identification: { identification },
      clock: { clock.now().wall },
      report: { [weak listener] event in listener?.take(event) })
    return Parts(core: core, listener: listener)
  }
}
