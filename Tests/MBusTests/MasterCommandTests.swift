import Bytes
import Foundation
import MBus
import Metering
import Testing
import Time

/// Frames by hand from EN 13757-2 and -3, with invented serials.
@Suite struct MasterCommandTests {
  private static let minute = CivilTime(year: 2026, month: 11, day: 21, hour: 13, minute: 45)
  private static let second = CivilTime(
    year: 2026, month: 11, day: 21, hour: 13, minute: 45, second: 30)
  private static let date = CivilTime(year: 2026, month: 12, day: 31)

  private struct Case {
    let frame: Frame
    let hex: String
    let text: String

    init(
      _ command: MasterCommand, to address: UInt8, fcb: Bool? = false, _ hex: String, _ text: String
    ) {
      frame = command.frame(address: address, fcb: fcb)
      self.hex = hex
      self.text = text
    }
  }

  private static func send(_ records: CommandRecord?...) -> MasterCommand {
    .send(records.compactMap { $0 }, isBigEndian: false)
  }

  private static func link() -> [Case] {
    let select = SlaveSelect(MeterIdentity(serial: MeterSerial(digits: 0x1020_3040)))
    let whole = SlaveSelect(
      MeterIdentity(
        serial: MeterSerial(digits: 0x1020_3040), manufacturer: ManufacturerCode(letters: "XQH"),
        version: 2, medium: .heat))
    return [
      Case(.linkReset, to: 5, "1040054516", "reset of the link layer"),
      Case(.requestData, to: 0xFD, fcb: true, "107BFD7816", "request for the meter's data"),
      Case(.requestAlarm, to: 1, "105A015B16", "request for the meter's alarms"),
      Case(.applicationReset(subcode: nil), to: 1, "68030368530150A416", "application reset"),
      Case(
        .applicationReset(subcode: 0x12), to: 0xFE, "6804046853FE5012B316",
        "application reset: user data, telegram 2"),
      Case(
        .synchronize(is2018: false), to: 0xFF, fcb: nil, "6803036843FF549616",
        "synchronize: all meters freeze their values"),
      Case(
        .synchronize(is2018: true), to: 0xFF, fcb: nil, "6803036843FF5C9E16",
        "synchronize: all meters freeze their values"),
      Case(
        .setBaudRate(.baud9600), to: 0xFE, "6803036853FEBD0E16", "switch to 9600 baud"),
      Case(
        .select(select, fabrication: nil, isBigEndian: false), to: 0xFD,
        "680B0B6853FD5240302010FFFFFFFF3E16",
        "slave select: serial 10203040, manufacturer any, version any, medium any"),
      Case(
        .select(whole, fabrication: nil, isBigEndian: true), to: 0xFD,
        "680B0B6853FD561020304062280204D616",
        "slave select, most significant byte first: serial 10203040, manufacturer XQH, version 2, medium Heat (outlet)"
      ),
      // What follows a DIF 0F is turned around by nobody.
      Case(
        .select(whole, fabrication: .init(dif: [0x0F], data: [0x0C, 0x78]), isBigEndian: true),
        to: 0xFD, "680E0E6853FD5610203040622802040F0C786916",
        "slave select, most significant byte first: serial 10203040, manufacturer XQH, version 2, medium Heat (outlet); manufacturer's own data 0C 78"
      ),
      Case(
        .select(
          select, fabrication: .fabrication(MeterSerial(digits: 0x00FF_2233)), isBigEndian: false),
        to: 0xFD, "6811116853FD5240302010FFFFFFFF0C783322FF001616",
        "slave select: serial 10203040, manufacturer any, version any, medium any; Fabrication = – (hex digits 00FF2233 (error display))"
      ),
    ]
  }

