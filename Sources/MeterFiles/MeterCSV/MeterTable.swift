import Metering
import TextFormats

/// The meter list as a table for spreadsheets: a row for each meter, and one for each of its values.
public enum MeterTable {
  /// What stands between the cells, and in fractions.
  public enum Separator: String, CaseIterable, Sendable {
    /// `;`, and a comma in fractions: what spreadsheets in German expect.
    case semicolon
    /// `,`, and a point in fractions.
    case comma
    /// A tab, and a point in fractions.
    case tab
  }

  /// What the column `Row` says.
  enum RowKind: String, CaseIterable {
    case meter, value
  }

  /// The table as text, with heads. What a spreadsheet would take for a formula has an apostrophe before
  /// it, which an import takes away.
  /// - Parameter withSecrets: the keys of the meters are in it.
  public static func text(
    _ meters: [MeterConfiguration], separator: Separator = .semicolon, withSecrets: Bool = false
  ) -> String {
    let columns = MeterColumn.all.filter { withSecrets || !$0.isSecret }
    var rows = [columns.map { SeparatedText.Cell.text($0.name) }]
    let hasComma = separator == .semicolon
    for meter in meters where !meter.isUnreadable {
      rows.append(columns.map { $0.cell(meter, hasComma: hasComma) })
      for (index, value) in meter.values.enumerated() {
        rows.append(
          columns.map { $0.cell(value, number: index + 1, of: meter, hasComma: hasComma) })
      }
    }
    return switch separator {
    case .semicolon: SeparatedText.semicolons(rows)
    case .comma: SeparatedText.commas(rows)
    case .tab: SeparatedText.tabs(rows)
    }
  }
}

extension MeterColumn {
  fileprivate func cell(_ meter: MeterConfiguration, hasComma: Bool) -> SeparatedText.Cell {
    guard name != Self.row.name else { return .text(MeterTable.RowKind.meter.rawValue) }
    return cell(meter, self.meter, hasComma: hasComma)
  }

  fileprivate func cell(
    _ value: ValueConfiguration, number: Int, of meter: MeterConfiguration, hasComma: Bool
  ) -> SeparatedText.Cell {
    switch name {
    case Self.row.name: .text(MeterTable.RowKind.value.rawValue)
    case Self.number.name: .number(number)
    // So that it is known whose value it is, however the rows are sorted.
    case _ where role == .identity && self.meter != nil:
      cell(meter, self.meter, hasComma: hasComma)
    default: cell(value, self.value, hasComma: hasComma)
    }
  }

  private func cell<Target>(
    _ target: Target, _ rule: ElementRule<Target>?, hasComma: Bool
  ) -> SeparatedText.Cell {
    guard let rule else { return .text("") }
    // Whether something is on is plain to see; all else that is a default is empty.
    let text = rule.write(target) ?? (form == .flag ? rule.defaultText : "")
    return text.isEmpty ? .text("") : form.shown(text, hasComma: hasComma)
  }
}
