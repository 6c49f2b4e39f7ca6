import MeterFiles
import Metering
import Settings
import Time

extension FolderCheck {
  /// Whether the meters can be read as often as METER_TIME says. The time for a meter is guessed from what its
  /// list says of it; nothing is said where the wire is behind a converter in the network, whose speed nobody
  /// here knows.
  static func intervalDiagnostics(of app: AppFolder) -> [Diagnostic] {
    let settings = app.settings
    guard settings.flag(.mbusEnable), case .serial? = settings.mbusPath else { return [] }
    let all = app.meters.filter { $0.isToBeRead && $0.calendarCycle == nil }
    let meters = all.filter { $0.readoutCycle == 0 }
    let baud = settings.integer(.mbusBaudRate)
    let milliseconds = meters.reduce(0) { $0 + readoutMilliseconds($1, baud: baud) }
    guard let interval = settings.readoutCycle.inSeconds else { return [] }
    let needed = (milliseconds + 999) / 1000
    guard needed > interval else { return loadDiagnostics(of: app, all, baud: baud) }
    let key = IntegerKey.meterTime
    let source = app.place(of: key)
    return [
      Diagnostic(
        .warning, file: source.file, at: source.place, key: key.rawValue, value: String(interval),
        "\(key.rawValue) = \(interval) s is shorter than reading all \(meters.count) meters once takes, about "
          + "\(needed) s at \(baud) Bd: they are read one after another without a pause")
    ]
  }

  /// The same with the meters that have a cycle of their own: how much of each second the bus would be busy.
  private static func loadDiagnostics(
    of app: AppFolder, _ meters: [MeterConfiguration], baud: Int
  ) -> [Diagnostic] {
    let interval = max(1, app.settings.integer(.meterTime))
    let share = meters.reduce(0.0) { sum, meter in
      let cycle = meter.readoutCycle == 0 ? interval : Int(clamping: meter.readoutCycle)
      return sum + Double(readoutMilliseconds(meter, baud: baud)) / (1000 * Double(max(1, cycle)))
    }
    guard share > 1, let percent = Int(exactly: (share * 100).rounded()) else { return [] }
    return [
      Diagnostic(
        .warning, file: app.meterListFile.name,
        "the cycles of its \(meters.count) meters (<readoutcycle>, or METER_TIME = \(interval) s) ask for about "
          + "\(percent) % of the time at \(baud) Bd: they are read one after another without a pause"
      )
    ]
  }

  /// Select, acknowledgement, request and one telegram, at 11 bits a byte, and the meter's own time before
  /// both answers. A record with its header has some seven bytes (EN 13757-3); a meter whose values are not
  /// known yet gets a usual telegram.
  private static func readoutMilliseconds(_ meter: MeterConfiguration, baud: Int) -> Int {
    let values = meter.values.isEmpty ? 12 : meter.values.count
    let bytes = 5 + 17 + 1 + 5 + 21 + 7 * values
    return 2 * 30 + bytes * 11 * 1000 / max(1, baud)
  }
}
