/// Software of others that is in this program, or that it is linked with.
struct Licence: Codable, Hashable, Sendable {
  /// What it is called.
  var name: String
  /// Its licence, by its SPDX identifier.
  var licence: String
  /// Where it comes from.
  var url: String

  /// Packages of Swift, by the name of their repository.
  static let packages =
    [
      ("swift-server/swift-service-lifecycle", "swift-service-lifecycle"),
      ("hummingbird-project/hummingbird", "hummingbird"),
    ].map { Licence(name: $0.1, licence: "Apache-2.0", url: "https://github.com/\($0.0)") }
    + [
      "swift-argument-parser", "swift-asn1", "swift-async-algorithms", "swift-atomics",
      "swift-collections", "swift-crypto", "swift-distributed-tracing", "swift-http-types",
      "swift-log", "swift-metrics", "swift-nio", "swift-nio-extras", "swift-nio-ssl",
      "swift-service-context", "swift-system",
    ].map { Licence(name: $0, licence: "Apache-2.0", url: "https://github.com/apple/\($0)") }

  /// What the packages bring along, and the libraries of the system.
  static let libraries = [
    Licence(
      name: "Swift standard library, Dispatch, FoundationEssentials",
      licence: "Apache-2.0 WITH Swift-exception", url: "https://github.com/swiftlang"),
    Licence(
      name: "BoringSSL", licence: "Apache-2.0", url: "https://boringssl.googlesource.com/boringssl"),
    Licence(name: "llhttp", licence: "MIT", url: "https://github.com/nodejs/llhttp"),
    Licence(
      name: "Extended Keccak Code Package", licence: "CC0-1.0", url: "https://github.com/XKCP/XKCP"),
    Licence(name: "glibc", licence: "LGPL-2.1-or-later", url: "https://sourceware.org/glibc"),
    Licence(
      name: "libgcc, libstdc++", licence: "GPL-3.0-or-later WITH GCC-exception-3.1",
      url: "https://gcc.gnu.org"),
    Licence(name: "libxml2", licence: "MIT", url: "https://gitlab.gnome.org/GNOME/libxml2"),
    Licence(name: "libarchive", licence: "BSD-2-Clause", url: "https://libarchive.org"),
    Licence(
      name: "libxcrypt (libcrypt)", licence: "LGPL-2.1-or-later",
      url: "https://github.com/besser82/libxcrypt"),
    Licence(name: "zlib", licence: "Zlib", url: "https://zlib.net"),
  ]

  /// All of them.
  static let all = packages + libraries
}
