import Glibc
import ArgumentParser
import BusSimulator
import MeterFiles
import Metering
import SimulatorHost
import Transport

/// `metergate sim`: a simulated M-Bus behind a TCP port or a pseudo terminal.
struct SimCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sim",
    abstract:
      "Simulate an M-Bus with meters behind a TCP port or a serial port, at the speed of a real line.",
    discussion: """
      Opens a TCP port (--tcp) or a pseudo terminal (--pty) that behaves like a level converter with \
      meters on its bus. Requests and \
      answers take the time that a serial line with 8 data bits, even parity and one stop bit would \
      need; meters that answer at once disturb each other bit by bit. All clients share the bus and \
      receive what the meters send.

      A pseudo terminal is found by the link that --pty names, which is removed at the end. A link \
      that leads nowhere or to another pseudo terminal is replaced, anything else is left alone. (A \
      simulator that is killed leaves its link behind; the system may give what it led to to the next \
      program that asks for a terminal.) The \
      speed that its users set has no effect, unless --follow-speed is given: that of the bus is --baud.

      Built-in meters do what commands say ("metergate send"): they take another address, serial, speed \
      and time, send a selection of their values, and freeze. Recorded ones acknowledge and stay as they \
      are.

      The meters are either built-in ones that count on (--meters; electricity, heat, cold and warm \
      water, gas, heat cost allocators, room sensors) or answer with recorded telegrams \
      (--telegrams: one JSON object a line with "hex" and, if you like, "name"). What is skipped \
      of such a file, and why, is said on standard error.

      When the bus is there, one line is printed: ready: mbus=tcp://HOST:PORT meters=N, or with \
      --pty: ready: mbus=LINK meters=N
      Ctrl-C or SIGTERM ends it.

      Examples:
        metergate sim --tcp 127.0.0.1:10001 --meters 20
        metergate sim --pty ./bus --meters 20
        metergate sim --tcp 0.0.0.0:0 --meters 60 --seed 7 --noise 0.001
        metergate sim --meters 20 --write-config > Device_Handle.cfg
        metergate sim --tcp 127.0.0.1:10001 --telegrams my-meters.jsonl --baud 300
      """)

  @Option(
    help: ArgumentHelp(
      "The address and port to listen on; port 0 takes a free one.", valueName: "host:port"))
  var tcp: String?

  @Option(
    help: ArgumentHelp("Where the link to the pseudo terminal is made.", valueName: "link"))
  var pty: String?

  @Option(help: "How many built-in meters: 1 to 5000. The first 250 have primary addresses.")
  var meters: Int?

  @Option(help: ArgumentHelp("A file of recorded telegrams.", valueName: "file"))
  var telegrams: String?

  @Option(help: "Bits a second on the line: 1 to 1000000; M-Bus has 300 to 38400.")
  var baud: Int64 = 2400

  @Option(help: "Draws serials, answer delays and noise; the same number gives the same bus.")
  var seed: UInt64 = 1

  @Option(
    help: """
      The chance of each byte to be disturbed, in both directions: 0 to 1. What is sent over TCP or a \
      pseudo terminal does not show which bytes have a wrong parity.
      """)
  var noise: Double = 0

  @Option(
    help: ArgumentHelp(
      "Cut off the meter with this serial. May be given several times.", valueName: "serial"))
  var mute: [String] = []

  @Flag(
    name: .customLong("follow-speed"),
    help: "With --pty: the master talks at the speed that is set at the terminal, not at --baud.")
  var followSpeed = false

  @Option(
    name: .customLong("meter-baud"),
    help: ArgumentHelp(
      "The meter with this serial has a speed of its own. May be given several times.",
      valueName: "serial=baud"))
  var meterBaud: [String] = []

  @Option(
    help: ArgumentHelp(
      "The meter with this serial acknowledges commands and does nothing. May be given several times.",
      valueName: "serial"))
  var ignoring: [String] = []

  @Option(
    help: ArgumentHelp(
      "The meter with this serial does not answer commands. May be given several times.",
      valueName: "serial"))
  var refusing: [String] = []

  @Flag(
    name: .customLong("write-config"),
    help: "Print a Device_Handle.cfg with all these meters and their values, and end.")
  var writeConfig = false

  func validate() throws {
    guard (meters == nil) != (telegrams == nil) else {
      throw ValidationError("Give either --meters N or --telegrams FILE.")
    }
    if let meters, !(1...5000).contains(meters) {
      throw ValidationError("--meters \(meters): 1 to 5000 are possible.")
    }
    guard (1...1_000_000).contains(baud) else {
      throw ValidationError("--baud \(baud): 1 to 1000000 are possible.")
    }
    guard (0...1).contains(noise) else {
      throw ValidationError("--noise \(noise): 0 to 1 are possible.")
    }
    _ = try (
      serials("--mute", mute), serials("--ignoring", ignoring), serials("--refusing", refusing)
    )
    _ = try speeds()
    guard !followSpeed || pty != nil else {
      throw ValidationError("--follow-speed goes with --pty: a TCP port has no speed.")
    }
    if writeConfig { return }
    guard tcp != nil || pty != nil else {
      throw ValidationError(
        "Give the port to open: --tcp HOST:PORT or --pty LINK (or --write-config).")
    }
    guard tcp == nil || pty == nil else {
      throw ValidationError("--tcp and --pty: give one of them; each makes a bus of its own.")
    }
    if let tcp, Endpoint(tcp) == nil {
      throw ValidationError("--tcp \(tcp): expected is HOST:PORT, such as 127.0.0.1:10001.")
    }
    if let pty, pty.isEmpty || pty.hasSuffix("/") {
      throw ValidationError("--pty \(pty): expected is the path of a link, such as ./bus.")
    }
  }

  func run() async throws {
    var population = try loadPopulation()
    for skipped in population.skipped {
      Output.note("skipped: \(skipped.name): \(skipped.reason)")
    }
    if writeConfig { return writeConfiguration(of: population) }
    let muted = try serials("--mute", mute)
    try check("--mute", muted, population)
    try change(&population)
    let settings = LineSettings(baud: baud, seed: seed, noise: noise)
    if let endpoint = tcp.flatMap(Endpoint.init) {
      try await serve(population, settings: settings, muted: muted, at: endpoint)
    } else if let pty {
      try await serve(
        population, settings: settings, muted: muted, followsSpeed: followSpeed, link: pty)
    }
  }

  private func loadPopulation() throws -> SimulatedPopulation {
    guard let telegrams else { return .builtIn(count: meters ?? 0, seed: seed) }
    let population = try SimulatorSource.file(telegrams).load()
    guard !population.slaves.isEmpty else {
      throw SimFailure(description: "\(telegrams) has no telegram of a meter")
    }
    return population
  }

  private func serials(_ option: String, _ texts: [String]) throws -> [MeterSerial] {
    try texts.map { text in
      guard let serial = MeterSerial(text: text, .hex) else {
        throw ValidationError(
          "\(option) \(text): expected is a serial, \(MeterSerial.Digits.hex.allowed).")
      }
      return serial
    }
  }

  private func speeds() throws -> [(MeterSerial, Int64)] {
    try meterBaud.map { text in
      let parts = text.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let serial = parts.first.flatMap({ MeterSerial(text: $0, .hex) }),
        let baud = parts.last.flatMap({ Int64($0) }), (1...1_000_000).contains(baud)
      else {
        throw ValidationError(
          "--meter-baud \(text): expected is a serial (\(MeterSerial.Digits.hex.allowed)), = and a speed of 1 to "
            + "1000000.")
      }
      return (serial, baud)
    }
  }

  private func check(
    _ option: String, _ given: [MeterSerial], _ population: SimulatedPopulation
  ) throws {
    let serials = Set(population.slaves.compactMap(\.identity?.serial))
    for serial in given where !serials.contains(serial) {
      throw SimFailure(description: "\(option) \(serial): no meter on this bus has that serial")
    }
  }

  /// Has some meters behave otherwise than others.
  private func change(_ population: inout SimulatedPopulation) throws {
    let (ignoring, refusing) = try (
      serials("--ignoring", ignoring), serials("--refusing", refusing)
    )
    let speeds = try speeds()
    try check("--ignoring", ignoring, population)
    try check("--refusing", refusing, population)
    try check("--meter-baud", speeds.map(\.0), population)
    for index in population.slaves.indices {
      guard let serial = population.slaves[index].identity?.serial else { continue }
      if ignoring.contains(serial) { population.slaves[index].obedience = .ignores }
      if refusing.contains(serial) { population.slaves[index].obedience = .refuses }
      for (other, baud) in speeds where other == serial {
        population.slaves[index].speed = .fixed(baud)
      }
    }
  }

  private func writeConfiguration(of population: SimulatedPopulation) {
    let meters = population.meterConfigurations()
    let left = meters.flatMap { [$0.register] + $0.values.map(\.register) }.filter { $0 == 0 }
    if !left.isEmpty {
      Output.note("\(left.count) entries have no register: 65535 is the last one")
    }
    print(String(decoding: DeviceHandleFile.render(meters), as: UTF8.self), terminator: "")
  }
}

