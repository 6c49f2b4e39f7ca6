import Bytes
import Testing

@testable import Modbus

@Suite struct DeviceIdentificationTests {
  /// Written down by hand from Modbus application protocol V1.1b3, ch. 6.21: objects as id, length and
  /// text.
  private static let example = DeviceIdentification([
    .vendorName: "Maker", .productCode: "1036", .majorMinorRevision: "1.2.3", .vendorURL: "",
    .productName: "Keller", .modelName: "Standard", .userApplicationName: "Gateway",
  ])
  private static let basicObjects = "0005 4D616B6572 0104 31303336 0205 312E322E33"
  private static let otherObjects =
    "0300 0406 4B656C6C6572 0508 5374616E64617264 0607 47617465776179"

  private func check(
    _ access: DeviceIdentification.Access, _ object: UInt8, _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let answer = try Self.example.answer(access, from: object)
    #expect(
      Hex.encode(answer) == Hex.encode(try Hex.decode(expected)), sourceLocation: sourceLocation)
  }

  @Test func basicAndRegular() throws {
    try check(.basic, 0, "01 82 00 00 03" + Self.basicObjects)
    try check(.regular, 0, "02 82 00 00 07" + Self.basicObjects + Self.otherObjects)
  }

  /// "Responds in accordance with its actual conformity level": with the code of the request.
  @Test func extendedIsAnsweredWithWhatThereIs() throws {
    try check(.extended, 0, "03 82 00 00 07" + Self.basicObjects + Self.otherObjects)
  }

  @Test func aStreamGoesOnAtAnObjectAndBeginsAnewAtOneThatItDoesNotHave() throws {
    try check(.basic, 2, "01 82 00 00 01 0205 312E322E33")
    try check(.regular, 5, "02 82 00 00 02 0508 5374616E64617264 0607 47617465776179")
    try check(.basic, 3, "01 82 00 00 03" + Self.basicObjects)
    for object: UInt8 in [7, 0x80, 0xFF] {
      try check(.regular, object, "02 82 00 00 07" + Self.basicObjects + Self.otherObjects)
    }
  }

  @Test func singleObjects() throws {
    try check(.individual, 0, "04 82 00 00 01 0005 4D616B6572")
    try check(.individual, 3, "04 82 00 00 01 0300")
    try check(.individual, 6, "04 82 00 00 01 0607 47617465776179")
    for object: UInt8 in [7, 0x80, 0xFF] {
      #expect(throws: ModbusException.illegalDataAddress) {
        try Self.example.answer(.individual, from: object)
      }
    }
  }

  /// Nothing is set: every object is there, and empty.
  @Test func emptyTexts() throws {
    #expect(
      Hex.encode(try DeviceIdentification().answer(.regular, from: 0))
        == "0282000007" + "0000010002000300040005000600")
  }

  /// 246 bytes of objects fit: 120 + 122 bytes with their heads leave 2 for the empty third.
  @Test func whatDoesNotFitFollows() throws {
    let device = DeviceIdentification([
      .vendorName: String(repeating: "a", count: 120),
      .productCode: String(repeating: "b", count: 120), .vendorURL: "c",
      .productName: String(repeating: "d", count: 244), .modelName: "e",
    ])
    let first = try device.answer(.regular, from: 0)
    #expect(first.prefix(5) == [2, 0x82, 0xFF, 3, 3])
    #expect(first.count == 5 + 246)
    #expect(Hex.encode(try device.answer(.regular, from: 3)) == "0282FF0401" + "030163")
    let third = try device.answer(.regular, from: 4)
    #expect(third.prefix(7) == [2, 0x82, 0xFF, 5, 1, 4, 244])
    #expect(Hex.encode(try device.answer(.regular, from: 5)) == "0282000002" + "0501650600")
    #expect(try device.answer(.basic, from: 0).prefix(5) == [1, 0x82, 0, 0, 3])
    #expect(try device.answer(.individual, from: 4).prefix(7) == [4, 0x82, 0, 0, 1, 4, 244])
  }

  /// A PDU has at most 253 bytes (ch. 4.1); ä has two, € three.
  @Test func longTextsAreCutBetweenCharacters() throws {
    #expect(DeviceIdentification.maximumText == 244)
    for (text, length) in [
      (String(repeating: "a", count: 245), 244), (String(repeating: "ä", count: 123), 244),
      ("a" + String(repeating: "ä", count: 122), 243),
      (String(repeating: "€", count: 82), 243), ("aa" + String(repeating: "€", count: 82), 242),
    ] {
      let device = DeviceIdentification([.vendorName: text])
      let answer = try device.answer(.individual, from: 0)
      #expect(answer.dropFirst(5).prefix(2) == [0, UInt8(length)])
      #expect(Array(answer.dropFirst(7)) == Array(text.utf8.prefix(length)))
    }
  }

  @Test func requests() throws {
    let function = FunctionCode.encapsulatedInterfaceTransport
    let cases: [(String, RequestPDU)] = [
      ("0E 01 00", .readDeviceIdentification(.basic, object: 0)),
      ("0E 02 05", .readDeviceIdentification(.regular, object: 5)),
      ("0E 03 FF", .readDeviceIdentification(.extended, object: 255)),
      ("0E 04 06", .readDeviceIdentification(.individual, object: 6)),
      ("0E 00 00", .refused(function, .illegalDataValue)),
      ("0E 05 00", .refused(function, .illegalDataValue)),
      ("", .refused(function, .illegalDataValue)), ("0E", .refused(function, .illegalDataValue)),
      ("0E 01", .refused(function, .illegalDataValue)),
      ("0E 01 00 00", .refused(function, .illegalDataValue)),
      ("03 01 00", .refused(function, .illegalFunction)),
      ("0D", .refused(function, .illegalFunction)),
    ]
    for (hex, pdu) in cases {
      let data = try Hex.decode(hex)
      let bytes = [0, 1, 0, 0, 0, UInt8(2 + data.count), 9, 0x2B] + data
      let request = ModbusRequest(transaction: 1, unit: 9, pdu: pdu)
      #expect(decode(bytes) == .request(request, bytes: bytes.count), "\(hex)")
    }
  }

  @Test func heads() {
    let request = ModbusRequest(
      transaction: 0x1234, unit: 255, pdu: .readDeviceIdentification(.basic, object: 0))
    #expect(
      Hex.encode(request.deviceIdentification(byteCount: 25).bytes) == "12340000001CFF2B0E")
    #expect(Hex.encode(request.exception(.illegalDataAddress).bytes) == "123400000003FFAB02")
  }
}
