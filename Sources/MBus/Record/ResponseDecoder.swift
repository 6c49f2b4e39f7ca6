import Bytes
import Metering

/// Reads the application layer of a meter's answer (EN 13757-3, ch. 5).
public enum ResponseDecoder {
  /// Where the data of a long frame begins: behind start, L, L, start, C, A and CI.
  static let dataOffset = 7

  /// Reads an answer. A telegram whose records cannot be read to the end is no error: it has those
  /// before, and names the problem. One that is encrypted and cannot be decrypted has none.
  /// - Parameters:
  ///   - options: what the telegram does not say itself.
  ///   - formats: what compact frames of this meter look like.
  ///   - start: with which layer the bytes begin, from which offsets are counted.
  public static func decode(
    _ frame: Frame, _ options: DecodingOptions = .standard, formats: FormatCache = FormatCache(),
    from start: TelegramStart = .frame
  ) throws(ResponseError) -> Response {
    guard let ci = frame.ci, let control = frame.controlField else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    guard !control.isFromMaster else {
      throw ResponseError(.fromMaster, offset: dataOffset - 3, bytes: [control.rawValue])
    }
    let reader = AnswerReader(options: options, formats: formats)
    return try reader.read(ci, frame.data, offset: start.dataOffset)
  }

  /// What stands before the data; nil when the frame is no answer, or has no header. Cheaper than reading all of
  /// it.
  public static func header(of frame: Frame) -> ResponseHeader? {
    guard let ci = frame.ci, frame.controlField?.isFromMaster == false else { return nil }
    return try? header(ci, frame.data)
  }

  /// Who answers, as far as the telegram says it: also where its header ends before all of it is there.
  public static func identity(of frame: Frame) -> MeterIdentity? {
    if let header = header(of: frame) { return header.meterIdentity }
    guard let ci = frame.ci, frame.controlField?.isFromMaster == false,
      let kind = AnswerKind.of(ci)
    else { return nil }
    if kind.body == .fixed {
      return FixedDataStructure.identity(frame.data, isBigEndian: kind.isBigEndian)
    }
    return kind.header == .long
      ? ResponseHeader.identity(frame.data, isBigEndian: kind.isBigEndian) : nil
  }

  private static func header(_ ci: UInt8, _ data: [UInt8]) throws(OutOfBytes) -> ResponseHeader? {
    var cursor = ByteCursor(data, base: dataOffset)
    var ci = ci
    if ci == ControlInformation.authentication {
      _ = try AuthenticationLayer.read(&cursor)
      ci = try cursor.readByte()
    }
    guard let kind = AnswerKind.of(ci) else { return nil }
    guard kind.body == .fixed else { return try ResponseHeader.read(kind, &cursor) }
    if kind.isBigEndian || cursor.remaining <= FixedDataStructure.length {
      let offset = cursor.offset
      return try FixedDataStructure.decode(
        cursor.readRest(), offset: offset, isBigEndian: kind.isBigEndian
      ).header
    }
    return try ResponseHeader.long(&cursor, isBigEndian: false)
  }
}

/// Reads what follows the CI field.
struct AnswerReader {
  var options: DecodingOptions
  var formats: FormatCache

  func read(_ ci: UInt8, _ data: [UInt8], offset: Int) throws(ResponseError) -> Response {
    guard ci == ControlInformation.authentication else {
      return try read(ci, data, offset: offset, authentication: nil)
    }
    var cursor = ByteCursor(data, base: offset)
    let layer: AuthenticationLayer
    let inner: UInt8
    do {
      layer = try AuthenticationLayer.read(&cursor)
      inner = try cursor.readByte()
    } catch {
      throw ResponseError(.header(error), offset: error.offset, bytes: [ci])
    }
    let start = cursor.offset
    return try read(inner, cursor.readRest(), offset: start, authentication: layer)
  }

  private func read(
    _ ci: UInt8, _ data: [UInt8], offset: Int, authentication: AuthenticationLayer?
  ) throws(ResponseError) -> Response {
    guard var kind = AnswerKind.of(ci) else {
      throw ResponseError(.unknownCI, offset: offset - 1, bytes: [ci])
    }
    // CI 73 stands for two things: the fixed data structure, which has 16 bytes, and since EN 13757-3:2018 a
    // compact frame behind a long header, which has more.
    if kind.body == .fixed {
      guard !kind.isBigEndian, data.count > FixedDataStructure.length else {
        return .data(try fixed(ci, data, offset: offset, isBigEndian: kind.isBigEndian))
      }
      kind = AnswerKind(header: .long, body: .compact)
    }
    do {
      var cursor = ByteCursor(data, base: offset)
      let header = try ResponseHeader.read(kind, &cursor)
      let answer = Answer(kind: kind, header: header, options: options, formats: formats)
      guard let header, header.securityMode != 0, !kind.isBigEndian else {
        let start = cursor.offset
        return answer.response(cursor.readRest(), offset: start, SecurityReport())
      }
      let secured = SecuredAnswer(
        header: header, authentication: authentication, transport: [ci] + data, offset: offset,
        options: options)
      let start = cursor.offset
      return secured.opened(cursor.readRest(), offset: start, answer)
    } catch {
      throw ResponseError(.header(error), offset: error.offset, bytes: [ci])
    }
  }

  private func fixed(
    _ ci: UInt8, _ data: [UInt8], offset: Int, isBigEndian: Bool
  ) throws(ResponseError) -> Telegram {
    do {
      return try FixedDataStructure.decode(data, offset: offset, isBigEndian: isBigEndian)
    } catch {
      throw ResponseError(.fixedData(data.count), offset: offset + data.count, bytes: [ci])
    }
  }
}

extension ResponseHeader {
  /// Reads what stands before the data; nil where nothing does.
  static func read(_ kind: AnswerKind, _ cursor: inout ByteCursor) throws(OutOfBytes) -> Self? {
    switch kind.header {
    case .none: nil
    case .short: try short(&cursor)
    case .long: try long(&cursor, isBigEndian: kind.isBigEndian)
    }
  }
}
