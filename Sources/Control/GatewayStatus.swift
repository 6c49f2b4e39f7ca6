/// What a gateway does just now, for people and programs.
public struct GatewayStatus: Codable, Hashable, Sendable {
  /// The Modbus server.
  public struct Modbus: Codable, Hashable, Sendable {
    /// Where it serves, as `host:port` or the device of the serial line, by `tcp`, `udp`, `rtu` and `tls`.
    public var places: [String: String]
    /// Why it does not, or not as wanted, by the same names.
    public var problems: [String: String]
    /// What has been asked in total.
    public var total: Traffic
    /// Datagrams and bytes on a serial line that were no requests, and requests there to other slaves.
    public var ignored: Int
    /// How many connections have been made, those that are closed included.
    public var connectionsMade: Int
    /// How many of them the server has closed, by the reason.
    public var dropped: [String: Int]
    /// The connections that are open.
    public var connections: [Connection]

    package init(
      places: [String: String], problems: [String: String], total: Traffic, ignored: Int,
      connectionsMade: Int, dropped: [String: Int], connections: [Connection]
    ) {
      self.places = places
      self.problems = problems
      self.total = total
      self.ignored = ignored
      self.connectionsMade = connectionsMade
      self.dropped = dropped
      self.connections = connections
    }
  }

  /// What has gone over a connection, or all of them.
  public struct Traffic: Codable, Hashable, Sendable {
    /// Whole requests, those that were refused included.
    public var requests: Int
    /// How many of them got an exception, by its code as two hex digits.
    public var exceptions: [String: Int]
    /// Bytes that came.
    public var bytesIn: Int
    /// Bytes of answers.
    public var bytesOut: Int
    /// When the last request came, as Unix time; left out: there was none.
    public var lastRequest: Int64?
    /// The registers that have been read, by the function code as two hex digits; left out: none.
    public var reads: [String: ReadRegisters]?

    /// From the lowest register to the highest.
    public struct ReadRegisters: Codable, Hashable, Sendable {
      /// The first register of a request that was answered.
      public var lowest: Int
      /// The last one.
      public var highest: Int

      package init(_ range: ClosedRange<Int>) {
        (lowest, highest) = (range.lowerBound, range.upperBound)
      }
    }

    package init(
      requests: Int, exceptions: [String: Int], bytesIn: Int, bytesOut: Int,
      lastRequest: Int64? = nil, reads: [String: ReadRegisters]? = nil
    ) {
      self.requests = requests
      self.exceptions = exceptions
      self.bytesIn = bytesIn
      self.bytesOut = bytesOut
      self.lastRequest = lastRequest
      self.reads = reads
    }
  }

  /// An open Modbus connection.
  public struct Connection: Codable, Hashable, Sendable {
    /// The client's address and port.
    public var client: String
    /// Since when it has been connected, as Unix time.
    public var since: Int64
    /// What has gone over it.
    public var traffic: Traffic

    package init(client: String, since: Int64, traffic: Traffic) {
      self.client = client
      self.since = since
      self.traffic = traffic
    }
  }

  /// The web page and its interface for programs.
  public struct Web: Codable, Hashable, Sendable {
    /// Where it is served, as a URL, by `http` and `https`.
    public var places: [String: String]
    /// Why it is not, by the same names.
    public var problems: [String: String]
    /// How many sessions each user has.
    public var sessions: [String: Int]

    package init(places: [String: String], problems: [String: String], sessions: [String: Int]) {
      self.places = places
      self.problems = problems
      self.sessions = sessions
    }
  }

  /// The line to the meters.
  public struct Line: Codable, Hashable, Sendable {
    /// What a line can be.
    public enum State: String, Codable, Sendable {
      case up, down, opening, lent
    }

    /// Where it is: MBUS_DEVPATH.
    public var path: String
    /// Whether it can be used.
    public var state: State
    /// Why it is down, or to whom it is lent.
    public var reason: String?
    /// What probably holds it low all the time; left out: nothing does.
    public var heldLow: String?
    /// The port for an outside master; left out: there is none.
    public var transparent: Transparent?
    /// Until when the service mode is on, as Unix time, 0 for until it is ended; left out: it is off.
    public var serviceUntil: Int64?
    /// How many readouts, scans and commands it has been asked for since the start.
    public var jobs: Int?
    /// How long they have taken.
    public var busySeconds: Int64?

