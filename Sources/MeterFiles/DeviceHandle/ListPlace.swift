/// Which element of a meter list something is said of, by numbers from 0: for those who have the list in another
/// form, in which lines are others.
public struct ListPlace: Hashable, Sendable {
  /// Which meter; nil: it stands beside them.
  public var meter: Int?
  /// Which of the meter's values.
  public var value: Int?
  /// The element's name in lower case; nil: the meter or value itself.
  public var element: String?
}

extension DeviceHandleFile {
  /// What stands in these lines of a file.
  public static func places(ofLines lines: Set<Int>, in bytes: [UInt8]) -> [Int: ListPlace] {
    guard !lines.isEmpty, let root = try? XMLReader.read(bytes) else { return [:] }
    var places: [Int: ListPlace] = [:]
    func note(_ element: XMLElement, _ place: ListPlace) {
      if lines.contains(element.place.line), places[element.place.line] == nil {
        places[element.place.line] = place
      }
    }
    func note(_ children: [XMLElement], in place: ListPlace, nested: String) {
      var count = 0
      for child in children {
        var own = place
        guard child.key == nested else {
          own.element = child.key
          note(child, own)
          continue
        }
        if nested == "meter" { own.meter = count } else { own.value = count }
        count += 1
        note(child, own)
        note(child.children, in: own, nested: nested == "meter" ? "value" : "")
      }
    }
    note(root.children, in: ListPlace(), nested: "meter")
    return places
  }

  /// A message without the lines of a list that nobody has.
  public static func withoutLines(_ message: String) -> String {
    var parts = message.split(separator: " (line ", omittingEmptySubsequences: false)[...]
    let head = parts.popFirst().map(String.init) ?? ""
    return parts.reduce(head) { $0 + ($1.drop { $0 != ")" }.dropFirst()) }
      .replacing(#/ in line [0-9]+(, column [0-9]+)?/#, with: "")
  }
}
