import Control

/// What a page wants to be told by `GET /api/v1/events`.
struct EventWish: Sendable {
  /// The kinds of events.
  enum Topic: String, CaseIterable, Sendable {
    case status, meters, session
  }

  private var topics = Set(Topic.allCases)
  /// At which revision of which run of the gateway the page has the meter list; nil: it has none.
  private var known: (revision: UInt64, instance: String)?

  /// Everything, the meter list as a whole.
  init() {}

  /// - Throws: 400 for a topic that there is not, and for a revision without the run that it is of.
  init(_ query: Query) throws(APIError) {
    if let words = query.text("topics") {
      topics = []
      for word in words.split(separator: ",") {
        guard let topic = Topic(rawValue: String(word)) else {
          let all = Topic.allCases.map(\.rawValue).joined(separator: ", ")
          throw APIError(.badRequest, "topics=\(words) is not allowed: some of \(all)")
        }
        topics.insert(topic)
      }
    }
    let revision = try query.whole("since", in: 0...Int64.max)
    switch (revision, query.text("instance")) {
    case (let revision?, let instance?): known = (UInt64(revision), instance)
    case (nil, nil): known = nil
    default:
      throw APIError(
        .badRequest, "\"since\" and \"instance\" stand together: both are in GET /api/v1/meters")
    }
  }

  /// Whether it wants that.
  func has(_ topic: Topic) -> Bool { topics.contains(topic) }

  /// From which revision on changes are enough; nil: the list is to be sent as a whole, since the page has none or one
  /// of another run, or meters have come and gone since then.
  func revision(of view: StationView) -> UInt64? {
    guard let known, known.instance == view.instance, known.revision <= view.revision,
      !view.isListChanged(since: known.revision)
    else { return nil }
    return known.revision
  }
}
