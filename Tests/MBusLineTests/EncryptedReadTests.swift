import Bytes
import MBus
import MBusLine
import Metering
import Station
import TelegramCrypto
import Testing

/// Readouts of a meter that encrypts: what the driver makes of them with and without its key.
@Suite struct EncryptedReadTests {
  private static let keyBytes: [UInt8] = (0..<16).map { $0 * 0x11 }
  private static let identity = MeterIdentity(
    serial: MeterSerial(digits: 0x1020_3040), manufacturer: ManufacturerCode(letters: "XQW"),
    version: 1, medium: .coldWater)

  /// A telegram of a chain of three; the records are all encrypted.
  private func telegram(
    _ index: Int, layout: ResponseEncoder.Layout = .longHeader
  ) throws -> [UInt8] {
    let encoder = ResponseEncoder(
      header: ResponseHeader(identity: Self.identity, access: UInt8(index)),
      records: [
        RecordEncoder(.bcd8, storage: UInt64(index), vif: [0x13], value: .integer(Int64(index)))
      ], moreRecordsFollow: index < 2, layout: layout,
      key: TelegramKey(Self.keyBytes, cipher: AESTelegramCipher()))
    return try encoder.frame(address: 5).encoded
  }

  private func bench(decrypts: Bool = true, cipher: Bool = true) -> LineBench {
    var decoding = DecodingOptions.standard
    decoding.decrypts = decrypts
    let bench = LineBench(decoding: decoding, cipher: cipher ? AESTelegramCipher() : nil)
    bench.fake.onEvent?(.opened)
    return bench
  }

  private func read(
    _ bench: LineBench, key: [UInt8], identity: MeterIdentity = MeterIdentity(serial: .any)
  ) {
    bench.line.perform(
      .read(
        ReadJob(
          meter: MeterID(1), address: .mbus(.primary(5)), identity: identity, encryptionKey: key)))
  }

  /// Whether more telegrams follow stands in the encrypted part.
  @Test func aChainIsReadToItsEnd() throws {
    let bench = bench()
    read(bench, key: Self.keyBytes)
    for index in 0..<3 { bench.answer(try telegram(index)) }
    let report = try #require(try bench.outcomes.first?.get())
    #expect(report.values.map(\.reading) == [.integer(0), .integer(1), .integer(2)])
    #expect(report.isComplete && report.problems.isEmpty)
    #expect(bench.fake.sent.count == 3)
  }

  @Test(arguments: [
    (
      [], true,
      "the telegram cannot be read: key missing: the telegram is encrypted (security mode 5), and no key of the meter is known; if the meter sends plain data all the same, MBUS_DISABLE_DECRYPTION = 1 takes it as it is"
    ),
    (
      [UInt8](repeating: 9, count: 16), true,
      "the telegram cannot be read: key wrong: the telegram is encrypted (security mode 5), and the key of the meter does not open it; if the meter sends plain data all the same, MBUS_DISABLE_DECRYPTION = 1 takes it as it is"
    ),
    (
      Self.keyBytes, false,
      "the telegram cannot be read: key missing: the telegram is encrypted (security mode 5), and no key of the meter is known; if the meter sends plain data all the same, MBUS_DISABLE_DECRYPTION = 1 takes it as it is"
    ),
  ])
  func whatCannotBeDecryptedIsAFailure(key: [UInt8], cipher: Bool, text: String) throws {
    let bench = bench(cipher: cipher)
    read(bench, key: key)
    bench.answer(try telegram(0))
    guard case .failure(let failure) = bench.outcomes.first else {
      Issue.record("\(bench.outcomes)")
      return
    }
    #expect(failure.description == text)
    // The meter may be in the middle of a chain.
    bench.fake.sent = []
    read(bench, key: key)
    #expect(bench.fake.sent == [[0x10, 0x40, 0x05, 0x45, 0x16]])
  }

