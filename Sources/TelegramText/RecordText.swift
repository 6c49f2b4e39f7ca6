import Bytes
import MBus

/// Bytes, and what they are, for people.
package struct ExplainedBytes: Codable, Hashable, Sendable {
  /// The place of the first among all of them.
  package var offset: Int
  /// In hexadecimal, without blanks.
  package var bytes: String
  /// What they say.
  package var meaning: Words

  /// Words for people, by the language.
  package struct Words: Codable, Hashable, Sendable {
    /// English.
    package var en: String
  }
}

/// The record of a single value.
package enum RecordText {
  /// Explains each byte of a record: DIF, DIFEs, VIF, VIFEs, data.
  /// - Parameters:
  ///   - dif: DIF and DIFEs, as sent.
  ///   - vif: VIF and VIFEs, with the text of a text VIF, as sent.
  ///   - data: the data, with the length byte where it has one.
  ///   - placement: where the text of a text VIF stands (METER_VIFSTRINGMODE).
  package static func explain(
    dif: [UInt8], vif: [UInt8], data: [UInt8],
    placement: DecodingOptions.TextVIFPlacement = DecodingOptions.standard.textVIF
  ) -> [ExplainedBytes] {
    let bytes = dif + vif + data
    guard let frame = TelegramStart.records.frame(around: bytes) else { return [] }
    let options = DecodingOptions(textVIF: placement)
    let telegram = TelegramDecoder.decode(frame, options, from: .records)
    return TelegramMap(bytes, telegram, options).spans.map { span in
      ExplainedBytes(
        offset: span.offset, bytes: Hex.encode(span.bytes), meaning: .init(en: span.meaning))
    }
  }
}
