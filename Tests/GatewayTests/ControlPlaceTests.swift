import Foundation
import Glibc
import PeerSupport
import Testing

@testable import Gateway

/// One gateway to a folder, whatever lies there.
@Suite struct ControlPlaceTests {
  @Test func theSocketIsForItsOwnerOnlyAndGoesAtTheEnd() throws {
    let folder = try TemporaryFolder()
    let place = try ControlPlace(folder: folder.path)
    var status = stat()
    #expect(lstat(folder["control.sock"], &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600 && status.st_mode & S_IFMT == S_IFSOCK)
    place.removeSocket()
    #expect(folder.names.isEmpty)
    if let socket = place.socket { close(socket) }
  }

  @Test func aSecondOneIsRefusedAlsoWhenNobodyAnswersYet() throws {
    let folder = try TemporaryFolder()
    let place = try ControlPlace(folder: folder.path)
    #expect(FolderClaim.isTaken(folder.path))
    do throws(GatewayRunning) {
      _ = try ControlPlace(folder: folder.path + "/")
      Issue.record("two gateways on one folder")
    } catch {
      #expect(
        error.description == """
          another gateway runs on \(folder.path)/: two of them would disturb each other on the bus and in \
          the meter list; end it first, or give another folder with --app
          """)
    }
    if let socket = place.socket { close(socket) }
    withExtendedLifetime(place) {}
  }

  @Test func whatAKilledGatewayLeftIsReplaced() throws {
    let folder = try TemporaryFolder()
    if let socket = try ControlPlace(folder: folder.path).socket { close(socket) }
    #expect(folder.names == ["control.sock"])
    #expect(!FolderClaim.isTaken(folder.path))
    let place = try ControlPlace(folder: folder.path)
    #expect(place.complaint == nil)
    let socket = try #require(place.socket)
    #expect(listen(socket, 1) == 0)
    #expect(ControlSocket(path: folder["control.sock"]) != nil)
    close(socket)
  }

  @Test func whereNoSocketCanBeTheGatewayRunsWithout() throws {
    let folder = try TemporaryFolder(["control.sock": "mine"])
    let place = try ControlPlace(folder: folder.path)
    #expect(place.socket == nil)
    let consequence =
      "\"metergate status\" and other commands do not reach this gateway, and everything else goes on"
    #expect(
      place.complaint == """
        the control socket \(folder["control.sock"]) cannot be made: there is something else of that name; \
        \(consequence)
        """)
    #expect(folder.read("control.sock") == "mine")
    place.removeSocket()
    #expect(folder.read("control.sock") == "mine")

    let long = folder[String(repeating: "x", count: 100)]
    try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: false)
    let other = try ControlPlace(folder: long)
    #expect(
      other.complaint == """
        the control socket \(long)/control.sock cannot be made: its path has more than 107 bytes; \
        \(consequence)
        """)
    #expect(FolderClaim.isTaken(long), "a second one is refused all the same")
    #expect(throws: GatewayRunning.self) { try ControlPlace(folder: long) }
    withExtendedLifetime(other) {}
  }
}
