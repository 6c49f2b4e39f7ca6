import CArchive
import Glibc

/// Writes a tar.gz archive with libarchive. The same files give the same bytes: no times, no owners.
enum ArchiveWriter {
  /// The archive with these files, in this order.
  /// - Throws: `ConfigurationFailure` when they are more than can be read again.
  static func archive(_ members: [ArchiveMember]) throws(ConfigurationFailure) -> [UInt8] {
    try checkLimits(members)
    // What cannot be compressed grows by 5 bytes in 16 kB; a name that is no ASCII takes two headers more.
    let size = members.reduce(256 << 10) { $0 + $1.bytes.count + $1.bytes.count / 512 + 4096 }
    let sink = Sink(size: size)
    guard let archive = archive_write_new() else {
      throw ConfigurationFailure("there is no memory left")
    }
    defer { archive_write_free(archive) }
    func check(_ code: Int32) throws(ConfigurationFailure) {
      guard code == ARCHIVE_OK || code == ARCHIVE_WARN else {
        throw ConfigurationFailure("the archive cannot be written: \(LibArchive.why(archive))")
      }
    }
    try check(archive_write_set_format_pax_restricted(archive))
    try check(archive_write_add_filter_gzip(archive))
    // Otherwise the time of writing is in it.
    try check(archive_write_set_filter_option(archive, "gzip", "timestamp", nil))
    try check(
      archive_write_open_memory(archive, sink.memory.baseAddress, sink.memory.count, sink.used))
    for member in members {
      guard let entry = archive_entry_new() else {
        throw ConfigurationFailure("there is no memory left")
      }
      defer { archive_entry_free(entry) }
      // As bytes: a service has no locale into which a name could be converted from UTF-8, and libarchive 3.6 ends
      // the process over one that cannot be converted.
      archive_entry_copy_pathname(entry, member.name)
      archive_entry_set_filetype(entry, S_IFREG)
      archive_entry_set_perm(entry, 0o600)
      archive_entry_set_size(entry, Int64(member.bytes.count))
      archive_entry_set_mtime(entry, 0, 0)
      try check(archive_write_header(archive, entry))
      let count = member.bytes.withUnsafeBytes {
        archive_write_data(archive, $0.baseAddress, $0.count)
      }
      guard count == member.bytes.count else { try check(ARCHIVE_FATAL); break }
    }
    try check(archive_write_close(archive))
    return Array(sink.memory.prefix(sink.used.pointee))
  }

  private static func checkLimits(_ members: [ArchiveMember]) throws(ConfigurationFailure) {
    for member in members where member.bytes.count > ArchiveLimit.member {
      throw ConfigurationFailure(
        "\(member.name) has more than \(ArchiveLimit.member) bytes, and could not be read again")
    }
    let total = members.reduce(0) { $0 + $1.bytes.count }
    guard members.count <= ArchiveLimit.members, total <= ArchiveLimit.total else {
      throw ConfigurationFailure(
        "\(members.count) files with \(total) bytes are more than an archive may have: "
          + "\(ArchiveLimit.members) files, \(ArchiveLimit.total) bytes")
    }
  }

  /// Where libarchive writes to; it stays where it is meanwhile.
  private final class Sink {
    let memory: UnsafeMutableRawBufferPointer
    let used = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    init(size: Int) {
      memory = .allocate(byteCount: size, alignment: 1)
      used.initialize(to: 0)
    }

    deinit {
      memory.deallocate()
      used.deallocate()
    }
  }
}
