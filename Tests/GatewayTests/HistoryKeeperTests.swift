import ConfigurationArchive
import Foundation
import MeterFiles
import NIOCore
import NIOEmbedded
import NIOPosix
import PeerSupport
import Station
import Synchronization
import Testing

@testable import Gateway

/// When what is in force goes into the history.
@Suite struct HistoryKeeperTests {
  private static let list = "<root><meter><serial>0x12345678</serial></meter></root>"

  /// A history that cannot be written, such as that of a full disk, is tried again until it can.
  @Test func aFullDiskIsTriedAgain() async throws {
    let folder = try TemporaryFolder([
      "chip.ini": "[SOLVIMUS]\n", "Device_Handle.cfg": Self.list, ".history": "in the way",
    ])
    let loop = NIOAsyncTestingEventLoop()
    let files = NIOThreadPool(numberOfThreads: 1)
    files.start()
    let history = Gateway.history(folder.path, DeviceIdentity(serial: 1, version: 1))
    let said = Mutex<[FileEvent]>([])
    let list = Array(Self.list.utf8)
    let keeper = try await loop.submit {
      let keeper = HistoryKeeper(
        history, clock: .fixed(unixSeconds: 1_790_000_000),
        report: { event in said.withLock { $0.append(event) } }, files: files, eventLoop: loop)
      keeper.inForce = {
        FilesInForce(
          settings: .of(Array("[SOLVIMUS]\n".utf8)), settingsBytes: nil, meterList: .of(list))
      }
      keeper.noteSaved(list)
      return NIOLoopBound(keeper, eventLoop: loop)
    }.get()
    func settle() async throws {
      // What was given to the thread before is done by then, and its answers are next on the loop.
      try await files.runIfActive {}
      await loop.run()
    }
    try await settle()
    let complaint =
      "the meter list that was saved last is not kept for the next start: opening \(folder[".history"])/lock does not work: Not a "
      + "directory"
    #expect(said.withLock { $0 } == [.notRecorded(complaint)])
    try FileManager.default.removeItem(atPath: folder[".history"])
    await loop.advanceTime(by: HistoryKeeper.delay)
    try await settle()
    #expect(history.lastGood()?.meterList == list)
    let left = try await loop.submit { keeper.value.complaint }.get()
    #expect(left == nil)
    // The next entry cannot be written, and is when there is room again.
    try FileManager.default.moveItem(atPath: folder[".history"], toPath: folder["away"])
    try folder.write("in the way", to: ".history")
    try folder.write("[SOLVIMUS]\nMETER_TIME=60\n", to: "chip.ini")
    try await loop.submit {
      keeper.value.inForce = {
        FilesInForce(
          settings: .of(Array("[SOLVIMUS]\nMETER_TIME=60\n".utf8)), settingsBytes: nil,
          meterList: .of(list))
      }
      keeper.value.noteApplied()
    }.get()
    try await settle()
    #expect(said.withLock { $0.count } == 2)
    try FileManager.default.removeItem(atPath: folder[".history"])
    try FileManager.default.moveItem(atPath: folder["away"], toPath: folder[".history"])
    await loop.advanceTime(by: HistoryKeeper.retryInterval)
    try await settle()
    #expect(try history.entries().map(\.number) == [2, 1])
    try await files.shutdownGracefully()
    await loop.shutdownGracefully()
  }

  /// A keeper without chip.ini in force, so that it writes no entry, in a folder of its own.
  private struct Bench {
    let folder: TemporaryFolder
    let loop = NIOAsyncTestingEventLoop()
    let files = NIOThreadPool(numberOfThreads: 1)
    let keeper: NIOLoopBound<HistoryKeeper>

    init(_ said: Said) async throws {
      folder = try TemporaryFolder(["chip.ini": "[SOLVIMUS]\n"])
      files.start()
      let (loop, files) = (loop, files)
      let history = Gateway.history(folder.path, DeviceIdentity(serial: 1, version: 1))
      keeper = try await loop.submit {
        let keeper = HistoryKeeper(
          history, clock: .fixed(unixSeconds: 1_790_000_000), report: { said.add($0) },
          files: files, eventLoop: loop)
        return NIOLoopBound(keeper, eventLoop: loop)
      }.get()
    }

