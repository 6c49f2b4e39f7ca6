import CWebFiles
import HTTPTypes
import Hummingbird
import NIOCore

/// The files of the page, as they are in the program.
struct StaticFiles: Sendable {
  private struct File: Sendable {
    let type: String
    let tag: String
    let bytes: ByteBuffer
  }

  private let files: [String: File]

  init() {
    var files: [String: File] = [:]
    var index = 0
    while let file = webfile_at(index)?.pointee {
      let bytes = UnsafeBufferPointer(start: file.bytes, count: file.length)
      files[String(cString: file.path)] = File(
        type: String(cString: file.type), tag: Self.tag(bytes), bytes: ByteBuffer(bytes: bytes))
      index += 1
    }
    self.files = files
  }

  /// The file at a path; nil: there is none. A browser keeps it, and asks each time whether it is still the same.
  func response(to request: Request) -> Response? {
    let path = request.uri.path
    guard let file = files[path == "/" ? "/index.html" : path] else { return nil }
    guard request.method == .get || request.method == .head else {
      var error = APIError(.methodNotAllowed, "\(path) can only be read")
      error.allowed = ["GET", "HEAD"]
      return error.response
    }
    var headers: HTTPFields = [.eTag: file.tag, .cacheControl: "no-cache"]
    let known = request.headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
    if known.contains(where: { $0.drop { $0 == " " } == file.tag }) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = file.type
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
  }

  /// FNV-1a of 64 bits: it tells versions of our own files apart, and protects nothing.
  private static func tag(_ bytes: some Sequence<UInt8>) -> String {
    let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return "\"\(String(hash, radix: 16))\""
  }
}
