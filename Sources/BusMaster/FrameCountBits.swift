/// What the master remembers of a link address between readouts, so that a slave that is not reset
/// takes the next request for a new one (EN 13757-2, frame count bit).
public struct FrameCountBits: Hashable, Sendable {
  /// The memory for one address.
  public struct Entry: Hashable, Sendable {
    /// The bit of the next request.
    public var next: Bool
    /// True when it is not known that the slave's chain of telegrams was read to its end: without a
    /// reset it would go on in the middle, or repeat an old telegram.
    public var isChainOpen: Bool

    /// - Parameters:
    ///   - next: the bit of the next request.
    ///   - isChainOpen: it is not known that the chain was read to its end.
    public init(next: Bool, isChainOpen: Bool) {
      self.next = next
      self.isChainOpen = isChainOpen
    }

    /// After a reset the first request has the bit set (7B).
    public static let afterReset = Entry(next: true, isChainOpen: false)
  }

  private struct Known: Hashable, Sendable {
    var entry: Entry
    var baud: Int64
  }

  private var entries: [UInt8: Known] = [:]
  /// The speed at which slaves are talked to just now, bits a second. At another speed another slave may have the
  /// address: what is remembered from there says nothing, so that its chain counts as open.
  var baud: Int64 = 0

  /// Nothing is known of any slave.
  public init() {}

  /// The memory for a link address.
  public subscript(address: UInt8) -> Entry {
    get { self[address, afterReset: Entry.afterReset.next] }
    set { entries[address] = Known(entry: newValue, baud: baud) }
  }

  /// The memory for a link address.
  /// - Parameter bit: that of the first request to a slave of which nothing is known.
  public subscript(address: UInt8, afterReset bit: Bool) -> Entry {
    guard let known = entries[address] else { return Entry(next: bit, isChainOpen: false) }
    return known.baud == baud ? known.entry : Entry(next: known.entry.next, isChainOpen: true)
  }
}
