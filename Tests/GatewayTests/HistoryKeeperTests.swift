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
      "the configuration in force is not in the history: opening \(folder[".history"])/lock does not work: Not a "
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
}
