import Bytes
import Metering

extension VIFPart {
  /// What parts of a value information block say.
  struct Words {
    /// The unit of the value; empty where it has none.
    let unit: String
    /// VIFEs are actions, not errors.
    let isFromMaster: Bool
    /// The part before.
    let before: VIFPart?

    /// What a part says.
    func text(_ part: VIFPart) -> String {
      switch part.role {
      case .tablePrefix: "VIF: a code of another table follows"
      case .code(let table): "VIF: " + words(VIFRow.row(part.code, in: table), part.code)
      case .textCode: "VIF: text of the meter's own"
      case .textLength: "length of the text"
      case .text: "\"\(Latin1.visible(Latin1.text(part.bytes.reversed())))\""
      case .combinable: "VIFE: \(combinable(part.code))"
      case .extensionPrefix: "VIFE: a code of the table of extensions follows"
      case .behindExtension: "VIFE: \(VIFERow.rowBehindFC(part.code).words(of: part.code))"
      case .manufacturer: "VIFE: manufacturer specific"
      }
    }

    private func words(_ row: VIFRow, _ code: UInt8) -> String {
      RecordWords.scaled(row.meaning, row.exponent(of: code))
    }

    private func combinable(_ code: UInt8) -> String {
      if isFromMaster, let action = ObjectAction.row(code) { return action.words(of: code) }
      let row = VIFERow.row(code)
      let words = row.words(of: code)
      switch row.effect {
      case .add: return unit.isEmpty ? words : "\(words) \(unit)"
      case .date where code == VIFETable.startDate: return "\(words) the value"
      case .date: return "date of the \(words)\(occasion(words))"
      case .duration: return words + occasion(words)
      case .words, .scale, .error, .count, .unsigned, .bits, .nonMetric, .profile: return words
      }
    }

    /// Words that end with the first or the last want to be told of what: of what the VIFE before names.
    private func occasion(_ words: String) -> String {
      guard words.hasSuffix("first") || words.hasSuffix("last") else { return "" }
      guard let before, before.role == .combinable, VIFETable.occasions.contains(before.code) else {
        return " occurrence"
      }
      return " \(VIFERow.row(before.code).words)"
    }
  }
}
