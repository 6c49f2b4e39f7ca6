import Bytes
import Metering

/// An answer whose header names a security mode. Many old wired meters have something else in these bits and send
/// plain data, so what is in the data decides, in this order:
/// 1. The settings want nothing decrypted, or no block is encrypted: the data is as sent.
/// 2. It can be decrypted, and what comes out begins with 2F 2F, as it must; with an authentication code, that
///    fits.
/// 3. The data as sent is what encrypted bytes are not by chance (`PlainDataCheck`). Less is enough where the header
///    contradicts itself: a mode that is none of the standard's, more encrypted bytes than there are.
/// 4. The meter is known for it (`MeterQuirk`), and nothing is wrong with the data as sent.
/// 5. Nothing can be said of the data.
struct SecuredAnswer {
  /// What decrypted data begins with (EN 13757-7:2018, ch. 7.7): two fillers.
  static let proof: [UInt8] = [DataInformation.Special.filler, DataInformation.Special.filler]

  let header: ResponseHeader
  let authentication: AuthenticationLayer?
  /// The telegram from its CI field on, as sent.
  let transport: [UInt8]
  /// The place of what follows the CI field.
  let offset: Int
  let options: DecodingOptions

  private var mode: UInt8 { header.securityMode }

  /// Reads the data.
  /// - Parameter start: the place of the data.
  func opened(_ data: [UInt8], offset start: Int, _ answer: Answer) -> Response {
    let asSent = { (state: SecurityReport.State) in
      answer.response(data, offset: start, SecurityReport(mode: mode, state: state))
    }
    guard options.decrypts else { return asSent(.disabled) }
    if Self.saysNothingIsEncrypted(header) { return asSent(.none) }
    do throws(EncryptionProblem) {
      let plain = try decrypted(data, offset: start)
      return answer.response(
        plain.bytes, offset: plain.offset, SecurityReport(mode: mode, state: .decrypted))
    } catch {
      let sent = asSent(.sentPlain)
      let check = PlainDataCheck(
        encrypted: encryptedLength(of: data), at: start, evidence: evidence(error))
      if check.isPlain(sent, data) { return sent }
      if isKnownForPlainData, case .data(let telegram) = sent, telegram.problem == nil {
        return sent
      }
      return .data(
        Telegram(
          header: header, security: error.report,
          problem: RecordError(.encrypted(error), offset: start, bytes: [])))
    }
  }

  private var isKnownForPlainData: Bool {
    guard let identity = header.identity ?? options.asked else { return false }
    return MeterQuirk.of(identity).contains { $0.effect == .plainDespiteSignature }
  }

  private static func saysNothingIsEncrypted(_ header: ResponseHeader) -> Bool {
    [SecurityMode.five, SecurityMode.seven].contains(header.securityMode)
      && SecurityMode.blocks(header.signature) == 0
  }

  /// What speaks against encryption before the data is looked at.
  private func evidence(_ problem: EncryptionProblem) -> PlainDataCheck.Evidence {
    if case .truncated = problem { return .impossibleLength }
    return SecurityMode.assigned.contains(mode) ? .none : .unassignedMode
  }

  /// How much of the data may be encrypted.
  private func encryptedLength(of data: [UInt8]) -> Int {
    guard mode == SecurityMode.five else { return data.count }
    return min(data.count, SecurityMode.blocks(header.signature) * SecurityMode.block)
  }

  private typealias Plain = (bytes: [UInt8], offset: Int)

  private func decrypted(_ data: [UInt8], offset start: Int) throws(EncryptionProblem) -> Plain {
    guard mode == SecurityMode.five || mode == SecurityMode.seven else {
      throw .unsupported(mode: mode)
    }
    if authentication?.isFragment == true { throw .fragments(mode: mode) }
    var cursor = ByteCursor(data, base: start)
    let field: ConfigurationExtension?
    do {
      field =
        mode == SecurityMode.seven
        ? try ConfigurationExtension.read(header.signature, &cursor) : nil
    } catch {
      throw .truncated(mode: mode, needed: error.needed, available: error.available)
    }
    let place = cursor.offset
    let length = SecurityMode.blocks(header.signature) * SecurityMode.block
    let available = cursor.remaining
    guard let sealed = try? cursor.read(length) else {
      throw .truncated(mode: mode, needed: length, available: available)
    }
    guard let key = options.key else { throw .keyMissing(mode: mode) }
    let opened: [UInt8]
    if let field { opened = try seven(sealed, field, key) } else { opened = try five(sealed, key) }
    guard opened.starts(with: Self.proof) else { throw .keyWrong(mode: mode) }
    return (opened + cursor.readRest(), place)
  }

  private func five(_ sealed: [UInt8], _ key: TelegramKey) throws(EncryptionProblem) -> [UInt8] {
    guard let identity = header.identity ?? options.asked,
      let vector = SecurityMode.initialVector(identity, access: header.access)
    else { throw .identityMissing(mode: mode) }
    let opened = key.cipher.decryptCBC(sealed, key: key.bytes, initialVector: vector)
    guard let opened else { throw .keyWrong(mode: mode) }
    return opened
  }

  private func seven(
    _ sealed: [UInt8], _ field: ConfigurationExtension, _ key: TelegramKey
  ) throws(EncryptionProblem) -> [UInt8] {
    guard let serial = (header.identity ?? options.asked)?.serial, serial != .any else {
      throw .identityMissing(mode: mode)
    }
    guard
      let keys = MessageKeys(
        key, derivation: field.derivation, counter: field.counter ?? authentication?.counter,
        serial: serial)
    else { throw .unsupported(mode: mode) }
    if let authentication, authentication.code != nil {
      guard let sent = authentication.checkedCode else { throw .unsupported(mode: mode) }
      let code = key.cipher.authenticationCode(
        authentication.message(transport), key: keys.authentication)
      guard let code, code.starts(with: sent) else { throw .keyWrong(mode: mode) }
    }
    let vector = [UInt8](repeating: 0, count: SecurityMode.block)
    let opened = key.cipher.decryptCBC(sealed, key: keys.encryption, initialVector: vector)
    guard let opened else { throw .keyWrong(mode: mode) }
    return opened
  }
}