    package init(
      path: String, state: State, reason: String? = nil, heldLow: String? = nil,
      transparent: Transparent? = nil, serviceUntil: Int64? = nil
    ) {
      self.path = path
      self.state = state
      self.reason = reason
      self.heldLow = heldLow
      self.transparent = transparent
      self.serviceUntil = serviceUntil
    }
  }

  /// The port by which an outside master has the line (MBUS_TRANSPARENT).
  public struct Transparent: Codable, Hashable, Sendable {
    /// Where it is; left out: it cannot be had.
    public var place: String?
    /// Why it cannot be had; left out: it can.
    public var problem: String?
    /// Who has it; left out: nobody.
    public var client: String?
    /// Requests that could not be put on the line in time.
    public var dropped: Int

    package init(place: String? = nil, problem: String? = nil, client: String? = nil, dropped: Int)
    {
      self.place = place
      self.problem = problem
      self.client = client
      self.dropped = dropped
    }
  }

  /// The meter list.
  public struct Meters: Codable, Hashable, Sendable {
    /// How many there are.
    public var listed: Int
    /// Read at the last attempt.
    public var read: Int
    /// Not read at the last attempt.
    public var failed: Int
    /// Not tried since the start.
    public var never: Int
    /// Of interfaces that this version does not read, or with a mistake in the list that leaves open
    /// which meter is meant; left out: none.
    public var unread: Int?
    /// Values of the list that are not in the telegrams of their meters; left out: none.
    public var valuesNotSent: Int?
    /// The first of them; left out: none.
    public var firstNotSent: String?
    /// Values that came marked as invalid; left out: none.
    public var valuesInvalid: Int?
    /// The first of them, with why; left out: none.
    public var invalidValues: [String]?
    /// The file of the list.
    public var file: String
    /// Why it does not say what is known; left out: it does, or will in a moment.
    public var notSaved: String?
    /// When each of them is read, in list order; left out: there are none.
    public var readouts: [MeterReadouts]?
    /// Meters that the last scan found and for which the list has no place (METER_MAXDEVICECOUNT); left out:
    /// none.
    public var unlisted: [String]?

    package init(
      listed: Int, read: Int, failed: Int, never: Int, unread: Int? = nil,
      valuesNotSent: Int? = nil, firstNotSent: String? = nil, valuesInvalid: Int? = nil,
      invalidValues: [String]? = nil, file: String, notSaved: String? = nil,
      readouts: [MeterReadouts]? = nil, unlisted: [String]? = nil
    ) {
      self.listed = listed
      self.read = read
      self.failed = failed
      self.never = never
      self.unread = unread
      self.valuesNotSent = valuesNotSent
      self.firstNotSent = firstNotSent
      self.valuesInvalid = valuesInvalid
      self.invalidValues = invalidValues
      self.file = file
      self.notSaved = notSaved
      self.readouts = readouts
      self.unlisted = unlisted
    }
  }

  /// When a meter is read.
  public struct MeterReadouts: Codable, Hashable, Sendable {
    /// Its name in commands.
    public var meter: String
    /// When it was read last, as Unix time; left out: not since the start.
    public var last: Int64?
    /// When it is read next by its cycle, as Unix time; left out: only when somebody wants it, or when the clock
    /// has been set.
    public var next: Int64?
    /// Failed readouts since the last good one.
    public var failed: Int
    /// Why the last readout failed; left out: it did not.
    public var failure: String?
    /// Its values in the list, where a limit leaves some out (METER_MAXVALUECOUNT and its like); left out: all
    /// that it sends are listed.
    public var listedValues: Int?
    /// How many it sends then.
    public var sentValues: Int?

    package init(
      meter: String, last: Int64? = nil, next: Int64? = nil, failed: Int, failure: String? = nil,
      listedValues: Int? = nil, sentValues: Int? = nil
    ) {
      self.meter = meter
      self.last = last
      self.next = next
      self.failed = failed
      self.failure = failure
      self.listedValues = listedValues
      self.sentValues = sentValues
    }
  }

