import Bytes
import MBus

/// What bytes that are no frame look like instead.
package enum NoFrameHint {
  /// What they may be, behind the reason why they are no frame; empty: nobody knows.
  package static func text(_ bytes: [UInt8]) -> String {
    if let text = readable(bytes) { return "; they are the text \"\(text)\", and no telegram" }
    if isWireless(bytes) {
      return "; it may be a telegram of wireless M-Bus, and only those of wired M-Bus are read"
    }
    // What begins as a frame is a broken one.
    guard bytes.count >= 2, ![Frame.Octet.longStart, Frame.Octet.shortStart].contains(bytes.first)
    else { return "" }
    return application(bytes) ?? records(bytes) ?? ""
  }

  /// Shorter ones are letters by chance.
  private static let leastText = 4
  private static let printable: ClosedRange<UInt8> = 0x20...0x7E

  /// The letters that all bytes are, as those of other protocols and of printed values; nil: they are not.
  private static func readable(_ bytes: [UInt8]) -> String? {
    let isLineEnd = { (byte: UInt8) in byte == 0x0D || byte == 0x0A }
    let text = bytes.reversed().drop(while: isLineEnd).reversed()
    guard text.count >= leastText, text.allSatisfy(printable.contains) else { return nil }
    return String(decoding: text, as: UTF8.self)
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

  /// A CI field with a header of a meter that there can be, or with records that make sense; nil: they are not.
  private static func application(_ bytes: [UInt8]) -> String? {
    guard let ci = bytes.first, let telegram = telegram(bytes, from: .application) else {
      return nil
    }
    let header = telegram.header.flatMap { isPossible($0) ? $0.identity : nil }
    let meter = header.map { " of meter \($0.serial)" } ?? ""
    let records = sensible(telegram).map { " and \($0)" } ?? ""
    guard !meter.isEmpty || !records.isEmpty else { return nil }
    return "; behind a link layer, which is missing, it would be an answer with CI \(Hex.byte(ci))"
      + "\(meter)\(records): --as application takes it"
  }

  /// Digits in its serial and letters in its manufacturer. The fixed data structure has no manufacturer.
  private static func isPossible(_ header: ResponseHeader) -> Bool {
    guard let identity = header.identity, let manufacturer = identity.manufacturer else {
      return false
    }
    return identity.serial.description.allSatisfy(\.isNumber)
      && manufacturer.description.allSatisfy { ("A"..."Z").contains($0) }
  }

  private static func records(_ bytes: [UInt8]) -> String? {
    telegram(bytes, from: .records).flatMap(sensible).map {
      "; it reads as \($0) without a frame around: --as records takes it"
    }
  }

  private static func telegram(_ bytes: [UInt8], from start: TelegramStart) -> Telegram? {
    guard let frame = start.frame(around: bytes),
      case .data(let telegram) = TelegramDecoder.decode(frame, from: start).response
    else { return nil }
    return telegram
  }

  /// The records, when they make sense and all of them can be read; of several the last may be cut off. Nil: they do
  /// not.
  private static func sensible(_ telegram: Telegram) -> String? {
    let isWhole =
      switch telegram.problem?.reason {
      case nil: !telegram.records.isEmpty
      case .ends: telegram.records.count > 1
      default: false
      }
    guard isWhole,
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
