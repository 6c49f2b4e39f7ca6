/// What a configuration may be at most, wherever it goes: into an archive, into the history, into the list of an
/// unfinished change. A configuration of 500 meters has some 5 MB; all of it is in memory while it is looked at.
public enum ArchiveLimit {
  /// Bytes of all files of a configuration.
  public static let configuration = 32 << 20
  /// Files of a configuration.
  public static let files = 1_000
  /// Bytes of one file in it.
  public static let member = 16 << 20
  /// Bytes of all files in an archive: with what it says of itself.
  public static let total = configuration + (1 << 20)
  /// Files and folders in an archive.
  public static let members = 2 * files
  /// Bytes of an archive as it lies on the disk, also of one in which nothing could be compressed.
  public static let archive = configuration + (8 << 20)
  /// Bytes of a file's name, with its folders.
  public static let name = 200
  /// Folders within folders, and the file in them.
  public static let depth = 4
  /// Bytes that come out of the decompressor: the files, and the headers and padding between them.
  static let unpacked = total + (members * 8 << 10)

  /// Whether a configuration may have these files.
  /// - Parameter what: what has them, for the message.
  static func check(
    _ files: [String: [UInt8]], _ what: String
  ) throws(ConfigurationFailure) {
    let bytes = files.reduce(0) { $0 + $1.value.count }
    guard bytes <= configuration else {
      throw ConfigurationFailure(
        "\(what) has \(bytes) bytes in its files; a configuration may have \(configuration)")
    }
    guard files.count <= Self.files else {
      throw ConfigurationFailure(
        "\(what) has \(files.count) files; a configuration may have \(Self.files)")
    }
  }
}
