import NIOCore

/// Whose turn it is to begin a TLS handshake. A handshake costs memory and a millisecond or more of the loop
/// that reads the meters, before anybody has shown who he is; who only waits costs next to nothing. So
/// few begin at a time, one after the other, and no address can take the turns of all others.
///
/// A device's worth of clients that come back together after a power cut all have begun within a second.
struct HandshakeQueue {
  /// How many may be within the handshake at once: all 80 connections of a device, and some strangers.
  static let mostAtOnce = 100
  /// How many of them from one address.
  static let mostPerHost = 16
  /// How many may be within the handshake or wait for it: more than there may be connections, so that all
  /// can come back together.
  static let mostPresent = 300
  /// The time between the beginnings of two handshakes.
  static let spacing = TimeAmount.milliseconds(10)

  /// Stands for a client; never used again.
  typealias Ticket = Int

  /// What is to be done next.
  enum Next: Equatable {
    /// This client begins its handshake now.
    case begin(Ticket)
    /// Somebody waits; to be asked again then.
    case wait(until: NIODeadline)
    /// Nobody can begin before somebody comes or goes.
    case nobody
  }

  private struct Place {
    let ticket: Ticket
    let host: String
    var hasBegun = false
  }

  /// In the order in which they came.
  private var places: [Place] = []
  private var lastTicket = 0
  /// How many are present, and how many of them are within the handshake, by address.
  private var present: [String: Int] = [:]
  private var begun: [String: Int] = [:]
  private var nextBeginning: NIODeadline?

  /// How many are within the handshake or wait for it.
  var count: Int { places.count }

  /// A client has connected.
  /// - Returns: what it is called from now on, and who has to go for it, which may be itself: the newest of
  ///   the address with the most clients. Whoever goes has to `leave`.
  mutating func arrive(from host: String) -> (ticket: Ticket, surplus: Ticket?) {
    lastTicket += 1
    places.append(Place(ticket: lastTicket, host: host))
    present[host, default: 0] += 1
    return (lastTicket, places.count > Self.mostPresent ? newestOfLargest(preferring: host) : nil)
  }

  /// A client has gone, or its handshake has ended.
  mutating func leave(_ ticket: Ticket) {
    guard let index = places.firstIndex(where: { $0.ticket == ticket }) else { return }
    let place = places.remove(at: index)
    Self.decrease(&present, place.host)
    if place.hasBegun { Self.decrease(&begun, place.host) }
  }

  /// Who goes when the system has no descriptors left: nil where no address has several clients.
  func dispensable() -> Ticket? {
    guard let most = present.values.max(), most > 1 else { return nil }
    return newestOfLargest(preferring: nil)
  }

  /// Whose turn it is: of those whose address has the fewest handshakes going on, who came first.
  mutating func next(at now: NIODeadline) -> Next {
    guard begun.values.reduce(0, +) < Self.mostAtOnce else { return .nobody }
    var best: (index: Int, load: Int)?
    for (index, place) in places.enumerated() where !place.hasBegun {
      let load = begun[place.host, default: 0]
      if load < min(Self.mostPerHost, best?.load ?? .max) { best = (index, load) }
      if load == 0 { break }
    }
    guard let best else { return .nobody }
    if let nextBeginning, now < nextBeginning { return .wait(until: nextBeginning) }
    nextBeginning = now + Self.spacing
    places[best.index].hasBegun = true
    begun[places[best.index].host, default: 0] += 1
    return .begin(places[best.index].ticket)
  }

  private func newestOfLargest(preferring host: String?) -> Ticket? {
    guard let most = present.values.max() else { return nil }
    let isLargest = { (place: Place) in present[place.host] == most }
    let candidates = places.reversed().filter(isLargest)
    let own = candidates.filter { $0.host == host }
    let group = own.isEmpty ? candidates.filter { $0.host == candidates.first?.host } : own
    return (group.first { !$0.hasBegun } ?? group.first)?.ticket
  }

  private static func decrease(_ counts: inout [String: Int], _ host: String) {
    let rest = (counts[host] ?? 0) - 1
    counts[host] = rest > 0 ? rest : nil
  }
}
