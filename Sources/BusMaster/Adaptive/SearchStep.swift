import MBus

/// A part of the adaptive search. Parts lie on a stack: the one on top asks, and when it is over the one below
/// goes on with what it has shown.
protocol SearchStep: Sendable {
  /// What is to be done next.
  mutating func next(_ memory: inout SearchMemory) -> SearchMove
  /// Takes the answer to what was asked.
  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory)
  /// The part that was put on top is over.
  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory)
  /// How much of it is done, in millionths.
  var share: Int { get }
  /// How much of it the part on top is, in millionths.
  var unit: Int { get }
}

extension SearchStep {
  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory) {}
  var share: Int { 0 }
  var unit: Int { 0 }
}

/// What a part of the search wants.
enum SearchMove: Sendable {
  /// Ask by a select, with another window than the search has where that is given.
  case select(SlaveSelect, LongListen? = nil)
  /// Ask whoever is selected for data, and where that is given be patient with one that does not begin within the
  /// window.
  case request(LongListen? = nil)
  /// Begin a part above this one.
  case push(any SearchStep)
  /// This part is over.
  case done(LookResult)
}

/// A window that is listened out, longer than slaves may take.
struct LongListen: Hashable, Sendable {}

extension Probe.Outcome {
  /// The meter that a good frame is from.
  var frame: Frame? { if case .clean(let frame) = self { frame } else { nil } }
}
