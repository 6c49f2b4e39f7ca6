import Metering
import Settings
import TextFormats

/// Takes the rows of a table into a meter list.
struct MeterTableReader {
  typealias Field = SeparatedTable.Field

  /// Its name in messages.
  let file: String
  private(set) var list: [ListedMeter]
  private(set) var changes: [String] = []
  var diagnostics: [Diagnostic] = []
  /// Where registers were given that are not those of the list.
  private(set) var registerCells: [Int: Field] = [:]

  /// For each place of a row what it is; nil: not known, and passed over.
  private var columns: [MeterColumn?] = []
  /// An empty cell is a default, as in the table of the whole list; in other files it says nothing.
  private var emptyMeansDefault = false
  /// The lines that are about a meter, or a value of it, by their places in the list.
  private var lines: [Subject: Int] = [:]
  private var omitted = 0
  /// False when rows or registers are missing in the list, so that others may seem to be in their way.
  private(set) var isListWhole = true

  /// What a row is about.
  private struct Subject: Hashable {
    let meter: Int
    var value: Int?
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  init(file: String, meters: [MeterConfiguration]) {
    self.file = file
    list = meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
  }

  mutating func read(_ table: SeparatedTable) {
    guard let first = table.rows.first else {
      say(.error, nil, "the file is empty")
      return
    }
    if table.isWestern {
      say(.note, nil, "the file is not UTF-8; read as Western European (Windows-1252)")
    }
    let isPreconfiguration = isInterface(first.fields.first?.text ?? "")
    if isPreconfiguration {
      columns = MeterColumn.ofPreconfiguration
    } else if !readHeads(first) {
      return
    }
    for row in table.rows.dropFirst(isPreconfiguration ? 0 : 1) { read(row) }
    if omitted > 0 {
      diagnostics.append(
        Diagnostic(.error, file: file, "there are \(omitted) more errors, which are not listed"))
    }
  }

  private func isInterface(_ text: String) -> Bool {
    var meter = MeterConfiguration()
    return !text.isEmpty && DeviceHandleRules.meterByName["interface"]?.read(text, &meter) ?? false
  }

  // MARK: Heads

  /// The first row; false when there is no use in reading on.
  private mutating func readHeads(_ row: SeparatedTable.Row) -> Bool {
    var seen: [String: Field] = [:]
    for field in row.fields {
      let column = MeterColumn.named(field.text)
      columns.append(column)
      guard let column else {
        guard !field.text.isEmpty else { continue }
        say(
          .warning, field,
          "'\(field.text.excerpt)' is not a column that this version knows; it is passed over"
            + MeterColumn.hint(for: field.text))
        continue
      }
      if let other = seen.updateValue(field, forKey: column.name) {
        say(
          .error, field,
          "'\(field.text.excerpt)' is the same column as '\(other.text.excerpt)'; each may be there once"
        )
      }
    }
    emptyMeansDefault = seen[MeterColumn.row.name] != nil
    guard seen["Serial"] != nil || seen["Address"] != nil else {
      let names = MeterColumn.ofPreconfiguration.map(\.name).joined(separator: ", ")
      say(
        .error, row.fields.first,
        "the first row has neither heads with Serial or Address among them, nor is it a meter; without "
          + "heads the columns are \(names), the first of them M-Bus or wM-Bus")
      return false
    }
    return !hasErrors
  }

  // MARK: Rows

  private mutating func read(_ row: SeparatedTable.Row) {
    let count = columns.count
    for field in row.fields.dropFirst(count) where !field.text.isEmpty {
      say(
        .error, field, "there is no column for '\(field.text.excerpt)'; the table has \(count)")
    }
    var cells: [String: Field] = [:]
    for (column, field) in zip(columns, row.fields) {
      if let column { cells[column.name] = field }
    }
    switch kind(cells, row) {
    case .meter?: isListWhole = readMeter(cells, row) && isListWhole
    case .value?: isListWhole = readValue(cells, row) && isListWhole
    case nil: isListWhole = false
    }
  }

