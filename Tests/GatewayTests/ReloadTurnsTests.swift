import Testing

@testable import Gateway

/// Who wants the files read while they are being read.
@Suite struct ReloadTurnsTests {
  @Test func everyoneWhoWaitsIsTold() {
    var turns = ReloadTurns()
    var told: [String] = []
    let first = turns.begin { told.append("first") }
    #expect(first && turns.isUnderWay)
    for name in ["second", "third"] {
      let begins = turns.begin { told.append(name) }
      #expect(!begins)
    }
    let next = turns.end()
    #expect(!turns.isUnderWay && told.isEmpty, "the next turn is theirs")
    let again = turns.begin { told.append("next") }
    #expect(again)
    next?()
    #expect(told == ["second", "third"])
    #expect(turns.end() == nil)
  }
}