  private static func settings() throws -> [Case] {
    let (minute, second) = (try #require(minute), try #require(second))
    let counter = RecordEncoder(.bcd8, vif: [0x06], value: .integer(107))
    return [
      Case(
        send(.primaryAddress(8)), to: 0xFE, "6806066853FE51017A082516", "data send: Address = 8"),
      Case(
        send(.serial(MeterSerial(digits: 0x1020_3040))), to: 1, fcb: true,
        "680909687301510C7940302010EA16", "data send: Identification = 10203040"),
      Case(
        send(
          .identity(
            MeterIdentity(
              serial: MeterSerial(digits: 0x1020_3040),
              manufacturer: ManufacturerCode(letters: "XQH"), version: 2, medium: .heat))),
        to: 1, "680D0D68530151077940302010286202045516",
        "data send: Identification = 288901250313891904"),
      Case(
        send(try .clock(minute)), to: 1, "68090968530151046D2D2D553B0016",
        "data send: Timestamp = 2026-11-21T13:45"),
      Case(
        send(try .clock(minute, isSummerTime: true)), to: 1, "68090968530151046D2DAD553B8016",
        "data send: Timestamp = 2026-11-21T13:45, summer time"),
      Case(
        send(try .clock(second, withSeconds: true, isSummerTime: true)), to: 1,
        "680B0B68530151066D5E2D0D553B004016",
        "data send: Timestamp = 2026-11-21T13:45:30, summer time"),
      Case(
        send(try .date(try #require(date), storage: 1)), to: 1, "68070768530151426C5F3CEE16",
        "data send: Timestamp, storage 1 = 2026-12-31"),
      Case(
        send(try CommandRecord(counter).doing(.write)), to: 1, "680A0A685301510C8600070100003F16",
        "data send: write (replace): Energy = 107000 Wh"),
      Case(
        send(.password([1, 0, 0, 0, 0, 0, 0, 0])), to: 1,
        "680E0E6853015107FD160100000000000000C016",
        "data send: Password = 1"),
      Case(
        send(.digitalOutput(1)), to: 1, "6807076853015101FD1A01BE16",
        "data send: Digital output = 1 Bin"),
    ]
  }

  private static func selections() -> [Case] {
    [
      Case(
        send(.globalReadout), to: 3, "680404685303517F2616",
        "data send: all data (global readout request)"),
      Case(
        send(.selection(vif: [0x13]), .selection(vif: [0x5A])), to: 7,
        "680707685307510813085A2816",
        "data send: select for readout: Volume; select for readout: Flow temperature"),
      Case(
        send(CommandRecord(dif: [0x00], vif: [0xFF, 0x6C]).doing(.clear)), to: 1,
        "6807076853015100FFEC079716",
        "data send: clear: Vendor specific data, manufacturer specific 6C"),
      Case(
        send(CommandRecord(dif: [0x01], vif: [0xFF, 0xF9, 0x06], data: [1])), to: 1,
        "6808086853015101FFF90601A516",
        "data send: Vendor specific data, manufacturer specific 79, manufacturer specific 06 = 1"),
      Case(
        .other(control: ControlField(rawValue: 0x53), ci: 0x00, data: [1, 2]), to: 1,
        "6805056853010001025716", "unknown command (CI 00): 01 02"),
    ]
  }

  @Test func framesAreWrittenAndReadAsTheyShould() throws {
    for one in Self.link() + (try Self.settings()) + Self.selections() {
      let bytes = try one.frame.encoded
      #expect(Hex.encode(bytes) == one.hex, "\(one.text)")
      guard case .frame(let frame, _) = FrameDecoder.decode(bytes),
        let command = MasterCommand(frame)
      else {
        Issue.record("\(one.hex) is no command")
        continue
      }
      #expect(command.description == one.text)
    }
  }

  @Test func framesOfMetersAreNoCommands() throws {
    #expect(MasterCommand(.acknowledge) == nil)
    #expect(MasterCommand(try ExampleMeter.encoder.frame(address: 1)) == nil)
  }

  /// Every cut and every flipped bit is a command of some kind, and is written as it was read.
  @Test func nothingIsLost() throws {
    for one in Self.link() + (try Self.settings()) + Self.selections() {
      guard case .long(let control, let address, let ci, let data) = one.frame else { continue }
      for bytes in data.singleBitFlips + data.indices.map({ Array(data.prefix($0)) }) {
        let frame =
          bytes.isEmpty
          ? Frame.control(control: control, address: address, ci: ci)
          : .long(control: control, address: address, ci: ci, data: bytes)
        let command = try #require(MasterCommand(frame))
        #expect(!command.description.isEmpty)
        #expect(command.frame(address: address, fcb: control.fcv ? control.fcb : nil) == frame)
      }
    }
  }

  @Test func telegramDecoderTellsCommandsFromAnswers() throws {
    let decoded = try TelegramDecoder.decode(try Hex.decode("6806066853FE51017A082516"))
    #expect(decoded.response == nil && decoded.error == nil)
    #expect(decoded.command?.title == "data send")
    #expect(decoded.command?.details == ["Address = 8"])
  }
}

@Suite(.enabled(if: Corpus.folder != nil, "METERGATE_CORPUS names no corpus"))
struct MasterCommandCorpusTests {
  private struct Captured: Decodable {
    let hex: String
  }

  private static func file(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: (Corpus.folder ?? "") + "/" + name))
  }

  private func command(_ hex: String) throws -> (MasterCommand, Frame)? {
    guard case .frame(let frame, _) = FrameDecoder.decode(try Hex.decode(hex)) else { return nil }
    return MasterCommand(frame).map { ($0, frame) }
  }

  @Test func allCommandsAreKnownAndWrittenAsTheyWere() throws {
    let object = try JSONSerialization.jsonObject(with: Self.file("mbus_commands.json"))
    let entries = try #require(object as? [String: [String: Any]])
    let frames = entries.compactMapValues { $0["frame"] as? String }
    #expect(frames.count == 45)
    for (name, hex) in frames {
      let (command, frame) = try #require(try self.command(hex), "\(name)")
      if case .other = command { Issue.record("\(name): \(command)") }
      let control = try #require(frame.controlField)
      let fcb = control.fcv ? control.fcb : nil
      #expect(command.frame(address: frame.address ?? 0, fcb: fcb) == frame, "\(name)")
    }
  }

  @Test func framesOfMasters() throws {
    let frames = try JSONDecoder().decode([Captured].self, from: Self.file("master_frames.json"))
    #expect(
      try frames.map { try command($0.hex)?.0.title ?? "no command" } == [
        "unknown command (CI 00)", "no command", "data send, without records",
        "unknown command (CI 00)", "unknown command (CI 00)", "slave select",
      ])
  }
}
