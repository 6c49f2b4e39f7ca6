import Foundation
import MeterFiles
import PeerSupport
import Settings
import Testing

@testable import ConfigurationArchive

/// Passwords that are encrypted with the key of a device, on their way to another one and back.
@Suite struct SecretImportTests {
  private static let row = SettingsTable.row(.main, "WAN_PASSWORD")

  /// A device with a password, encrypted as `mode` says.
  private func device(_ password: String, mode: Int = 1, _ rest: String = "") throws
    -> TemporaryFolder
  {
    let folder = try TemporaryFolder([
      "chip.ini": "[DEVICE]\nNAME=x\n[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=\(mode)\n" + rest
    ])
    try set(password, folder)
    return folder
  }

  private func set(_ password: String, _ folder: TemporaryFolder) throws {
    let row = try #require(Self.row)
    _ = try AppFolder.load(folder.path).settingsFile.saving([
      SettingChange(row, .text(password))
    ])
  }

  private func password(_ folder: TemporaryFolder) -> String {
    Self.row.map { AppFolder.load(folder.path).settings[$0].description } ?? ""
  }

  private func stands(_ folder: TemporaryFolder) -> String? {
    folder.read("chip.ini")?.split(separator: "\n")
      .first { $0.hasPrefix("WAN_PASSWORD=") }.map { String($0.dropFirst(13)) }
  }

  private func bring(
    _ from: TemporaryFolder, into folder: TemporaryFolder, _ parts: Set<ConfigurationPart>? = nil,
    carrying: Set<ConfigurationPart> = ConfigurationPart.all,
    _ manner: ConfigurationPlan.Manner = .merge
  ) throws -> ConfigurationPlan {
    let contents = try ConfigurationFolder(from.path).contents().limited(to: carrying)
    let place = ConfigurationFolder(folder.path)
    let plan = try place.plan(for: contents, parts: parts, manner: manner)
    try place.perform(plan)
    return plan
  }

  /// With the key of the source at hand, it is encrypted with the key of the target, which stays.
  @Test func fromDeviceToDevice() throws {
    let source = try device("from a")
    for mode in [0, 1, 2] {
      let target = try device("from b", mode: mode)
      let key = target.read("keys/config.key")
      _ = try bring(source, into: target, [.device, .meters])
      #expect(password(target) == "from a")
      #expect(stands(target)?.hasPrefix("{enc1}") ?? false)
      #expect(stands(target) != stands(source) && target.read("keys/config.key") != nil)
      if mode > 0 { #expect(target.read("keys/config.key") == key) }
      // The same once more: nothing to do.
      #expect(try bring(source, into: target, [.device, .meters]).isEmpty)
      #expect(try bring(source, into: target).isEmpty || mode == 0)
    }
  }

  /// The key alone does not replace one that is in use.
  @Test func certificatesAlone() throws {
    let (source, target) = (try device("from a"), try device("from b"))
    #expect(try bring(source, into: target, [.certificates]).isEmpty)
    #expect(password(target) == "from b")
    let fresh = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
    _ = try bring(source, into: fresh, [.certificates])
    #expect(fresh.read("keys/config.key") == source.read("keys/config.key"))
  }

  /// Without the key of the source nothing can be done, and the key is named.
  @Test func withoutTheKey() throws {
    let (source, target) = (try device("from a"), try device("from b"))
    let before = target.read("chip.ini")
    let failure = Fixture.failure { () throws(ConfigurationFailure) in
      let contents = try ConfigurationFolder(source.path).contents().limited(to: [.device])
      _ = try ConfigurationFolder(target.path).plan(for: contents)
    }
    #expect(failure?.description == "it has an error, and nothing is changed")
    #expect(
      failure?.diagnostics.map(\.description) == [
        "chip.ini:5:14: WAN_PASSWORD is encrypted, and cannot be decrypted to be encrypted with the key of this "
          + "device: it was encrypted with another keys/config.key, or has been changed; write the password as it "
          + "is. The part certificates of the device that it comes from has the key (keys/config.key)"
      ])
    #expect(target.read("chip.ini") == before)
    let contents = try ConfigurationFolder(source.path).contents()
    #expect(contents.limited(to: [.device]).lacksKey && !contents.lacksKey)
    // The device's own password is at home.
    let own = try ConfigurationFolder(target.path).contents().limited(to: [.device])
    try target.write("[SOLVIMUS]\n", to: "chip.ini")
    try ConfigurationFolder(target.path).perform(ConfigurationFolder(target.path).plan(for: own))
    #expect(password(target) == "from b")
  }