  /// A scan that is under way.
  public struct Scan: Codable, Hashable, Sendable {
    /// The share of the addresses that has been looked at, in thousandths.
    public var thousandths: Int
    /// The meters that have answered.
    public var found: Int
    /// Those of them that are new in the list.
    public var new: Int
    /// How many seconds it will go on, if it goes on as it did; left out: that cannot be told yet.
    public var secondsLeft: Int?

    package init(thousandths: Int, found: Int, new: Int, secondsLeft: Int? = nil) {
      self.thousandths = thousandths
      self.found = found
      self.new = new
      self.secondsLeft = secondsLeft
    }
  }

  /// What is taken of the register map.
  public struct Registers: Codable, Hashable, Sendable {
    /// The layout, as people call it.
    public var layout: String
    /// True while test data are served instead of meters.
    public var isTestData: Bool
    /// Meters and values that have an address.
    public var entries: Int
    /// Meters and values that have none.
    public var without: Int
    /// The highest register of all entries; left out: there is none.
    public var highest: Int?
    /// How many further entries there is room for, with multi slave how many further meters.
    public var free: Int

    package init(
      layout: String, isTestData: Bool, entries: Int, without: Int, highest: Int? = nil, free: Int
    ) {
      self.layout = layout
      self.isTestData = isTestData
      self.entries = entries
      self.without = without
      self.highest = highest
      self.free = free
    }
  }

  /// Files that have changed on the disk and are not applied.
  public struct Pending: Codable, Hashable, Sendable {
    /// Their names.
    public var files: [String]
    /// The settings that would change, a line each.
    public var settings: [String]
    /// What would change in the meter list, a line each; left out: nothing.
    public var meters: [String]?
    /// What is wrong with them, the worst first, a line each.
    public var problems: [String]
    /// Whether errors keep them from being applied.
    public var isBlocked: Bool
    /// Why they are not applied by themselves, though MUC_CONFIG_AUTOAPPLY is on; left out: they are, or it is off.
    public var heldBack: String?

    package init(
      files: [String], settings: [String], meters: [String]? = nil, problems: [String],
      isBlocked: Bool, heldBack: String? = nil
    ) {
      self.files = files
      self.settings = settings
      self.meters = meters
      self.problems = problems
      self.isBlocked = isBlocked
      self.heldBack = heldBack
    }
  }

  /// What the lights show, or would show if there were some.
  public struct Lights: Codable, Hashable, Sendable {
    /// ST: `off`, `green`, `orange` or `red`, with `, flashing` behind it if it does.
    public var state: String
    /// ACT, in the same words.
    public var active: String

    package init(state: String, active: String) {
      self.state = state
      self.active = active
    }
  }

  /// The version of the software.
  public var version: String
  /// The configuration folder.
  public var folder: String
  /// The process.
  public var process: Int32
  /// The device's clock, as Unix time.
  public var time: Int64
  /// Seconds since the start.
  public var uptime: Int64
  /// The Modbus server; left out: it is off.
  public var modbus: Modbus?
  /// The web page; left out: it is off.
  public var web: Web?
  /// The line to the meters; left out: there is none.
  public var line: Line?
  /// The meter list.
  public var meters: Meters
  /// A scan; left out: none is under way.
  public var scan: Scan?
  /// What waits to be applied; left out: the files hold what is in force.
  public var pending: Pending?
  /// What is wrong with what is in force, the worst first, a line each; left out: nothing.
  public var errors: [String]?
  /// The register map.
  public var registers: Registers
  /// How it is, to be seen from afar.
  public var lights: Lights

  package init(
    version: String, folder: String, process: Int32, time: Int64, uptime: Int64,
    modbus: Modbus? = nil, web: Web? = nil, line: Line? = nil, meters: Meters, scan: Scan? = nil,
    pending: Pending? = nil, errors: [String]? = nil, registers: Registers, lights: Lights
  ) {
    self.version = version
    self.folder = folder
    self.process = process
    self.time = time
    self.uptime = uptime
    self.modbus = modbus
    self.web = web
    self.line = line
    self.meters = meters
    self.scan = scan
    self.pending = pending
    self.errors = errors
    self.registers = registers
    self.lights = lights
  }
}
