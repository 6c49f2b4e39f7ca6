import BusSimulator
import Foundation
import MBus
import Metering
import NIOCore
import NIOPosix
import PeerSupport
import SimulatorHost
import Testing
import Time
import Transport

/// A folder that is gone after the test.
final class TestFolder {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("metergate-sim-\(UUID().uuidString)").path

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite(.ownThread) struct TerminalTests {
  private let folder: TestFolder
  private var link: String { folder.path + "/bus" }

  init() throws { folder = try TestFolder() }

  private func start(_ options: [String] = []) throws -> RunningPeer {
    let peer = try PeerProcess.start(
      PeerProcess.metergate, ["sim", "--pty", link, "--meters", "3"] + options)
    _ = peer.waitForOutput(containing: "\n")
    return peer
  }

  private func target() -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: link)
  }

  private static func answers(_ link: String, _ address: UInt8 = 1) async throws -> [UInt8] {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: [UInt8].self)
    let request = try Frame.sndNKE(address: address).encoded
    let line = try await loop.submit {
      let line = SerialLine(
        path: link, parameters: SerialParameters(baud: 9600), eventLoop: loop)
      let held = NIOLoopBound(line, eventLoop: loop)
      line.onEvent = { event in
        switch event {
        case .opened: held.value.send(request)
        case .received(let bytes): promise.succeed(bytes.values)
        case .closed(let reason), .speedRefused(_, _, let reason):
          promise.succeed(Array(reason.utf8))
        }
      }
      line.open()
      loop.scheduleTask(in: .seconds(20)) { promise.succeed([]) }
      return held
    }.get()
    let answer = try await promise.futureResult.get()
    try await loop.submit { line.value.close() }.get()
    return answer
  }

  @Test func saysWhenItIsReadyAndTakesItsLinkAway() throws {
    let simulator = try start()
    #expect(simulator.standardOutput == "ready: mbus=\(link) meters=3\n")
    #expect(target()?.hasPrefix("/dev/pts/") == true)
    #expect(simulator.stop() == 0)
    #expect(simulator.standardError == "")
    #expect(target() == nil)
  }

  @Test func aLinkLeftBehindIsTakenOver() throws {
    let first = try start()
    kill(first.processIdentifier, SIGKILL)
    first.stop()
    #expect(target() != nil, "a simulator that is killed leaves its link")
    let second = try start()
    #expect(second.standardOutput == "ready: mbus=\(link) meters=3\n")
    // The one that begins later has the link, and keeps it when the other one ends.
    let third = try start()
    let last = target()
    #expect(second.stop() == 0)
    #expect(target() == last)
    #expect(third.stop() == 0)
    #expect(target() == nil)
  }

  @Test func aLinkThatLeadsNowhereIsReplaced() throws {
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder.path + "/nothing")
    let simulator = try start()
    #expect(simulator.standardOutput == "ready: mbus=\(link) meters=3\n")
    #expect(simulator.stop() == 0)
  }

  @Test func whatIsNoLinkToATerminalIsLeftAlone() throws {
    let options = ["sim", "--pty", link, "--meters", "3"]
    try Data("mine".utf8).write(to: URL(fileURLWithPath: link))
    let onFile = try PeerProcess.run(PeerProcess.metergate, options)
    #expect(onFile.status == 1)
    #expect(
      onFile.standardError
        == "Error: \(link): there is something that is no link; it is left alone\n")
    #expect(try Data(contentsOf: URL(fileURLWithPath: link)) == Data("mine".utf8))
    try FileManager.default.removeItem(atPath: link)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
    let onLink = try PeerProcess.run(PeerProcess.metergate, options)
    #expect(onLink.status == 1)
    #expect(
      onLink.standardError
        == "Error: \(link): there is a link to \(folder.path), which is no pseudo terminal; it is "
        + "left alone\n")
    #expect(target() == folder.path)
  }

  @Test func aFolderThatIsMissingIsNamed() throws {
    let output = try PeerProcess.run(
      PeerProcess.metergate, ["sim", "--pty", "\(link)/bus", "--meters", "3"])
    #expect(output.status == 1)
    #expect(
      output.standardError
        == "Error: \(link)/bus: the link cannot be made: No such file or directory\n")
  }

  /// Users come and go: each opens the terminal, asks, and closes it.
  @Test(.timeLimit(.minutes(1))) func oneUserAfterAnotherIsAnswered() async throws {
    let simulator = try await SimulatorTerminal.start(
      .builtIn(count: 2, seed: 1), settings: LineSettings(baud: 9600), link: link)
    #expect(simulator.link == link)
    #expect(try await Self.answers(link, 1) == [0xE5])
    // The first user may still be closing: then the port is not free yet.
    var second = try await Self.answers(link, 2)
    while second.count > 1 { second = try await Self.answers(link, 2) }
    #expect(second == [0xE5])
    await simulator.stop()
    #expect(target() == nil)
  }
}

@Suite(.ownThread) struct DamagedByteTests {
  /// Two meters with one address whose answers overlap by some bits: within the process the line tells
  /// which bytes came damaged.
  @Test(.timeLimit(.minutes(1))) func aSimulatedLineMarksWhatCollided() async throws {
    let slaves = [(0x4242_0051, 5), (0x4242_0052, 6)].map { serial, delay in
      SimulatedSlave(
        BuiltInMeter(.gas, serial: MeterSerial(digits: UInt32(serial))), primaryAddress: 5,
        answerDelay: .fixed(.milliseconds(Int64(delay))))
    }
    let request = try Frame.reqUD2(address: 5, fcb: true).encoded
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: Void.self)
    let line = try await loop.submit {
      let line = SimulatedLine(
        SimulatedPopulation(slaves: slaves), settings: LineSettings(baud: 2400), eventLoop: loop)
      let held = NIOLoopBound(line, eventLoop: loop)
      line.onEvent = { event in
        switch event {
        case .opened: held.value.send(request)
        case .received(let bytes):
          if !bytes.damaged.isEmpty, bytes.damaged.allSatisfy(bytes.values.indices.contains) {
            promise.succeed(())
          }
        case .closed, .speedRefused: break
        }
      }
      line.open()
      return held
    }.get()
    try await promise.futureResult.get()
    try await loop.submit { line.value.close() }.get()
  }
}
