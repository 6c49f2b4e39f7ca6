import RegisterMap

/// An external source for TIA Portal (S7-1200 and S7-1500): the data blocks that MB_CLIENT wants, one array
/// of words for each request, and a function that makes variables of them.
enum TIAExport {
  static func document(_ map: ExportMap) -> String {
    let points = map.points
    let requests = ReadRequest.all(points)
    let names = PointNames.identifiers(points, prefix: "m_", limit: 60)
    guard !points.isEmpty else { return "// no meter has registers yet\n" }
    return [
      head(), requestBlock(requests, map), wordBlock(requests), valueBlock(points, names),
      functions(Conversions(points)), update(requests, points, names),
    ].joined(separator: "\n")
  }

  private static func head() -> String {
    """
    // The registers of a gateway, by "metergate registers --format tia". Add it as an external source and
    // generate blocks. For each number n of "MetergateRequests" call MB_CLIENT with MB_MODE 103, unitId[n]
    // in its instance's MB_Unit_ID, first[n], count[n], the array request<n> of "MetergateWords" as
    // MB_DATA_PTR and "MetergateRequests".connection; when it is DONE call "MetergateUpdate"(n).

    """
  }

  private static func requestBlock(_ requests: [ReadRequest], _ map: ExportMap) -> String {
    let range = "Array[1..\(requests.count)]"
    let address = map.reachableHost.split(separator: ".").compactMap { UInt8($0) }
    let isAddress = address.count == 4
    let start =
      [
        "connection.InterfaceId := 64;   // the hardware identifier of the PROFINET interface",
        "connection.ID := 1;", "connection.ConnectionType := 16#0B;",
        "connection.ActiveEstablished := TRUE;", "connection.RemotePort := \(map.port);",
      ]
      + (isAddress ? address : [192, 0, 2, 1]).enumerated().map {
        "connection.RemoteAddress.ADDR[\($0 + 1)] := \($1);"
          + (map.host == nil || !isAddress ? "   // stands for the gateway's address" : "")
      }
      + requests.enumerated().map { index, request in
        let place = "[\(index + 1)]"
        return "unitId\(place) := \(request.unit); first\(place) := \(request.first); "
          + "count\(place) := \(request.count);"
      }
    return block(
      "MetergateRequests", isOptimized: true,
      members: [
        "connection : TCON_IP_v4;", "unitId : \(range) of USInt;", "first : \(range) of UDInt;",
        "count : \(range) of UInt;",
      ], start: start)
  }

  private static func wordBlock(_ requests: [ReadRequest]) -> String {
    block(
      "MetergateWords", isOptimized: false,
      members: requests.enumerated().map { index, request in
        "request\(index + 1) : Array[0..\(request.count - 1)] of Word;   // unit id \(request.unit), "
          + "registers \(request.first) to \(request.first + request.count - 1)"
      })
  }

  private static func valueBlock(_ points: [ExportPoint], _ names: [String]) -> String {
    block(
      "MetergateValues", isOptimized: true,
      members: zip(points, names).map { point, name in
        "\(name) : \(type(point));   // \(PLCText.comment(PLCText.remark(point)))"
      })
  }

  private static func block(
    _ name: String, isOptimized: Bool, members: [String], start: [String] = []
  ) -> String {
    """
    DATA_BLOCK "\(name)"
    { S7_Optimized_Access := '\(isOptimized ? "TRUE" : "FALSE")' }
    VERSION : 0.1
    NON_RETAIN
       STRUCT
    \(members.map { "      \($0)\n" }.joined())   END_STRUCT;
    BEGIN
    \(start.map { "   \($0)\n" }.joined())END_DATA_BLOCK

    """
  }

  private static let expression = WordExpression(hasNamedParameters: true, parameterMark: "#")

  private static func functions(_ conversions: Conversions) -> String {
    var parts: [String] = []
    if let order = conversions.float {
      parts.append(
        function("MetergateReal", "Real", 2) {
          "DWORD_TO_REAL(\(expression.text($0, type: "DWORD", order)))"
        })
    }
    if let order = conversions.time {
      parts.append(
        function("MetergateTime", "UDInt", 2) {
          "DWORD_TO_UDINT(\(expression.text($0, type: "DWORD", order)))"
        })
    }
    if let order = conversions.integer {
      parts.append(
        function("MetergateInteger", "LInt", 4) {
          "LWORD_TO_LINT(\(expression.text($0, type: "LWORD", order)))"
        })
    }
    return parts.joined(separator: "\n")
  }

  private static func function(
    _ name: String, _ type: String, _ count: Int, _ body: ([String]) -> String
  ) -> String {
    let words = (1...count).map { "word\($0)" }
    return """
      FUNCTION "\(name)" : \(type)
      { S7_Optimized_Access := 'TRUE' }
      VERSION : 0.1
         VAR_INPUT
      \(words.map { "      \($0) : Word;\n" }.joined())   END_VAR
      BEGIN
         #\(name) := \(body(words));
      END_FUNCTION

      """
  }

  private static func update(
    _ requests: [ReadRequest], _ points: [ExportPoint], _ names: [String]
  ) -> String {
    var cases = ""
    for (index, request) in requests.enumerated() {
      cases += "      \(index + 1):\n"
      for place in request.points {
        let words = PLCText.words(
          points[place], from: request.first, array: "\"MetergateWords\".request\(index + 1)")
        cases +=
          "         \"MetergateValues\".\(names[place]) := \(value(points[place], words));\n"
      }
    }
    return """
      FUNCTION "MetergateUpdate" : Void
      { S7_Optimized_Access := 'TRUE' }
      VERSION : 0.1
         VAR_INPUT
            request : Int;
         END_VAR
      BEGIN
         CASE #request OF
      \(cases)   END_CASE;
      END_FUNCTION

      """
  }

  private static func value(_ point: ExportPoint, _ words: [String]) -> String {
    let list = words.enumerated().map { "word\($0 + 1) := \($1)" }.joined(separator: ", ")
    return switch point.field.type {
    case .float32: "\"MetergateReal\"(\(list))"
    case .uint32, .int32: "\"MetergateTime\"(\(list))"
    case .uint64, .int64: "\"MetergateInteger\"(\(list))"
    case .uint16, .int16: words.joined()
    }
  }

  private static func type(_ point: ExportPoint) -> String {
    switch point.field.type {
    case .float32: "Real"
    case .uint32, .int32: "UDInt"
    case .uint64, .int64: "LInt"
    case .uint16, .int16: "Word"
    }
  }
}
