import Bytes
import MBus
import Metering
import TelegramCrypto
import Testing
import Time

/// Encrypted telegrams of an invented meter. The golden bytes are computed with openssl 3.0 (`enc -aes-128-cbc
/// -nopad` and `mac -cipher AES-128-CBC CMAC`) by the rules of EN 13757-7:2018, ch. 7.7 and 9.6.
enum SecretMeter {
  static let keyBytes: [UInt8] = (0..<16).map { $0 * 0x11 }
  static let key = TelegramKey(keyBytes, cipher: AESTelegramCipher())
  static let wrongKey = TelegramKey([UInt8](repeating: 7, count: 16), cipher: AESTelegramCipher())
  static let identity = MeterIdentity(
    serial: MeterSerial(digits: 0x1020_3040), manufacturer: ManufacturerCode(letters: "XQH"),
    version: 2, medium: .heat)
  /// 2F 2F, energy 267 kWh, 2013-05-22 14:36, 2F 2F.
  static let plain = "2F2F0C0667020000046D242EB6152F2F"
  static let long = "403020102862 0204 2A00"
  static let sealedFive = "E63B4E22AAFE5EA6A61BB546C160597B"
  static let sealedSeven = "9B628A32B99C11C76D7B197F510845E3"

  static func frame(_ ci: UInt8, _ hex: String) throws -> Frame {
    .long(control: .rspUD(), address: 1, ci: ci, data: try Hex.decode(hex))
  }
}

@Suite struct SecurityTests {
  private func telegram(_ frame: Frame, _ options: DecodingOptions) throws -> Telegram {
    guard case .data(let telegram) = try ResponseDecoder.decode(frame, options) else {
      throw Unexpected()
    }
    return telegram
  }

  private struct Unexpected: Error {}

  private let options = DecodingOptions(key: SecretMeter.key)

  /// By hand: the records of `SecretMeter.plain`.
  private func isOpen(_ telegram: Telegram) -> Bool {
    telegram.problem == nil && telegram.records.map(\.scaled) == [267_000, nil]
      && telegram.records.last?.reading
        == CivilTime(year: 2013, month: 5, day: 22, hour: 14, minute: 36).map(Reading.time)
  }

  /// The known answer for key derivation: the example of OMS vol. 2, annex N (key 00…0F, message counter 0AB3h, meter
  /// 12345678), which openssl confirms.
  @Test func keyDerivation() throws {
    let cipher = AESTelegramCipher()
    let input = try Hex.decode("00B30A00007856341207070707070707")
    let code = try #require(cipher.authenticationCode(input, key: Array(0...15)))
    #expect(Hex.encode(code) == "ECCF39D475D730B8284FDFDC1995D52F")
  }

  @Test func cipherRefusesWrongLengths() {
    let cipher = AESTelegramCipher()
    let block = [UInt8](repeating: 0, count: 16)
    #expect(cipher.decryptCBC([1, 2, 3], key: block, initialVector: block) == nil)
    #expect(cipher.decryptCBC([], key: block, initialVector: block) == nil)
    #expect(cipher.decryptCBC(block, key: [1], initialVector: block) == nil)
    #expect(cipher.encryptCBC(block, key: block, initialVector: [1]) == nil)
    #expect(cipher.authenticationCode([1], key: []) == nil)
    #expect(TelegramKey([1, 2], cipher: cipher) == nil)
  }

  @Test func modeFive() throws {
    let frame = try SecretMeter.frame(
      0x72, SecretMeter.long + "1005" + SecretMeter.sealedFive + "0C1478563412")
    let telegram = try telegram(frame, options)
    #expect(telegram.security == SecurityReport(mode: 5, state: .decrypted))
    #expect(telegram.problem == nil)
    #expect(telegram.records.map(\.scaled) == [267_000, nil, 123_456.78], "what follows is plain")
    #expect(telegram.records.map(\.offset) == [21, 27, 35])
  }

