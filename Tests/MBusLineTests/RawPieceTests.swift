import Bytes
import LineJobs
import Metering
import Testing
import Time

@Suite struct RawPieceTests {
  /// Each direction is one piece: the answer comes byte by byte and is told when the job is over.
  @Test func theLineTellsOfItsBytes() throws {
    let bench = LineBench()
    var pieces: [String] = []
    bench.line.onRaw = { pieces.append(String($0.text.dropFirst(24))) }
    bench.fake.onEvent?(.opened)
    bench.answer([0x55])
    bench.read(1)
    let telegram = try waterTelegram()
    for byte in telegram { bench.answer([byte]) }
    #expect(bench.outcomes.count == 1)
    #expect(
      pieces == [
        " M-Bus RX serial=- 55", " M-Bus TX serial=- 10 7B 05 80 16",
        " M-Bus RX serial=- \(Hex.encode(telegram, separator: " "))",
      ])
    bench.line.onRaw = nil
    bench.read(1)
    #expect(pieces.count == 3)
  }

  private func piece(_ bytes: LineBytes, line: Int = 0, serial: UInt32? = nil) -> RawPiece {
    RawPiece(
      line: LineID(.mbus, index: line),
      time: WallTime(unixSeconds: 1_795_308_522, milliseconds: 23), direction: .received,
      bytes: bytes, serial: serial.map { MeterSerial(digits: $0) })
  }

  /// 1795308522 is 2026-11-22 00:48:42 UTC by `date -u -d @1795308522`.
  @Test func aLine() {
    #expect(
      piece([0xE5], serial: 0x6660_0106).text
        == "2026-11-22T00:48:42.023Z M-Bus RX serial=66600106 E5")
    #expect(
      piece(LineBytes([0x10, 0x7B], damaged: [1]), line: 1).text
        == "2026-11-22T00:48:42.023Z M-Bus 2 RX serial=- 10 7B!")
  }
}
