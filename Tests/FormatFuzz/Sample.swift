import ConfigurationArchive
import Glibc
import MeterFiles
import Time

/// Files of a device that does not exist.
enum Sample {
  static let settings = """
    ; a comment\r
    [IP]\r
    ADDRESS=192.0.2.1\r
    [DEVICE]
    NAME="a; b"
    [SOLVIMUS]
    METER_TIME = 60 ; s
    MODBUS_ENABLE=1
    MBUS_TIMEOUT=500
    FUTURE_PASSWORD='hunter2'
    WAN_PASSWORD={enc1}AAAA
    MODBUS_KEY_FILE=app/tls/server.key
    METER_STAT_CONFIG=app/list.cfg
    ;PIN=1
    nonsense

    """

  static let list = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- ours -->
    <root>
      <version>0x06</version>
      <meter>
        <interface>M-Bus</interface><serial>0x30101198</serial><manufacturer>NZR</manufacturer>
        <version>0x01</version><medium>Electricity</medium><register>10</register>
        <encryptionkey>0x01 0x02 0x03 0x04 0x05 0x06 0x07 0x08 0x09 0x0A 0x0B 0x0C 0x0D 0x0E 0x0F 0x10</encryptionkey>
        <user>Keller &amp; Dach</user>
        <value><description>Energy</description><unit>Wh</unit><dif>04</dif><vif>03</vif><register>20</register></value>
        <value><dif>8C 10</dif><vif>FB 0D</vif><storagenum>2</storagenum><userscale>0.25</userscale><future>x</future></value>
      </meter>
      <meter><addressmode>1</addressmode><primaryaddress>5</primaryaddress><register>0</register></meter>
    </root>

    """

  static let users = """
    ; ours
    [admin]
    HASH=$y$j9T$aYElisRUfYAHHAZM3B/e2/$OTUhcITyu1OSndNiyPSjUI2sREvfvbpR3oujVJN5YXA
    READ=ALL
    WRITE=ALL
    [fitter]
    READ=General,Meter
    SESSIONS=2
    FTP=1

    """

  static let preconfiguration = """
    MBUS;12345670;00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F;Flat 1;900
    WMBUS;12345671;;"Flat ""2""; left";60,0

    """

  static let table =
    "\u{FEFF}Row;Interface;Serial;Manufacturer;Value;DIF;VIF;Label;Active;Register;Cycle;User scale\r\n"
    + "meter;M-Bus;30101198;NZR;;;;'007;1;10;900;\r\n"
    + "value;M-Bus;30101198;NZR;1;0x04;0x03;\"a\r\nb\";WAHR;20;;0,25\r\n"

  private static let origin = ConfigurationOrigin(version: "0.1.0", serial: 0xD080_0DC1)
  private static let time = WallTime(unixSeconds: 1_790_000_000)

  /// Files as a tar archive without compression (POSIX ustar).
  static let tar: [UInt8] = {
    let files = [
      ("./chip.ini", settings), ("./list.cfg", list), ("users", users), ("keys/config.key", "00"),
      ("app/tls/server.key", "key"), ("report/a.sh", "#!/bin/sh\n"),
    ]
    return files.flatMap { entry($0.0, Array($0.1.utf8)) } + [UInt8](repeating: 0, count: 1024)
  }()

  private static func entry(_ name: String, _ content: [UInt8]) -> [UInt8] {
    func octal(_ number: Int, _ width: Int) -> [UInt8] {
      let digits = String(number, radix: 8)
      return Array((String(repeating: "0", count: width - 1 - digits.count) + digits + "\0").utf8)
    }
    func field(_ text: [UInt8], _ width: Int) -> [UInt8] {
      text + [UInt8](repeating: 0, count: width - text.count)
    }
    let name = field(Array(name.utf8), 100)
    let numbers =
      octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.count, 12) + octal(0, 12)
    let rest = field(Array("0".utf8), 101) + Array("ustar\0".utf8) + Array("00".utf8)
    let head = field(name + numbers + Array("        ".utf8) + rest, 512)
    let sum = octal(head.reduce(0) { $0 + Int($1) }, 7) + [0x20]
    let padding = [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    return Array(head[..<148]) + sum + Array(head[156...]) + content + padding
  }

  private static let contents = try? ArchiveFile.read(Gzip.stored(tar)).contents

  /// As it is without compression, and as we write it.
  static let archives: [[UInt8]] = {
    guard let contents,
      let own = try? ArchiveFile.write(
        contents, origin: origin, cause: .export, user: nil, time: time)
    else { return [] }
    return [tar, own]
  }()

  static let json: [UInt8] = {
    guard let contents,
      let text = try? JSONBackup.write(contents, origin: origin, hasSecrets: true, time: time)
    else { return [] }
    return Array(text.utf8)
  }()
}