  /// A plain one is encrypted when the target wants it, and becomes plain when the source does.
  @Test func plainOnes() throws {
    let source = try device("plain", mode: 0)
    let target = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=1\n"])
    let contents = ConfigurationContents(
      files: ["chip.ini": Array("[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=1\nWAN_PASSWORD=plain\n".utf8)],
      parts: [.device])
    let place = ConfigurationFolder(target.path)
    try place.perform(place.plan(for: contents))
    #expect(password(target) == "plain" && stands(target)?.hasPrefix("{enc1}") ?? false)
    var status = stat()
    #expect(stat(target["keys"], &status) == 0 && status.st_mode & 0o777 == 0o700)
    #expect(stat(target["keys/config.key"], &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(try place.plan(for: contents).isEmpty)
    _ = try bring(source, into: target)
    #expect(stands(target) == "plain")
  }

  /// A reset that keeps settings keeps the key of their passwords; one that does not removes it.
  @Test func reset() throws {
    let (folder, shipped) = (try device("mine"), try TemporaryFolder())
    let place = ConfigurationFolder(folder.path)
    try place.perform(
      place.planReset(to: shipped.path, keeping: [.device, .network, .name]))
    #expect(password(folder) == "mine")
    try place.perform(place.planReset(to: shipped.path, keeping: []))
    #expect(folder.read("keys/config.key") == nil && folder.read("chip.ini") == "[SOLVIMUS]\n")
  }

  /// A whole state comes back byte for byte, with its key; a part of it under the key of now.
  @Test func restoring() throws {
    let (folder, shipped) = (try device("first"), try TemporaryFolder())
    let (place, history) = (
      ConfigurationFolder(folder.path),
      ConfigurationHistory(folder: folder.path, origin: Fixture.origin)
    )
    let first = try Fixture.files(folder)
    try history.record(cause: .file, time: Fixture.time)
    try place.perform(place.planReset(to: shipped.path, keeping: []))
    try folder.write("[SOLVIMUS]\nMUC_PASSMUC_ENCMODE=1\n", to: "chip.ini")
    try set("second", folder)
    let key = folder.read("keys/config.key")
    #expect(key != first["keys/config.key"])
    try place.perform(history.plan(restoring: 1, parts: [.certificates]))
    #expect(password(folder) == "second" && folder.read("keys/config.key") == key)
    try place.perform(history.plan(restoring: 1, parts: [.device]))
    #expect(password(folder) == "first" && folder.read("keys/config.key") == key)
    try place.perform(history.plan(restoring: 1))
    #expect(try Fixture.files(folder) == first && password(folder) == "first")
  }

  /// What a later version may have encrypted comes along as well.
  @Test func unknownKeys() throws {
    let source = try device("from a")
    let text = try #require(stands(source))
    try source.write(
      (source.read("chip.ini") ?? "") + "FUTURE_PASSWORD=\(text)\n", to: "chip.ini")
    let target = try device("from b")
    _ = try bring(source, into: target)
    let line = target.read("chip.ini")?.split(separator: "\n")
      .first { $0.hasPrefix("FUTURE_PASSWORD=") }
    let sealed = try #require(line.map { String($0.dropFirst(16)) })
    #expect(sealed.hasPrefix("{enc1}") && sealed != text)
    try target.write(
      "[SOLVIMUS]\nWAN_PASSWORD=\(sealed)\n", to: "chip.ini")
    #expect(password(target) == "from a")
  }
}
