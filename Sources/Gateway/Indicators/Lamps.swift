import Settings

/// The lights of the device; nil: it has no such one.
struct Lamps: Hashable, Sendable {
  var stateGreen: LampFile?
  var stateRed: LampFile?
  var activeGreen: LampFile?
  var activeRed: LampFile?

  /// None.
  static let none = Lamps()

  /// What each of them is to be.
  /// - Parameter phase: true in one half of the time of flashing.
  func wanted(_ indication: Indication, phase: Bool) -> [LampFile: Bool] {
    let lamps = [
      (stateGreen, indication.state.isGreen(in: phase)),
      (stateRed, indication.state.isRed(in: phase)),
      (activeGreen, indication.active.isGreen(in: phase)),
      (activeRed, indication.active.isRed(in: phase)),
    ].compactMap { lamp, isOn in lamp.map { ($0, isOn) } }
    // One light may stand for two of these.
    return Dictionary(lamps) { $0 || $1 }
  }
}

extension Lamps {
  init(_ settings: Settings) {
    stateGreen = LampFile(settings.text(.ledStateGreen))
    stateRed = LampFile(settings.text(.ledStateRed))
    activeGreen = LampFile(settings.text(.ledActiveGreen))
    activeRed = LampFile(settings.text(.ledActiveRed))
  }
}
