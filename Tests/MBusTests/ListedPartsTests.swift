import Bytes
import MBus
import Metering
import Testing

@Suite struct ListedPartsTests {
  /// Two telegrams of a heat meter with an invented serial: 267 kWh and the maker's bytes 11 22 in the first,
  /// status 0C; 5 m³ and 33 in the second.
  private static let frames = ["0C 06 67 02 00 00 1F 11 22", "0C 16 05 00 00 00 0F 33"].enumerated()
    .map { index, records in
      Frame.long(
        control: .rspUD(), address: 1, ci: ControlInformation.longHeader,
        data: (try? Hex.decode(
          "06 01 60 66 A7 32 02 04 08 \(index == 0 ? "0C" : "00") 00 00"
            + records)) ?? [])
    }

  private func report(_ listings: Set<MeterValue.Listing>) throws -> MeterReport {
    let chain = try Self.frames.map { frame in
      guard case .data(let telegram) = try ResponseDecoder.decode(frame) else {
        throw ResponseError(.noData, offset: 0, bytes: [])
      }
      return telegram
    }
    return try #require(MeterReport(chain: chain, listings: listings, frames: Self.frames))
  }

  @Test func nothingIsListedUnasked() throws {
    let report = try report([])
    #expect(report.values.map(\.listing) == [.measured, .measured])
    #expect(report.status == 0x0C)
  }

  @Test func allOfItStandsBehindTheValues() throws {
    let values = try report([.dataFrame, .statusByte, .vendorData]).values
    #expect(
      values.map(\.listing) == [
        .measured, .measured, .statusByte, .dataFrame, .dataFrame, .vendorData, .vendorData,
      ])
    #expect(values.dropFirst(2).map(\.meaning.type.rawValue) == [91, 95, 95, 57, 57])
    #expect(values[2].reading == .integer(0x0C) && values[2].meaning.unit == .binary)
    #expect(try values[3].reading == .binary(Self.frames[0].encoded))
    #expect(try values[4].reading == .binary(Self.frames[1].encoded))
    #expect(values[5].reading == .binary([0x11, 0x22]) && values[5].key.dif == [0x1F])
    #expect(values[6].reading == .binary([0x33]) && values[6].key.dif == [0x0F])
    #expect(values[3].key != values[4].key)
  }

  @Test func eachByItself() throws {
    #expect(try report([.statusByte]).values.count == 3)
    #expect(try report([.dataFrame]).values.count == 4)
    #expect(try report([.vendorData]).values.count == 4)
  }
}
