import Bytes
import MBus

/// What bytes that are no frame look like instead.
enum NoFrameHint {
  /// What they may be, behind the reason why they are no frame; empty: nobody knows.
  static func text(_ bytes: [UInt8]) -> String {
    if isWireless(bytes) {
      return "; it may be a telegram of wireless M-Bus, and only those of wired M-Bus are read"
    }
    if let frame = frame(of: bytes) { return "; \(frame)" }
    return ""
  }

  /// The C fields with which meters send by radio (EN 13757-4, ch. 11): SND_NR, SND_IR, ACC_NR, ACC_DMD, RSP_UD.
  private static let wirelessControls: [UInt8] = [0x44, 0x46, 0x47, 0x48, 0x08, 0x18, 0x28, 0x38]
  /// L counts what follows it: C, manufacturer, serial, version, medium and CI at least.
  private static let leastWirelessL = 10

  /// L counts all bytes behind it, or all but their checksums: two for the first block of 10 bytes, and for each
  /// further one of 16 (EN 13757-4, ch. 11, frame format A).
  private static func isWireless(_ bytes: [UInt8]) -> Bool {
    guard let l = bytes.first.map({ Int($0) }), let control = bytes.dropFirst().first,
      l >= leastWirelessL, wirelessControls.contains(control)
    else { return false }
    let checksums = 2 + 2 * ((l - 9 + 15) / 16)
    return [l, l + checksums].contains(bytes.count - 1)
  }

  /// What they are when only the frame around them is missing; nil: they are not.
  private static func frame(of bytes: [UInt8]) -> String? {
    // What begins as a frame is a broken one.
    guard bytes.count >= 2, bytes.count <= Frame.Length.maxData,
      ![Frame.Octet.longStart, Frame.Octet.shortStart].contains(bytes.first)
    else { return nil }
    if let ci = bytes.first, let records = records(ci, Array(bytes.dropFirst())) {
      return "behind a link layer, which is missing, it would be an answer with CI \(Hex.byte(ci))"
        + " and \(records)"
    }
    return records(ControlInformation.noHeader, bytes).map {
      "it reads as \($0) without a frame around: 68 L L 68, C, A and CI field before, checksum and 16 behind"
    }
  }

  /// The records of such an answer, when all of it can be read and makes sense.
  private static func records(_ ci: UInt8, _ data: [UInt8]) -> String? {
    let headers = [
      ControlInformation.noHeader, ControlInformation.shortHeader, ControlInformation.longHeader,
    ]
    guard headers.contains(ci) else { return nil }
    let frame = Frame.long(control: .rspUD(), address: 0, ci: ci, data: data)
    guard case .data(let telegram) = TelegramDecoder.decode(frame).response,
      telegram.problem == nil, !telegram.records.isEmpty,
      telegram.records.allSatisfy({ $0.type.isValue && !$0.isReserved && $0.error == nil })
    else { return nil }
    let words = telegram.records.map { record in
      record.meaning.description
        + (record.value.scaledText.map { " \($0) \(record.meaning.unitName)" } ?? "")
    }
    let count = words.count == 1 ? "1 record" : "\(words.count) records"
    return "\(count) (\(words.joined(separator: ", ")))"
  }
}
