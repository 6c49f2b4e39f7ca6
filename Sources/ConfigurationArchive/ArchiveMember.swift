/// A file in an archive.
struct ArchiveMember: Equatable, Sendable {
  /// Its name with its folders.
  var name: String
  /// Its content.
  var bytes: [UInt8]
}
