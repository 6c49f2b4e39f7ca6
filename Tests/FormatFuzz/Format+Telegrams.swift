import Bytes
import MBus
import Metering
import Time

/// Deciphers by a pattern that is its own opposite, so that rubbish passes for decrypted data about as often as it
/// is to be tried, and no library is what is tested.
struct PatternCipher: TelegramCipher {
  func decryptCBC(_ bytes: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]? {
    guard bytes.count.isMultiple(of: 16), key.count == 16, initialVector.count == 16 else {
      return nil
    }
    return bytes
  }

  func encryptCBC(_ bytes: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]? {
    decryptCBC(bytes, key: key, initialVector: initialVector)
  }

  func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
    [UInt8](repeating: Checksum.sum(bytes), count: 16)
  }
}

extension Format {
  /// Frames as they come from the line: whatever they say, nothing but what their bytes say.
  static let frames = Format(
    name: "frames", samples: TelegramSample.frames, words: [], patterns: TelegramSample.patterns,
    repeats: 500
  ) { bytes in
    if case .frame(let frame, let length) = FrameDecoder.decode(bytes) {
      guard length <= bytes.count, (try? frame.encoded) == Array(bytes.prefix(length)) else {
        return "the frame is not written as it was read"
      }
    }
    // Most damage is found by the check sum. What it would do otherwise is what is looked for here.
    return TelegramSample.repaired(bytes).flatMap(TelegramCheck.mistake)
  }

  /// CI field and what follows it: headers, security, records.
  static let answers = Format(
    name: "answers",
    samples: TelegramSample.frames.filter { $0.first == Frame.Octet.longStart }
      .map { Array($0.dropFirst(6).dropLast(2)) },
    words: [], patterns: TelegramSample.patterns, repeats: 500
  ) { bytes in
    guard let ci = bytes.first else { return nil }
    let data = Array(bytes.dropFirst().prefix(Frame.Length.maxData))
    let control: ControlField = (0x50..<0x60).contains(ci) ? .sndUD(fcb: false) : .rspUD()
    let frame: Frame =
      data.isEmpty
      ? .control(control: control, address: 1, ci: ci)
      : .long(control: control, address: 1, ci: ci, data: data)
    return TelegramCheck.mistake(frame)
  }
}

/// What must hold of a frame whatever it says.
enum TelegramCheck {
  /// A record of one byte of data has a DIF and a VIF; load profiles bring a value for each byte of theirs.
  private static let mostValues = 20_000

  private static let options: [DecodingOptions] = {
    let key = TelegramKey([UInt8](repeating: 0, count: 16), cipher: PatternCipher())
    let asked = MeterIdentity(
      serial: MeterSerial(digits: 0x1020_3040), manufacturer: ManufacturerCode(letters: "XQH"),
      version: 2, medium: .heat)
    return [
      .standard, DecodingOptions(key: key),
      DecodingOptions(textVIF: .behindVIFEs, key: key, asked: asked),
      DecodingOptions(decrypts: false),
    ]
  }()

  private static let formats: FormatCache = {
    var formats = FormatCache()
    for bytes in TelegramSample.frames {
      guard case .frame(let frame, _) = FrameDecoder.decode(bytes),
        let response = try? ResponseDecoder.decode(frame)
      else { continue }
      formats.learn(from: response)
    }
    return formats
  }()

  static func mistake(_ frame: Frame) -> String? {
    if let command = MasterCommand(frame) { return mistake(command, frame) }
    let header = ResponseDecoder.header(of: frame)
    for options in options {
      guard let response = try? ResponseDecoder.decode(frame, options, formats: formats) else {
        continue
      }
      guard case .data(let telegram) = response else { continue }
      guard telegram.header == header else { return "the header alone says something else" }
      if let mistake = mistake(telegram, frame) { return mistake }
    }
    return nil
  }

  private static func mistake(_ command: MasterCommand, _ frame: Frame) -> String? {
    guard !command.description.isEmpty else { return "a command without words" }
    guard let address = frame.address, let control = frame.controlField else {
      return "a command without address"
    }
    // SND_NKE has no frame count bit, a select no other address, and the top bit of the C field no meaning.
    guard control.rawValue & 0x80 == 0 else { return nil }
    if case .linkReset = command { return nil }
    if case .select = command, address != LinkAddress.networkLayer { return nil }
    let fcb = control.fcv ? control.fcb : nil
    guard fcb != nil || !control.fcb, !isRequestWithoutBit(command, fcb) else { return nil }
    return command.frame(address: address, fcb: fcb) == frame
      ? nil : "a command is not written as it was read"
  }

  private static func isRequestWithoutBit(_ command: MasterCommand, _ fcb: Bool?) -> Bool {
    (command == .requestData || command == .requestAlarm) && fcb == nil
  }

  private static func mistake(_ telegram: Telegram, _ frame: Frame) -> String? {
    let end = frame.data.count + 7
    guard telegram.isReadable || telegram.records.isEmpty else {
      return "records of a telegram that cannot be read"
    }
    guard telegram.records.allSatisfy({ (7...end).contains($0.offset) }) else {
      return "a record that is outside of the telegram"
    }
    guard
      telegram.problem.map({ (7...end).contains($0.offset) && !$0.description.isEmpty }) != false
    else { return "a problem that is outside of the telegram" }
    for record in telegram.records where record.scaled?.isNaN == true {
      return "NaN in the place of a value: \(record.vif)"
    }
    let asked = MeterIdentity(serial: MeterSerial(digits: 1))
    let report = MeterReport(chain: [telegram], asked: asked, primaryAddress: 1)
    guard (report?.values.count ?? 0) <= mostValues else { return "too many values" }
    return nil
  }
}
