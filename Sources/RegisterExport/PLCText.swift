/// What structured text and SCL have in common.
enum PLCText {
  /// What a variable holds, for people: meter, what is measured, unit; with the registers' place.
  static func remark(_ point: ExportPoint) -> String {
    let row = point.row
    let parts =
      row.kind == .value
      ? [row.meter, row.description, row.keyText, point.isValue ? row.unit : point.field.name]
      : [row.meter, point.field.name]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ") + ", " + PointNames.place(point)
  }

  /// The words of a point within the array of its request, counted from 0.
  static func words(_ point: ExportPoint, from first: Int, array: String) -> [String] {
    (0..<point.field.width).map { "\(array)[\(point.register - first + $0)]" }
  }

  /// Text that cannot end a comment, neither one in parentheses nor one to the end of the line. Dollar signs
  /// and quotes mean nothing there.
  static func comment(_ text: String) -> String {
    Identifier.plain(text).split(separator: "*", omittingEmptySubsequences: false)
      .joined(separator: "x")
  }
}
