import Gateway
import MeterFiles
import PeerSupport
import Testing

/// MBUS_DISABLE_DECRYPTION = 1 beside meters with keys.
@Suite struct DecryptionCheckTests {
  private func said(_ chip: String, keys: Int) throws -> [String] {
    let key = (0..<16).map { "0x0\($0 % 10)" }.joined(separator: " ")
    let meters = (0..<3).map { index in
      let element = index < keys ? "<encryptionkey>\(key)</encryptionkey>" : ""
      return
        "<meter><interface>M-Bus</interface><serial>0x1000000\(index)</serial>\(element)</meter>"
    }
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\nMBUS_DEVPATH=sim:demo\n\(chip)\n",
      "Device_Handle.cfg": "<root>\(meters.joined())</root>",
    ])
    return FolderCheck.complete(AppFolder.load(folder.path)).diagnostics
      .filter { $0.key == "MBUS_DISABLE_DECRYPTION" }.map { "\($0.severity): \($0.message)" }
  }

  @Test func isToldWhereItMatters() throws {
    #expect(try said("", keys: 2).isEmpty)
    #expect(try said("MBUS_DISABLE_DECRYPTION=1", keys: 0).isEmpty)
    #expect(
      try said("MBUS_DISABLE_DECRYPTION=1", keys: 1) == [
        "warning: MBUS_DISABLE_DECRYPTION = 1 holds for all meters, and 1 meter has a key, which nothing is "
          + "decrypted with: what is encrypted gives wrong values"
      ])
    #expect(
      try said("MBUS_DISABLE_DECRYPTION=1", keys: 2).first?.contains("2 meters have keys") == true)
  }
}
