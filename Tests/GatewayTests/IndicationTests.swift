import Settings
import Station
import Testing

@testable import Gateway

/// What the two lights show (MUC500 manual 1.1, table 6; Anybus gateway manual 2.4, LED indicators).
@Suite struct IndicationTests {
  @Test(
    arguments: [
      (.solvimus, .starting, .idle, "orange", "off"), (.solvimus, .running, .idle, "green", "off"),
      (.solvimus, .running, .reading, "green", "green, flashing"),
      (.solvimus, .running, .scanning, "green", "orange, flashing"),
      (.solvimus, .failing, .idle, "red", "off"),
      (.solvimus, .failing, .scanning, "red", "orange, flashing"),
      (.anybus, .starting, .idle, "orange", "off"), (.anybus, .running, .idle, "green", "off"),
      (.anybus, .running, .reading, "green", "green"),
      (.anybus, .running, .scanning, "orange, flashing", "off"),
      (.anybus, .failing, .reading, "red", "green"), (.anybus, .failing, .scanning, "red", "off"),
    ] as [(Dialect, Indication.Condition, LineActivity, String, String)])
  func whatIsShown(
    _ dialect: Dialect, _ condition: Indication.Condition, _ activity: LineActivity, state: String,
    active: String
  ) {
    let indication = Indication(condition, activity, dialect: dialect)
    #expect(indication.state.description == state)
    #expect(indication.active.description == active)
  }

  @Test func orangeIsGreenAndRed() throws {
    let settings = Settings.read(
      INIDocument(
        """
        [SOLVIMUS]
        LED_STATE_GREEN=board:green:status
        LED_STATE_RED=/sys/class/leds/red
        LED_ACTIVE_GREEN=act-green
        LED_ACTIVE_RED=/sys/class/leds/red
        """)
    ).settings
    let lamps = Lamps(settings)
    let green = try #require(lamps.stateGreen)
    let red = try #require(lamps.stateRed)
    let active = try #require(lamps.activeGreen)
    #expect(green.folder == "/sys/class/leds/board:green:status" && lamps.activeRed == red)
    func lit(
      _ condition: Indication.Condition, _ activity: LineActivity, phase: Bool
    ) -> Set<LampFile> {
      let indication = Indication(condition, activity, dialect: .solvimus)
      return Set(lamps.wanted(indication, phase: phase).filter(\.value).keys)
    }
    #expect(lit(.starting, .idle, phase: false) == [green, red])
    #expect(lit(.running, .reading, phase: true) == [green, active])
    #expect(lit(.running, .reading, phase: false) == [green])
    // One light that stands for two is on when one of them is.
    #expect(lit(.running, .scanning, phase: true) == [green, active, red])
    #expect(lit(.failing, .scanning, phase: false) == [red])
    #expect(Lamps(Settings()) == .none)
  }
}
