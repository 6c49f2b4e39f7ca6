import Bytes
import Metering
import Time

/// A command as words: what a request to a running gateway carries, and the same as on the command line.
extension MeterCommand {
  /// What the words may be.
  public static let expectedWords =
    "set-address N [force], set-baud N, set-id SERIAL [force], set-time YYYY-MM-DDThh:mm:ss [seconds], app-reset [HEX], "
    + "select HEX…, set-value DIF VIF DATA, global-readout [short], freeze [N] [2018]"

  /// The command in words.
  public var words: [String] {
    switch self {
    case .setAddress(let address, let force):
      ["set-address", "\(address)"] + (force ? ["force"] : [])
    case .setBaud(let baud): ["set-baud", "\(baud)"]
    case .setIdentity(let identity, let force):
      ["set-id", "\(identity.serial)"] + (force ? ["force"] : [])
    case .setClock(let time, let withSeconds):
      ["set-time", time.iso8601] + (withSeconds ? ["seconds"] : [])
    case .applicationReset(let subcode): ["app-reset"] + (subcode.map { [Hex.byte($0)] } ?? [])
    case .setValue(let dif, let vif, let data):
      ["set-value"] + [dif, vif, data].map { Hex.encode($0) }
    case .select(let vifs): ["select"] + vifs.map { Hex.encode($0) }
    case .globalReadout(let isShort): ["global-readout"] + (isShort ? ["short"] : [])
    case .freeze(let storage, let is2018): ["freeze", "\(storage)"] + (is2018 ? ["2018"] : [])
    }
  }

  /// Reads words; nil: they are no command.
  public init?(words: [String]) {
    guard let name = words.first, let command = Self.command(name, Array(words.dropFirst())) else {
      return nil
    }
    self = command
  }

  private static func command(_ name: String, _ rest: [String]) -> MeterCommand? {
    let first = rest.first
    switch (name, rest.count) {
    case ("set-address", 1), ("set-address", 2):
      guard let address = first.flatMap({ UInt8($0) }), (1...250).contains(address),
        rest.count == 1 || rest.last == "force"
      else { return nil }
      return .setAddress(address, force: rest.count == 2)
    case ("set-baud", 1):
      guard let baud = first.flatMap({ Int($0) }), MeterSpeed.all.contains(baud) else {
        return nil
      }
      return .setBaud(baud)
    case ("set-id", 1), ("set-id", 2):
      guard let serial = first.flatMap({ MeterSerial(text: $0, .decimal) }),
        rest.count == 1 || rest.last == "force"
      else { return nil }
      return .setIdentity(MeterIdentity(serial: serial), force: rest.count == 2)
    case ("set-time", 1), ("set-time", 2):
      guard rest.count == 1 || rest.last == "seconds" else { return nil }
      return first.flatMap(time).map { .setClock($0, withSeconds: rest.count == 2) }
    case ("app-reset", 0): return .applicationReset(subcode: nil)
    case ("app-reset", 1):
      return first.flatMap { UInt8($0, radix: 16) }.map { .applicationReset(subcode: $0) }
    case ("select", 1...): return selection(rest)
    case ("set-value", 3):
      let parts = rest.compactMap { try? Hex.decode($0) }.filter { !$0.isEmpty }
      return parts.count == 3
        ? .setValue(dif: parts[0], vif: parts[1], data: parts[2]) : nil
    case ("global-readout", 0): return .globalReadout(isShort: false)
    case ("global-readout", 1): return first == "short" ? .globalReadout(isShort: true) : nil
    case ("freeze", 0): return .freeze(storage: 0, is2018: false)
    case ("freeze", 1), ("freeze", 2):
      guard rest.count == 1 || rest.last == "2018" else { return nil }
      return first.flatMap { UInt64($0) }.map { .freeze(storage: $0, is2018: rest.count == 2) }
    default: return nil
    }
  }

  private static func selection(_ texts: [String]) -> MeterCommand? {
    let vifs = texts.compactMap { try? Hex.decode($0) }.filter { !$0.isEmpty }
    return vifs.count == texts.count ? .select(vifs) : nil
  }

  /// A time such as `2026-11-22T08:00:00`, with or without seconds.
  public static func time(_ text: String) -> CivilTime? {
    let parts = text.split { !$0.isNumber }.compactMap { Int($0) }
    guard parts.count == 5 || parts.count == 6 else { return nil }
    return CivilTime(
      year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
      second: parts.count == 6 ? parts[5] : nil)
  }
}
