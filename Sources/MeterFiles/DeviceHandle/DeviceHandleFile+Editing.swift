import Metering
import Settings

extension DeviceHandleFile {
  /// A file with another meter list in it.
  public struct Edited: Equatable, Sendable {
    /// The whole content.
    public let bytes: [UInt8]
    /// What it says when it is read; a meter that was wanted just so shares its memory with the wanted one.
    public let meters: [MeterConfiguration]
  }

  /// The file with another meter list in it. Only what differs is touched: comments, unknown elements,
  /// attributes, spellings, order, line ends and encoding stay, and so do meters that could not be read.
  /// - Parameters:
  ///   - bytes: the file as it is; nil or empty: a new one is written.
  ///   - name: its name in messages.
  ///   - list: all meters that are to be in it, the known ones in the order of the file; those of the
  ///     file that are not named are taken out.
  /// - Returns: the new file; the same bytes when nothing differs.
  /// - Throws: `DeviceHandleEditFailure`; the new file is read again before it is given out.
  public static func edit(
    _ bytes: [UInt8]?, name: String, to list: [ListedMeter]
  ) throws(DeviceHandleEditFailure) -> Edited {
    let result: Edited
    if let bytes, !bytes.isEmpty {
      result = try edited(bytes, name, list)
      if result.bytes == bytes { return result }
    } else {
      guard list.allSatisfy({ $0.origin == nil }) else {
        throw .wrongOrigin(file: name, what: "the list names meters of a file that is not there")
      }
      let meters = try carried(list, [], name)
      result = Edited(bytes: render(meters), meters: meters)
    }
    guard result.bytes.count <= DeviceHandleLimit.fileSize else {
      throw .tooLarge(file: name, bytes: result.bytes.count)
    }
    guard parse(result.bytes, name: name).meters == result.meters else {
      throw .notKept(file: name)
    }
    return result
  }

  private static func edited(
    _ bytes: [UInt8], _ name: String, _ list: [ListedMeter]
  ) throws(DeviceHandleEditFailure) -> Edited {
    let encoding = XMLEncoding(bytes)
    if case .other(let encoding) = encoding { throw .encoding(file: name, name: encoding) }
    var reader = DeviceHandleReader(file: name)
    var children: [XMLElement] = []
    let root: XMLElement
    do throws(XMLProblem) {
      root = try read(bytes) { (child) throws(XMLProblem) in
        reader.read(child)
        children.append(child)
      }
    } catch {
      throw .unreadable(
        Diagnostic(
          .error, file: name, at: error.place, error.message))
    }
    reader.finish(root)
    let tree = root.with(children)
    let scanner = XMLScanner(bytes: bytes)
    guard let span = scanner.root(), span.matches(tree, in: bytes) else {
      throw .notKept(file: name)
    }
    try checkOrigins(list, reader.meters, name)
    let wanted = try carried(list, reader.meters, name)
    var editor = DeviceHandleEditor(
      scanner: scanner, root: XMLNode(tree, span), asUTF8: encoding == .utf8)
    editor.edit(reader.meters, to: zip(list, wanted).map { ($0, $1) })
    guard let result = editor.splices.result() else { throw .notKept(file: name) }
    guard result != bytes else {
      return Edited(bytes: bytes, meters: reader.meters.map(\.configuration))
    }
    return Edited(bytes: result, meters: wanted)
  }

  /// The list as a file can carry it.
  private static func carried(
    _ list: [ListedMeter], _ meters: [PlacedMeter], _ file: String
  ) throws(DeviceHandleEditFailure) -> [MeterConfiguration] {
    try list.map { listed throws(DeviceHandleEditFailure) in
      try DeviceHandleRules.carried(
        listed, replacing: listed.origin.map { meters[$0].configuration }, file: file)
    }
  }

  private static func checkOrigins(
    _ list: [ListedMeter], _ meters: [PlacedMeter], _ file: String
  ) throws(DeviceHandleEditFailure) {
    guard isAscending(list.map(\.origin), below: meters.count) else {
      throw .wrongOrigin(
        file: file, what: "the list names meters that the file has not, or in another order")
    }
    for listed in list {
      let count = listed.origin.map { meters[$0].configuration.values.count } ?? 0
      guard listed.valueOrigins.count == listed.configuration.values.count,
        isAscending(listed.valueOrigins, below: count)
      else {
        throw .wrongOrigin(
          file: file,
          what:
            "the list names values of meter \(listed.configuration.label) that the file has not, "
            + "or in another order")
      }
    }
  }

  private static func isAscending(_ origins: [Int?], below count: Int) -> Bool {
    let known = origins.compactMap(\.self)
    return known.allSatisfy { (0..<count).contains($0) }
      && zip(known, known.dropFirst()).allSatisfy { $0 < $1 }
  }
}

extension DeviceHandleRules {
  /// What remains of a meter that is written and read again: texts without spaces at their ends, units
  /// that share a name as the first of them.
  /// - Parameter old: what the file says of it now.
  static func carried(
    _ listed: ListedMeter, replacing old: MeterConfiguration?, file: String
  ) throws(DeviceHandleEditFailure) -> MeterConfiguration {
    let meter = listed.configuration
    guard meter != old else { return meter }
    let name = meter.label
    var result = try carried(
      meter, replacing: old ?? MeterConfiguration(), Self.meter, (file, name))
    result.values = []
    for (index, value) in meter.values.enumerated() {
      let origin = old == nil ? nil : listed.valueOrigins[index]
      let oldValue = origin.flatMap { old?.values[$0] } ?? ValueConfiguration()
      let subject = (file, "\(name), value \(index + 1)")
      result.values.append(try carried(value, replacing: oldValue, Self.value, subject))
    }
    // Most are carried as they are: then there is no need for a second one in memory.
    return result == meter ? meter : result
  }

  private static func carried<Target: Equatable>(
    _ target: Target, replacing old: Target, _ rules: [ElementRule<Target>],
    _ subject: (file: String, meter: String)
  ) throws(DeviceHandleEditFailure) -> Target {
    guard target != old else { return target }
    var result = old
    for rule in rules where !rule.isSame(target, old) {
      rule.reset(&result)
      let text = rule.write(target).map(XMLText.carried) ?? ""
      // As the reader does it: empty says "default", except for a unit.
      guard !text.isEmpty || (rule.name == "unit" && rule.write(target) != nil) else { continue }
      guard rule.read(text, &result) else {
        throw .notAllowed(
          file: subject.file, meter: subject.meter, element: rule.name,
          text: DeviceHandleRules.secret.contains(rule.name) ? nil : text, allowed: rule.allowed)
      }
    }
    return result
  }
}

extension DeviceHandleFile {
  /// A list without meters: a file that says so, where one that is missing may have been lost.
  package static var empty: [UInt8] { (try? edit(nil, name: "", to: []))?.bytes ?? [] }
}
