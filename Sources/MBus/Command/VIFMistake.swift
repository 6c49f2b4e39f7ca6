import Bytes

extension CommandRecord {
  /// Why bytes are not one whole VIF with its VIFEs (EN 13757-3, ch. 6.4): what is missing, or left over; nil: they are.
  /// A meter would take what stands behind an unfinished one, the next record, for the rest of it.
  /// - Parameter vif: VIF and VIFEs, as they would be sent.
  public static func mistake(vif: [UInt8]) -> String? {
    guard let first = vif.first, let last = vif.last else { return "there is no VIF" }
    let text = Hex.encode(vif)
    var cursor = ByteCursor(vif)
    do throws(RecordError) {
      let whole = try ValueInformation.read(&cursor, isFromMaster: true)
      let rest = cursor.readRest()
      guard !rest.isEmpty else { return nil }
      return
        "\(text): \(Hex.encode(whole.bytes)) is a whole VIF, and nothing belongs behind it, but there is "
        + Hex.encode(rest)
    } catch {
      if case .tooManyVIFEs = error.reason {
        return "\(text): more than \(ValueInformation.maxVIFEs) VIFEs behind its VIF"
      }
      if isBeforeTable(vif) {
        return
          "\(text): \(Hex.byte(last)) only says that the code stands in another table, and that code is missing "
          + "behind it, as in \(text)08"
      }
      guard first & ~extensionBit != PrimaryVIF.text else {
        return
          "\(text): the VIF \(Hex.byte(first)) has a text, its length first, and the text is not whole"
      }
      return
        "\(text): the highest bit of \(Hex.byte(last)), the extension bit, says that a VIFE follows, and none does; "
        + "without it the byte is \(Hex.byte(last & ~extensionBit))"
    }
  }

  private static let extensionBit: UInt8 = 0x80

  /// Whether all bytes lead to a table (FB, FD, EF), and to no code of it.
  private static func isBeforeTable(_ vif: [UInt8]) -> Bool {
    var table: VIFTable? = .primary
    for code in vif { table = table?.extended(by: code) }
    return table != nil
  }
}
