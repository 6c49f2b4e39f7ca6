/// The event streams that pages and programs have open, the oldest first. Pure.
public struct StreamTable: Sendable {
  /// Who has a stream.
  public struct Holder: Hashable, Sendable {
    /// The session, or the name of the token.
    public var name: String
    /// Somebody who has not logged in.
    public var isVisitor: Bool
    /// The network address, of public IPv6 the network (`IPAddress.client`); empty: not known.
    public var address: String

    /// All parts.
    public init(_ name: String, isVisitor: Bool, from address: String = "") {
      self.name = name
      self.isVisitor = isVisitor
      self.address = address
    }
  }

  /// The most streams of a holder: browsers keep six connections to a server, and need some for what they ask.
  public static let ofOne = 4
  /// The most streams to an address: some of its connections (`HTTPLimits`) are left for what is asked.
  public static let ofOneAddress = 10
  /// The most streams of all visitors, which leave most connections to others.
  public static let ofVisitors = 16
  /// The most streams.
  public static let most = 40

  private var streams: [(number: Int, holder: Holder)] = []
  private var last = 0

  /// There are none.
  public init() {}

  /// How many there are.
  public var count: Int { streams.count }

  /// One more begins.
  /// - Returns: its number, and that of the stream that gives way to it: the oldest of the same holder, of its address (a
  ///   visitor's first), of a visitor, or of whoever has the most.
  public mutating func begin(_ holder: Holder) -> (number: Int, gone: Int?) {
    let gone = givesWay(to: holder)
    if let gone { end(gone) }
    last += 1
    streams.append((last, holder))
    return (last, gone)
  }

  /// One has ended.
  public mutating func end(_ number: Int) { streams.removeAll { $0.number == number } }

  private func givesWay(to holder: Holder) -> Int? {
    let own = streams.filter { $0.holder == holder }
    if own.count >= Self.ofOne { return own.first?.number }
    let neighbours = streams.filter {
      !holder.address.isEmpty && $0.holder.address == holder.address
    }
    if neighbours.count >= Self.ofOneAddress {
      return (neighbours.first(where: \.holder.isVisitor) ?? neighbours.first)?.number
    }
    let visitors = streams.filter(\.holder.isVisitor)
    if holder.isVisitor, visitors.count >= Self.ofVisitors { return visitors.first?.number }
    guard streams.count >= Self.most else { return nil }
    if let visitor = visitors.first { return visitor.number }
    let counts = Dictionary(grouping: streams, by: \.holder).mapValues(\.count)
    let largest = counts.values.max()
    return streams.first { counts[$0.holder] == largest }?.number
  }
}
