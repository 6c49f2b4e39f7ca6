import BusMaster
import MBus
import Metering
import Station
import Time

/// A job of the line with the state machine that carries it out.
protocol LineWork: Sendable {
  /// What the master remembers of link addresses, kept by the line from job to job.
  var countBits: FrameCountBits { get }
  /// What compact frames of the meter look like, when a readout is over; nil for other jobs.
  var formats: FormatCache? { get }
  /// Whom it concerns; nil: nobody in particular.
  var serial: MeterSerial? { get }
  /// Takes an event of the bus; what is to be done now.
  mutating func handle(_ event: BusEvent, at now: Moment) -> [LineStep]
  /// Ends before all is done, as by itself; only scans do.
  mutating func cancel()
  /// The line does not take the speed that was wanted last, and goes on at another one: why.
  mutating func speedRefused(_ why: String, at now: Moment) -> [LineStep]
  /// The event with which the job ends when it cannot begin: why.
  func refused(_ failure: ReadoutFailure, at now: Moment) -> LineEvent
}

extension LineWork {
  var formats: FormatCache? { nil }
  var serial: MeterSerial? { nil }
  mutating func cancel() {}
  /// There is nothing to be done at another speed.
  mutating func speedRefused(_ why: String, at now: Moment) -> [LineStep] {
    [.end(refused(.speedRefused(why), at: now))]
  }
}

/// What a job wants done.
enum LineStep: Hashable, Sendable {
  /// Put these bytes on the wire.
  case send([UInt8])
  /// Call again at this time if nothing has come until then; replaces earlier wishes.
  case wake(at: MonotonicInstant)
  /// Talk at this speed from now on, bits a second.
  case use(baud: Int64)
  /// Something to tell; the job goes on.
  case report(LineEvent)
  /// The job is over.
  case end(LineEvent)
}
