import BusMaster
import BusSimulator
import MBus
import Metering
import TelegramCrypto
import Testing
import VirtualBus

/// A bus in virtual time with meters that encrypt.
@Suite struct EncryptedMeterTests {
  private static let key = TelegramKey((0..<16).map { 0xA0 + $0 }, cipher: AESTelegramCipher())
  private static let wrongKey = TelegramKey(
    [UInt8](repeating: 1, count: 16), cipher: AESTelegramCipher())

  private func bus() -> VirtualBus {
    var meter = BuiltInMeter(.electricity, serial: MeterSerial(digits: 0x1234_5678))
    meter.key = Self.key
    return VirtualBus([
      SimulatedSlave(meter, primaryAddress: 1, answerDelay: .fixed(.milliseconds(20))),
      slave(.electricity, 0x1234_5679, address: 2),
    ])
  }

  private func telegrams(_ result: ReadoutResult?) -> [Telegram] {
    (result?.responses ?? []).compactMap {
      guard case .success(.data(let telegram)) = $0 else { return nil }
      return telegram
    }
  }

  @Test func withTheKeyTheChainIsReadToItsEnd() throws {
    var bus = bus()
    let identity = try #require(bus.bus.slaves.first?.identity)
    for address in [MBusAddress.primary(1), .secondary(identity)] {
      let plan = ReadoutPlan(
        address: address, reset: .standard, decoding: DecodingOptions(key: Self.key))
      let result = bus.read(plan).result
      #expect(result?.ending == .complete)
      let chain = telegrams(result)
      #expect(chain.count == 2)
      #expect(chain.allSatisfy { $0.security == SecurityReport(mode: 5, state: .decrypted) })
      // The neighbour of the same kind sends as many values plain.
      let neighbour = bus.read(ReadoutPlan(address: .primary(2), reset: .standard)).result
      let plain = telegrams(neighbour)
      #expect(plain.allSatisfy { $0.security == SecurityReport() })
      #expect(chain.map { $0.records.map(\.vif) } == plain.map { $0.records.map(\.vif) })
      #expect(MeterReport(chain: chain)?.isComplete == true)
    }
  }

  @Test(arguments: [nil, wrongKey])
  func withoutItNothingIsRead(key: TelegramKey?) {
    var bus = bus()
    let plan = ReadoutPlan(
      address: .primary(1), reset: .standard, decoding: DecodingOptions(key: key))
    for _ in 0..<3 {
      let result = bus.read(plan).result
      let chain = telegrams(result)
      #expect(chain.map(\.security.state) == [key == nil ? .keyMissing : .keyWrong])
      #expect(chain.allSatisfy { $0.records.isEmpty && !$0.isReadable })
      #expect(result?.ending == .limited, "the meter may have more to send")
    }
  }

  /// Scans need no key: who answers is not encrypted.
  @Test func aScanFindsItWithoutKey() {
    var bus = bus()
    let outcome = bus.scan(ScanPlan())
    #expect(
      outcome.serials == [MeterSerial(digits: 0x1234_5678), MeterSerial(digits: 0x1234_5679)])
  }
}
