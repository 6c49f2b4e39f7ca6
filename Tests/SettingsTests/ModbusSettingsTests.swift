import Settings
import Testing

/// MODBUS_MODE and what belongs to it.
@Suite struct ModbusSettingsTests {
  private func read(_ lines: String) -> (settings: Settings, texts: [String]) {
    let text = "[SOLVIMUS]\nMBUS_ENABLE=0\nMODBUS_ENABLE=1\n" + lines
    let result = Settings.read(INIDocument(Array(text.utf8)))
    return (result.settings, result.diagnostics.map { "\($0.severity): \($0)" })
  }

  @Test(arguments: [
    ("", [ModbusMode.tcp]), ("MODBUS_MODE=", [.tcp]), ("MODBUS_MODE=udp", [.udp]),
    ("MODBUS_MODE=Serial, Tcp", [.tcp, .serial]), ("MODBUS_MODE=TCP,TCP,UDP", [.tcp, .udp]),
    ("MODBUS_ENABLE=0\nMODBUS_MODE=UDP", []),
    ("MODBUS_TLSENABLE=1\nMODBUS_MODE=TCP,SERIAL", [.serial]),
    ("MODBUS_TLSENABLE=1\nMODBUS_TLSPLAIN=1\nMODBUS_MODE=TCP", [.tcp]),
  ])
  func modes(lines: String, expected: [ModbusMode]) {
    #expect(read(lines).settings.modbusModes == Set(expected))
  }

  private static let words = "one or more of TCP, UDP, SERIAL, with commas between them"

  @Test(arguments: [
    (
      "MODBUS_MODE=,",
      [
        "error: chip.ini:4:13: [SOLVIMUS] MODBUS_MODE = ',': not allowed; allowed: \(words); TCP stays in force"
      ]
    ),
    (
      "MODBUS_MODE=TCP;RTU,",
      [
        "error: chip.ini:4:13: [SOLVIMUS] MODBUS_MODE = 'TCP;RTU,': not allowed; allowed: \(words); TCP stays in force"
      ]
    ),
    (
      "MODBUS_MODE=SERIAL",
      [
        "error: chip.ini: MODBUS_DEVPATH is not set; MODBUS_MODE = SERIAL needs it, and serves nothing",
        "warning: chip.ini: MODBUS_ADDRESS = 0 answers every unit id on the serial line; where other slaves "
          + "share it, give the gateway one of 1 to 247",
      ]
    ),
    (
      "MODBUS_MODE=SERIAL\nMODBUS_DEVPATH=/dev/ttyS1\nMODBUS_DATABITS=7\nMODBUS_FLOWCONTROL=9\n"
        + "MODBUS_ADDRESS=1",
      [
        "warning: chip.ini:6:17: MODBUS_DATABITS = 7 cannot carry Modbus RTU; 8 data bits are used",
        "warning: chip.ini:7:20: MODBUS_FLOWCONTROL = 9 takes the bytes 11 and 13 out of frames; Modbus RTU "
          + "fails with it (0 or 2 do)",
      ]
    ),
    (
      "MODBUS_TLSENABLE=1\nMODBUS_CA_FILE=0\nMODBUS_CERT_FILE=app/a.pem\nMODBUS_MODE=UDP\n"
        + "MODBUS_TLSROLES=,",
      [
        "error: chip.ini:5:16: MODBUS_CA_FILE is not set; MODBUS_TLSENABLE needs it, and serves nothing",
        "error: chip.ini: MODBUS_KEY_FILE is not set; MODBUS_TLSENABLE needs it, and serves nothing",
        "error: chip.ini:8:17: MODBUS_TLSROLES names no role; every client of Modbus/TCP Security is refused",
        "warning: chip.ini:7:13: MODBUS_MODE lists UDP, which has no TLS and stays closed unless "
          + "MODBUS_TLSPLAIN is 1",
      ]
    ),
    (
      "MODBUS_TLSENABLE=1\nMODBUS_CA_FILE=a\nMODBUS_CERT_FILE=b\nMODBUS_KEY_FILE=c\nMODBUS_TLSPLAIN=1\n"
        + "MODBUS_TLSPORT=502",
      [
        "error: chip.ini:9:16: MODBUS_TLSPORT = 502 is the port of Modbus TCP and of Modbus/TCP Security; only one can have it"
      ]
    ),
    (
      "MBUS_ENABLE=1\nMBUS_DEVPATH=/dev/ttyS1\nMODBUS_MODE=SERIAL\nMODBUS_DEVPATH=/dev/ttyS1\n"
        + "MODBUS_ADDRESS=1",
      [
        "warning: chip.ini:4:1: [SOLVIMUS] MBUS_ENABLE stands in line 2 already; this one counts",
        "error: chip.ini:7:16: MODBUS_DEVPATH = /dev/ttyS1 is the port of the M-Bus, too (MBUS_DEVPATH); "
          + "only one can have it",
      ]
    ),
  ])
  func whatUsersSee(lines: String, expected: [String]) {
    #expect(Set(read(lines).texts) == Set(expected))
  }
}
