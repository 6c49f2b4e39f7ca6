import Control
import Metering
import Station

extension ControlRequest {
  /// What is wanted of the list, which is as it is now. The words are the same with and without a gateway
  /// that runs.
  func command(for station: Station) throws -> ListCommand {
    switch command {
    case .allocate: return .allocate(try entries(of: station), anew: anew ?? false)
    case .deallocate: return .deallocate(try entries(of: station))
    case .assign:
      let (name, register) = try assignment()
      let part = try station.part(named: name)
      switch part.extent {
      case .value(let index): return .assign(.value(part.meter, index: index), register: register)
      case .whole, .meterEntry: return .assign(.meter(part.meter), register: register)
      }
    case .swap:
      let (name, identity) = try exchange()
      return .swap(try station.meter(named: name).id, for: identity, force: force ?? false)
    case .edit: return .edit(try listEdits().map { try $0.meaning(for: station) })
    case .status, .settings, .reload, .scan, .cancelScan, .save, .service, .readout, .send:
      throw ControlMistake("\"\(command.rawValue)\" is for a gateway that runs")
    }
  }

  private func entries(of station: Station) throws -> EntrySelection {
    guard let names = try selection() else { return .all }
    return .parts(
      try names.map { name throws(ListRefusal) in try station.part(named: name) })
  }
}
