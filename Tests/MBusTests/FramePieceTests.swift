import Bytes
import Testing

@testable import MBus

/// Frames with faults, for people. The telegram is our own: meter 66600106 LUG, 267 kWh.
@Suite struct FramePieceTests {
  private static let sound =
    "68 15 15 68 08 01 72 06 01 60 66 A7 32 02 04 08 00 00 00 0C 06 67 02 00 00 AA 16"

  /// A line for each piece: place, length, what it is.
  private func said(_ hex: String) throws -> [String] {
    FramePiece.pieces(of: try Hex.decode(hex)).map { piece in
      let what =
        switch piece.content {
        case .frame(let frame, let flaws):
          (["\(frame.controlField.map(\.description) ?? "E5")"]
            + flaws.map { "\($0) @\($0.offset)" }).joined(separator: "; ")
        case .noFrame(let error): "none: \(error)"
        }
      return "\(piece.offset)+\(piece.bytes.count) \(what)"
    }
  }

  private func changed(_ place: Int, _ byte: String) -> String {
    var bytes = Self.sound.split(separator: " ").map(String.init)
    bytes[place] = byte
    return bytes.joined(separator: " ")
  }

  @Test func soundFrames() throws {
    #expect(try said(Self.sound) == ["0+27 RSP_UD"])
    #expect(try said("E5" + Self.sound) == ["0+1 E5", "1+27 RSP_UD"])
    #expect(
      try said("10 5B 01 5C 16 E5" + Self.sound + Self.sound) == [
        "0+5 REQ_UD2", "5+1 E5", "6+27 RSP_UD", "33+27 RSP_UD",
      ])
  }

  @Test func oneFault() throws {
    #expect(
      try said(changed(25, "5A")) == ["0+27 RSP_UD; checksum wrong: is 5A, must be AA @25"])
    // A wrong byte within has the same effect.
    #expect(
      try said(changed(21, "68")) == ["0+27 RSP_UD; checksum wrong: is AA, must be AB @25"])
    #expect(
      try said(changed(26, "17")) == ["0+27 RSP_UD; stop byte wrong: is 17, must be 16 @26"])
    #expect(
      try said(changed(3, "69"))
        == ["0+27 RSP_UD; second start byte wrong: is 69, must be 68 @3"])
    for (place, are) in [(1, "14 and 15"), (2, "15 and 14")] {
      #expect(
        try said(changed(place, "14"))
          == ["0+27 RSP_UD; length fields wrong: are \(are), must both be 15 @1"])
    }
    #expect(
      try said("68 30 30" + Self.sound.dropFirst(8))
        == ["0+27 RSP_UD; length fields wrong: are 30 and 30, must both be 15 @1"])
    #expect(
      try said("10 5B 01 5D 16") == ["0+5 REQ_UD2; checksum wrong: is 5D, must be 5C @3"])
  }

  @Test func twoFaults() throws {
    #expect(
      try said(changed(25, "5A").dropLast(2) + "17") == [
        "0+27 RSP_UD; checksum wrong: is 5A, must be AA @25; stop byte wrong: is 17, must be 16 @26"
      ])
    #expect(
      try said("68 14" + changed(25, "5A").dropFirst(5)) == [
        "0+27 RSP_UD; length fields wrong: are 14 and 15, must both be 15 @1; "
          + "checksum wrong: is 5A, must be AA @25"
      ])
    #expect(
      try said("10 5B 01 5D 17")
        == ["0+5 none: checksum 5D, the bytes add up to 5C, at offset 3"])
  }

  @Test func cutShort() throws {
    let cut = Self.sound.prefix(3 * 22)
    #expect(try said(String(cut)) == ["0+22 RSP_UD; the frame is cut short: 22 of 27 bytes @22"])
    #expect(
      try said(cut + Self.sound) == [
        "0+22 RSP_UD; the frame is cut short: 22 of 27 bytes @22", "22+27 RSP_UD",
      ])
    #expect(
      try said("68 15 15 68 08") == ["0+5 none: the frame is cut short: 5 of 27 bytes"])
    #expect(try said("68") == ["0+1 none: the frame is cut short after 1 byte"])
    #expect(try said("") == ["0+0 none: the frame is cut short after 0 bytes"])
  }

  @Test func rubbish() throws {
    #expect(
      try said("FF 00 E5" + Self.sound)
        == ["0+3 none: FF begins no frame (E5, 10 or 68 do), at offset 0", "3+27 RSP_UD"])
    let rubbish = String(repeating: "A7 ", count: 300)
    #expect(
      try said(rubbish) == ["0+300 none: A7 begins no frame (E5, 10 or 68 do), at offset 0"])
  }

  /// Whatever the bytes are, each of them is in one piece, and the sound frames are those that the decoder takes.
  @Test func everyByteIsInOnePiece() throws {
    let bytes = try Hex.decode(Self.sound)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      var changed = bytes + bytes
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        changed.replaceSubrange(
          Int.random(in: 0..<changed.count, using: &random)..<changed.count,
          with: changed.suffix(Int.random(in: 0...20, using: &random))
            + [UInt8.random(in: 0...255, using: &random), 0x68])
      }
      let pieces = FramePiece.pieces(of: changed)
      #expect(pieces.flatMap(\.bytes) == changed)
      var offset = 0
      for piece in pieces {
        #expect(piece.offset == offset)
        offset += piece.bytes.count
        guard case .frame(let frame, let flaws) = piece.content, flaws.isEmpty else { continue }
        #expect(FrameDecoder.decode(piece.bytes) == .frame(frame, length: piece.bytes.count))
      }
    }
  }
}
