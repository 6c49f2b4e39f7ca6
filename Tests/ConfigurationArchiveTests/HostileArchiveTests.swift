import Foundation
import PeerSupport
import Testing

@testable import ConfigurationArchive

@Suite struct HostileArchiveTests {
  private static let notOurs =
    "in the archive does not belong to a configuration; these files do: chip.ini, Device_Handle.cfg, "
    + "Device_Config.cfg, meter-conf-import.csv, users, *.pem, *.crt, *.key, the files that chip.ini names, and "
    + "what lies in keys/, metersystem/, report/, ssh/, vpn/"

  /// Archive by archive, what it is refused with.
  private static let expected: [(name: String, why: String)] = [
    (
      "absolute",
      "\"/etc/passwd\" in the archive begins with /; names have to be relative to the folder of chip.ini"
    ),
    ("up", "\"keys/../../chip.ini\" in the archive leads out of the folder by .."),
    ("hidden", "\".history/000001-x.tar.gz\" \(notOurs)"),
    ("hidden-folder", "\"keys/.x\" \(notOurs)"),
    ("socket-name", "\"control.sock\" \(notOurs)"),
    ("foreign", "\"firmware.bin\" \(notOurs)"),
    ("deep", "\"keys/a/b/c/d\" \(notOurs)"),
    ("control", "\"keys/a�[2J\" \(notOurs)"),
    ("symbolic", "\"chip.ini\" is a link; only files and folders are taken over"),
    ("hard", "\"chip.ini\" is a link; only files and folders are taken over"),
    ("device", "\"users\" is a device; only files and folders are taken over"),
    ("fifo", "\"users\" is a device; only files and folders are taken over"),
    ("twice", "\"./users\" is in the archive twice"),
    ("twice-case", "chip.ini is in the archive twice, with and without capitals"),
    ("latin1", "the name of member 1 of the archive is not UTF-8"),
    ("large", "\"keys/a\" has more than 16777216 bytes"),
    ("total", "the files in the archive have more than 34603008 bytes together"),
    ("many", "the archive has more than 2000 members"),
    ("sparse", "\"users\" has more than 16777216 bytes"),
    ("header-bomb", "the archive unpacks to more than 50987008 bytes"),
    (
      "schema",
      "the archive has schema 2, of another version of this software; this one reads schema 1"
    ),
    (
      "product",
      "metergate.json in the archive is not of this product: \"product\" must be \"metergate\""
    ),
    ("broken-json", "metergate.json in the archive is no JSON object with \"schema\""),
    ("plain", "this is no tar.gz archive: it is not compressed by gzip"),
    ("bzip2", "this is no tar.gz archive: Unrecognized archive format"),
    ("rubbish", "this is no tar.gz archive: Unrecognized archive format"),
    ("nothing", "this is no tar.gz archive: Unrecognized archive format"),
    ("empty", "this is no tar.gz archive"),
    ("cut", "the archive is damaged at \"keys/0\": truncated gzip input"),
  ]

  private func archives() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let script = PeerProcess.root + "/Tests/ConfigurationArchiveTests/hostile_archives.py"
    let output = try PeerProcess.run(PeerProcess.python, [script, folder.path])
    try #require(output.status == 0, "\(output.standardError)")
    return folder
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func eachIsRefusedWithASentence() throws {
    let folder = try archives()
    for (name, why) in Self.expected {
      let archive = try bytes(folder[name])
      let failure = Fixture.failure { () throws(ConfigurationFailure) in
        _ = try ArchiveFile.read(archive)
      }
      #expect(
        failure?.description.hasPrefix(why) ?? false, "\(name): \(failure?.description ?? "")")
    }
  }

  /// What is wrong within the files is told by file and line, and nothing is written.
  @Test func mistakesInTheFiles() throws {
    let (folder, target) = (try archives(), try Fixture.alpha())
    let before = try Fixture.files(target)
    let expected = [
      "outside-list": [
        "METER_STAT_CONFIG would place the meter list at /etc/passwd, outside of \(target.path) or where no "
          + "meter list may be; nothing is changed"
      ],
      "wrong-setting": [
        "it has an error, and nothing is changed",
        "chip.ini:3:12: [SOLVIMUS] METER_TIME = 'x': not allowed; allowed: ",
      ],
      "wrong-list": ["it has an error, and nothing is changed", "Device_Handle.cfg:1:"],
    ]
    for (name, texts) in expected {
      let archive = try bytes(folder[name])
      let failure = try #require(
        Fixture.failure { () throws(ConfigurationFailure) in
          let place = ConfigurationFolder(target.path)
          _ = try place.perform(place.plan(for: ArchiveFile.read(archive).contents))
        })
      let told = [failure.description] + failure.diagnostics.map(\.description)
      #expect(told.count == texts.count, "\(told)")
      for (line, text) in zip(told, texts) { #expect(line.hasPrefix(text), "\(line)") }
    }
    #expect(try Fixture.files(target) == before)
  }

  /// Rubbish of all kinds: a sentence or the same files, never more; and in bounded time.
  @Test func mutations() throws {
    let archive = try ArchiveFile.write(
      Fixture.contents(), origin: Fixture.origin, cause: .export, user: nil, time: Fixture.time)
    let plain = try ungzipped(archive)
    let files = try ArchiveFile.read(archive).contents.files
    var random = SystemRandomNumberGenerator()
    var (refused, same) = (0, 0)
    for round in 0..<4_000 {
      // Half of them get through the decompressor, to the headers.
      let isPlain = round % 2 == 0
      var bytes = isPlain ? plain : archive
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      if isPlain { bytes = stored(bytes) }
      do throws(ConfigurationFailure) {
        let read = try ArchiveFile.read(bytes)
        if read.manifest != nil {
          // Whatever metergate.json itself says now.
          #expect(Set(read.contents.files.keys).isSubset(of: files.keys) || isPlain)
          if read.contents.files == files { same += 1 }
        }
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 2_000 && same > 0, "\(refused) refused, \(same) the same")
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SystemRandomNumberGenerator) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = .random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 600))
    case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 512)], at: place)
    default: bytes.removeLast(bytes.count - place)
    }
  }

  private func ungzipped(_ archive: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try Data(archive).write(to: URL(fileURLWithPath: folder["a.gz"]))
    let output = try PeerProcess.run("gzip", ["-dk", folder["a.gz"]])
    try #require(output.status == 0)
    return try bytes(folder["a"])
  }

  /// As gzip, without compression (RFC 1951, ch. 3.2.4; RFC 1952).
  private func stored(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    var rest = bytes[...]
    repeat {
      let part = rest.prefix(65_535)
      rest = rest.dropFirst(part.count)
      let (low, high) = (UInt8(part.count & 0xFF), UInt8(part.count >> 8))
      result += [rest.isEmpty ? 1 : 0, low, high, ~low, ~high] + part
    } while !rest.isEmpty
    let sums = [CRC32.of(bytes), UInt32(bytes.count)]
    return result + sums.flatMap { sum in (0..<4).map { UInt8(sum >> ($0 * 8) & 0xFF) } }
  }
}
