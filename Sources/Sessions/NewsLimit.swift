import Time

/// Says the same news once a minute, and little of all of them: what anybody can cause must not fill a log. Pure.
public struct NewsLimit: Sendable {
  /// So long the same is not said again.
  public static let interval = Span.seconds(60)
  /// The most that is said in that time altogether.
  public static let most = 30

  private struct News {
    var said: MonotonicInstant
    var left = 0
  }

  private var known: [String: News] = [:]
  private var count = 0
  private var since: MonotonicInstant?

  /// Nothing has been said.
  public init() {}

  /// Whether something may be said.
  /// - Parameter news: what tells it from other news.
  /// - Returns: how often it was left out since it was said last; nil: it may not.
  public mutating func take(_ news: String, at now: MonotonicInstant) -> Int? {
    if since.map({ now - $0 >= Self.interval }) ?? true { (since, count) = (now, 0) }
    if let before = known[news], now - before.said < Self.interval || count >= Self.most {
      known[news]?.left += 1
      return nil
    }
    guard count < Self.most else { return nil }
    let left = known[news]?.left ?? 0
    count += 1
    // What has not come again is forgotten; there is little that can have been said.
    known = known.filter { now - $0.value.said < Self.interval * 2 }
    known[news] = News(said: now)
    return left
  }
}
