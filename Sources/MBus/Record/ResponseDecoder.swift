import Bytes

/// Reads the application layer of a meter's answer (EN 13757-3, ch. 5).
public enum ResponseDecoder {
  /// Where the data of a long frame begins: behind start, L, L, start, C, A and CI.
  static let dataOffset = 7

  /// Reads an answer. A telegram whose records cannot be read to the end is no error: it has those
  /// before, and names the problem.
  /// - Parameter options: what the telegram does not say itself.
  public static func decode(
    _ frame: Frame, _ options: DecodingOptions = .standard
  ) throws(ResponseError) -> Response {
    guard let ci = frame.ci, let control = frame.controlField else {
      throw ResponseError(.noData, offset: 0, bytes: [])
    }
    guard !control.isFromMaster else {
      throw ResponseError(.fromMaster, offset: dataOffset - 3, bytes: [control.rawValue])
    }
    do {
      switch ci {
      case ControlInformation.applicationError:
        return .applicationError(ApplicationError(code: frame.data.first))
      case ControlInformation.fixedData:
        return .data(try FixedDataStructure.decode(frame.data, offset: dataOffset))
      case ControlInformation.longHeader, ControlInformation.longHeaderBigEndian,
        ControlInformation.noHeader, ControlInformation.shortHeader:
        return .data(try variable(frame.data, ci: ci, options))
      default: break
      }
    } catch {
      throw ResponseError(.header(error), offset: error.offset, bytes: [ci])
    }
    throw ResponseError(.unknownCI, offset: dataOffset - 1, bytes: [ci])
  }

  private static func variable(
    _ data: [UInt8], ci: UInt8, _ options: DecodingOptions
  ) throws(OutOfBytes) -> Telegram {
    var cursor = ByteCursor(data, base: dataOffset)
    let isBigEndian = ci == ControlInformation.longHeaderBigEndian
    let header: ResponseHeader? =
      switch ci {
      case ControlInformation.noHeader: nil
      case ControlInformation.shortHeader: try ResponseHeader.short(&cursor)
      default: try ResponseHeader.long(&cursor, isBigEndian: isBigEndian)
      }
    let offset = cursor.offset
    return records(
      cursor.readRest(), offset: offset, isBigEndian: isBigEndian, of: Telegram(header: header),
      options)
  }

  private static func records(
    _ bytes: [UInt8], offset: Int, isBigEndian: Bool, of telegram: Telegram,
    _ options: DecodingOptions
  ) -> Telegram {
    var telegram = telegram
    var decoder = RecordDecoder(
      bytes, offset: offset, isBigEndian: isBigEndian, textVIF: options.textVIF)
    do {
      while true {
        switch try decoder.next() {
        case .record(let record): telegram.records.append(record)
        case .manufacturer(let block, let more):
          telegram.records.append(block)
          telegram.moreRecordsFollow = more
        case .end: return telegram
        }
      }
    } catch {
      telegram.problem = error
      return telegram
    }
  }
}
