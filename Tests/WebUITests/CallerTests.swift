import Testing
import WebUI

@Suite struct CallerTests {
  @Test func whatIsMissingIsNamed() {
    let caller = Caller(name: "fitter", rights: [.meter: .read])
    #expect(throws: APIError(.forbidden, "fitter may not change what is on the tab Meter")) {
      try caller.needs(.write, .meter)
    }
    #expect(throws: APIError(.forbidden, "fitter may not see the tab User")) {
      try caller.needs(.read, .user)
    }
    #expect(throws: Never.self) { try caller.needs(.read, .meter) }
  }
}
