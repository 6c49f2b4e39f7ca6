import Synchronization

/// The last lines of the gateway's own log, kept in memory for whoever looks at them by the web page. Safe to be used
/// from any thread.
public final class ApplicationLog: Sendable {
  /// A line.
  public struct Entry: Hashable, Sendable {
    /// Unix time in milliseconds.
    public var time: Int64
    /// `error`, `warning`, `notice`, `info`, `debug` or `trace`.
    public var level: String
    /// The event's code, such as `meter-failed`; nil: it has none.
    public var code: String?
    /// What is said.
    public var text: String

    /// All parts of a line.
    public init(time: Int64, level: String, code: String? = nil, text: String) {
      self.time = time
      self.level = level
      self.code = code
      self.text = text
    }

    fileprivate var size: Int { text.utf8.count + 100 }
  }

  /// The most lines that are kept, and the most bytes of them.
  public static let limits = (entries: 5000, bytes: 1_000_000)
  /// The longest text of a line, in characters; the rest of a longer one is not kept.
  static let longestText = 4000

  private struct Ring {
    var entries: [Entry] = []
    /// How many at the beginning are gone.
    var first = 0
    var size = 0
  }

  private let ring = Mutex(Ring())

  /// An empty one.
  public init() {}

  /// Keeps a line; the oldest go for it.
  public func append(_ entry: Entry) {
    var entry = entry
    if entry.text.count > Self.longestText {
      entry.text = entry.text.prefix(Self.longestText) + "…"
    }
    ring.withLock { [entry] ring in
      ring.entries.append(entry)
      ring.size += entry.size
      while ring.entries.count - ring.first > Self.limits.entries || ring.size > Self.limits.bytes {
        ring.size -= ring.entries[ring.first].size
        ring.first += 1
      }
      // Moved together now and then, not each time.
      guard ring.first > Self.limits.entries else { return }
      ring.entries.removeFirst(ring.first)
      ring.first = 0
    }
  }

  /// All that are kept, the oldest first.
  public var entries: [Entry] {
    ring.withLock { Array($0.entries.dropFirst($0.first)) }
  }

  /// The last ones that tell of errors, the newest first.
  /// - Parameter count: the most.
  public func lastErrors(_ count: Int) -> [Entry] {
    ring.withLock { ring in
      Array(
        ring.entries.dropFirst(ring.first).reversed().lazy.filter { $0.level == "error" }
          .prefix(count))
    }
  }
}
