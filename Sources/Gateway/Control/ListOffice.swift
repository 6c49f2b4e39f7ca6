import Control
import MeterFiles
import Metering
import RegisterMap
import Settings
import Station

/// Commands for the meter list of a folder on which no gateway runs: the same rules, on the file.
public enum ListOffice {
  /// Carries a request out and saves the list. Blocks.
  public static func perform(_ request: ControlRequest, on app: AppFolder) -> ControlAnswer {
    let file = app.meterListFile
    guard file.state != .unreadable else {
      let why = app.diagnostics.first { $0.file == file.name && $0.severity == .error }
      return ControlAnswer(
        error: why.map(\.description) ?? "\(file.name) cannot be read; nothing is changed")
    }
    var station = Station(configuration: app.settings.station, meters: app.meters)
    let now = DeviceClock.system.now()
    // What the gateway would give at its start is given before, in its order.
    _ = station.handle(.start, at: now)
    let places = ListedMeter.places(station.meters.map(\.id))
    let command: ListCommand
    do {
      command = try request.command(for: station)
    } catch {
      return ControlAnswer(error: "\(error)")
    }
    for case .answer(let result) in station.handle(.command(command), at: now) {
      switch result {
      case .failure(let refusal): return ControlAnswer(error: "\(refusal)")
      case .success(let outcome):
        return saved(ControlAnswer(outcome), station, file, places)
      }
    }
    return ControlAnswer(error: "nothing has become of it")
  }

  private static func saved(
    _ answer: ControlAnswer, _ station: Station, _ file: MeterListFile, _ places: [MeterID: Int]
  ) -> ControlAnswer {
    var answer = answer
    let list = station.listToSave.map { ListedMeter($0, in: file, places) }
    do throws(SaveFailure) {
      let written = try file.saving(list)
      if written.version != file.version { answer.saved = written.name }
      if let warning = written.warning { answer.notes = (answer.notes ?? []) + [warning] }
    } catch {
      // Without a gateway there is nothing but the file.
      return ControlAnswer(error: "\(error)")
    }
    return answer
  }
}

extension ListedMeter {
  /// Where each meter stands in a file that has them in this order.
  static func places(_ meters: [MeterID]) -> [MeterID: Int] {
    Dictionary(meters.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A meter with its place in the file, and the places of its values: what the file has comes first.
  init(_ entry: ListEntry, in file: MeterListFile, _ places: [MeterID: Int]) {
    let place = places[entry.meter]
    let known = place.flatMap { file.meters.indices.contains($0) ? file.meters[$0].values : nil }
    self.init(
      origin: place, configuration: entry.configuration,
      valueOrigins: Self.origins(of: entry.configuration.values, in: known ?? []))
  }

  /// Where in the file each value stands. Where values have been deleted the others are found by what they are.
  private static func origins(
    of values: [ValueConfiguration], in known: [ValueConfiguration]
  ) -> [Int?] {
    guard values.count < known.count else {
      return values.indices.map { $0 < known.count ? $0 : nil }
    }
    var next = 0
    return values.map { value in
      guard let place = known[next...].firstIndex(where: { $0.isSameValue(as: value) }) else {
        return nil
      }
      next = place + 1
      return place
    }
  }
}

extension ValueConfiguration {
  fileprivate func isSameValue(as other: ValueConfiguration) -> Bool {
    dif == other.dif && vif == other.vif && rawData == other.rawData && storage == other.storage
      && tariff == other.tariff && function == other.function && meaning == other.meaning
  }
}
