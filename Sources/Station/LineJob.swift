import Metering

/// What the station asks a line to do. A line does one job at a time, in the order asked.
public enum LineJob: Hashable, Sendable {
  /// Read one meter.
  case read(ReadJob)
}

/// The readout of one meter.
public struct ReadJob: Hashable, Sendable {
  /// The meter that is asked.
  public var meter: MeterID
  /// How it is reached.
  public var address: MeterAddress

  /// - Parameters:
  ///   - meter: the meter that is asked.
  ///   - address: how it is reached.
  public init(meter: MeterID, address: MeterAddress) {
    self.meter = meter
    self.address = address
  }
}

/// What a line reports.
public enum LineEvent: Hashable, Sendable {
  /// A meter was asked, or spoke by itself.
  case readout(Readout)
  /// The line came or went.
  case state(LineID, LineState)
}

/// Whether a line can be used.
public enum LineState: Hashable, Sendable {
  /// Bytes can be sent.
  case up
  /// It is not there: why, for people.
  case down(String)
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
  /// Does a job after those asked before. Every job ends in exactly one event: its own, or the line's
  /// going down, which ends all.
  func perform(_ job: LineJob)
  /// Closes the line; jobs under way are dropped without an event.
  func stop()
}
