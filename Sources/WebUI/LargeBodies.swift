import HTTPServer
import HTTPTypes
import Hummingbird
import Synchronization

/// Requests whose bodies may be large: of each kind one at a time, so that what they take of the memory has an end.
public final class LargeBodies: Sendable {
  /// What such a body is.
  enum Kind: Sendable {
    /// Files of a configuration.
    case configuration
    /// Changes of many meters, or a table of them.
    case meters
  }

  /// After how many seconds it may be tried again.
  static let retryAfter: Int64 = 5

  private let taken = Mutex<Set<Kind>>([])

  /// None is there.
  public init() {}

  /// Reads a request and carries it out while no other of the kind is there.
  /// - Throws: 503 when one is, before anything of the body is read.
  func alone<Outcome>(
    _ kind: Kind, _ work: () async throws -> Outcome
  ) async throws -> Outcome {
    guard taken.withLock({ $0.insert(kind).inserted }) else {
      var error = APIError(.serviceUnavailable, kind.words)
      error.retryAfter = Self.retryAfter
      throw error
    }
    defer { taken.withLock { _ = $0.remove(kind) } }
    return try await work()
  }
}

extension LargeBodies.Kind {
  fileprivate var words: String {
    switch self {
    case .configuration:
      "a configuration is being imported; try again when that has ended; nothing is changed"
    case .meters:
      "many meters are being changed, or a table is being imported; try again when that has ended; nothing is changed"
    }
  }
}

extension Request {
  /// Whether the body is, or may be, longer than those of most requests.
  var isLarge: Bool {
    guard let length = headers[.contentLength].flatMap({ Int($0) }) else { return true }
    return length > HTTPLimits.usualBody
  }
}
