import RegisterMap

/// Structured text for Codesys (and what grew from it): the channels to set up in the Modbus TCP slave
/// device, an array of words for each of them, and a program that makes variables of them.
enum CodesysExport {
  static func document(_ map: ExportMap) -> String {
    let points = map.points
    let requests = ReadRequest.all(points)
    let names = PointNames.identifiers(points, prefix: "m_", limit: 60)
    let conversions = Conversions(points)
    guard !points.isEmpty else { return comment("no meter has registers yet") + "\n" }
    return [
      head(map), functions(conversions), channels(requests), words(requests),
      values(points, names, map), update(requests, points, names),
    ].joined(separator: "\n")
  }

  /// The part of a file that becomes an object of its own in the project.
  private static func part(_ name: String, _ text: String) -> String {
    comment("\(name): \(text)") + "\n"
  }

  private static func head(_ map: ExportMap) -> String {
    comment("The registers of a gateway, by \"metergate registers --format codesys\".") + "\n"
      + comment(
        "Modbus TCP slave: \(map.reachableHost)"
          + (map.host == nil ? " (stands for the gateway's address)" : "") + ", port \(map.port).")
      + "\n"
      + comment("Each part becomes an object of the name in front of it.") + "\n"
  }

  private static func functions(_ conversions: Conversions) -> String {
    var text = ""
    if let order = conversions.float {
      text += part("DUT MetergateNumber", "DWORD_TO_REAL would convert the value, not the bits.")
      text += """
        TYPE MetergateNumber :
        UNION
          bits : DWORD;
          number : REAL;
        END_UNION
        END_TYPE

        """
      text += "\n" + part("Function MetergateReal", "the float of two registers.")
      text += function("MetergateReal", "REAL", 2, number: true) {
        "value.bits := \($0);\nMetergateReal := value.number;"
      } _: {
        expression.text($0, type: "DWORD", order)
      }
    }
    if let order = conversions.time {
      text += "\n" + part("Function MetergateTime", "seconds since 1970 of two registers.")
      text += function("MetergateTime", "UDINT", 2, number: false) {
        "MetergateTime := DWORD_TO_UDINT(\($0));"
      } _: {
        expression.text($0, type: "DWORD", order)
      }
    }
    if let order = conversions.integer {
      text += "\n" + part("Function MetergateInteger", "the integer of four registers.")
      text += function("MetergateInteger", "LINT", 4, number: false) {
        "MetergateInteger := LWORD_TO_LINT(\($0));"
      } _: {
        expression.text($0, type: "LWORD", order)
      }
    }
    return text
  }

  private static let expression = WordExpression(hasNamedParameters: false, parameterMark: "")

  private static func function(
    _ name: String, _ type: String, _ count: Int, number: Bool, _ body: (String) -> String,
    _ expression: ([String]) -> String
  ) -> String {
    let words = (1...count).map { "word\($0)" }
    let local = number ? "VAR\n  value : MetergateNumber;\nEND_VAR\n" : ""
    return "FUNCTION \(name) : \(type)\nVAR_INPUT\n"
      + words.map { "  \($0) : WORD;\n" }.joined()
      + "END_VAR\n\(local)\(body(expression(words)))\nEND_FUNCTION\n"
  }

  private static func channels(_ requests: [ReadRequest]) -> String {
    let count = requests.count
    func list(_ numbers: [Int]) -> String {
      "[" + numbers.map(String.init).joined(separator: ", ") + "]"
    }
    return part(
      "GVL MetergateChannels",
      "read holding registers (function code 3), one channel for each number."
    )
      + """
      {attribute 'qualified_only'}
      VAR_GLOBAL CONSTANT
        unitId : ARRAY [1..\(count)] OF BYTE := \(list(requests.map { Int($0.unit) }));
        offset : ARRAY [1..\(count)] OF UINT := \(list(requests.map(\.first)));
        length : ARRAY [1..\(count)] OF UINT := \(list(requests.map(\.count)));
      END_VAR

      """
  }

  private static func words(_ requests: [ReadRequest]) -> String {
    let arrays = requests.enumerated().map { index, request in
      "  channel\(index + 1) : ARRAY [0..\(request.count - 1)] OF WORD; "
        + comment(
          "unit id \(request.unit), offset \(request.first), length \(request.count)") + "\n"
    }
    return part("GVL MetergateWords", "map the channels of the device to these.")
      + "{attribute 'qualified_only'}\nVAR_GLOBAL\n" + arrays.joined() + "END_VAR\n"
  }

  private static func values(
    _ points: [ExportPoint], _ names: [String], _ map: ExportMap
  ) -> String {
    let lines = zip(points, names).map { point, name in
      "  \(name) : \(type(point)); \(comment(PLCText.remark(point)))\n"
    }
    return part("GVL MetergateValues", "what the meters have told.")
      + "{attribute 'qualified_only'}\nVAR_GLOBAL\n" + lines.joined() + "END_VAR\n"
  }

  private static func update(
    _ requests: [ReadRequest], _ points: [ExportPoint], _ names: [String]
  ) -> String {
    var lines = ""
    for (index, request) in requests.enumerated() {
      for place in request.points {
        let words = PLCText.words(
          points[place], from: request.first, array: "MetergateWords.channel\(index + 1)")
        lines += "MetergateValues.\(names[place]) := \(value(points[place], words));\n"
      }
    }
    return part("Program MetergateUpdate", "call it from the task that reads the channels.")
      + "PROGRAM MetergateUpdate\nVAR\nEND_VAR\n\(lines)END_PROGRAM\n"
  }

  private static func value(_ point: ExportPoint, _ words: [String]) -> String {
    let list = words.joined(separator: ", ")
    return switch point.field.type {
    case .float32: "MetergateReal(\(list))"
    case .uint32, .int32: "MetergateTime(\(list))"
    case .uint64, .int64: "MetergateInteger(\(list))"
    case .uint16, .int16: list
    }
  }

  private static func type(_ point: ExportPoint) -> String {
    switch point.field.type {
    case .float32: "REAL"
    case .uint32, .int32: "UDINT"
    case .uint64, .int64: "LINT"
    case .uint16, .int16: "WORD"
    }
  }

  private static func comment(_ text: String) -> String { "(* \(PLCText.comment(text)) *)" }
}
