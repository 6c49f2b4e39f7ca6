import Foundation
import PeerSupport
import Settings
import Time

@testable import ConfigurationArchive

/// Configurations of devices that do not exist.
enum Fixture {
  static let origin = ConfigurationOrigin(version: "0.1.0", serial: 0xD080_0DC1)
  static let time = WallTime(unixSeconds: 1_790_000_000)

  /// admin with the password of delivery, which protects nothing.
  static let users = """
    [admin]
    HASH=$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSjUI2sREvfvbpR3oujVJN5YXA
    READ=ALL
    WRITE=ALL

    """

  static let settings = """
    ; alpha's file
    [IP]
    ADDRESS=192.0.2.1
    [DEVICE]
    NAME=alpha
    [SOLVIMUS]
    METER_TIME = 60 ; s
    MODBUS_ENABLE=1
    FUTURE_PASSWORD=hunter2
    MODBUS_KEY_FILE=app/tls/server.key

    """

  static let list = """
    <?xml version="1.0" encoding="UTF-8"?>
    <root>
      <version>0x06</version>
      <meter>
        <interface>M-Bus</interface>
        <serial>0x30101198</serial>
        <manufacturer>0x3265</manufacturer>
        <encryptionkey>0x01 0x02 0x03 0x04 0x05 0x06 0x07 0x08 0x09 0x0A 0x0B 0x0C 0x0D 0x0E 0x0F 0x10</encryptionkey>
        <label>cellar</label>
        <value>
          <description>Energy</description>
          <unit>Wh</unit>
          <dif>04</dif>
          <vif>03</vif>
        </value>
      </meter>
    </root>

    """

  /// A folder with a file of every kind.
  static func alpha() throws -> TemporaryFolder {
    let folder = try TemporaryFolder([
      "chip.ini": settings, "Device_Handle.cfg": list, "users": users,
      "cacert.pem": "-----BEGIN CERTIFICATE-----\n", "note.txt": "not ours\n",
    ])
    for inner in ["keys", "report", "tls", "vpn"] {
      try FileManager.default.createDirectory(
        atPath: folder[inner], withIntermediateDirectories: false)
    }
    try folder.write("host key\n", to: "keys/http_host_key")
    try folder.write("#!/bin/sh\n", to: "report/Zähler 1.sh")
    try folder.write("server key\n", to: "tls/server.key")
    try folder.write("remote 192.0.2.9\n", to: "vpn/config.ovpn")
    return folder
  }

  /// What such a folder holds.
  static func contents() throws -> ConfigurationContents {
    let folder = try alpha()
    return try withExtendedLifetime(folder) { try ConfigurationFolder(folder.path).contents() }
  }

  /// The archive of all that it holds.
  static func archive(of folder: TemporaryFolder) throws -> [UInt8] {
    try ArchiveFile.write(
      ConfigurationFolder(folder.path).contents(), origin: origin, cause: .export, user: "ann",
      time: time)
  }

  /// All files of a configuration with their texts.
  static func files(_ folder: TemporaryFolder) throws -> [String: String] {
    try ConfigurationFolder(folder.path).contents().files.mapValues {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// What somebody is told when it fails; nil: it does not.
  static func failure(
    _ body: () throws(ConfigurationFailure) -> Void
  ) -> ConfigurationFailure? {
    do throws(ConfigurationFailure) {
      try body()
      return nil
    } catch {
      return error
    }
  }
}
