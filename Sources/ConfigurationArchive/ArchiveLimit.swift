/// What an archive may be at most. A configuration of 500 meters has some 5 MB; all of it is in memory while it
/// is looked at.
public enum ArchiveLimit {
  /// Bytes of an archive as it lies on the disk.
  public static let archive = 64 << 20
  /// Bytes of one file in it.
  public static let member = 16 << 20
  /// Bytes of all files in it.
  public static let total = 64 << 20
  /// Files and folders in it.
  public static let members = 1_000
  /// Bytes of a file's name, with its folders.
  public static let name = 200
  /// Folders within folders, and the file in them.
  public static let depth = 4
  /// Bytes that come out of the decompressor: the files, and the headers and padding between them.
  static let unpacked = total + (members * 8 << 10)
}
