import Settings
import Station

/// What the two lights of the device tell (MUC500 manual 1.1, table 6; Anybus gateway manual 2.4, LED indicators).
struct Indication: Equatable {
  /// How the gateway is.
  enum Condition {
    /// It is not ready yet.
    case starting
    case running
    /// Something is not as its user wants it.
    case failing
  }

  /// A light of two colours.
  struct Light: Equatable, CustomStringConvertible {
    /// What can be seen of it; orange is green and red.
    enum Colour: String {
      case off
      case green
      case orange
      case red
    }

    var colour = Colour.off
    var isFlashing = false

    static let off = Light()

    /// `orange`, `orange, flashing`.
    var description: String { colour.rawValue + (isFlashing ? ", flashing" : "") }
  }

  /// The light ST.
  var state = Light.off
  /// The light ACT.
  var active = Light.off

  /// What is shown when the gateway does not run.
  static let off = Indication()
}

extension Indication {
  init(_ condition: Condition, _ activity: LineActivity, dialect: Dialect) {
    state.colour =
      switch condition {
      case .starting: .orange
      case .running: .green
      case .failing: .red
      }
    switch activity {
    case .idle: break
    case .reading: active = Light(colour: .green, isFlashing: dialect == .solvimus)
    case .scanning:
      let light = Light(colour: .orange, isFlashing: true)
      // An error is not hidden by a scan, which may take hours.
      if dialect == .solvimus { active = light } else if condition != .failing { state = light }
    }
  }
}

extension Indication.Light {
  /// Whether its green part is lit.
  /// - Parameter phase: true in one half of the time of flashing.
  func isGreen(in phase: Bool) -> Bool {
    (colour == .green || colour == .orange) && (phase || !isFlashing)
  }

  /// Whether its red part is lit.
  /// - Parameter phase: true in one half of the time of flashing.
  func isRed(in phase: Bool) -> Bool {
    (colour == .red || colour == .orange) && (phase || !isFlashing)
  }
}
