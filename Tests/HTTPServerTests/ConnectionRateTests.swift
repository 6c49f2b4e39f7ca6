import NIOCore
import Testing

@testable import HTTPServer

/// How many new connections are let in as time goes by.
@Suite struct ConnectionRateTests {
  private static var limits: HTTPLimits {
    var limits = HTTPLimits()
    limits.pace = .init(perSecond: 4, atOnce: 6)
    limits.paceOfOne = .init(perSecond: 2, atOnce: 3)
    return limits
  }

  private func at(_ milliseconds: UInt64) -> NIODeadline {
    .uptimeNanoseconds(1_000_000_000_000 + milliseconds * 1_000_000)
  }

  @Test func anAddressHasSomeAtOnceAndThenAFewASecond() {
    var rate = ConnectionRate(Self.limits, at: at(0))
    for _ in 0..<3 { #expect(rate.admit("a", at: at(0)) == nil) }
    #expect(
      rate.admit("a", at: at(0))
        == "it makes more than 2 new connections a second, which is the most of an address")
    #expect(rate.admit("a", at: at(499)) != nil)
    #expect(rate.admit("a", at: at(501)) == nil)
    #expect(rate.admit("a", at: at(502)) != nil)
    // In a loop for ten seconds it gets no more than that.
    let admitted = (502..<10_502).count { rate.admit("a", at: at(UInt64($0))) == nil }
    #expect((19...20).contains(admitted))
  }

  @Test func oneThatIsRefusedTakesNothingFromOthers() {
    var rate = ConnectionRate(Self.limits, at: at(0))
    for _ in 0..<1_000 { _ = rate.admit("a", at: at(0)) }
    for _ in 0..<3 { #expect(rate.admit("b", at: at(0)) == nil) }
    #expect(
      rate.admit("c", at: at(0))
        == "there are more than 4 new connections a second, which is the most")
    #expect(rate.admit("c", at: at(251)) == nil)
  }

  /// Whoever has many addresses takes no memory.
  @Test func oldAddressesAreForgotten() {
    var rate = ConnectionRate(Self.limits, at: at(0))
    for index in 0..<10_000 { _ = rate.admit("\(index)", at: at(UInt64(index))) }
    #expect(rate.addressCount == ConnectionRate.mostAddresses)
  }

  @Test func aBucketKnowsWhenThereIsSomething() {
    let pace = HTTPLimits.Pace(perSecond: 4, atOnce: 1)
    var bucket = ConnectionRate.Bucket(pace, at: at(0))
    #expect(bucket.next(pace) == at(0))
    bucket.take()
    #expect(!bucket.hasOne && bucket.next(pace) == at(250))
    bucket.fill(pace, at: at(250))
    #expect(bucket.hasOne)
    // A clock that has not gone on gives nothing.
    bucket.take()
    bucket.fill(pace, at: at(100))
    #expect(!bucket.hasOne)
  }
}
