import Bytes
import DecoderSupport
import MBus
import Testing

@Suite struct FrameTests {
  /// Frames with check sums added up by hand; the first three also stand in public documents of
  /// the M-Bus user group.
  static let golden: [(hex: String, frame: Frame)] = [
    ("10 40 05 45 16", .sndNKE(address: 5)),
    ("10 7B FD 78 16", .reqUD2(address: LinkAddress.networkLayer, fcb: true)),
    (
      "68 04 04 68 53 FE 50 10 B1 16",
      .applicationReset(address: LinkAddress.test, subcode: 0x10)
    ),
    ("10 40 FD 3D 16", .sndNKE(address: LinkAddress.networkLayer)),
    ("10 5B 01 5C 16", .reqUD2(address: 1, fcb: false)),
    ("10 5A 01 5B 16", .reqUD1(address: 1, fcb: false)),
    ("68 03 03 68 53 01 50 A4 16", .applicationReset(address: 1)),
    ("68 03 03 68 43 FF 50 92 16", .applicationReset(address: LinkAddress.broadcast, fcb: nil)),
    ("E5", .acknowledge),
    (
      "68 05 05 68 08 2A 78 16 68 28 16",
      .long(control: .rspUD(), address: 42, ci: 0x78, data: [0x16, 0x68])
    ),
  ]

  static let verifier = DecoderVerifier<Frame>(noticesFlippedBits: true) { bytes in
    switch FrameDecoder.decode(bytes) {
    case .frame(let frame, let length): .value(frame, length: length)
    case .needMore: .needMore
    case .invalid: .invalid
    }
  }

  @Test func goldenFrames() throws {
    for (hex, frame) in Self.golden {
      #expect(Hex.encode(try frame.encoded, separator: " ") == hex)
    }
    try Self.verifier.verify(Self.golden.map { (try Hex.decode($0.hex), $0.frame) })
  }

  @Test func longestFrame() throws {
    let data = (0..<252).map { UInt8($0) }
    let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x72, data: data)
    let bytes = try frame.encoded
    #expect(bytes.count == Frame.Length.maxFrame)
    #expect(bytes.count == 261)
    Self.verifier.verify([(bytes, frame)])
    let tooLong = Frame.long(control: .rspUD(), address: 1, ci: 0x72, data: data + [0])
    let error = #expect(throws: FrameTooLong.self) { try tooLong.encoded }
    #expect(
      error?.description == "253 bytes of data in one frame; at most 252 are possible")
  }

  @Test func tellsTheLengthAsSoonAsTheHeaderDoes() {
    #expect(FrameDecoder.decode([]) == .needMore(total: nil))
    #expect(FrameDecoder.decode([0x10]) == .needMore(total: 5))
    #expect(FrameDecoder.decode([0x68]) == .needMore(total: nil))
    #expect(FrameDecoder.decode([0x68, 0x0B]) == .needMore(total: nil))
    #expect(FrameDecoder.decode([0x68, 0x0B, 0x0B]) == .needMore(total: 17))
    #expect(FrameDecoder.decode([0x68, 0xFF, 0xFF, 0x68]) == .needMore(total: 261))
  }

  @Test(arguments: [
    ("04 04 68", "04 begins no frame (E5, 10 or 68 do), at offset 0"),
    ("68 04 05", "the two length bytes 04 05 differ, at offset 1"),
    (
      "68 00 00 68 08 16", "length 00 is too small for C, A and CI field (at least 03), at offset 1"
    ),
    ("68 02 02", "length 02 is too small for C, A and CI field (at least 03), at offset 1"),
    ("68 03 03 86", "86 in place of the second start byte 68, at offset 3"),
    ("68 03 03 68 53 01 50 A5 16", "checksum A5, the bytes add up to A4, at offset 7"),
    ("68 03 03 68 53 01 50 A4 17", "17 in place of the stop byte 16, at offset 8"),
    ("10 40 05 44 16", "checksum 44, the bytes add up to 45, at offset 3"),
    ("10 40 05 45 E5", "E5 in place of the stop byte 16, at offset 4"),
  ])
  func errorsNameRuleAndPlace(hex: String, text: String) throws {
    guard case .invalid(let error) = FrameDecoder.decode(try Hex.decode(hex)) else {
      Issue.record("\(hex) was taken")
      return
    }
    #expect(error.description == text)
  }
}

@Suite struct ControlFieldTests {
  @Test func bits() {
    #expect(ControlField.reqUD2(fcb: true).rawValue == 0x7B)
    #expect(ControlField.reqUD2(fcb: false).rawValue == 0x5B)
    #expect(ControlField.reqUD1(fcb: true).rawValue == 0x7A)
    #expect(ControlField.sndUD(fcb: true).rawValue == 0x73)
    #expect(ControlField.sndUD(fcb: false).rawValue == 0x53)
    #expect(ControlField.sndUD(fcb: nil).rawValue == 0x43)
    #expect(ControlField.rspUD(acd: true, dfc: true).rawValue == 0x38)
    let request = ControlField(rawValue: 0x7B)
    #expect(request.isFromMaster && request.fcb && request.fcv && request.function == 0xB)
    #expect(!request.acd && !request.dfc)
    let response = ControlField(rawValue: 0x28)
    #expect(!response.isFromMaster && response.acd && !response.dfc && !response.fcb)
    #expect(response.kind == .rspUD() && "\(response)" == "RSP_UD")
  }
}
