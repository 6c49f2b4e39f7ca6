import Metering
import Time

/// What happens to the station.
public enum StationInput: Hashable, Sendable {
  /// The gateway begins: the registers of all meters that have one are published.
  case start
  /// The time that was asked for has come.
  case wake
  /// Somebody wants a meter, or with nil all of them, to be read now, besides their turns. Meters with a
  /// battery are left in peace within their interval, and with nil altogether; an event says so.
  case readNow(MeterID?)
  /// Somebody wants the line to be searched for meters.
  case scan
  /// Somebody does not want the scan any more that is under way, or waits for its turn. What it has found
  /// stays.
  case cancelScan
  /// What meters that scans find from now on are to have (MUC500 manual 1.1, ch. 10.6.1). Meters that the list has
  /// stay as they are.
  case preconfigure([MeterConfiguration])
  /// Settings or the meter list have changed. Meters of the old list that are not in the new one are
  /// dropped, but for those in `keeping`: what has been found and is not in the file yet.
  case configure(Station.Configuration, [MeterConfiguration], keeping: Set<MeterID>)
  /// Somebody wants something to be sent over the line, between readouts; what comes of it follows as an effect of
  /// its own, in the order in which it was asked for.
  case send(SendJob)
  /// The line has been closed since the settings say so; another one may follow.
  case lineRemoved
  /// A person wants something done with the list; an answer follows at once.
  case command(ListCommand)
  /// A line reports.
  case line(LineEvent)
}

/// What the station wants done.
public enum StationEffect: Hashable, Sendable {
  /// Give this job to the line.
  case perform(LineJob)
  /// What came of what was sent.
  case sent(SendReply)
  /// Have the line end its scan.
  case cancelScan
  /// Forget all registers but those of the device; publishing follows at once.
  case clearRegisters
  /// Bring the registers of this meter up to date.
  case publish(MeterID)
  /// The meter list is to be written to its file: `Station.listToSave` has changed.
  case saveList
  /// Tell people.
  case report(GatewayEvent)
  /// What has become of a command; the last effect of it.
  case answer(Result<ListOutcome, ListRefusal>)
  /// Call again at this time; replaces earlier wishes.
  case wake(at: MonotonicInstant)
}
