import NIOCore
import Testing

@testable import ModbusServer

@Suite struct RefusalLimiterTests {
  @Test func tenAMinuteAreToldOneByOneAndTheRestAsASum() {
    var limiter = RefusalLimiter()
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    let told = (0..<25).filter { limiter.note(at: start + .seconds($0)) }
    #expect(told == Array(0..<10))
    let sums = [59, 60, 600].map { limiter.sum(at: start + .seconds($0)) }
    #expect(sums == [nil, 15, nil])
    let isTold = limiter.note(at: start + .seconds(61))
    let sum = limiter.sum(at: start + .seconds(200))
    #expect(isTold && sum == nil, "all were told")
  }
}
