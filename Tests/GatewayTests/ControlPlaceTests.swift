import Foundation
import Glibc
import MeterFiles
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
    #expect(FolderClaim.isTaken(folder.path) == true)
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
    #expect(FolderClaim.isTaken(folder.path) == false)
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
    #expect(FolderClaim.isTaken(long) == true, "a second one is refused all the same")
    #expect(throws: GatewayRunning.self) { try ControlPlace(folder: long) }
    withExtendedLifetime(other) {}
  }

  /// Saves lock the folder, too, in another way: neither stands in the other's way.
  @Test func savesAndTheClaimDoNotMeet() throws {
    let folder = try TemporaryFolder()
    let claim = FolderClaim(folder.path)
    #expect(claim.isOurs)
    try SafeFile.save([1], to: folder["file"], replacing: .missing)
    #expect(FolderClaim.isTaken(folder.path) == true, "it outlives a save of its own process")
    #expect(!FolderClaim(folder.path).isOurs)
    withExtendedLifetime(claim) {}
  }

  @Test func aFolderIsFreeWhenItsHolderIsGone() throws {
    let folder = try TemporaryFolder()
    #expect(FolderClaim.isTaken(folder.path) == false)
    #expect(FolderClaim.isTaken(folder["gone"]) == false)
    #expect(FolderClaim(folder.path).isOurs)
    #expect(chmod(folder.path, 0o500) == 0)
    let claim = FolderClaim(folder.path)
    #expect(claim.isOurs && FolderClaim.isTaken(folder.path + "/") == true, "nothing is written")
    withExtendedLifetime(claim) {}
    #expect(chmod(folder.path, 0o700) == 0)
  }

  @Test(arguments: [
    (EACCES, true, "a gateway runs on /a for another user: /a/control.sock may not be opened"),
    (
      EACCES, false,
      "this user may not open /a/control.sock, so that it cannot be told whether a gateway runs on /a; "
        + "nothing is done. Try it as the gateway's user, or as root"
    ),
    (
      EACCES, nil,
      "this user may not open /a/control.sock, so that it cannot be told whether a gateway runs on /a; "
        + "nothing is done. Try it as the gateway's user, or as root"
    ),
    (
      ECONNREFUSED, true,
      "a gateway runs on /a, but it cannot be reached at /a/control.sock: Connection refused; its log "
        + "says more"
    ),
    (ECONNREFUSED, false, nil), (ENOENT, nil, nil),
  ])
  func whyNobodyCanBeAsked(code: Int32, isTaken: Bool?, text: String?) {
    let failure = ControlClient.failure(code, "/a/control.sock", "/a", isTaken: isTaken)
    #expect(failure?.description == text)
  }
}
