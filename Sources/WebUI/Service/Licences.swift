/// What the gateway is made of besides its own code: everything that is linked, with its licence.
enum Licences {
  /// A library.
  struct Entry: Encodable, Sendable {
    var name: String
    var licence: String
    var url: String
  }

  /// All of them: the Swift packages of Package.resolved, and Debian's libraries.
  static let all: [Entry] =
    apache.map { Entry(name: $0.0, licence: "Apache-2.0", url: "https://github.com/\($0.1)") }
    + libraries

  private static let apache = [
    ("Swift standard library and Foundation essentials", "swiftlang/swift"),
    ("async-http-client", "swift-server/async-http-client"),
    ("hummingbird", "hummingbird-project/hummingbird"),
    ("swift-algorithms", "apple/swift-algorithms"),
    ("swift-argument-parser", "apple/swift-argument-parser"),
    ("swift-asn1", "apple/swift-asn1"),
    ("swift-async-algorithms", "apple/swift-async-algorithms"),
    ("swift-atomics", "apple/swift-atomics"),
    ("swift-certificates", "apple/swift-certificates"),
    ("swift-collections", "apple/swift-collections"),
    ("swift-configuration", "apple/swift-configuration"),
    ("swift-crypto, with BoringSSL", "apple/swift-crypto"),
    ("swift-distributed-tracing", "apple/swift-distributed-tracing"),
    ("swift-http-structured-headers", "apple/swift-http-structured-headers"),
    ("swift-http-types", "apple/swift-http-types"),
    ("swift-log", "apple/swift-log"),
    ("swift-metrics", "apple/swift-metrics"),
    ("swift-nio", "apple/swift-nio"),
    ("swift-nio-extras", "apple/swift-nio-extras"),
    ("swift-nio-http2", "apple/swift-nio-http2"),
    ("swift-nio-ssl, with BoringSSL", "apple/swift-nio-ssl"),
    ("swift-nio-transport-services", "apple/swift-nio-transport-services"),
    ("swift-numerics", "apple/swift-numerics"),
    ("swift-service-context", "apple/swift-service-context"),
    ("swift-service-lifecycle", "swift-server/swift-service-lifecycle"),
    ("swift-system", "apple/swift-system"),
  ]

  private static let libraries = [
    Entry(name: "libxml2", licence: "MIT", url: "https://gitlab.gnome.org/GNOME/libxml2"),
    Entry(name: "libarchive", licence: "BSD-2-Clause", url: "https://www.libarchive.org"),
    Entry(
      name: "libcrypt (libxcrypt)", licence: "LGPL-2.1-or-later",
      url: "https://github.com/besser82/libxcrypt"),
    Entry(
      name: "glibc", licence: "LGPL-2.1-or-later", url: "https://www.gnu.org/software/libc/"),
    Entry(
      name: "libstdc++", licence: "GPL-3.0-with-GCC-exception", url: "https://gcc.gnu.org"),
    Entry(name: "zlib", licence: "Zlib", url: "https://zlib.net"),
  ]
}
