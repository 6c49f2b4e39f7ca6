/// Files for whoever helps with a device, as a tar.gz archive.
public enum SupportArchive {
  /// The archive.
  /// - Parameter files: names and contents, in this order.
  /// - Throws: `ConfigurationFailure` when they are too large for an archive.
  public static func write(
    _ files: [(name: String, bytes: [UInt8])]
  ) throws(ConfigurationFailure) -> [UInt8] {
    try ArchiveWriter.archive(files.map { ArchiveMember(name: $0.name, bytes: $0.bytes) })
  }
}
