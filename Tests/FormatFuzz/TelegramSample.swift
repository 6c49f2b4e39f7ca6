import Bytes
import MBus
import Metering
import Time

/// Frames of all kinds, built by us with invented serials.
enum TelegramSample {
  static let identity = MeterIdentity(
    serial: MeterSerial(digits: 0x1020_3040), manufacturer: ManufacturerCode(letters: "XQH"),
    version: 2, medium: .heat)

  /// All of them, from start byte to stop byte.
  static let frames: [[UInt8]] = (answers + commands + layers).compactMap { try? $0.encoded }

  private static let time = CivilTime(year: 2026, month: 11, day: 21, hour: 13, minute: 45)

  private static let records: [RecordEncoder] =
    [
      RecordEncoder(.bcd8, vif: [0x06], value: .integer(267)),
      RecordEncoder(
        .int32, function: .maximum, storage: 510, tariff: 9, subunit: 3, vif: [0x13],
        value: .integer(-54_321)),
      RecordEncoder(.text, vif: [0xFD, 0x11], value: .text("abc")),
      RecordEncoder(.real32, vif: [0xDB, 0x78], value: .real(20.5)),
      RecordEncoder(.bcd4, vif: [0xFC, 2, 0x56, 0x41, 0x74], value: .integer(7)),
      RecordEncoder(.lvarBCD, vif: [0x93, 0x7D], value: .integer(-123_456)),
      RecordEncoder(.lvarInteger, vif: [0x93, 0xFC, 0x10], value: .integer(12)),
      RecordEncoder(
        .binary, vif: [0xFD, 0x67], value: .binary([UInt8](repeating: 7, count: 16))),
    ] + (time.map { [RecordEncoder(.dateTimeF, storage: 8, vif: [0x6D], value: .time($0))] } ?? [])

  private static let answers: [Frame] = {
    let header = ResponseHeader(identity: identity, access: 7)
    let key = TelegramKey([UInt8](repeating: 0, count: 16), cipher: PatternCipher())
    var frames = ResponseEncoder.Layout.allCases.compactMap { layout in
      try? ResponseEncoder(
        header: header, records: records, manufacturerData: [1, 2], layout: layout
      ).frame(address: 1)
    }
    frames += [ResponseEncoder.Layout.longHeader, .shortHeader].compactMap { layout in
      try? ResponseEncoder(
        header: header, records: Array(records.prefix(5)), moreRecordsFollow: true, layout: layout,
        key: key
      ).frame(address: 1)
    }
    frames += [false, true].map { isBigEndian in
      FixedResponseEncoder(
        identity: identity, first: .init(unit: 5, number: 6531),
        second: .init(unit: 0x3E, number: 9), isBigEndian: isBigEndian
      ).frame(address: 1)
    }
    return frames
  }()

  private static let commands: [Frame] = [
    MasterCommand.send(
      [
        .primaryAddress(8), .identity(identity), .globalReadout, .digitalOutput(1),
        CommandRecord.serial(identity.serial).doing(.addValue),
      ], isBigEndian: false
    ).frame(address: 1),
    MasterCommand.select(
      SlaveSelect(identity), fabrication: .fabrication(identity.serial), isBigEndian: true
    ).frame(address: 0xFD),
    MasterCommand.setBaudRate(.baud300).frame(address: 1),
    MasterCommand.linkReset.frame(address: 1),
  ]

  /// What no encoder makes: compact frames, format frames, load profiles, the authentication layer.
  private static let layers: [Frame] = [
    (0x78, "0202D20402152E16022A3423"), (0x79, "313B42A6D2042E163423"),
    (0x7B, "01000000313B42A6D2042E163423"), (0x69, "08313B02020215022A"),
    (0x73, "40302010286202040100 0000 313B42A6D2042E163423"),
    (0x78, "84046D00204111 8B0415003012 8D04951F056901030211"),
    (0x78, "84046D00234111 8B0415163012 8D049513056901110203"),
    (
      0x90,
      "0F002C25070100000000000000000000 72 4030201028620204 2A00 1007 10 2F2F0C0667020000046D242EB6152F2F"
    ),
    (
      0x72,
      "4030201028620204 2A00 2005 2F2F0C0667020000046D242EB6152F2F 0C0667020000046D242EB6150C1300000100"
    ),
    (0x70, "08"), (0x71, "04"), (0x75, "40302010286202040100000004"),
    (0x78, "0C06BDEBDD3B 0493 15 00000000 04 83 FF 09 00000000 02 FD 17 0100"),
  ].compactMap { ci, hex in
    (try? Hex.decode(hex)).map { .long(control: .rspUD(), address: 1, ci: ci, data: $0) }
  }

  /// What stands in telegrams.
  static let patterns: [[UInt8]] = [
    [0x2F, 0x2F], [0x0F], [0x1F], [0x7F], [0x0D], [0x8D, 0x04], [0x93, 0x1F], [0x93, 0x13],
    [0x93, 0x1E], [0xFB], [0xFD], [0xFD, 0xFD], [0xFC], [0xEF], [0xFF], [0x7C, 0x00], [0xFC, 0xFF],
    [0x84, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
    [0x04, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x0D, 0x13, 0xF6],
    [0x0D, 0x13, 0xBF], [0x04, 0x13, 0x00, 0x00, 0x00, 0x80], [0x05, 0x13, 0x00, 0x00, 0xC0, 0x7F],
    [0x72], [0x76], [0x78], [0x79], [0x7A], [0x90], [0x04, 0x6D, 0xFF, 0xFF, 0xFF, 0xFF],
    [0x41, 0x00], [0x45, 0xFE], [0x40, 0x00], [0x4D, 0x01], [0xC1, 0xFD],
  ]

  /// The frame that these bytes would be with the right lengths and check sum; nil where there is too little.
  static func repaired(_ bytes: [UInt8]) -> Frame? {
    let body = Array(bytes.dropFirst(4).dropLast(2).prefix(255))
    guard body.count >= Frame.Length.leastL, let l = UInt8(exactly: body.count) else { return nil }
    let whole = [0x68, l, l, 0x68] + body + [Checksum.sum(body), 0x16]
    guard case .frame(let frame, _) = FrameDecoder.decode(whole) else { return nil }
    return frame
  }
}
