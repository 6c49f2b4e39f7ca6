import BusSimulator
import Testing

@Suite struct SplitMix64Tests {
  /// The first numbers for seed 0, as published with the algorithm's reference code.
  @Test func knownSequence() {
    var random = SplitMix64(seed: 0)
    #expect(random.next() == 0xE220_A839_7B1D_CDAF)
    #expect(random.next() == 0x6E78_9E6A_A1B9_65F4)
    #expect(random.next() == 0x06C4_5D18_8009_454F)
  }
}