/// What keeps the bus from being there; the options as such are right.
private struct SimFailure: Error, CustomStringConvertible {
  let description: String
}

/// Host and port of a listener.
private struct Endpoint {
  let host: String
  let port: Int

  /// `127.0.0.1:10001`, `[::1]:10001`, `localhost:0`; nil for anything else.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    guard let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    let name = text[..<colon]
    let isBracketed = name.hasPrefix("[") && name.hasSuffix("]")
    guard !name.isEmpty, isBracketed || !name.contains(":") else { return nil }
    host = isBracketed ? String(name.dropFirst().dropLast()) : String(name)
    self.port = Int(port)
  }

  /// As in a URL.
  func url(port: Int) -> String {
    "tcp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }
}

private func serve(
  _ population: SimulatedPopulation, settings: LineSettings, muted: [MeterSerial],
  at endpoint: Endpoint
) async throws {
  let stops = stopSignals()
  let server: SimulatorServer
  do {
    server = try await SimulatorServer.start(
      population, settings: settings, muted: muted, host: endpoint.host, port: endpoint.port)
  } catch {
    throw SimFailure(
      description: "\(endpoint.url(port: endpoint.port)) cannot be opened: \(error.shortText)")
  }
  sayReady(endpoint.url(port: server.port), population)
  for await _ in stops { break }
  await server.stop()
}

private func serve(
  _ population: SimulatedPopulation, settings: LineSettings, muted: [MeterSerial],
  followsSpeed: Bool, link: String
) async throws {
  let stops = stopSignals()
  let terminal = try await SimulatorTerminal.start(
    population, settings: settings, muted: muted, followsSpeed: followsSpeed, link: link)
  sayReady(link, population)
  for await _ in stops { break }
  await terminal.stop()
}

private func sayReady(_ path: String, _ population: SimulatedPopulation) {
  Output.line("ready: mbus=\(path) meters=\(population.slaves.count)")
}

/// SIGTERM and SIGINT.
private func stopSignals() -> AsyncStream<Int32> {
  let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
  let watch = SignalWatch([SIGTERM, SIGINT]) { continuation.yield($0) }
  continuation.onTermination = { _ in watch.end() }
  return stream
}