  private mutating func kind(
    _ cells: [String: Field], _ row: SeparatedTable.Row
  ) -> MeterTable.RowKind? {
    guard let cell = cells[MeterColumn.row.name] else { return .meter }
    if let kind = MeterTable.RowKind(rawValue: cell.text.lowercased()) { return kind }
    let allowed = MeterTable.RowKind.allCases.map(\.rawValue).joined(separator: " or ")
    refuse(MeterColumn.row, cell, "one of \(allowed)")
    return nil
  }

  /// False when nothing of the row is taken over.
  private mutating func readMeter(_ cells: [String: Field], _ row: SeparatedTable.Row) -> Bool {
    guard let wanted = identity(cells, row) else { return false }
    let index: Int
    switch find(wanted, row, isForNew: true) {
    case .known(let known)?: index = known
    case .new?:
      index = list.count
      var meter = wanted
      take(cells, MeterColumn.all.filter { $0.role == .information }, \.meter, &meter)
      list.append(ListedMeter(origin: nil, configuration: meter))
      changes.append("\(meter.label) is added")
    case nil: return false
    }
    guard isFirst(Subject(meter: index), row) else { return false }
    let old = list[index].configuration
    var new = old
    take(cells, MeterColumn.all.filter { $0.role == .setting }, \.meter, &new)
    note(cells, \.meter, old, old.label)
    tell(\.meter, old, new, old.label)
    list[index].configuration = new
    return true
  }

  /// False when nothing of the row is taken over.
  private mutating func readValue(_ cells: [String: Field], _ row: SeparatedTable.Row) -> Bool {
    guard let wanted = identity(cells, row),
      case .known(let index)? = find(wanted, row, isForNew: false)
    else { return false }
    let meter = list[index].configuration
    guard let place = value(of: meter, cells, row),
      isFirst(Subject(meter: index, value: place), row)
    else { return false }
    let old = meter.values[place]
    var new = old
    take(cells, MeterColumn.all.filter { $0.role == .setting }, \.value, &new)
    let name = "value \(place + 1) of \(meter.label)"
    note(cells, \.value, old, name)
    tell(\.value, old, new, name)
    list[index].configuration.values[place] = new
    return true
  }

  private mutating func isFirst(_ subject: Subject, _ row: SeparatedTable.Row) -> Bool {
    guard let line = lines.updateValue(row.line, forKey: subject) else { return true }
    let meter = list[subject.meter].configuration.label
    let name = subject.value.map { "value \($0 + 1) of \(meter)" } ?? meter
    say(.error, row.fields.first, "\(name) stands in line \(line) already; once is allowed")
    return false
  }

  // MARK: Which meter and value

  /// What the cells say of the meter; nil: something in them is not allowed.
  private mutating func identity(
    _ cells: [String: Field], _ row: SeparatedTable.Row
  ) -> MeterConfiguration? {
    var meter = MeterConfiguration()
    let columns = MeterColumn.all.filter { $0.role == .identity && $0.meter != nil }
    guard take(cells, columns, \.meter, &meter) else { return nil }
    let hasAddress = cells["Address"].map { !$0.text.isEmpty } ?? false
    guard meter.identity.serial == .any else { return meter }
    guard hasAddress else {
      say(
        .error, cells["Serial"] ?? row.fields.first,
        "the row has no serial, by which its meter is known; a meter without one needs its primary address"
      )
      return nil
    }
    meter.usesPrimaryAddress = true
    return meter
  }

  private enum Found { case known(Int), new }

