import CArchive
import Glibc
import Settings

/// Reads a tar.gz archive with libarchive, member by member, within `ArchiveLimit`. Nothing of it touches the
/// disk, and nothing but files and folders is taken from it.
final class ArchiveReader {
  /// A header that has been read.
  struct Header: Equatable {
    /// The name as the archive has it.
    let name: String
    /// A folder has no content.
    let isFolder: Bool
  }

  private let memory: UnsafeMutableRawBufferPointer
  private let archive: OpaquePointer
  private var members = 0
  private var total = 0

  /// - Parameter isRaw: it is only to be unpacked: its one member is all that comes out of the decompressor.
  /// - Throws: `ConfigurationFailure` when it is none.
  init(_ bytes: [UInt8], isRaw: Bool = false) throws(ConfigurationFailure) {
    guard bytes.count <= ArchiveLimit.archive else {
      throw ConfigurationFailure(
        "the archive has \(bytes.count) bytes; at most \(ArchiveLimit.archive) are read")
    }
    guard bytes.starts(with: GzipCheck.mark) else {
      throw ConfigurationFailure("this is no tar.gz archive: it is not compressed by gzip")
    }
    guard let archive = archive_read_new() else { throw Self.outOfMemory }
    self.archive = archive
    memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    memory.copyBytes(from: bytes)
    guard archive_read_support_filter_gzip(archive) == ARCHIVE_OK,
      (isRaw ? archive_read_support_format_raw(archive) : archive_read_support_format_tar(archive))
        == ARCHIVE_OK,
      archive_read_open_memory(archive, memory.baseAddress, bytes.count) == ARCHIVE_OK
    else { throw failure("this is no tar.gz archive") }
  }

  deinit {
    archive_read_free(archive)
    memory.deallocate()
  }

  /// All files, in their order.
  static func members(of bytes: [UInt8]) throws(ConfigurationFailure) -> [ArchiveMember] {
    let reader = try ArchiveReader(bytes)
    var members: [ArchiveMember] = []
    while let header = try reader.next() {
      guard !header.isFolder else { continue }
      members.append(ArchiveMember(name: header.name, bytes: try reader.content(of: header)))
    }
    return members
  }

  /// The first file only; what follows is not unpacked.
  static func firstMember(of bytes: [UInt8]) throws(ConfigurationFailure) -> ArchiveMember? {
    let reader = try ArchiveReader(bytes)
    guard let header = try reader.next(), !header.isFolder else { return nil }
    return ArchiveMember(name: header.name, bytes: try reader.content(of: header))
  }

  /// The next header; nil at the end.
  func next() throws(ConfigurationFailure) -> Header? {
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    if code == ARCHIVE_EOF, members > 0 { return nil }
    // A warning is about what is not used here: owners, times, names in the locale's character set.
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry else {
      throw failure(members == 0 ? "this is no tar.gz archive" : "the archive is damaged")
    }
    guard archive_filter_code(archive, 0) == ARCHIVE_FILTER_GZIP else {
      throw ConfigurationFailure("this is no tar.gz archive: it is not compressed by gzip")
    }
    // The last filter is none: the bytes as they lie in memory.
    guard archive_filter_count(archive) == 2 else {
      throw ConfigurationFailure("this is no tar.gz archive: it is compressed twice")
    }
    members += 1
    guard members <= ArchiveLimit.members else {
      throw ConfigurationFailure("the archive has more than \(ArchiveLimit.members) members")
    }
    try checkUnpacked()
    return try header(entry)
  }

  private func header(_ entry: OpaquePointer) throws(ConfigurationFailure) -> Header {
    guard let name = Self.name(entry) else {
      throw ConfigurationFailure("the name of member \(members) of the archive is not UTF-8")
    }
    let shown = name.shownName
    if archive_entry_hardlink(entry) != nil || archive_entry_hardlink_w(entry) != nil {
      throw ConfigurationFailure("\(shown) is a link; only files and folders are taken over")
    }
    switch archive_entry_filetype(entry) {
    case S_IFDIR: return Header(name: name, isFolder: true)
    case S_IFREG: break
    case S_IFLNK:
      throw ConfigurationFailure("\(shown) is a link; only files and folders are taken over")
    default:
      throw ConfigurationFailure("\(shown) is a device; only files and folders are taken over")
    }
    guard archive_entry_size_is_set(entry) == 0 || archive_entry_size(entry) <= ArchiveLimit.member
    else { throw tooLarge(shown) }
    return Header(name: name, isFolder: false)
  }

  /// libarchive gives names in the locale's character set otherwise, which is none in a service.
  private static func name(_ entry: OpaquePointer) -> String? {
    guard let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
      return nil
    }
    return String(validatingCString: name)
  }

  /// The content of the file whose header was read last.
  func content(of header: Header) throws(ConfigurationFailure) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
    while true {
      let count = chunk.withUnsafeMutableBytes {
        archive_read_data(archive, $0.baseAddress, $0.count)
      }
      guard count >= 0 else {
        throw failure("the archive is damaged at \(header.name.shownName)")
      }
      guard count > 0 else { return content }
      guard content.count + count <= ArchiveLimit.member else {
        throw tooLarge(header.name.shownName)
      }
      total += count
      guard total <= ArchiveLimit.total else {
        throw ConfigurationFailure(
          "the files in the archive have more than \(ArchiveLimit.total) bytes together")
      }
      try checkUnpacked()
      content += chunk[..<count]
    }
  }

  /// All that comes out of the decompressor, piece by piece.
  func chunks(_ body: (ArraySlice<UInt8>) -> Void) throws(ConfigurationFailure) {
    var chunk = [UInt8](repeating: 0, count: Self.chunkSize)
    while true {
      let count = chunk.withUnsafeMutableBytes {
        archive_read_data(archive, $0.baseAddress, $0.count)
      }
      guard count >= 0 else { throw failure("the archive is damaged") }
      guard count > 0 else { return }
      try checkUnpacked()
      body(chunk[..<count])
    }
  }

  private static let chunkSize = 65_536

  private func checkUnpacked() throws(ConfigurationFailure) {
    guard archive_filter_bytes(archive, 0) <= ArchiveLimit.unpacked else {
      throw ConfigurationFailure("the archive unpacks to more than \(ArchiveLimit.unpacked) bytes")
    }
  }

  private func tooLarge(_ shown: String) -> ConfigurationFailure {
    ConfigurationFailure("\(shown) has more than \(ArchiveLimit.member) bytes")
  }

  private func failure(_ what: String) -> ConfigurationFailure {
    ConfigurationFailure("\(what): \(LibArchive.reason(archive) ?? "it is cut or damaged")")
  }

  private static let outOfMemory = ConfigurationFailure("there is no memory left")
}

/// What both directions need of libarchive.
enum LibArchive {
  /// What it says of its last error.
  static func why(_ archive: OpaquePointer) -> String {
    reason(archive) ?? "it does not say why"
  }

  /// The same; nil: nothing.
  static func reason(_ archive: OpaquePointer) -> String? {
    archive_error_string(archive).map { String(cString: $0) }
  }
}
