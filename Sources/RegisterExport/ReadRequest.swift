import RegisterMap

/// Registers that a program reads at once.
struct ReadRequest {
  /// The unit id to ask.
  let unit: UInt8
  /// The first register.
  let first: Int
  /// How many registers.
  private(set) var count: Int
  /// Which points lie in it, by their places in the list.
  private(set) var points: [Int]

  /// The most registers of a request (Modbus application protocol V1.1b3, ch. 6.3).
  static let limit = 125

  /// As few requests as there can be for points in the order of their unit ids and registers. What lies
  /// between them is read along.
  static func all(_ points: [ExportPoint]) -> [ReadRequest] {
    var requests: [ReadRequest] = []
    for (index, point) in points.enumerated() {
      let end = point.register + point.field.width
      if let last = requests.last, last.unit == point.unit, end - last.first <= limit {
        requests[requests.count - 1].count = max(last.count, end - last.first)
        requests[requests.count - 1].points.append(index)
      } else {
        requests.append(
          ReadRequest(
            unit: point.unit, first: point.register, count: point.field.width, points: [index]))
      }
    }
    return requests
  }
}
