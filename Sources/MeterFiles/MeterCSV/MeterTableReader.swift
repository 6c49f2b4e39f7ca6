import Metering
import RegisterMap
import Settings
import TextFormats

/// Takes the rows of a table into a meter list.
struct MeterTableReader {
  typealias Field = SeparatedTable.Field

  /// Its name in messages.
  let file: String
  /// How registers lie in the map; nil: they are not taken over.
  let layout: RegisterLayout?
  private(set) var list: [ListedMeter]
  var changes: [String] = []
  var diagnostics: [Diagnostic] = []
  /// Where registers were given that are not those of the list.
  var registerCells: [Int: Field] = [:]

  /// For each place of a row what it is; nil: not known, and passed over.
  private var columns: [MeterColumn?] = []
  /// An empty cell is a default, as in the table of the whole list; in other files it says nothing.
  private(set) var emptyMeansDefault = false
  /// The lines that are about a meter, or a value of it, by their places in the list.
  private var lines: [Subject: Int] = [:]
  var omitted = 0
  /// False when rows or registers are missing in the list, so that others may seem to be in their way.
  var isListWhole = true

  /// What a row is about.
  private struct Subject: Hashable {
    let meter: Int
    var value: Int?
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// - Parameters:
  ///   - file: its name in messages.
  ///   - meters: the list so far.
  ///   - layout: how registers lie in the map; nil: they are not taken over.
  init(file: String, meters: [MeterConfiguration], layout: RegisterLayout?) {
    self.file = file
    self.layout = layout
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
        Diagnostic(.error, file: file, "and \(omitted) more error\(omitted == 1 ? "" : "s")"))
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
    switch find(wanted, cells, row, isForNew: true) {
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
      case .known(let index)? = find(wanted, cells, row, isForNew: false)
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

  /// Which of several meters with the same serial is meant: the one with the address of the row, or that of which
  /// the table of the list says all that it says of the row's. Nil: it cannot be told.
  private func told(
    _ wanted: MeterConfiguration, by cells: [String: Field], among found: [Int]
  ) -> Int? {
    var left = found
    func narrow(_ isMeant: (MeterConfiguration) -> Bool) {
      let meant = left.filter { isMeant(list[$0].configuration) }
      if !meant.isEmpty { left = meant }
    }
    if let address = cells["Address"], emptyMeansDefault || !address.text.isEmpty {
      let meant = left.filter { list[$0].configuration.primaryAddress == wanted.primaryAddress }
      // An address that none of them has means none of them.
      guard !meant.isEmpty else { return nil }
      left = meant
    }
    if emptyMeansDefault { narrow { $0.identity == wanted.identity } }
    return left.count == 1 ? left[0] : nil
  }

  /// Whether a meter has been that of another row, and the address of this one tells that it is not.
  private func isTaken(
    _ index: Int, by wanted: MeterConfiguration, _ cells: [String: Field]
  ) -> Bool {
    guard lines[Subject(meter: index)] != nil, let address = cells["Address"] else { return false }
    return (emptyMeansDefault || !address.text.isEmpty)
      && list[index].configuration.primaryAddress != wanted.primaryAddress
  }

  /// Where the table has the meter of the list that a message names first; nil: it has none of those that are named.
  func line(ofMeterIn message: String) -> Int? {
    let labels = Set(list.map(\.configuration.label))
    let named = lines.filter { $0.key.value == nil }.compactMap { subject, line in
      Self.place(of: list[subject.meter].configuration.label, in: message, besides: labels)
        .map { ($0, line) }
    }
    return named.min { $0 < $1 }?.1
  }

  /// Where a message names a meter; nil: it does not. "address 1" is not named by "address 10", nor "12345678" by
  /// "12345678 NZR" if that is a meter as well.
  private static func place(
    of label: String, in message: String, besides labels: Set<String>
  ) -> String.Index? {
    message.ranges(of: label).first { range in
      let rest = message[range.upperBound...]
      if let next = rest.first, next.isLetter || next.isNumber { return false }
      let word = rest.dropFirst().prefix { $0.isLetter || $0.isNumber }
      return !(rest.first == " " && labels.contains("\(label) \(word)"))
    }?.lowerBound
  }

  /// The listed meter that a row means; nil: it cannot be told, which has been said.
  private mutating func find(
    _ wanted: MeterConfiguration, _ cells: [String: Field], _ row: SeparatedTable.Row,
    isForNew: Bool
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
    let known = found.count == 1 ? found[0] : told(wanted, by: cells, among: found)
    if let known, !(isForNew && isTaken(known, by: wanted, cells)) { return .known(known) }
    if found.count > 1 {
      let names = found.prefix(4).map { index in
        let meter = list[index].configuration
        let address = meter.usesPrimaryAddress || meter.primaryAddress > 0
        return meter.label + (address ? " with Address \(meter.primaryAddress)" : "")
      }.joined(separator: ", ")
      let more = found.count > 4 ? " and \(found.count - 4) more" : ""
      say(
        .error, row.fields.first,
        "\(found.count) meters of the list could be meant: \(names)\(more); the columns Manufacturer, Version, "
          + "Medium and Address tell them apart")
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
}
