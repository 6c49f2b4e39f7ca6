import BusSimulator
import Foundation
import PeerSupport
import Testing

@testable import ConfigurationArchive
@testable import FormatFuzz

@Suite(.ownThread) struct HostileArchiveTests {
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
    ("twice", "\"users\" is in the archive twice"),
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
    ("bzip2", "this is no tar.gz archive: it is not compressed by gzip"),
    ("rubbish", "this is no tar.gz archive: it is not compressed by gzip"),
    ("nothing", "this is no tar.gz archive: it is not compressed by gzip"),
    ("gzip-of-text", "this is no tar.gz archive: Unrecognized archive format"),
    ("file-and-folder", "\"keys/a\" in the archive is a file and a folder"),
    ("wrong-sum", "the archive is damaged: its check number (CRC-32) is not that of its content"),
    ("wrong-length", "the archive is damaged: its content is not as long as it says at its end"),
    ("two-members", "the archive is damaged: its content is not as long as it says at its end"),
    ("trailer-missing", "this is no tar.gz archive: it is cut or damaged"),
    (
      "rubbish-behind",
      "the archive is damaged: its check number (CRC-32) is not that of its content"
    ),
    ("twice-compressed", "this is no tar.gz archive: it is compressed twice"),
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

  /// Unpacked and packed again by tar: metergate.json stands somewhere, with ./ before its name. What was changed
  /// in between has to come without it.
  @Test func packedAgain() throws {
    let folder = try TemporaryFolder()
    let archive = try ArchiveFile.write(
      Fixture.contents(), origin: Fixture.origin, cause: .export, user: nil, time: Fixture.time)
    try Data(archive).write(to: URL(fileURLWithPath: folder["a.tar.gz"]))
    func read(_ edit: String) throws -> (ConfigurationContents, ConfigurationManifest?) {
      let steps = "rm -rf dd; mkdir dd; tar xzf a.tar.gz -C dd; \(edit); tar czf b.tar.gz -C dd ."
      let output = try PeerProcess.run("sh", ["-c", "cd '\(folder.path)'; \(steps)"])
      try #require(output.status == 0, "\(output.standardError)")
      return try ArchiveFile.read(try bytes(folder["b.tar.gz"]))
    }
    let same = try read("true")
    #expect(same.0 == (try ArchiveFile.read(archive).contents) && same.1 != nil)
    #expect(
      throws: ConfigurationFailure(
        "\"chip.ini\" in the archive is not as metergate.json in it says: it was damaged or changed. If it was "
          + "changed by hand, take metergate.json out of the archive")
    ) { try read("echo '; x' >> dd/chip.ini") }
    #expect(
      throws: ConfigurationFailure(
        "\"note.pem\" in the archive is not as metergate.json in it says: it was damaged or changed. If it was "
          + "changed by hand, take metergate.json out of the archive")
    ) { try read("echo x > dd/note.pem") }
    let changed = try read("rm dd/metergate.json; echo '; x' >> dd/chip.ini")
    #expect(changed.1 == nil && changed.0.files.count == same.0.files.count)
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

  /// Whatever happens to an archive: a sentence or the same files, never others, since its sums tell. The half that
  /// is not compressed has its bytes as they are, so that single ones of the files change.
  @Test func mutations() throws {
    let compressed = try ArchiveFile.write(
      Fixture.contents(), origin: Fixture.origin, cause: .export, user: nil, time: Fixture.time)
    let archives = [compressed, Gzip.stored(Sample.tar)]
    let files = try archives.map { try ArchiveFile.read($0).contents.files }
    // The same each time: new mistakes are for `make fuzz` to find.
    let seed: UInt64 = 5
    let mutator = Mutator(words: ["chip.ini", "../x", "users"])
    var (refused, same) = (0, 0)
    for round in 0..<UInt64(2_000) {
      var random = SplitMix64(seed: seed, round: round)
      let which = Int(round % 2)
      let bytes = mutator.mutated(archives[which], &random)
      do throws(ConfigurationFailure) {
        let read = try ArchiveFile.read(bytes).contents.files
        #expect(read == files[which], "seed \(seed), round \(round)")
        same += 1
      } catch {
        #expect(!error.description.isEmpty)
        refused += 1
      }
    }
    #expect(refused > 1_500, "\(refused) refused, \(same) the same, seed \(seed)")
  }
}
