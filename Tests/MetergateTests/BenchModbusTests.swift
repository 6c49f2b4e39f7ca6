import Foundation
import PeerSupport
import Testing

@testable import metergate

/// `metergate bench modbus` as a program; figures are not judged here.
@Suite(.ownThread) struct BenchModbusTests {
  private func run(_ arguments: [String]) throws -> PeerProcess.Output {
    try PeerProcess.run(PeerProcess.metergate, ["bench", "modbus"] + arguments)
  }

  private func object(_ output: PeerProcess.Output) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8)) as? [String: Any])
  }

  @Test func fourRuns() throws {
    let output = try run(["--seconds", "0.2", "--json"])
    #expect(output.status == 0, "\(output.standardOutput) \(output.standardError)")
    let object = try object(output)
    #expect(object["schema"] as? Int == 1)
    #expect(object["bench"] as? String == "modbus")
    #expect(object["server"] as? String == "this process")
    #expect(object["registers"] as? Int == 125)
    #expect(object["faultless"] as? Bool == true)
    let parts = try #require(object["inProcess"] as? [[String: Any]])
    #expect(parts.map { $0["name"] as? String } == ["decode and look up", "decode and answer"])
    for part in parts {
      #expect(try #require(part["requestsPerSecond"] as? Double) > 1000)
      #expect(part["errors"] as? Int == 0)
    }
    let runs = try #require(object["runs"] as? [[String: Any]])
    #expect(runs.map { $0["connections"] as? Int } == [1, 5, 80, 5])
    #expect(runs.map { $0["depth"] as? Int } == [1, 1, 1, 8])
    for run in runs {
      #expect(try #require(run["requests"] as? Int) > 0)
      let median = try #require(run["p50Microseconds"] as? Double)
      #expect(median > 0)
      #expect(try #require(run["p99Microseconds"] as? Double) >= median)
      #expect(try #require(run["serverCpuMicroseconds"] as? Double) > 0)
      #expect(run["errors"] as? [String: Int] == [:])
    }
    #expect(output.standardError.contains("connections: 80, depth: 1\n"))
  }

  @Test func tableForPeople() throws {
    let output = try run(
      ["--seconds", "0.1", "--connections", "2", "--depth", "3", "--registers", "10"])
    #expect(output.status == 0)
    let lines = output.standardOutput.split(separator: "\n")
    try #require(lines.count == 5)
    #expect(lines[0] == "server: this process; 10 registers a request")
    #expect(lines[1].hasPrefix("decode and look up: "))
    #expect(lines[2].hasPrefix("decode and answer: "))
    #expect(lines[2].hasSuffix(" ns a request"))
    #expect(
      lines[3]
        == "connections       depth  requests/s      p50 µs      p99 µs      CPU µs      errors")
    let cells = lines[4].split(separator: " ")
    #expect(cells.count == 7)
    #expect(cells.first == "2")
    #expect(cells.dropFirst().first == "3")
    #expect(cells.last == "0")
  }

  /// A server that closes the connection instead of answering, and one that is not there.
  @Test func whatGoesWrongIsSaid() throws {
    let server = try PeerProcess.start(
      PeerProcess.python, ["-c", Self.closingServer])
    defer { server.stop() }
    #expect(server.waitForOutput(containing: "\n"))
    let port = server.standardOutput.filter(\.isNumber)
    let output = try run(["--host", "127.0.0.1:\(port)", "--connections", "1", "--seconds", "0.1"])
    #expect(output.status == 1)
    #expect(output.standardOutput.contains("server: 127.0.0.1:\(port); 125 registers a request\n"))
    #expect(
      output.standardOutput.hasSuffix(
        "connections: 1, depth: 1: 1 × connection closed by the server\n"),
      "\(output.standardOutput)")
    let nobody = try run(["--host", "127.0.0.1:1", "--seconds", "0.1"])
    #expect(nobody.status == 1)
    #expect(nobody.standardError.contains("127.0.0.1:1 cannot be reached: "))
  }

  private static let closingServer = """
    import socket
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        connection.recv(12)
        connection.close()
    """

  @Test(arguments: [
    (["--connections", "251"], "--connections 251: 1 to 250 are possible."),
    (["--depth", "0"], "--depth 0: 1 to 100 are possible."),
    (["--registers", "126"], "--registers 126: 1 to 125 are possible."),
    (["--seconds", "0"], "--seconds 0.0: 0.1 to 3600 are possible."),
    (["--host", "gateway"], "--host gateway: an address or name and a port are needed"),
    (["--host", "::1:502"], "--host ::1:502: an address or name and a port are needed"),
  ])
  func wrongOptionsAreNamed(_ arguments: [String], _ message: String) throws {
    let output = try run(arguments)
    #expect(output.status != 0)
    #expect(output.standardError.contains(message), "\(output.standardError)")
  }

  /// Times in a class at most 1 % wide; of ten times the median is the fifth, the 99th percentile the last.
  @Test func histogram() throws {
    var histogram = LatencyHistogram()
    #expect(histogram.percentile(thousandths: 500) == nil)
    for time: Int64 in [1, 2, 3, 4, 100, 1000, 20_000, 300_000, 4_000_000, 50_000_000] {
      histogram.add(nanoseconds: time)
    }
    #expect(histogram.count == 10)
    #expect(histogram.percentile(thousandths: 500) == 100)
    #expect(histogram.percentile(thousandths: 400) == 4)
    for (share, time) in [(600, 1000.0), (700, 20_000), (900, 4_000_000), (990, 50_000_000)] {
      let found = Double(try #require(histogram.percentile(thousandths: share)))
      #expect(abs(found / time - 1) <= 0.01, "\(share)")
    }
    var sum = histogram
    sum += histogram
    #expect(sum.count == 20)
    #expect(sum.percentile(thousandths: 500) == 100)
    sum.add(nanoseconds: -1)
    sum.add(nanoseconds: .max)
    #expect(sum.count == 22)
  }
}
