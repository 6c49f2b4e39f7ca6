import Testing
import Time

@testable import Sessions

private final class Desk {
  private var throttle = LoginThrottle()

  private func instant(_ seconds: Int64) -> MonotonicInstant { .zero + .seconds(seconds) }

  func failed(_ peer: String, _ user: String?, at seconds: Int64) -> Span? {
    throttle.failed(peer, user, at: instant(seconds))
  }
  func wait(_ peer: String, _ user: String?, at seconds: Int64) -> Span? {
    throttle.wait(peer, user, at: instant(seconds))
  }
  func succeeded(_ peer: String, _ user: String, at seconds: Int64) {
    throttle.succeeded(peer, user, at: instant(seconds))
  }
}

@Suite struct LoginThrottleTests {
  private let throttle = Desk()

  @Test func eachFailureDoublesTheWait() {
    var now: Int64 = 0
    let waits = (0..<11).map { _ in
      let wait = throttle.failed("10.0.0.1", "admin", at: now)
      now += (wait?.nanoseconds ?? 0) / 1_000_000_000
      return wait
    }
    #expect(
      waits
        == [
          nil, nil, .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16), .seconds(32),
          .seconds(60), .seconds(60), .seconds(60),
        ])
    #expect(throttle.wait("10.0.0.1", "admin", at: now - 1) == .seconds(1))
    #expect(throttle.wait("10.0.0.1", "admin", at: now) == nil)
  }

  /// Many addresses have 20 attempts together, and another one every 10 s.
  @Test func manyAddressesLearnLittleMoreThanOne() {
    throttle.succeeded("10.0.0.9", "admin", at: 0)
    for number in 0..<19 {
      #expect(throttle.failed("10.0.1.\(number)", "admin", at: 0) == nil)
    }
    #expect(throttle.failed("10.0.1.19", "admin", at: 0) == .seconds(10))
    #expect(throttle.wait("10.0.1.20", "admin", at: 0) == .seconds(10))
    #expect(throttle.wait("10.0.1.20", "admin", at: 9) == .seconds(1))
    #expect(throttle.wait("10.0.1.20", "admin", at: 10) == nil)
    #expect(throttle.failed("10.0.1.20", "admin", at: 10) == .seconds(10))
    // Other users are not slowed, and neither is who has been there before; a day has 8,640 attempts.
    #expect(throttle.wait("10.0.1.20", "fitter", at: 10) == nil)
    #expect(throttle.wait("10.0.0.9", "admin", at: 10) == nil)
    #expect(throttle.failed("10.0.0.9", "admin", at: 10) == nil)
    let day = (1...86_400).count { second in
      let now = Int64(1000 + second)
      let peer = "10.\(second >> 16).\(second >> 8 & 255).\(second & 255)"
      guard throttle.wait(peer, "admin", at: now) == nil else { return false }
      _ = throttle.failed(peer, "admin", at: now)
      return true
    }
    #expect(day == 8640 + 20)
  }

  /// Names that nobody has are one for all, and take no attempts from users.
  @Test func namesThatNobodyHasAreOne() {
    for number in 0..<20 { _ = throttle.failed("10.0.1.\(number)", nil, at: 0) }
    #expect(throttle.wait("10.0.0.9", nil, at: 0) == .seconds(10))
    #expect(throttle.wait("10.0.0.9", "admin", at: 0) == nil)
  }

  @Test func successForgetsNothing() {
    for _ in 0..<5 { _ = throttle.failed("10.0.0.1", "admin", at: 0) }
    throttle.succeeded("10.0.0.1", "admin", at: 0)
    #expect(throttle.wait("10.0.0.1", "web", at: 0) == .seconds(4))
    _ = throttle.failed("10.0.0.2", "admin", at: 0)
    #expect(throttle.wait("10.0.0.2", "admin", at: 0) == nil)
  }

  @Test func itIsForgottenAfterAWhile() {
    for _ in 0..<9 { _ = throttle.failed("10.0.0.1", "admin", at: 0) }
    #expect(throttle.wait("10.0.0.1", "admin", at: 900) == nil)
    #expect(throttle.failed("10.0.0.1", "admin", at: 900) == nil)
  }

  @Test func theTablesHaveAnEnd() {
    for number in 0..<5000 {
      let (peer, time) = ("10.1.\(number / 256).\(number % 256)", Int64(number))
      _ = throttle.failed(peer, nil, at: time)
      throttle.succeeded(peer, "admin", at: time)
    }
    // The first ones are forgotten, the last ones are not.
    for _ in 0..<3 { _ = throttle.failed("10.1.19.135", "x", at: 5000) }
    #expect(throttle.wait("10.1.19.135", "x", at: 5000) == .seconds(2))
    for _ in 0..<20 { _ = throttle.failed("10.2.0.1", "admin", at: 6000) }
    #expect(throttle.wait("10.1.19.134", "admin", at: 6000) == nil)
    #expect(throttle.wait("10.1.0.1", "admin", at: 6000) == .seconds(10))
  }

  /// Whoever has a network has all its addresses.
  @Test func aNetworkCountsAsOne() {
    for number in 1...2 { _ = throttle.failed("2001:db8:0:1::\(number)", "admin", at: 0) }
    #expect(throttle.failed("2001:db8:0:1:a:b:c:d", "admin", at: 0) == .seconds(1))
    #expect(throttle.wait("2001:db8:0:1::7", "admin", at: 0) == .seconds(1))
    #expect(throttle.wait("2001:db8:0:2::7", "admin", at: 0) == nil)
  }
}
