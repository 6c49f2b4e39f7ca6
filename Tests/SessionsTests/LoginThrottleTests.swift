import Testing
import Time

@testable import Sessions

private final class Desk {
  private var throttle = LoginThrottle()

  private func instant(_ seconds: Int64) -> MonotonicInstant { .zero + .seconds(seconds) }

  func failed(_ peer: String, _ user: String, at seconds: Int64) -> Span? {
    throttle.failed(peer, user, at: instant(seconds))
  }
  func wait(_ peer: String, _ user: String, at seconds: Int64) -> Span? {
    throttle.wait(peer, user, at: instant(seconds))
  }
  func succeeded(_ user: String) { throttle.succeeded(user) }
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

  @Test func aFloodLocksNobodyOutElsewhere() {
    for number in 0..<200 {
      _ = throttle.failed("10.0.1.\(number)", "admin", at: 0)
    }
    #expect(throttle.wait("10.0.0.9", "admin", at: 0) == nil)
    // Whoever has failed as well waits as long as the flood makes it, from the own failure on.
    #expect(throttle.wait("10.0.1.7", "admin", at: 1) == .seconds(59))
    #expect(throttle.failed("10.0.0.9", "admin", at: 1) == .seconds(60))
    #expect(throttle.wait("10.0.0.9", "admin", at: 61) == nil)
  }

  @Test func successForgetsTheUserAndNotTheAddress() {
    for _ in 0..<5 { _ = throttle.failed("10.0.0.1", "admin", at: 0) }
    throttle.succeeded("admin")
    #expect(throttle.wait("10.0.0.1", "web", at: 0) == .seconds(4))
    _ = throttle.failed("10.0.0.2", "admin", at: 0)
    #expect(throttle.wait("10.0.0.2", "admin", at: 0) == nil)
  }

  @Test func itIsForgottenAfterAWhile() {
    for _ in 0..<9 { _ = throttle.failed("10.0.0.1", "admin", at: 0) }
    #expect(throttle.wait("10.0.0.1", "admin", at: 900) == nil)
    #expect(throttle.failed("10.0.0.1", "admin", at: 900) == nil)
  }

  @Test func theTableHasAnEnd() {
    for number in 0..<5000 {
      _ = throttle.failed(
        "10.1.\(number / 256).\(number % 256)", "user\(number)", at: Int64(number))
    }
    // The first ones are forgotten, the last ones are not.
    for _ in 0..<3 { _ = throttle.failed("10.1.19.135", "x", at: 5000) }
    #expect(throttle.wait("10.1.19.135", "x", at: 5000) == .seconds(2))
  }

  @Test(arguments: [
    ("192.168.1.7", "192.168.1.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::7", "2001:db8:1:2::/64"), ("fe80::1", "fe80::/64"), ("::1", "::/64"),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.1"),
  ])
  func aNetworkCountsAsOne(peer: String, network: String) {
    #expect(LoginThrottle.network(peer) == network)
  }
}
