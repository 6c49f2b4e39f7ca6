import Glibc
import MeterFiles
import Metering
import Settings

/// What tests pull the plug of, and watch. With the name of a file it saves two contents to it in turn, until
/// it is killed, and writes a dot to standard output for every save. With `list` or `settings` and an
/// application folder it changes the meter list or chip.ini twice and ends; a line for every save says
/// `saved`, or the warning or failure.
@main struct SaveLoop {
  static func main() {
    switch CommandLine.arguments.count {
    case 2: loop(CommandLine.arguments[1])
    case 3: saveTwice(CommandLine.arguments[1], AppFolder.load(CommandLine.arguments[2]))
    default: exit(64)
    }
  }

  /// The second save goes on from what the first one gives.
  private static func saveTwice(_ what: String, _ folder: AppFolder) {
    do throws(SaveFailure) {
      if what == "list" {
        let once = try folder.meterListFile.saving(meters(1))
        print(once.warning ?? "saved")
        print(try once.saving(meters(2)).warning ?? "saved")
      } else if let row = SettingsTable.row(.main, "METER_TIME") {
        let once = try folder.settingsFile.saving([SettingChange(row, .integer(60))])
        print(once.warning ?? "saved")
        print(try once.saving([SettingChange(row, .integer(70))]).warning ?? "saved")
      }
    } catch {
      print(error)
    }
  }

  /// The first one has been in the file when there are two.
  private static func meters(_ count: UInt32) -> [ListedMeter] {
    (1...count).map { number in
      ListedMeter(
        origin: number < count ? 0 : nil,
        configuration: MeterConfiguration(
          identity: MeterIdentity(serial: MeterSerial(digits: number))))
    }
  }

  private static func loop(_ path: String) {
    let path = CommandLine.arguments[1]
    // Of different lengths, so that a mixture cannot pass for one of them.
    let contents = [
      [UInt8](repeating: 0x61, count: 200_000), [UInt8](repeating: 0x62, count: 250_000),
    ]
    while true {
      for content in contents {
        do {
          try SafeFile.save(content, to: path, replacing: version(of: path))
          _ = [UInt8(0x2E)].withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, 1) }
        } catch {
          print(error)
          exit(1)
        }
      }
    }
  }

  private static func version(of path: String) -> FileVersion {
    if case .read(let bytes) = FileBytes.read(path, limit: 1 << 20) {
      .of(bytes)
    } else {
      .missing
    }
  }
}
