/// The server under test, and what is known of its settings.
struct Subject: Sendable {
  var endpoint: Endpoint
  var layout = Layout.standard
  var dialect = Dialect.solvimus
  var order = WordOrder.abcd
  /// What its registers hold; nil: nobody knows.
  var data: DataSet?
  /// Registers of `unit` that belong to no entry.
  var gap: ClosedRange<Int>?
  /// The unit identifier that it answers besides 0 and 255; nil: every one.
  var address: UInt8?
  /// How many connections it serves; nil: do not try.
  var limit: Int?
  /// Seconds without a request after which it closes a connection; nil: do not try.
  var idleTimeout: Double?
  /// Seconds that an answer may take before it counts as none.
  var timeout = 2.0
  /// Seconds that an answer may take while other clients misbehave.
  var promptness = 0.25

  init(_ endpoint: Endpoint) { self.endpoint = endpoint }

  /// The unit identifier that checks use which are not about units.
  var unit: UInt8 { layout.isMultiSlave ? Self.meterUnit : Self.deviceUnit }

  /// The gateway itself (MUC500 manual 1.1, ch. 11.2 and 11.4.5).
  static let deviceUnit: UInt8 = 255
  /// The first meter where each has a unit of its own.
  static let meterUnit: UInt8 = 1

  func connect(receiveBuffer: Int32? = nil) throws -> Connection {
    try Connection(endpoint, timeout: timeout, receiveBuffer: receiveBuffer)
  }
}

/// How the register map is laid out (MUC500 manual 1.1, ch. 11.3, 11.4.4 and 11.4.5).
enum Layout: String, CaseIterable, Sendable {
  case standard
  /// Two registers an entry, no device entry.
  case float
  /// A unit for each meter.
  case multi
  /// Both.
  case floatMulti = "float-multi"

  var isFloatOnly: Bool { self == .float || self == .floatMulti }
  var isMultiSlave: Bool { self == .multi || self == .floatMulti }
}

/// Which of the two manuals the server follows.
enum Dialect: String, CaseIterable, Sendable {
  case solvimus
  case anybus
}

/// The order of the four bytes of a 32-bit field (MUC500 manual 1.1, table 37).
enum WordOrder: String, CaseIterable, Sendable {
  case abcd = "ABCD"
  case cdab = "CDAB"
  case badc = "BADC"
  case dcba = "DCBA"

  /// Words as they are sent that are most significant first in `words`.
  func sent(_ words: [UInt16]) -> [UInt16] {
    let ordered = self == .cdab || self == .dcba ? words.reversed() : words
    return self == .badc || self == .dcba ? ordered.map(\.byteSwapped) : ordered
  }
}