  /// What is read behind a command is decrypted, too.
  @Test func aCommandIsCheckedWithTheKey() throws {
    func check(_ key: [UInt8]) throws -> SendReply.Check? {
      let bench = bench()
      var job = SendJob(.applicationReset(subcode: nil), to: .mbus(.primary(5)))
      job.encryptionKey = key
      bench.line.perform(.send(job))
      for _ in 0..<3 { bench.answer([0xE5]) }
      bench.answer(try telegram(2))
      guard case .sent(_, let reply)? = bench.events.last else { return nil }
      return reply.check
    }
    #expect(try check(Self.keyBytes) == .unseen)
    guard case .notShown(let why)? = try check([]) else {
      Issue.record("what cannot be read counts")
      return
    }
    #expect(why.hasPrefix("key missing: "), "\(why)")
  }

  /// One telegram in the middle that cannot be read leaves the list and all values as they are.
  @Test func aDamagedTelegramOfAChainFailsTheReadout() throws {
    let bench = bench()
    read(bench, key: Self.keyBytes)
    bench.answer(try telegram(0))
    var frame = try telegram(1)
    // The first encrypted byte, and the checksum with it.
    frame[19] ^= 1
    frame[frame.count - 2] = Checksum.sum(frame[4..<(frame.count - 2)])
    bench.answer(frame)
    guard case .failure(let failure) = bench.outcomes.first else {
      Issue.record("\(bench.outcomes)")
      return
    }
    #expect(failure.description.contains("key wrong"))
  }

  @Test func switchedOffTheBytesAreTakenAsTheyAre() throws {
    let bench = bench(decrypts: false)
    read(bench, key: Self.keyBytes)
    bench.answer(try telegram(0))
    #expect(bench.outcomes.count == 1)
    #expect((try? bench.outcomes.first?.get())?.identity == Self.identity)
  }

  /// The short header does not say who sent it: the meter list does.
  @Test func aShortHeaderIsReadByTheIdentityOfTheList() throws {
    let bench = bench()
    read(bench, key: Self.keyBytes, identity: Self.identity)
    for index in 0..<3 { bench.answer(try telegram(index, layout: .shortHeader)) }
    let report = try #require(try bench.outcomes.first?.get())
    #expect(report.identity == Self.identity && report.values.count == 3)
  }

  @Test func compactFramesAreReadOnceTheirFormatIsKnown() throws {
    let bench = bench()
    let full: [UInt8] = [0x02, 0x02, 0xD2, 0x04, 0x02, 0x15, 0x2E, 0x16]
    let signature = Checksum.mbus([0x02, 0x02, 0x02, 0x15]).littleEndianBytes
    let compact =
      signature + Checksum.mbus(full).littleEndianBytes + [0xD2, 0x04, 0x2E, 0x16]
    let answer = { (ci: UInt8, data: [UInt8]) throws in
      bench.answer(
        try Frame.long(control: .rspUD(), address: 5, ci: ci, data: [1, 0, 0, 0] + data).encoded)
    }
    read(bench, key: [], identity: Self.identity)
    try answer(0x7B, compact)
    read(bench, key: [], identity: Self.identity)
    bench.answer([0xE5])
    try answer(0x7A, full)
    read(bench, key: [], identity: Self.identity)
    try answer(0x7B, compact)
    try #require(bench.outcomes.count == 3)
    guard case .failure(let failure) = bench.outcomes[0] else {
      Issue.record("\(bench.outcomes[0])")
      return
    }
    #expect(failure.description.contains("has sent no full telegram of that format yet"))
    let (first, second) = (try bench.outcomes[1].get(), try bench.outcomes[2].get())
    #expect(first.values == second.values && second.values.count == 2)
  }

  @Test func alarmsAndFormatsAreNoData() throws {
    for (ci, data, text) in [
      (UInt8(0x71), [UInt8(4)], "the meter sends an alarm in place of data: alarm bit 2 (04)"),
      (
        0x69, [8, 0x31, 0x3B, 2, 2, 2, 0x15, 2, 0x2A],
        "the meter sends the format of its telegrams in place of data"
      ),
    ] {
      let bench = bench()
      read(bench, key: [])
      bench.answer(try Frame.long(control: .rspUD(), address: 5, ci: ci, data: data).encoded)
      #expect(bench.outcomes.first == .failure(.unreadable(text)))
    }
  }
}
