import HTTPServer
import HTTPSupport
import HTTPTypes
import HummingbirdCore
import NIOCore

extension TestHTTPServer {
  /// A server that answers with the method, the path and how long the body was.
  convenience init(_ limits: HTTPLimits = HTTPLimits()) throws {
    try self.init(limits, respond: Self.echo)
  }

  /// So many bytes and three more are the response to `/large`.
  static let large = 8 << 20

  private static let echo: HTTPServer.Responder = { request, channel in
    if request.uri.path == "/who" {
      let shown = await ClientCertificate.shown(on: channel)
      return Response(
        status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: shown?.subject ?? "nobody")))
    }
    if request.uri.path == "/slow" { try? await Task.sleep(for: .milliseconds(300)) }
    if request.uri.path == "/refused" {
      return Response(
        status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: "POST /refused")))
    }
    if request.uri.path == "/large" {
      let text = String(repeating: "x", count: large) + "end"
      return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
    let bytes = try? await request.body.collect(upTo: 1 << 22).readableBytes
    let text = "\(request.method) \(request.uri.path) \(bytes ?? -1)"
    return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }
}
