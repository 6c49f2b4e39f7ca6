import Bytes
import MBus
import Metering
import Testing
import Time

@testable import BusMaster

/// What else is on a line, at every place and split in every way: the answer is found behind it.
@Suite struct DisturbedExchangeTests {
  private let timing = LineTiming()

  /// Gives pieces, 20 ms apart, then lets the time pass.
  private func outcome(
    _ expectation: Exchange.Expectation, _ request: Frame, _ pieces: [[UInt8]]
  ) throws -> Exchange.Outcome {
    var now = MonotonicInstant.zero
    var exchange = Exchange(
      try request.encoded, expecting: expectation, timing: timing, now: now)
    for piece in pieces {
      now = now + .milliseconds(20)
      if let outcome = exchange.receive(LineBytes(piece), now: now) { return outcome }
    }
    for _ in 0..<10 {
      now = exchange.deadline
      if let outcome = exchange.wake(now: now) { return outcome }
    }
    return .silence
  }

  private func answer() throws -> (bytes: [UInt8], frame: Frame) {
    let bytes = try telegram()
    guard case .frame(let frame, _) = FrameDecoder.decode(bytes) else {
      throw FrameTooLong(dataLength: 0)
    }
    return (bytes, frame)
  }

  private let request = Frame.reqUD2(address: 5, fcb: true)

  /// The rest of a telegram that another meter sent too late, cut at every place, in front of the answer.
  @Test func theRestOfALateTelegram() throws {
    let answer = try answer()
    let late = try telegram(address: 7, serial: 0x1234_5678)
    for cut in late.indices {
      let rest = Array(late.dropFirst(cut))
      for expectation in [
        Exchange.Expectation.response(ResponseFilter(address: 5)),
        .response(ResponseFilter(serial: MeterSerial(digits: 0x6660_0106))),
      ] {
        #expect(
          try outcome(expectation, request, [rest, answer.bytes]) == .response(answer.frame),
          "cut at \(cut)")
      }
    }
  }

  /// The beginning of the answer is lost: silence or garbage, never a value.
  @Test func halfAnAnswer() throws {
    let bytes = try answer().bytes
    for cut in 1..<bytes.count {
      let filter = ResponseFilter(address: 5)
      for part in [Array(bytes.dropFirst(cut)), Array(bytes.prefix(cut))] {
        let outcome = try outcome(.response(filter), request, [part])
        guard case .garbage = outcome else {
          Issue.record("cut at \(cut): \(outcome)")
          continue
        }
      }
    }
  }

  /// Echo, with up to two damaged bytes, and an answer, split at 500 places drawn by chance.
  @Test func echoesSplitAnywhere() throws {
    let answer = try answer()
    let select = SlaveSelect(meter, mask: []).frame()
    let cases: [(Exchange.Expectation, Frame, [UInt8], Exchange.Outcome)] = [
      (.response(ResponseFilter(address: 5)), request, answer.bytes, .response(answer.frame)),
      (
        .loneResponse(ResponseFilter(address: 5), isSomebodyThere: true), request, answer.bytes,
        .response(answer.frame)
      ),
      (.acknowledge, select, e5, .acknowledged),
      (.acknowledgeIfAny, .sndNKE(address: 0xFD), e5, .acknowledged),
      (.presence, select, e5, .acknowledged), (.presence, select, [], .silence),
      (.acknowledge, select, [], .silence),
      (.anything, request, answer.bytes, .response(answer.frame)),
      (.response(ResponseFilter(address: 5)), request, [], .silence),
      (.nothing, .sndNKE(address: 0xFF), [], .done),
    ]
    var random = Chance(state: 1)
    for round in 0..<500 {
      let (expectation, request, answer, expected) = cases[round % cases.count]
      var echo = try request.encoded
      for _ in 0..<random.below(3) {
        let place = random.below(echo.count)
        echo = echo.enumerated().map { $0.offset == place ? $0.element ^ 0x24 : $0.element }
      }
      let all = echo + answer
      let cut = all.isEmpty ? 0 : random.below(all.count)
      #expect(
        try outcome(expectation, request, [Array(all.prefix(cut)), Array(all.dropFirst(cut))])
          == expected, "round \(round), cut at \(cut): \(Hex.encode(all))")
    }
  }

  /// Bytes of noise in front of a telegram, none of which begins a frame.
  @Test func noiseInFront() throws {
    let answer = try answer()
    var random = Chance(state: 2)
    for round in 0..<500 {
      let noise = (0..<random.below(12)).map { _ in [0x00, 0xFF, 0x80, 0x3C, 0xE5][random.below(5)]
      }
      .map { UInt8($0) }
      let all = noise + answer.bytes
      let cut = random.below(all.count)
      #expect(
        try outcome(
          .response(ResponseFilter(address: 5)), request,
          [Array(all.prefix(cut)), Array(all.dropFirst(cut))]) == .response(answer.frame),
        "round \(round): \(Hex.encode(noise))")
    }
  }
}

/// The same sequence of numbers each time.
private struct Chance {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % max(limit, 1)
  }
}
