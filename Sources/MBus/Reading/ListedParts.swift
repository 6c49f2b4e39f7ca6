import Metering

/// What is listed beside values, where somebody asks for it: status byte, telegrams, the maker's own data
/// (MUC500 manual 1.1, table 25, MUC_SHOW…). It stands behind the values, so that these keep their places.
enum ListedParts {
  /// - Parameters:
  ///   - chain: the telegrams of a readout.
  ///   - frames: their frames.
  ///   - listings: what is asked for.
  static func values(
    of chain: [Telegram], _ frames: [Frame], _ listings: Set<MeterValue.Listing>
  ) -> [MeterValue] {
    var values: [MeterValue] = []
    if listings.contains(.statusByte) { values += status(of: chain) }
    if listings.contains(.dataFrame) { values += self.frames(frames) }
    if listings.contains(.vendorData) { values += vendorData(of: chain) }
    return values
  }

  /// The first status of the chain that tells of something; without any header there is none.
  private static func status(of chain: [Telegram]) -> [MeterValue] {
    let all = chain.compactMap { $0.header?.meterStatus }
    guard let status = all.first(where: { $0 != 0 }) ?? all.first else { return [] }
    return [
      MeterValue(
        key: ValueKey(), meaning: ValueMeaning(.meterStatusByte, .binary),
        reading: .integer(Int64(status)), data: [status], listing: .statusByte)
    ]
  }

  private static func frames(_ frames: [Frame]) -> [MeterValue] {
    frames.enumerated().compactMap { index, frame in
      guard let bytes = try? frame.encoded else { return nil }
      return MeterValue(
        key: ValueKey(occurrence: index), meaning: ValueMeaning(.dataFrame, .none),
        reading: .binary(bytes), listing: .dataFrame)
    }
  }

  /// The blocks behind DIF 0F or 1F. An empty one says nothing.
  private static func vendorData(of chain: [Telegram]) -> [MeterValue] {
    let blocks = chain.flatMap(\.records).filter { $0.type == .manufacturer && !$0.data.isEmpty }
    var seen: [[UInt8]: Int] = [:]
    return blocks.map { block in
      var value = block.value
      value.key.occurrence = seen[block.dif, default: 0]
      seen[block.dif, default: 0] += 1
      value.listing = .vendorData
      return value
    }
  }
}
