import MBus
import Metering

/// The formats that the telegrams of a run had, for the compact frames among them: each meter has its own.
package struct SeenFormats {
  /// A meter, by what its telegram says.
  private enum Sender: Hashable {
    case identity(MeterIdentity)
    case address(UInt8?)
  }

  private let given: FormatCache
  private var seen: [Sender: FormatCache] = [:]

  /// More meters than that are not kept apart from now on: what was seen is forgotten.
  private static let limit = 10_000

  /// - Parameter given: formats that all meters may have.
  package init(_ given: FormatCache = FormatCache()) { self.given = given }

  /// Reads a telegram, and takes in what it tells of formats.
  package mutating func decode(
    _ bytes: [UInt8], _ options: DecodingOptions
  ) throws(TelegramError) -> DecodedTelegram {
    var formats = given
    if case .frame(let frame, _) = FrameDecoder.decode(bytes) { formats = self.formats(of: frame) }
    let telegram = try TelegramDecoder.decode(bytes, options, formats: formats)
    learn(from: telegram)
    return telegram
  }

  /// The same with a frame that is known already.
  /// - Parameters:
  ///   - isSound: false: something is wrong with it, and nothing is learned from it.
  ///   - start: with which layer its bytes begin.
  package mutating func decode(
    _ frame: Frame, isSound: Bool, _ options: DecodingOptions, from start: TelegramStart = .frame
  ) -> DecodedTelegram {
    let telegram = TelegramDecoder.decode(
      frame, options, formats: formats(of: frame), from: start)
    if isSound { learn(from: telegram) }
    return telegram
  }

  /// What is known of the meter that sent a frame. Compact frames need not say who they are from: then it is the
  /// one with that link layer address.
  private func formats(of frame: Frame) -> FormatCache {
    senders(of: frame).lazy.compactMap { seen[$0] }.first ?? given
  }

  /// Takes in what a telegram tells.
  private mutating func learn(from telegram: DecodedTelegram) {
    guard let response = telegram.response else { return }
    for sender in senders(of: telegram.frame) {
      var formats = seen[sender] ?? given
      formats.learn(from: response)
      guard formats != given else { continue }
      if seen.count >= Self.limit { seen = [:] }
      seen[sender] = formats
    }
  }

  private func senders(of frame: Frame) -> [Sender] {
    let identity = ResponseDecoder.header(of: frame)?.meterIdentity
    return (identity.map { [.identity($0)] } ?? []) + [.address(frame.address)]
  }
}
