import ConfigurationArchive
import Testing

@testable import FormatFuzz

/// A short run of what `make fuzz` does for minutes.
@Suite struct FormatFuzzTests {
  @Test(arguments: Format.all.map(\.name))
  func rounds(name: String) throws {
    let format = try #require(Format.named(name))
    for sample in format.samples { #expect(!sample.isEmpty && format.check(sample) == nil) }
    // The same each time: new mistakes are for `make fuzz` to find.
    let seed: UInt64 = 5
    for number in 0..<UInt64(300) {
      let mistake = format.round(number, seed: seed).mistake
      #expect(
        mistake == nil,
        "\(mistake ?? ""): FormatFuzz --only \(name) --seed \(seed) --round \(number)")
    }
  }

  /// Not all of it is refused at the door: the checks behind it have something to check.
  @Test func getsInside() throws {
    let taken = (0..<UInt64(1000)).map { round in
      let json = Format.json.round(round, seed: 1).input
      let archive = Format.archive.round(round, seed: 1).input
      return [
        (try? ConfigurationContents.read(json, file: "x")) != nil,
        (try? ArchiveFile.read(Gzip.stored(archive))) != nil,
      ]
    }
    let counts = (0..<2).map { which in taken.count { $0[which] } }
    #expect(counts.allSatisfy { $0 >= 10 && $0 < 1000 }, "\(counts)")
  }

  /// The same seed gives the same input, and each round another one.
  @Test func repeats() {
    let format = Format.settings
    let inputs = (0..<20).map { format.round($0, seed: 7).input }
    #expect(inputs == (0..<20).map { format.round($0, seed: 7).input })
    #expect(Set(inputs).count == 20)
  }
}