  @Test func modeFiveBehindAShortHeader() throws {
    let frame = try SecretMeter.frame(0x7A, "2A001005" + SecretMeter.sealedFive)
    var options = options
    #expect(
      try telegram(frame, options).problem?.description
        == "the telegram is encrypted (security mode 5) and does not say who sent it: serial, manufacturer, version and medium must be known of the meter"
        + Self.wayOut
    )
    options.asked = SecretMeter.identity
    #expect(isOpen(try telegram(frame, options)))
    options.asked?.medium = nil
    #expect(try telegram(frame, options).security.state == .keyMissing)
  }

  private static let wayOut =
    "; if the meter sends plain data all the same, MBUS_DISABLE_DECRYPTION = 1 takes it as it is"

  @Test func whatCannotBeDecryptedHasNoRecordsAndSaysWhy() throws {
    let sealed = SecretMeter.sealedFive
    let cases: [(String, DecodingOptions, SecurityReport.State, String)] = [
      (
        "1005" + sealed, DecodingOptions(), .keyMissing,
        "key missing: the telegram is encrypted (security mode 5), and no key of the meter is known"
          + Self.wayOut
      ),
      (
        "1005" + sealed, DecodingOptions(key: SecretMeter.wrongKey), .keyWrong,
        "key wrong: the telegram is encrypted (security mode 5), and the key of the meter does not open it"
          + Self.wayOut
      ),
      (
        "2005" + sealed, options, .truncated,
        "truncated: 32 encrypted bytes are announced (security mode 5), 16 are there"
          + Self.wayOut
      ),
      (
        "100D" + sealed, options, .unsupported,
        "unsupported mode 13: the telegram announces a security mode other than 5 and 7"
          + Self.wayOut
      ),
      (
        "1002" + sealed, options, .unsupported,
        "unsupported mode 2: the telegram announces a security mode other than 5 and 7"
          + Self.wayOut
      ),
    ]
    for (rest, options, state, text) in cases {
      let telegram = try telegram(try SecretMeter.frame(0x72, SecretMeter.long + rest), options)
      #expect(telegram.records.isEmpty && !telegram.isReadable && !telegram.moreRecordsFollow)
      #expect(telegram.security.state == state)
      #expect(telegram.problem?.description == text)
      #expect(telegram.header?.identity == SecretMeter.identity, "who sent it is plain")
      #expect(!"\(options)".contains("17"), "no key in texts")
    }
  }

  @Test func modeSeven() throws {
    let header = SecretMeter.long + "100710"
    let seven = header + SecretMeter.sealedSeven
    let layer = "0F002C2507010000D3C823ACA356D2F0"
    let frame = try SecretMeter.frame(0x90, layer + "72" + seven)
    let telegram = try telegram(frame, options)
    #expect(isOpen(telegram))
    #expect(telegram.security == SecurityReport(mode: 7, state: .decrypted))

    let other = try self.telegram(frame, DecodingOptions(key: SecretMeter.wrongKey))
    #expect(other.security.state == .keyWrong && other.records.isEmpty)
    // One bit of the status, which is not encrypted but authenticated.
    let forged = try SecretMeter.frame(
      0x90,
      layer + "72" + String(SecretMeter.long.dropLast(2)) + "10100710" + SecretMeter.sealedSeven)
    #expect(try self.telegram(forged, options).security.state == .keyWrong)
    // Without the layer there is no message counter, of which the key is made.
    let bare = try SecretMeter.frame(0x72, seven)
    #expect(try self.telegram(bare, options).security.state == .unsupported)
    // With the counter in the transport layer (bit 13) there is.
    let counted = try SecretMeter.frame(
      0x72, SecretMeter.long + "10271007010000" + SecretMeter.sealedSeven)
    #expect(isOpen(try self.telegram(counted, options)))
  }

  @Test func fragmentsAreNotPutTogether() throws {
    let frame = try SecretMeter.frame(
      0x90, "020140" + "72" + SecretMeter.long + "100710" + SecretMeter.sealedSeven)
    #expect(
      try telegram(frame, options).problem?.description
        == "the telegram is a part of a longer message (security mode 7); such messages are not put together"
    )
  }

  @Test func switchedOff() throws {
    let frame = try SecretMeter.frame(0x72, SecretMeter.long + "1005" + SecretMeter.plain)
    let telegram = try telegram(frame, DecodingOptions(decrypts: false, key: SecretMeter.key))
    #expect(isOpen(telegram))
    #expect(telegram.security == SecurityReport(mode: 5, state: .disabled))
  }

  /// Plain data in spite of the header: with and without key, in modes of the standard and others.
  @Test(arguments: [
    ("2005", "0C0667020000 0C1476283700 046D242EB615 0B2D000000 0C1378563412 0A5A2301"),
    ("20A5", "0C0667020000 0C1476283700 046D242EB615 0B2D000000 0C1378563412 0A5A2301"),
    ("100D", "0C0667020000 0C1476283700 046D242EB615 0B2D000000 0C1378563412 0A5A2301"),
    ("FFFF", "0C0667020000"), ("27B6", "0C0667020000 0F AB CD"),
    ("1005", "2F2F 0C0667020000 041305000000 2F2F"),
  ])
  func plainInSpiteOfTheHeader(signature: String, records: String) throws {
    let frame = try SecretMeter.frame(0x72, SecretMeter.long + signature + records)
    for options in [DecodingOptions(), options] {
      let telegram = try telegram(frame, options)
      #expect(telegram.security.state == .sentPlain)
      #expect(telegram.problem == nil && telegram.records.first?.scaled == 267_000)
    }
  }

  /// Eight digits and four, and no zeros: too little against a header that says that all of it is encrypted, enough
  /// against one that says so of more bytes than there are.
  @Test func aHeaderThatContradictsItself() throws {
    for (signature, state) in [
      ("2005", SecurityReport.State.sentPlain), ("F007", .sentPlain), ("1005", .keyMissing),
    ] {
      let records = "0C0678563412 0A5A2301 0C1387654321"
      let frame = try SecretMeter.frame(0x72, SecretMeter.long + signature + records)
      #expect(try telegram(frame, DecodingOptions()).security.state == state)
    }
  }

  /// Floating point numbers as meters of electricity send them; as random bytes they would be of any magnitude.
  @Test func numbersOfUsualMagnitudeShowThatDataIsPlain() throws {
    let volts = (0..<16).map { "05FD4\(Hex.byte(UInt8($0)).suffix(1))00806643" }.joined()
    for (records, state) in [
      (volts, SecurityReport.State.sentPlain),
      (volts.replacing("00806643", with: "0080667F"), .keyMissing),
    ] {
      let frame = try SecretMeter.frame(0x72, SecretMeter.long + "7005" + records)
      #expect(try telegram(frame, DecodingOptions()).security.state == state)
    }
  }

  /// A block of the maker's own that repeats the serial: ciphertext does not.
  @Test func theOwnSerialShowsThatDataIsPlain() throws {
    for (serial, state) in [
      ("40302010", SecurityReport.State.sentPlain), ("41302010", .keyMissing),
    ] {
      let frame = try SecretMeter.frame(
        0x72,
        SecretMeter.long + "1005" + "046D242EB615 0F 0102" + serial + "AABBCCDDEEFFAABBCC")
      #expect(try telegram(frame, DecodingOptions()).security.state == state)
      // In what is not encrypted it says nothing.
      let behind = try SecretMeter.frame(
        0x72, SecretMeter.long + "1005" + "046D242EB615 0F 0102030405060708090A" + serial)
      #expect(try telegram(behind, DecodingOptions()).security.state == .keyMissing)
    }
  }

  @Test func nothingIsEncrypted() throws {
    for signature in ["0005", "0007", "0000"] {
      let frame = try SecretMeter.frame(
        0x72, SecretMeter.long + signature + "0C0667020000")
      let telegram = try telegram(frame, options)
      #expect(telegram.security.state == .none && telegram.records.count == 1)
    }
  }

  /// Random bytes in modes that nobody has assigned are none either: what they would be is not known.
  @Test(arguments: ["001F", "3016", "0012", "FFFF"])
  func randomBytesInUnassignedModes(signature: String) throws {
    var random = SystemRandomNumberGenerator()
    var read = 0
    for round in 0..<5000 {
      let header = try Hex.decode(SecretMeter.long + signature)
      let data = (0..<(16 + round % 48)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x72, data: header + data)
      guard case .data(let telegram) = try ResponseDecoder.decode(frame) else { throw Unexpected() }
      if telegram.records.isEmpty {
        #expect(telegram.security.state == .unsupported)
        #expect(telegram.problem?.description.hasPrefix("unsupported mode ") == true)
      } else {
        read += 1
      }
    }
    // One in a million may be taken for plain.
    #expect(read <= 1)
  }

  /// Random bytes are never taken for plain: 20,000 telegrams that say that one to three blocks are encrypted.
  @Test func randomBytesAreNoPlainData() throws {
    var random = SystemRandomNumberGenerator()
    for round in 0..<20_000 {
      let blocks = 1 + round % 3
      let header = try Hex.decode(SecretMeter.long) + [UInt8(blocks << 4), 0x05]
      let data = (0..<(16 * blocks)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let frame = Frame.long(control: .rspUD(), address: 1, ci: 0x72, data: header + data)
      guard case .data(let telegram) = try ResponseDecoder.decode(frame) else { throw Unexpected() }
      #expect(telegram.records.isEmpty, "\(Hex.encode(data))")
    }
  }

  @Test func encoderAndDecoderAgree() throws {
    for layout in [ResponseEncoder.Layout.longHeader, .shortHeader] {
      for count in [0, 1, 2, 5, 30] {
        let encoder = ResponseEncoder(
          header: ResponseHeader(identity: SecretMeter.identity, access: 0x17, status: 4),
          records: (0..<count).map {
            RecordEncoder(.int32, storage: UInt64($0), vif: [0x13], value: .integer(Int64($0)))
          }, moreRecordsFollow: true, layout: layout, key: SecretMeter.key)
        let frame = try encoder.frame(address: 3)
        let opened = DecodingOptions(key: SecretMeter.key, asked: SecretMeter.identity)
        let telegram = try telegram(frame, opened)
        #expect(telegram.problem == nil && telegram.moreRecordsFollow)
        #expect(telegram.header?.access == 0x17 && telegram.header?.status == 4)
        #expect(
          telegram.records.dropLast().map(\.reading) == (0..<Int64(count)).map { .integer($0) })
        let closed = try self.telegram(frame, DecodingOptions(asked: SecretMeter.identity))
        #expect(closed.security.state == .keyMissing && closed.records.isEmpty)
      }
    }
  }

  /// The encoder's bytes against openssl's.
  @Test func encoderGolden() throws {
    let time = try #require(CivilTime(year: 2013, month: 5, day: 22, hour: 14, minute: 36))
    let encoder = ResponseEncoder(
      header: ResponseHeader(identity: SecretMeter.identity, access: 0x2A),
      records: [
        RecordEncoder(.bcd8, vif: [0x06], value: .integer(267)),
        RecordEncoder(.dateTimeF, vif: [0x6D], value: .time(time)),
      ], key: SecretMeter.key)
    let expected = try Hex.decode(SecretMeter.long + "1005" + SecretMeter.sealedFive)
    #expect(try encoder.frame(address: 1).data == expected)
  }

  @Test func whatCannotBeEncrypted() {
    var encoder = ResponseEncoder(
      header: ResponseHeader(identity: SecretMeter.identity), records: [], layout: .noHeader,
      key: SecretMeter.key)
    #expect(throws: ResponseEncodingError.layoutWithoutEncryption) {
      try encoder.frame(address: 1)
    }
    encoder.layout = .longHeader
    encoder.manufacturerData = [UInt8](repeating: 1, count: 240)
    #expect(throws: ResponseEncodingError.tooLongToEncrypt(bytes: 241)) {
      try encoder.frame(address: 1)
    }
    encoder.manufacturerData = nil
    encoder.header.identity?.medium = nil
    #expect(throws: ResponseEncodingError.identityMissing) { try encoder.frame(address: 1) }
  }
}