  /// The listed meter that a row means; nil: it cannot be told, which has been said.
  private mutating func find(
    _ wanted: MeterConfiguration, _ row: SeparatedTable.Row, isForNew: Bool
  ) -> Found? {
    let isBySerial = wanted.identity.serial != .any
    let found = list.indices.filter { index in
      let meter = list[index].configuration
      guard meter.interface == wanted.interface, !meter.isUnreadable else { return false }
      return isBySerial
        ? meter.identity.serial == wanted.identity.serial
          && meter.identity.agrees(with: wanted.identity)
        : meter.primaryAddress == wanted.primaryAddress && meter.identity.serial == .any
    }
    if found.count == 1 { return .known(found[0]) }
    if found.count > 1 {
      let names = found.prefix(4).map { list[$0].configuration.label }.joined(separator: ", ")
      say(
        .error, row.fields.first,
        "\(found.count) meters of the list could be meant: \(names); manufacturer, version and medium tell "
          + "them apart")
      return nil
    }
    guard isForNew else {
      say(
        .error, row.fields.first,
        "\(wanted.label) is not in the list; values are learned when a meter is read, not imported")
      return nil
    }
    let twins = list.filter { $0.configuration.identity.serial == wanted.identity.serial }
    if isBySerial, let twin = twins.first {
      say(
        .warning, row.fields.first,
        "\(wanted.label) is added beside \(twin.configuration.label) on \(twin.configuration.interface.rawValue), "
          + "which has the same serial")
    }
    return .new
  }

  /// The value of a meter that a row means: by its number, if the rest agrees, else by what it is.
  private mutating func value(
    of meter: MeterConfiguration, _ cells: [String: Field], _ row: SeparatedTable.Row
  ) -> Int? {
    var probe = ValueConfiguration()
    let columns = MeterColumn.all.filter { column in
      column.role == .identity && column.value != nil && cells[column.name] != nil
    }
    guard take(cells, columns, \.value, &probe) else { return nil }
    let rules = columns.compactMap(\.value)
    let agreeing = meter.values.indices.filter { index in
      rules.allSatisfy { $0.isSame(meter.values[index], probe) }
    }
    if let cell = cells[MeterColumn.number.name], !cell.text.isEmpty {
      let number = Int(MeterColumn.Form.integer.plain(cell.text)) ?? 0
      guard let place = meter.values.index(ofNumber: number) else {
        refuse(
          MeterColumn.number, cell,
          meter.values.isEmpty
            ? "nothing, since \(meter.label) has no values yet"
            : "1 to \(meter.values.count) for \(meter.label)")
        return nil
      }
      if agreeing.contains(place) { return place }
      say(
        .error, cell,
        "value \(number) of \(meter.label) is another one by now (value type, storage, tariff, DIF or VIF "
          + "differ); export the list again")
      return nil
    }
    if agreeing.count == 1 { return agreeing[0] }
    say(
      .error, row.fields.first,
      "\(agreeing.count) values of \(meter.label) could be meant; the column \(MeterColumn.number.name) "
        + "tells them apart")
    return nil
  }

  // MARK: Cells

  /// Takes cells over; false when one is not allowed.
  @discardableResult
  private mutating func take<Target>(
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
      guard ListElement.unwritable(in: cell.text) == nil,
        rule.read(column.form.plain(cell.text), &target)
      else {
        refuse(column, cell, rule.allowed + column.hint(for: cell.text))
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

  /// Says which cells differ from what the list has, and are not taken over.
  private mutating func note<Target>(
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
  private mutating func tell<Target>(
    _ rule: KeyPath<MeterColumn, ElementRule<Target>?>, _ old: Target, _ new: Target, _ name: String
  ) {
    for column in MeterColumn.all {
      guard let rule = column[keyPath: rule], column.role == .setting, !rule.isSame(old, new)
      else { continue }
      func shown(_ target: Target) -> String {
        let text = rule.write(target) ?? rule.defaultText
        return text.isEmpty
          ? "empty" : [.text, .words].contains(column.form) ? "'\(text.excerpt)'" : text
      }
      changes.append(
        column.isSecret
          ? "\(name): \(column.name) is changed (not shown)"
          : "\(name): \(column.name) = \(shown(new)) (was \(shown(old)))")
    }
  }

  // MARK: Messages

  private mutating func refuse(_ column: MeterColumn, _ cell: Field, _ allowed: String) {
    let shown = column.isSecret ? "(not shown)" : "'\(cell.text.excerpt)'"
    say(.error, cell, "\(column.name) = \(shown): not allowed; allowed: \(allowed)", column)
  }

  private mutating func say(
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
