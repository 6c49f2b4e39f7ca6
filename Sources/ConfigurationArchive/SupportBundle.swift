/// Files for whoever helps, as one archive. It is no configuration, and cannot be imported.
public enum SupportBundle {
  /// The archive with these files, in this order.
  /// - Throws: `ConfigurationFailure` when they are more than an archive may have.
  public static func archive(
    _ files: [(name: String, bytes: [UInt8])]
  ) throws(ConfigurationFailure) -> [UInt8] {
    try ArchiveWriter.archive(files.map { ArchiveMember(name: $0.name, bytes: $0.bytes) })
  }
}
