import Control

/// Waits until meters have been read, or have not answered, by the status of the gateway.
struct ReadoutWait {
  /// What has become of one.
  enum End {
    case read(meter: String)
    case failed(meter: String, why: String)

    /// For people.
    var text: String {
      switch self {
      case .read(let meter): "meter \(meter) has been read"
      case .failed(let meter, let why): "meter \(meter) has not been read: \(why)"
      }
    }
  }

  /// How long to wait between two looks, in microseconds.
  static let pause: UInt32 = 300_000

  /// How long to wait for all of them, in seconds, unless somebody says otherwise: a hundred meters at 2400 baud.
  static let patience = 600

  /// When each was read last until then, as Unix time. Another time is that of a readout since, also when the clock has
  /// been set back.
  private let last: [String: Int64?]
  /// Failed readouts until then.
  private let failed: [String: Int]
  /// Who is left.
  private(set) var left: Set<String>

  /// - Parameters:
  ///   - status: before the readout was wanted.
  ///   - meters: whose readout was wanted.
  init(_ status: GatewayStatus, for meters: [String]) {
    last = Dictionary((status.meters.readouts ?? []).map { ($0.meter, $0.last) }) { $1 }
    failed = Dictionary((status.meters.readouts ?? []).map { ($0.meter, $0.failed) }) { $1 }
    left = Set(meters)
  }

  /// Takes a status.
  /// - Returns: what has become of meters since.
  mutating func take(_ status: GatewayStatus) -> [End] {
    var ends: [End] = []
    let rows = status.meters.readouts ?? []
    for row in rows where left.contains(row.meter) {
      if row.failed > failed[row.meter] ?? 0 {
        ends.append(.failed(meter: row.meter, why: row.failure ?? "it has not answered"))
      } else if let time = row.last, time != last[row.meter] ?? nil {
        ends.append(.read(meter: row.meter))
      } else {
        continue
      }
      left.remove(row.meter)
    }
    let listed = Set(rows.map(\.meter))
    for meter in left.subtracting(listed).sorted() {
      ends.append(.failed(meter: meter, why: "it is not in the list any more"))
      left.remove(meter)
    }
    return ends
  }

  /// What is said of those who are left when the time is over.
  func giveUp(after seconds: Int) -> String {
    "not read within \(seconds) s: \(left.sorted().joined(separator: ", ")); the gateway still reads them, and "
      + "\"metergate status --meters\" says when it has (--timeout waits longer)"
  }

  /// Why nobody will be read; nil: the line can be used.
  static func obstacle(_ status: GatewayStatus) -> String? {
    guard let line = status.line else { return "there is no line any more" }
    switch line.state {
    case .up, .opening: return nil
    case .lent: return "the line is lent to \(line.reason ?? "somebody else")"
    case .down: return "the line is down" + (line.reason.map { ": \($0)" } ?? "")
    }
  }
}
