import FoundationEssentials
import HTTPTypes
import Hummingbird
import Settings

/// Why a request was not carried out, for the person who must act: `{"error":…}` with a status.
public struct APIError: HTTPResponseError, Encodable, Equatable {
  /// The status of the response.
  public let status: HTTPResponse.Status
  /// What is wrong, and what to do.
  public var error: String
  /// What is wrong in detail.
  public var problems: [Problem]?
  /// With 423: who has the right to write.
  public var holder: String?
  /// The user has to choose another password first.
  public var mustChangePassword: Bool?
  /// With 401: the device that somebody has to log in to.
  public var device: DeviceJSON?
  /// With 401: which run of the gateway answers, as a session has it: sessions end with their run.
  public var instance: String?
  /// With 429: after how many seconds it may be tried again.
  public var retryAfter: Int64?
  /// With 405: the methods that are known there.
  public var allowed: [String]?

  private enum CodingKeys: CodingKey {
    case error, problems, holder, mustChangePassword, device, instance
  }

  /// - Parameters:
  ///   - status: of the response.
  ///   - error: what is wrong, and what to do.
  ///   - problems: what is wrong in detail.
  public init(_ status: HTTPResponse.Status, _ error: String, problems: [Problem]? = nil) {
    self.status = status
    self.error = error
    self.problems = problems
  }

  /// The response.
  public func response(from request: Request, context: some RequestContext) -> Response { response }

  /// The same.
  var response: Response {
    var response = Response(json: self, status: status)
    if let retryAfter { response.headers[.retryAfter] = "\(retryAfter)" }
    if let allowed { response.headers[.allow] = allowed.joined(separator: ", ") }
    if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
    return response
  }
}

extension HTTPResponse.Status {
  /// Somebody else may write just now (RFC 4918, ch. 11.3).
  static let locked = HTTPResponse.Status(code: 423, reasonPhrase: "Locked")
}

/// A mistake in what was sent, or in a file.
public struct Problem: Codable, Hashable, Sendable {
  /// `error`, `warning` or `note`.
  public var severity: String
  /// What is wrong, and what is allowed.
  public var message: String
  /// The file; left out: none.
  public var file: String?
  /// From 1; left out: none.
  public var line: Int?
  /// From 1; left out: none.
  public var column: Int?
  /// The setting, as `SOLVIMUS.METER_TIME`; left out: none.
  public var field: String?
}

extension Response {
  /// A response with a JSON body.
  init(json value: some Encodable, status: HTTPResponse.Status = .ok) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(value)) ?? Data("{}".utf8)
    self.init(
      status: status,
      headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
  }
}
