import RegisterMap

/// An external source for TIA Portal (S7-1200 and S7-1500): the data blocks that MB_CLIENT wants, one array
/// of words for each request, and a function that makes variables of them.
enum TIAExport {
  static func document(_ map: ExportMap) -> String {
    let points = map.points
    let requests = ReadRequest.all(points)
    let names = PointNames.identifiers(points, prefix: "m_", limit: 60)
    guard !points.isEmpty else { return "// no meter has registers yet\n" }
    let words = TIABlocks("MetergateWords", sizes: requests.map { 2 * $0.count })
    let values = TIABlocks("MetergateValues", sizes: points.map { 2 * $0.field.width })
    return [
      head(), requestBlock(requests, map), wordBlocks(requests, words),
      valueBlocks(points, names, values), functions(Conversions(points)),
      TIAUpdate(requests: requests, points: points, names: names, words: words, values: values)
        .text,
    ].joined(separator: "\n")
  }

  private static func head() -> String {
    """
    // The registers of a gateway, by "metergate registers --format tia". Add it as an external source and
    // generate blocks. For each number n of "MetergateRequests" call MB_CLIENT with MB_MODE 103, unitId[n]
    // in its instance's MB_Unit_ID, first[n], count[n], the array request<n> of "MetergateWords" (or
    // "MetergateWords2" and so on: a block has its limit) as MB_DATA_PTR and
    // "MetergateRequests".connection; when it is DONE call "MetergateUpdate"(n).

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

  private static func wordBlocks(_ requests: [ReadRequest], _ blocks: TIABlocks) -> String {
    blocks.members.map { name, places in
      block(
        name, isOptimized: false,
        members: places.map { place in
          let request = requests[place]
          let last = request.first + request.count - 1
          return "request\(place + 1) : Array[0..\(request.count - 1)] of Word;   "
            + "// unit id \(request.unit), registers \(request.first) to \(last)"
        })
    }.joined(separator: "\n")
  }

  private static func valueBlocks(
    _ points: [ExportPoint], _ names: [String], _ blocks: TIABlocks
  ) -> String {
    blocks.members.map { name, places in
      block(
        name, isOptimized: true,
        members: places.map { place in
          "\(names[place]) : \(type(points[place]));   "
            + "// \(PLCText.comment(PLCText.remark(points[place])))"
        })
    }.joined(separator: "\n")
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

  private static func type(_ point: ExportPoint) -> String {
    switch point.field.type {
    case .float32: "Real"
    case .uint32, .int32: "UDInt"
    case .uint64, .int64: "LInt"
    case .uint16, .int16: "Word"
    }
  }
}
