import MeterFiles
import NIOCore
import NIOPosix
import PeerSupport
import Testing

@testable import Gateway

/// What waits to be applied is what somebody else has written, never what the gateway has saved itself.
@Suite struct FolderWatchTests {
  private static let chip = "[SOLVIMUS]\nMBUS_ENABLE=0\nMODBUS_ENABLE=1\n"
  private static func list(_ label: String) -> String {
    "<root><meter><interface>M-Bus</interface><serial>11111111</serial><user>\(label)</user></meter></root>"
  }

  /// Confined to its loop.
  private final class Bench {
    var inForce: FolderWatch.InForce
    /// Called with each question for what is in force, after the answer.
    var onAsked: (Bench) -> Void = { _ in }
    var told: [Bool] = []

    init(_ app: AppFolder) { inForce = .init(app: app, list: app.meterListFile) }
  }

  /// - Parameter saves: whether it is the gateway that writes the other list.
  private func pendingFiles(afterOtherList saves: Bool) async throws -> (Set<String>, told: [Bool])
  {
    let folder = try TemporaryFolder()
    try folder.write(Self.chip, to: "chip.ini")
    try folder.write(Self.list("before"), to: "Device_Handle.cfg")
    let before = AppFolder.load(folder.path)
    try folder.write(Self.list("afterwards"), to: "Device_Handle.cfg")
    let after = AppFolder.load(folder.path)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    return try await loop.flatSubmit {
      let bench = Bench(before)
      // The file is written, and that it is is known only when somebody looks already.
      if saves { bench.onAsked = { $0.inForce = .init(app: before, list: after.meterListFile) } }
      let watch = FolderWatch(
        inForce: {
          defer { bench.onAsked(bench) }
          return bench.inForce
        }, clock: .system, files: .singleton, eventLoop: loop)
      watch.onChange = { bench.told.append($0 != nil) }
      let found = NIOLoopBound((watch, bench), eventLoop: loop)
      return watch.refresh().map {
        (Set(found.value.0.pending?.files ?? []), found.value.1.told)
      }
    }.get()
  }

  @Test func theListOfSomebodyElseWaits() async throws {
    let (files, told) = try await pendingFiles(afterOtherList: false)
    #expect(files == ["Device_Handle.cfg"])
    #expect(told == [true])
  }

  /// A save that ends while the files are looked at is no change of somebody else.
  @Test func theListThatTheGatewaySavesDoesNot() async throws {
    let (files, told) = try await pendingFiles(afterOtherList: true)
    #expect(files.isEmpty)
    #expect(told.isEmpty)
  }
}
