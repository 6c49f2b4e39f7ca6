import MBusLine
import MeterFiles
import RegisterMap
import Settings
import Station
import Time
import Transport

/// What the settings decide, part by part: when they change, only the parts that differ are touched.
struct Slices: Equatable {
  /// The M-Bus line; nil: none.
  var line: LineSlice?
  /// The outside master of the line; nil: none.
  var transparent: TransparentSlice?
  /// The Modbus server; nil: none.
  var modbus: ModbusSlice?
  /// The web page.
  var web: WebSlice
  /// Schedule, list, scans.
  var station: Station.Configuration
  /// What the registers show besides meters and values.
  var registers: RegisterSlice
  /// The lights of the device.
  var lamps: Lamps
  /// What becomes of the bytes of the M-Bus.
  var rawLog: RawLogSlice

  /// - Parameters:
  ///   - zones: the clocks of the meters.
  ///   - folder: what `app/` stands for in paths.
  ///   - ext: what `ext/` stands for.
  init(
    _ settings: Settings, zones: TimeZoneTable = TimeZoneTable(), folder: String = "",
    ext: String = AppFolder.extFolder
  ) {
    line = LineSlice(settings)
    transparent = TransparentSlice(settings, folder: folder, ext: ext)
    modbus = ModbusSlice(settings, folder: folder, ext: ext)
    web = WebSlice(settings, folder: folder)
    station = settings.station(zones)
    registers = RegisterSlice(settings)
    lamps = Lamps(settings)
    rawLog = RawLogSlice(settings, ext: ext)
  }

  /// The parts that differ, as people know them.
  func differences(from other: Slices) -> [String] {
    [
      ("the M-Bus line", line?.wire != other.line?.wire),
      (
        "how meters are asked", line?.wire == other.line?.wire && line?.driver != other.line?.driver
      ),
      ("the transparent mode", transparent != other.transparent),
      ("the Modbus server", modbus != other.modbus),
      ("the web page", web.doors != other.web.doors || web.subject != other.web.subject),
      ("logging in to the web page", web.access != other.web.access),
      ("readouts and scans", station.isOtherwise(than: other.station)),
      ("stale values", station.stale != other.station.stale),
      ("the time zones of meters", station.zones != other.station.zones),
      ("the quality of values", registers.layout.hasQuality != other.registers.layout.hasQuality),
      ("the lights", lamps != other.lamps), ("the raw log", rawLog != other.rawLog),
      ("the registers", registers.isOtherwise(than: other.registers)),
    ].compactMap { $1 ? $0 : nil }
  }
}

/// Everything that a line is made of.
struct LineSlice: Equatable {
  /// What cannot change while a line is there.
  struct Wire: Equatable {
    /// Where it is.
    var path: BusPath
    /// Speed and character format of a serial port.
    var serial: SerialParameters
  }

  var wire: Wire
  /// How meters are asked.
  var driver: MBusLine.Configuration

  /// nil: no line is wanted, or none is named.
  init?(_ settings: Settings) {
    guard settings.flag(.mbusEnable), let path = settings.mbusPath else { return nil }
    wire = Wire(path: path, serial: settings.serialParameters)
    driver = settings.mbusLine
  }
}

/// What the registers show besides meters and values, and to whom.
struct RegisterSlice: Equatable {
  /// How entries lie in the map.
  var layout: RegisterLayout
  /// To which unit id the map answers; 0: to every one.
  var unitID: UInt8
  /// What the device entry shows as its time.
  var clockRule: DeviceEntry.ClockRule
  /// What is served instead of the meters; nil: the meters.
  var testData: TestData?

  init(_ settings: Settings) {
    layout = settings.registerLayout
    unitID = UInt8(clamping: settings.integer(.modbusAddress))
    clockRule = settings.deviceClockRule
    testData = settings.testData
  }
}

extension Station.Configuration {
  /// Whether something differs but the layout of the registers, what stale values show and time zones, which
  /// are matters of their own.
  fileprivate func isOtherwise(than other: Self) -> Bool {
    var same = other
    (same.layout, same.stale, same.zones) = (layout, stale, zones)
    return self != same
  }
}

extension RegisterSlice {
  /// Whether something differs but whether there is a quality of the entries.
  fileprivate func isOtherwise(than other: Self) -> Bool {
    var same = other
    same.layout.hasQuality = layout.hasQuality
    return self != same
  }
}
