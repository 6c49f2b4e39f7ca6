/// The function that makes variables of the words of a request; where there are many points, one that calls
/// others, because the code of a block has its limit, too.
struct TIAUpdate {
  let requests: [ReadRequest]
  let points: [ExportPoint]
  let names: [String]
  let words: TIABlocks
  let values: TIABlocks

  /// The points of a function; some 100 bytes of code each.
  static let limit = 300

  var text: String {
    let parts = parts
    guard parts.count > 1 else {
      return function("MetergateUpdate", parts.flatMap { $0 }.map(body))
    }
    let functions = parts.enumerated().map { number, places in
      function("MetergateUpdate\(number + 1)", places.map(body))
    }
    let calls = parts.enumerated().map { number, places in
      "      \((places.first ?? 0) + 1)..\((places.last ?? 0) + 1):\n"
        + "         \"MetergateUpdate\(number + 1)\"(request := #request);\n"
    }
    return (functions + [function("MetergateUpdate", calls)]).joined(separator: "\n")
  }

  /// Which requests each function is for.
  private var parts: [[Int]] {
    var parts: [[Int]] = []
    var count = 0
    for (place, request) in requests.enumerated() {
      if parts.isEmpty || count + request.points.count > Self.limit {
        parts.append([])
        count = 0
      }
      count += request.points.count
      parts[parts.count - 1].append(place)
    }
    return parts
  }

  private func body(_ request: Int) -> String {
    "      \(request + 1):\n"
      + requests[request].points.map { place in
        let list = PLCText.words(
          points[place], from: requests[request].first,
          array: "\"\(words.names[request])\".request\(request + 1)")
        return "         \"\(values.names[place])\".\(names[place]) := "
          + "\(value(points[place], list));\n"
      }.joined()
  }

  private func function(_ name: String, _ cases: [String]) -> String {
    """
    FUNCTION "\(name)" : Void
    { S7_Optimized_Access := 'TRUE' }
    VERSION : 0.1
       VAR_INPUT
          request : Int;
       END_VAR
    BEGIN
       CASE #request OF
    \(cases.joined())   END_CASE;
    END_FUNCTION

    """
  }

  private func value(_ point: ExportPoint, _ words: [String]) -> String {
    let list = words.enumerated().map { "word\($0 + 1) := \($1)" }.joined(separator: ", ")
    return switch point.field.type {
    case .float32: "\"MetergateReal\"(\(list))"
    case .uint32, .int32: "\"MetergateTime\"(\(list))"
    case .uint64, .int64: "\"MetergateInteger\"(\(list))"
    case .uint16, .int16: words.joined()
    }
  }
}
