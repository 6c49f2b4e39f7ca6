import MBus
import Metering
import Testing

@testable import metergate

/// What `metergate read` says when it has read nothing.
@Suite struct ReadFailureTests {
  private func text(_ failure: ReadoutFailure, _ address: String) throws -> String {
    let identity = try #require(MeterIdentity(addressText: address))
    return ReadFailure(failure: failure, address: .secondary(identity)).description
  }

  private let damaged = ReadoutFailure.badTelegram(
    "the frame ends after 95 of 96 bytes", attempts: 4)
  private let said = "no valid telegram in 4 attempts: the frame ends after 95 of 96 bytes"

  @Test func severalMayHaveAnswered() throws {
    #expect(
      try text(damaged, "1234FFFF")
        == said
        + "; several meters may have answered at once, as 1234FFFF fits many: \"metergate scan\" finds them"
    )
    #expect(
      ReadFailure(failure: damaged, address: .primary(254)).description
        == said
        + "; several meters may have answered at once, since all of them do at address 254: \"metergate scan\" finds them"
    )
  }

  @Test func oneAloneIsAsked() throws {
    #expect(try text(damaged, "12345678") == said)
    #expect(ReadFailure(failure: damaged, address: .primary(5)).description == said)
  }

  @Test func nobodyAnswers() throws {
    #expect(
      try text(.noAnswer(attempts: 4), "12345678,XQH,2,4")
        == "the meter with serial 12345678, manufacturer XQH, version 2 and medium 4, Heat (outlet), does not answer, in 4 "
        + "attempts; \"metergate scan\" finds who is there, and the serial alone reaches a meter that has another "
        + "manufacturer, version or medium")
    for open in ["12345678", "1234567F,XQH,2,4", "12345678,XQH,2"] {
      #expect(try text(.noAnswer(attempts: 4), open) == "no answer in 4 attempts")
    }
  }
}
