import CWebFiles
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /api/v1/openapi.json`: the description of the API for programs (OpenAPI 3.1).
struct OpenAPI: Sendable {
  /// The file.
  static var bytes: UnsafeBufferPointer<UInt8> {
    let file = webfile_api().pointee
    return UnsafeBufferPointer(start: file.bytes, count: file.length)
  }

  func add(to group: RouterGroup<WebContext>) {
    group.get("openapi.json") { _, _ in Response(jsonBytes: Array(Self.bytes)) }
  }
}
