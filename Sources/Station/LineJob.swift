import Metering

/// What the station asks a line to do. A line does one job at a time, in the order asked.
public enum LineJob: Hashable, Sendable {
  /// Read one meter.
  case read(ReadJob)
  /// Look for meters, as the line's own settings say; what it finds are events.
  case scan
  /// Put given bytes on the line and report what comes.
  case send(SendJob)
}

/// The readout of one meter.
public struct ReadJob: Hashable, Sendable {
  /// The meter that is asked.
  public var meter: MeterID
  /// How it is reached.
  public var address: MeterAddress
  /// Who it is, as far as that is known.
  public var identity: MeterIdentity
  /// The key with which it encrypts; empty: none is known.
  @Secret public var encryptionKey: [UInt8]
  /// What is wanted of it beside its values.
  public var listings: Set<MeterValue.Listing>
  /// The speed at which it is asked, bits a second; nil: that of the line. A line that cannot change its speed asks
  /// at its own.
  public var baud: Int?
  /// One attempt is enough: the meter has not answered again and again.
  public var isProbe = false
  /// Another meter has its serial: it is selected by all that is known of it, whatever MBUS_SELECTMASK leaves
  /// out.
  public var isSelectedInFull = false

  /// - Parameters:
  ///   - meter: the meter that is asked.
  ///   - address: how it is reached.
  ///   - identity: who it is, as far as that is known.
  ///   - encryptionKey: the key with which it encrypts; empty: none is known.
  ///   - listings: what is wanted of it beside its values.
  public init(
    meter: MeterID, address: MeterAddress, identity: MeterIdentity = MeterIdentity(serial: .any),
    encryptionKey: [UInt8] = [], listings: Set<MeterValue.Listing> = []
  ) {
    self.meter = meter
    self.address = address
    self.identity = identity
    self.encryptionKey = encryptionKey
    self.listings = listings
  }
}

/// What a line reports.
public enum LineEvent: Hashable, Sendable {
  /// A meter was asked, or spoke by itself.
  case readout(Readout)
  /// The line came or went.
  case state(LineID, LineState)
  /// Something holds the line low all the time, or does no more.
  case heldLow(LineID, Bool)
  /// A scan has found a meter; it goes on.
  case found(LineID, FoundMeter)
  /// How far a scan is.
  case scanProgress(LineID, ScanProgress)
  /// A scan is over.
  case scanEnded(LineID, ScanSummary)
  /// Given bytes were sent, or could not be.
  case sent(LineID, SendReply)
}

/// A meter that answered in a scan.
public struct FoundMeter: Hashable, Sendable {
  /// How it was reached, and is to be reached from now on.
  public var address: MeterAddress
  /// Who it says it is; serial `MeterSerial.any` when its telegram does not tell.
  public var identity: MeterIdentity
  /// Its link layer address, as its answer tells; nil when that is none of a meter.
  public var primaryAddress: UInt8?
  /// The speed at which it answered, bits a second; nil: that of the line.
  public var baud: Int?
  /// The speed of the line, bits a second; nil: it is not known.
  public var lineBaud: Int?

  /// - Parameters:
  ///   - address: how it was reached.
  ///   - identity: who it says it is.
  ///   - primaryAddress: its link layer address.
  ///   - baud: the speed at which it answered; nil: that of the line.
  public init(
    address: MeterAddress, identity: MeterIdentity, primaryAddress: UInt8? = nil, baud: Int? = nil
  ) {
    self.address = address
    self.identity = identity
    self.primaryAddress = primaryAddress
    self.baud = baud
  }
}

/// How far a scan is.
public struct ScanProgress: Hashable, Sendable {
  /// The share of the address space that has been looked at, in thousandths: 0–1000.
  public var thousandths: Int
  /// The meters found so far.
  public var found: Int
  /// How long it will take from now on, if it goes on as it did; nil: that cannot be told yet.
  public var secondsLeft: Int?

  /// - Parameters:
  ///   - thousandths: the share of the address space that has been looked at, 0–1000.
  ///   - found: the meters found so far.
  ///   - secondsLeft: how long it will take from now on; nil: that cannot be told yet.
  public init(thousandths: Int, found: Int, secondsLeft: Int? = nil) {
    self.thousandths = thousandths
    self.found = found
    self.secondsLeft = secondsLeft
  }
}

/// Whether a line can be used.
public enum LineState: Hashable, Sendable {
  /// Bytes can be sent.
  case up
  /// It is not there: why, for people.
  case down(String)
  /// It is there, for somebody else.
  case lent(LineUse)

  /// It is for somebody else.
  var isLent: Bool { if case .lent = self { true } else { false } }
}

/// For whom a line is when it is not for readouts.
public enum LineUse: Hashable, Sendable {
  /// An outside master (MBUS_TRANSPARENT).
  case transparent
  /// Whoever works on the bus (service mode).
  case service

  /// Who has it, in words.
  public var words: String {
    switch self {
    case .transparent: "an outside master (MBUS_TRANSPARENT)"
    case .service: "the service mode"
    }
  }
}

/// The driver of one line of one kind of interface. It is confined to the gateway's event loop, takes
/// jobs and gives events; it knows no meter list, no schedule and no registers.
public protocol MeterInterface: AnyObject {
  /// Which line it drives.
  var line: LineID { get }
  /// Where its events go; set once before `start`.
  var onEvent: ((LineEvent) -> Void)? { get set }
  /// Opens the line, and keeps trying while it is not there.
  func start()
  /// Does a job after those asked before. Every job ends in exactly one event: its own (`readout`,
  /// `scanEnded`, `sent`), or the line's going down, which ends all and is told once. Only a scan gives
  /// events before. A job that is asked while the line is down ends at once.
  func perform(_ job: LineJob)
  /// Ends a scan that is under way, or wanted: it ends as by itself, with what it has found.
  func cancelScan()
  /// Closes the line; jobs under way are dropped without an event.
  func stop()
}
