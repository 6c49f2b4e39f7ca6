import Foundation
import PeerSupport
import Testing

/// `metergate log --raw` on files as the gateway writes them.
@Suite(.ownThread) struct LogCommandTests {
  private static let lines = [
    "2026-11-21T23:59:59.999Z M-Bus TX serial=12345678 10 7B FD 78 16",
    "2026-11-22T00:00:00.250Z M-Bus RX serial=12345678 E5",
    "2026-11-22T08:00:30.000Z M-Bus GUEST serial=- 10 40 FD 3D 16",
    "2026-11-22T09:15:00.000Z M-Bus TX serial=1234567A 10 5B FD 58 16",
  ]

  private func log(_ arguments: [String]) throws -> PeerProcess.Output {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    for (month, day, lines) in [("11", "21", Self.lines[..<1]), ("11", "22", Self.lines[1...])] {
      let path = "\(folder.path)/Log/2026/\(month)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try folder.write(
        lines.map { $0 + "\n" }.joined(), to: "Log/2026/\(month)/mbus-2026\(month)\(day).log")
    }
    return try PeerProcess.run(
      PeerProcess.metergate, ["log", "--raw", "--ext", folder.path] + arguments)
  }

  @Test(
    arguments: [
      ([], [0, 1, 2, 3]), (["--since", "2026-11-22"], [1, 2, 3]),
      (["--since", "2026-11-22 08:00"], [2, 3]), (["--since", "2026-11-22T08:00:31Z"], [3]),
      (["--serial", "0x1234567a"], [3]), (["--serial", "12345678"], [0, 1]),
      (["--filter", "snd_nke"], [2]), (["--filter", "acknow"], [1]),
      (["--filter", "serial=12345678 req_ud2"], [0]),
      (["--regex", "--filter", "^REQ_UD[12]|5[AB] fd"], [0, 3]),
      (["--line", "1"], [0, 1, 2, 3]), (["--line", "2"], []),
    ] as [([String], [Int])])
  func whatIsAskedForIsShown(arguments: [String], expected: [Int]) throws {
    let output = try log(arguments)
    #expect(output.status == 0)
    #expect(output.standardOutput == expected.map { Self.lines[$0] + "\n" }.joined())
  }

  @Test(arguments: [
    (["--since", "08:00"], "--since 08:00 is no time: as 2026-11-22, 2026-11-22T08 or "),
    (
      ["--serial", "@2"],
      "--serial @2 is no serial number: 1 to 8 digits 0 to 9 and A to E; missing ones are zeros in front"
    ),
    (["--line", "0"], "--line 0 is no line: 1 is the first"),
    (
      ["--regex", "--filter", "("],
      "the filter \"(\" is no regular expression: a ) is missing, at character 2"
    ), (["--regex"], "--regex says how --filter is meant: give it"),
  ])
  func mistakesAreNamed(arguments: [String], message: String) throws {
    let output = try log(arguments)
    #expect(output.status == 64)
    #expect(output.standardError.hasPrefix("Error: \(message)"), "\(output.standardError)")
  }

  @Test func linesAreExplained() throws {
    let decoded = try log(["--decode", "--since", "2026-11-22T00", "--serial", "12345678"])
    #expect(decoded.standardOutput == Self.lines[1] + "  acknowledgement\n")
    let json = try log(["--json", "--decode", "--filter", "REQ_UD2, address 253; "])
    #expect(json.standardOutput.isEmpty)
    let object = try log(["--json", "--decode", "--serial", "1234567A"])
    #expect(
      object.standardOutput
        == #"{"schema":1,"time":"2026-11-22T09:15:00.000Z","line":"M-Bus","direction":"TX","serial":"1234567A","#
        + #""hex":"10 5B FD 58 16","text":"REQ_UD2, address 253"}"# + "\n")
  }
}
