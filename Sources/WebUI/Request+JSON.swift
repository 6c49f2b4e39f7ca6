import Control
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
  /// The body as what it should be, all of whose members are known.
  /// - Parameters:
  ///   - type: what it should be.
  ///   - example: such a body, for who sends another one.
  ///   - limit: the most bytes.
  func json<Body: Codable>(
    _ type: Body.Type, example: String, upTo limit: Int = HTTPLimits.usualBody
  ) async throws -> Body {
    guard isJSON else {
      throw APIError(.unsupportedMediaType, "\(Self.jsonIsWanted), such as \(example)")
    }
    let bytes = try await bytes(upTo: limit)
    do {
      return try StrictJSON.decode(type, bytes)
    } catch {
      throw APIError(
        .badRequest,
        "the body is not understood: \(error); expected is JSON such as \(example)")
    }
  }

  /// The body as JSON, all of whose members are known.
  /// - Parameter limit: the most bytes.
  /// - Throws: 415 when it is said to be something else, 413 when it is larger, 400 when it is not understood.
  func strictJSON<Value: Codable>(
    _ type: Value.Type, upTo limit: Int = HTTPLimits.usualBody
  ) async throws -> Value {
    guard isJSON else { throw APIError(.unsupportedMediaType, Self.jsonIsWanted) }
    let body = try await bytes(upTo: limit)
    do {
      return try StrictJSON.decode(type, body)
    } catch {
      throw APIError(.badRequest, "the body is not understood: \(error)")
    }
  }

  private static let jsonIsWanted =
    "the body has to be JSON (Content-Type: application/json)"

  /// Whether the body is JSON, by what is said of it (RFC 9110, ch. 8.3.1).
  private var isJSON: Bool {
    let media = headers[.contentType]?.lowercased().prefix { $0 != ";" }
    return media.map { $0.filter { $0 != " " && $0 != "\t" } } == "application/json"
  }

  /// The bytes of the body.
  /// - Throws: 413 when there are more, 400 when the connection ends before they are all there.
  func bytes(upTo limit: Int) async throws(APIError) -> [UInt8] {
    // There is one copy of it: it may be large.
    var bytes: [UInt8] = []
    if let length = headers[.contentLength].flatMap({ Int($0) }), length > 0 {
      bytes.reserveCapacity(min(length, limit))
    }
    var isTooLarge = false
    do {
      for try await piece in body {
        isTooLarge = piece.readableBytes > limit - bytes.count
        guard !isTooLarge else { break }
        bytes.append(contentsOf: piece.readableBytesView)
      }
    } catch {
      throw APIError(.badRequest, "the body does not come to its end")
    }
    guard !isTooLarge else {
      throw APIError(
        .contentTooLarge,
        "the body has more than \(limit) bytes, which is the most that is taken here")
    }
    return bytes
  }
}
