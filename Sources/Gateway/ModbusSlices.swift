import MeterFiles
import Modbus
import ModbusServer
import Settings
import Transport

/// Everything that the Modbus servers are made of.
struct ModbusSlice: Equatable {
  /// Where it listens, whom it drops.
  var server: ModbusServerConfiguration
  /// The serial line; nil: none.
  var line: ModbusLineSlice?
  /// Who the device is.
  var identification: DeviceIdentification

  /// nil: it is off.
  /// - Parameters:
  ///   - folder: what `app/` stands for in paths.
  ///   - ext: what `ext/` stands for.
  init?(_ settings: Settings, folder: String, ext: String = AppFolder.extFolder) {
    guard settings.flag(.modbusEnable) else { return nil }
    server = settings.modbusServer
    server.servesTCP = settings.modbusModes.contains(.tcp)
    server.servesUDP = settings.modbusModes.contains(.udp)
    server.security = settings.modbusSecurity(in: folder, ext: ext)
    line = ModbusLineSlice(settings)
    identification = settings.deviceIdentification
  }

  /// The ways by which it is to serve.
  var ways: Set<ModbusPlaces.Way> {
    let wanted: [(ModbusPlaces.Way, Bool)] = [
      (.tcp, server.servesTCP), (.udp, server.servesUDP), (.tls, server.security != nil),
      (.rtu, line != nil),
    ]
    return Set(wanted.filter(\.1).map(\.0))
  }
}

/// The serial line of Modbus RTU.
struct ModbusLineSlice: Equatable {
  /// The device.
  var path: String
  /// Speed and character format.
  var parameters: SerialParameters

  /// nil: none is wanted, none is named, or it is that of the M-Bus.
  init?(_ settings: Settings) {
    guard settings.modbusModes.contains(.serial), let path = settings.modbusPath else { return nil }
    if settings.flag(.mbusEnable), settings.mbusPath == .serial(path) { return nil }
    self.path = path
    parameters = settings.modbusLineParameters
  }

  /// How long silences are.
  var timing: RTUTiming {
    RTUTiming(baud: parameters.baud, bitsPerCharacter: parameters.bitsPerCharacter)
  }
}

extension Settings {
  /// Modbus RTU has 8 data bits, whatever the file says (Modbus over serial line V1.02, ch. 2.5.1).
  var modbusLineParameters: SerialParameters {
    var parameters = SerialParameters(
      baud: integer(.modbusBaudRate), dataBits: 8,
      parity: SerialParameters.Parity(rawValue: integer(.modbusParity)) ?? .none,
      stopBits: integer(.modbusStopBits))
    parameters.flowControl =
      SerialParameters.FlowControl(rawValue: integer(.modbusFlowControl)) ?? .none
    parameters.isRS485 = flag(.modbusRS485Enable)
    return parameters
  }

  /// Modbus/TCP Security; nil: off.
  /// - Parameters:
  ///   - folder: what `app/` stands for.
  ///   - ext: what `ext/` stands for.
  func modbusSecurity(in folder: String, ext: String) -> ModbusSecurity? {
    guard flag(.modbusTLSEnable) else { return nil }
    return ModbusSecurity(
      port: integer(.modbusTLSPort), files: tlsFiles(of: .modbus, in: folder, ext: ext),
      roles: list(.modbusTLSRoles))
  }
}
