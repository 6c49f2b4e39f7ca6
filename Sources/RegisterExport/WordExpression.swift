import RegisterMap

/// How a number is put together from its registers, in the languages of IEC 61131-3. Registers have their
/// most significant byte first when a program gets them as words; which word is the most significant, and
/// whether its bytes are swapped, the layout decides.
struct WordExpression {
  /// `SHL` and `ROL` with two values, or with named parameters.
  let hasNamedParameters: Bool
  /// What stands in front of a parameter's name.
  let parameterMark: String

  /// - Parameters:
  ///   - type: what the result is: DWORD or LWORD.
  ///   - order: how the registers lie.
  func text(_ parameters: [String], type: String, _ order: RegisterOrder) -> String {
    let words = order.swapsWords ? parameters.reversed() : parameters
    return words.enumerated().map { index, name in
      let word = parameterMark + name
      let bytes = order.swapsBytes ? call("ROL", word, 8) : word
      let wide = "WORD_TO_\(type)(\(bytes))"
      let places = 16 * (words.count - 1 - index)
      return places == 0 ? wide : call("SHL", wide, places)
    }.joined(separator: " OR ")
  }

  private func call(_ function: String, _ value: String, _ count: Int) -> String {
    hasNamedParameters
      ? "\(function)(IN := \(value), N := \(count))" : "\(function)(\(value), \(count))"
  }
}

/// What the conversions are made for: which of them a map needs, and how the registers lie.
struct Conversions {
  /// A float of two words.
  var float: RegisterOrder?
  /// A time of two words.
  var time: RegisterOrder?
  /// An integer of four words.
  var integer: RegisterOrder?

  init(_ points: [ExportPoint]) {
    for point in points {
      switch point.field.type {
      case .float32: float = point.field.order
      case .uint32, .int32: time = point.field.order
      case .uint64, .int64: integer = point.field.order
      case .uint16, .int16: break
      }
    }
  }
}
