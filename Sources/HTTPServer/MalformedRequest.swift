import NIOHTTP1

/// A request that the decoder of HTTP refuses, in words for whoever sent it.
struct MalformedRequest {
  /// The status of the response.
  let status: HTTPResponseStatus
  /// What is wrong, and what is allowed.
  let text: String

  init(_ error: HTTPParserError, _ limits: HTTPLimits) {
    switch error {
    case .headerOverflow:
      status = .requestHeaderFieldsTooLarge
      text =
        "the first line and the headers of a request may have \(limits.headBytes) bytes and \(limits.headFields) "
        + "headers; these have more"
      return
    case .invalidMethod: text = "the request does not begin with a method of HTTP, such as GET"
    case .invalidVersion: text = "the version of HTTP is not understood; HTTP/1.1 and HTTP/1.0 are"
    case .invalidURL, .invalidHost, .invalidPort, .invalidPath, .invalidQueryString,
      .invalidFragment:
      text = "the address of the request is not understood"
    case .invalidContentLength, .unexpectedContentLength, .invalidChunkSize:
      text =
        "how long the body is cannot be understood: one header Content-Length is needed, or Transfer-Encoding: chunked"
    case .invalidHeaderToken: text = "a header of the request is not understood"
    default: text = "this is no request of HTTP"
    }
    status = .badRequest
  }
}
