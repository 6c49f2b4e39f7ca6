import Bytes
import Testing

@testable import Transport

/// What termios(3) writes about PARMRK, by hand.
@Suite struct ParityMarksTests {
  struct Sample: Sendable {
    let raw: [UInt8]
    let values: [UInt8]
    var damaged: [Int] = []
  }

  static let samples = [
    Sample(raw: [], values: []),
    Sample(raw: [0x68, 0x00, 0xE5], values: [0x68, 0x00, 0xE5]),
    // A good FF is doubled.
    Sample(raw: [0xFF, 0xFF], values: [0xFF]),
    Sample(raw: [0xFF, 0xFF, 0x00], values: [0xFF, 0x00]),
    Sample(raw: [0xFF, 0xFF, 0xFF, 0xFF], values: [0xFF, 0xFF]),
    // A bad byte has FF 00 in front, a bad FF and a break too.
    Sample(raw: [0x10, 0xFF, 0x00, 0x41, 0x16], values: [0x10, 0x41, 0x16], damaged: [1]),
    Sample(raw: [0xFF, 0x00, 0xFF], values: [0xFF], damaged: [0]),
    Sample(raw: [0xFF, 0x00, 0x00], values: [0x00], damaged: [0]),
    Sample(
      raw: [0xFF, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00],
      values: [0xFF, 0xFF, 0x00, 0x00], damaged: [0, 2]),
    // No system writes this.
    Sample(raw: [0xFF, 0x41], values: [0xFF, 0x41]),
  ]

  @Test(arguments: samples.indices) func decodesWhole(_ index: Int) {
    let sample = Self.samples[index]
    var marks = ParityMarks()
    #expect(marks.decode(sample.raw) == LineBytes(sample.values, damaged: sample.damaged))
    #expect(marks == ParityMarks(), "nothing is left over")
  }

  @Test(arguments: samples.indices) func decodesInTwoReadsWhereverTheyAreCut(_ index: Int) {
    let sample = Self.samples[index]
    for cut in 0...sample.raw.count {
      var marks = ParityMarks()
      let first = marks.decode(sample.raw.prefix(cut))
      let second = marks.decode(sample.raw.dropFirst(cut))
      #expect(first.values + second.values == sample.values)
      let shifted = second.damaged.map { $0 + first.values.count }
      #expect(first.damaged + shifted == sample.damaged)
    }
  }

  @Test func decodesByteByByte() {
    var marks = ParityMarks()
    let raw: [UInt8] = [0xFF, 0x00, 0x41, 0xFF, 0xFF]
    #expect(
      raw.map { marks.decode([$0]) } == [[], [], LineBytes([0x41], damaged: [0]), [], [0xFF]])
  }
}