    /// Saves a list, as the gateway does.
    func save(_ list: String) async throws {
      try folder.write(list, to: "Device_Handle.cfg")
      let keeper = keeper
      try await loop.submit { keeper.value.noteSaved(Array(list.utf8)) }.get()
      try await settle()
    }

    func settle() async throws {
      try await files.runIfActive {}
      await loop.run()
    }

    func pass(_ time: TimeAmount) async throws {
      await loop.advanceTime(by: time)
      try await settle()
    }

    var complaint: String? {
      get async throws {
        let keeper = keeper
        return try await loop.submit { keeper.value.complaint }.get()
      }
    }

    /// The list that a start would find.
    var kept: String? {
      Gateway.history(folder.path, DeviceIdentity(serial: 1, version: 1)).lastGood()?.meterList
        .map { String(decoding: $0, as: UTF8.self) }
    }

    func end() async throws {
      try await files.shutdownGracefully()
      await loop.shutdownGracefully()
    }
  }

  private final class Said: Sendable {
    private let events = Mutex<[FileEvent]>([])
    func add(_ event: FileEvent) { events.withLock { $0.append(event) } }
    var count: Int { events.withLock { $0.count } }
  }

  /// A scan saves the list every ten seconds: one a minute is kept, and the last one in the end.
  @Test func oneListAMinuteIsKept() async throws {
    let bench = try await Bench(Said())
    let lists = ["1", "2", "3", "4"].map { Self.list.replacing("12345678", with: "1234567\($0)") }
    try await bench.save(lists[0])
    #expect(bench.kept == lists[0], "the first at once")
    try await bench.pass(.seconds(10))
    try await bench.save(lists[1])
    try await bench.pass(.seconds(10))
    try await bench.save(lists[2])
    try await bench.pass(.seconds(39))
    #expect(bench.kept == lists[0])
    try await bench.pass(.seconds(1))
    #expect(bench.kept == lists[2])
    // The same once more is not written again.
    let file = bench.folder[".history/last.tar.gz"]
    try FileManager.default.removeItem(atPath: file)
    try await bench.pass(.seconds(60))
    try await bench.save(lists[2])
    #expect(!FileManager.default.fileExists(atPath: file))
    try await bench.save(lists[3])
    try await bench.save(lists[1])
    #expect(bench.kept == lists[3])
    let keeper = bench.keeper
    try await bench.loop.submit { _ = keeper.value.finish() }.get()
    try await bench.settle()
    #expect(bench.kept == lists[1], "the last one at the end")
    try await bench.end()
  }

  /// A list that could not be kept is tried again by itself, and that it could be says nothing of an entry.
  @Test func eachHasItsOwnComplaint() async throws {
    let said = Said()
    let bench = try await Bench(said)
    try bench.folder.write("in the way", to: ".history")
    try await bench.save(Self.list)
    let way = "opening \(bench.folder[".history"])/lock does not work: Not a directory"
    let list = "the meter list that was saved last is not kept for the next start: \(way)"
    #expect(try await bench.complaint == list)
    let keeper = bench.keeper
    try await bench.loop.submit {
      keeper.value.inForce = {
        FilesInForce(
          settings: .of(Array("[SOLVIMUS]\n".utf8)), settingsBytes: nil, meterList: .missing)
      }
      keeper.value.noteApplied()
    }.get()
    try await bench.settle()
    let entry = "the configuration in force is not in the history: \(way)"
    #expect(try await bench.complaint == entry)
    #expect(said.count == 2)
    try FileManager.default.removeItem(atPath: bench.folder[".history"])
    // The first to be tried again is the list, saved at the same time as the entry was tried.
    try await bench.loop.submit { keeper.value.inForce = { nil } }.get()
    try await bench.pass(HistoryKeeper.keepInterval)
    #expect(bench.kept == Self.list)
    #expect(try await bench.complaint == entry, "the entry is not written yet")
    #expect(said.count == 2)
    try await bench.end()
  }
}
