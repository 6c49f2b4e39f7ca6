import Metering
import RegisterMap
import Settings
import TextFormats

/// What single cells say, and what is said of them.
extension MeterTableReader {
  /// Takes cells over; false when one is not allowed.
  @discardableResult
  mutating func take<Target>(
    _ cells: [String: Field], _ columns: [MeterColumn],
    _ rule: KeyPath<MeterColumn, ElementRule<Target>?>, _ target: inout Target
  ) -> Bool {
    var isRight = true
    for column in columns {
      guard let cell = cells[column.name] else { continue }
      guard let rule = column[keyPath: rule] else {
        // What a meter cannot have is a mistake only where a row of the list says it.
        if column.role == .setting, !cell.text.isEmpty {
          refuse(column, cell, "nothing in this row")
          isRight = false
        }
        continue
      }
      if cell.text.isEmpty {
        if emptyMeansDefault, !column.isSecret { rule.reset(&target) }
        continue
      }
      let before = target
      let isRead =
        ListElement.unwritable(in: cell.text) == nil
        && rule.read(column.form.plain(cell.text), &target)
      // What the list has already may stay as it is.
      let allowed =
        !isRead
        ? column.allowed(by: rule)
        : rule.isSame(before, target) ? nil : allowed(instead: cell.text, column, target)
      if let allowed {
        target = before
        refuse(column, cell, allowed + column.hint(for: cell.text))
        if rule.name == "register" { isListWhole = false }
        isRight = false
        continue
      }
      if rule.name == "register", let number = Int(column.form.plain(cell.text)) {
        registerCells[number] = cell
      }
    }
    return isRight
  }

  /// What is allowed in the place of a text that the file could hold, and the gateway does not take; nil: it does.
  private func allowed(instead text: String, _ column: MeterColumn, _ target: some Any) -> String? {
    if column.form == .label { return LabelRule.allows(text) ? nil : LabelRule.allowed }
    guard column.name == MeterColumn.register, let layout,
      let number = Int(column.form.plain(text)), number > 0
    else { return nil }
    if layout.isMultiSlave, target is MeterConfiguration {
      let units = RegisterLayout.unitIDs
      return units.contains(number)
        ? nil : "\(units.lowerBound) to \(units.upperBound), the unit id of the meter, 0 for none"
    }
    let width = layout.entryWidth
    guard !number.isMultiple(of: width) else { return nil }
    let below = number - number % width
    return
      "multiples of \(width), as all registers are in this layout, such as \(below > 0 ? "\(below) or " : "")"
      + "\(below + width); 0 for none"
  }

  /// Says which cells differ from what the list has, and are not taken over.
  mutating func note<Target>(
    _ cells: [String: Field], _ rule: KeyPath<MeterColumn, ElementRule<Target>?>, _ target: Target,
    _ name: String
  ) {
    for column in MeterColumn.all where column.role == .information {
      guard let cell = cells[column.name], let rule = column[keyPath: rule], !cell.text.isEmpty
      else { continue }
      var other = target
      guard !rule.read(column.form.plain(cell.text), &other) || !rule.isSame(other, target) else {
        continue
      }
      say(
        .warning, cell,
        "\(column.name) = '\(cell.text.excerpt)': an import does not change it; \(name) keeps "
          + "'\((rule.write(target) ?? rule.defaultText).excerpt)'")
    }
  }

  /// Notes what has changed.
  mutating func tell<Target>(
    _ rule: KeyPath<MeterColumn, ElementRule<Target>?>, _ old: Target, _ new: Target, _ name: String
  ) {
    for column in MeterColumn.all {
      guard let rule = column[keyPath: rule], column.role == .setting, !rule.isSame(old, new)
      else { continue }
      func shown(_ target: Target) -> String {
        let text = rule.write(target) ?? rule.defaultText
        return text.isEmpty
          ? "empty" : [.text, .words, .label].contains(column.form) ? "'\(text.excerpt)'" : text
      }
      changes.append(
        column.isSecret
          ? "\(name): \(column.name) is changed (not shown)"
          : "\(name): \(column.name) = \(shown(new)) (was \(shown(old)))")
    }
  }

  // MARK: Messages

  mutating func refuse(_ column: MeterColumn, _ cell: Field, _ allowed: String) {
    let shown = column.isSecret ? "(not shown)" : "'\(cell.text.excerpt)'"
    say(.error, cell, "\(column.name) = \(shown): not allowed; allowed: \(allowed)", column)
  }

  mutating func say(
    _ severity: Diagnostic.Severity, _ field: Field?, _ message: String,
    _ column: MeterColumn? = nil
  ) {
    say(severity, (field?.line, field?.column), message, column)
  }

  mutating func say(
    _ severity: Diagnostic.Severity, _ place: (line: Int?, column: Int?), _ message: String,
    _ column: MeterColumn? = nil
  ) {
    guard diagnostics.count < DeviceHandleLimit.diagnostics else {
      if severity == .error { omitted += 1 }
      return
    }
    diagnostics.append(
      Diagnostic(
        severity, file: file, line: place.line, column: place.column, key: column?.name, message))
  }
}
