import BusMaster
import BusSimulator
import MBus
import Metering
import Testing
import Time
import VirtualBus

/// A level converter that does not suppress the echo of what the master sends.
@Suite struct EchoTests {
  @Test(arguments: [ResetSequence.standard, .anybusStandard, .extended2, .none])
  func metersAreReadAsWithoutIt(reset: ResetSequence) throws {
    for request in [RequestSequence.none, .all] {
      var quiet = VirtualBus(SimulatedPopulation.demo.slaves)
      var echoing = VirtualBus(SimulatedPopulation.demo.slaves, echoes: true)
      for slave in SimulatedPopulation.demo.slaves {
        let identity = try #require(slave.identity)
        for address in [MBusAddress.secondary(identity), .primary(slave.primaryAddress)] {
          var plan = ReadoutPlan(address: address, reset: reset)
          plan.request = request
          let expected = quiet.read(plan)
          let read = echoing.read(plan)
          #expect(read.result?.ending == .complete, "\(identity)")
          #expect(read.result?.telegrams == expected.result?.telegrams)
          #expect(read.span.nanoseconds == expected.span.nanoseconds, "it costs no time")
        }
      }
    }
  }

  /// Noise in the echo, in requests and in answers costs repetitions, and no value is ever wrong.
  @Test func noisyEchoes() throws {
    var bus = VirtualBus(SimulatedPopulation.demo.slaves, noise: 0.004, echoes: true, seed: 7)
    var complete = 0
    for round in 0..<10 {
      for slave in SimulatedPopulation.demo.slaves {
        let identity = try #require(slave.identity)
        let plan = ReadoutPlan(address: .secondary(identity), reset: .standard, retries: 10)
        let result = bus.read(plan).result
        if result?.ending == .complete { complete += 1 }
        #expect(
          (result?.telegrams ?? []).allSatisfy { $0.identity == identity }, "round \(round)")
      }
    }
    #expect(complete == 10 * SimulatedPopulation.demo.slaves.count)
  }
}

extension Frame {
  fileprivate var identity: MeterIdentity? {
    guard case .data(let data) = try? ResponseDecoder.decode(self) else { return nil }
    return data.header?.identity
  }
}
