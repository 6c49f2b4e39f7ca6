import ArgumentParser
import NIOCore

/// `metergate bench modbus`: how many requests a second the Modbus TCP server answers, and how fast.
struct BenchModbusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modbus",
    abstract: "Measure how many requests the Modbus TCP server answers, and how fast.",
    discussion: """
      Starts a server within this process, with all registers in use, and needs no configuration. First \
      it is measured without sockets, then over loopback by clients on a thread of their own, each of \
      which asks as fast as it is answered. Without --connections and --depth there are four runs: 1, 5 \
      and 80 connections with one request on its way, and 5 connections with eight.

      CPU time is that of the server's thread for one request. Clients and server share the machine: \
      with fewer than two processors free the figures say little.

      With --host, a gateway that runs already is loaded instead, on this machine or another one. Mind \
      its MODBUS_MAXCONNECTIONS: a connection beyond it closes another one, which counts as an error.

      The exit code is 1 when anything was answered wrongly or not at all.

      Examples:
        metergate bench modbus
        metergate bench modbus --connections 5 --depth 8 --seconds 10
        metergate bench modbus --host 127.0.0.1:1502 --connections 5 --registers 10 --json
      """)

  @Option(help: "How many connections: 1 to 250.")
  var connections: Int?

  @Option(help: "How many requests are on their way on each connection: 1 to 100.")
  var depth: Int?

  @Option(help: "How many registers a request asks for: 1 to 125.")
  var registers: UInt16 = 125

  @Option(help: "The first register, counted from 0.")
  var start: UInt16 = 0

  @Option(help: "The unit identifier.")
  var unit: UInt8 = 255

  @Option(help: "How long each part is measured: 0.1 to 3600.")
  var seconds = 2.0

  @Option(
    help: ArgumentHelp(
      "A server that runs already, by address or name and port.", valueName: "host:port"))
  var host: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if let connections, !(1...250).contains(connections) {
      throw ValidationError("--connections \(connections): 1 to 250 are possible.")
    }
    if let depth, !(1...100).contains(depth) {
      throw ValidationError("--depth \(depth): 1 to 100 are possible.")
    }
    guard (1...125).contains(registers) else {
      throw ValidationError("--registers \(registers): 1 to 125 are possible.")
    }
    guard (0.1...3600).contains(seconds) else {
      throw ValidationError("--seconds \(seconds): 0.1 to 3600 are possible.")
    }
    if let host, Self.endpoint(host) == nil {
      throw ValidationError(
        "--host \(host): an address or name and a port are needed, such as 127.0.0.1:502 or [::1]:502."
      )
    }
  }

  func run() async throws {
    let report = try await measure(
      ModbusBench(
        host: host.flatMap(Self.endpoint), loads: loads,
        question: LoadClient.Question(unit: unit, start: start, registers: registers),
        time: .milliseconds(Int64(exactly: (seconds * 1000).rounded()) ?? 2000)))
    print(json ? report.json : report.text)
    if !report.isFaultless { throw ExitCode.failure }
  }

  private var loads: [(connections: Int, depth: Int)] {
    if connections == nil, depth == nil { return [(1, 1), (5, 1), (80, 1), (5, 8)] }
    return [(connections ?? 5, depth ?? 1)]
  }

  /// `192.0.2.1:502`, `name:502` or `[2001:db8::1]:502`.
  private static func endpoint(_ text: String) -> (name: String, port: Int)? {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port)
    else { return nil }
    var name = text[..<colon]
    if name.hasPrefix("["), name.hasSuffix("]") {
      name = name.dropFirst().dropLast()
    } else if name.contains(":") {
      return nil
    }
    return name.isEmpty ? nil : (String(name), port)
  }
}

/// Stands outside of the command: closures in it would belong to the main actor and trap on other threads.
private func measure(_ bench: ModbusBench) async throws -> ModbusBenchReport {
  try await bench.run { Output.note($0) }
}
