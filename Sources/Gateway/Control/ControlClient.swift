import Control
import Glibc

/// The command line's end of a control socket. It blocks, at most for its patience.
public struct ControlClient {
  /// Why a gateway that runs cannot be asked.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what to do.
    public let description: String
  }

  /// The most bytes of an answer: 500 meters with 25 values need some 2 MB.
  private static let longestAnswer = 64 * 1024 * 1024
  /// How long an answer may take: a save of a large list on a slow card.
  private static let patience = 60
  /// The same of a meter: it is asked between readouts, several times, and read back.
  private static let meterPatience = 600

  /// Asks the gateway that runs on a folder.
  /// - Returns: nil when there is none.
  /// - Throws: `Failure` when there is one that cannot be asked.
  public static func ask(
    _ request: ControlRequest, of folder: String
  ) throws(Failure) -> ControlAnswer? {
    let path = ControlPlace.path(in: folder)
    guard let socket = ControlPeer.connect(path) else {
      guard let failure = failure(errno, path, folder, isTaken: FolderClaim.isTaken(folder)) else {
        return nil
      }
      throw failure
    }
    defer { close(socket) }
    guard request.line.count <= ControlRequest.longestLine else {
      throw Failure(description: "these are too many entries for one command; give --all, or fewer")
    }
    guard
      let line = exchange(
        request.line, socket, request.command == .send ? meterPatience : patience),
      let answer = ControlAnswer(line: line)
    else {
      throw Failure(description: "the gateway on \(folder) does not answer; its log may say why")
    }
    return answer
  }

  /// Whether a gateway runs on a folder, as far as this user can tell, also one that cannot be asked.
  public static func isGatewayRunning(on folder: String) -> Bool {
    if FolderClaim.isTaken(folder) == true { return true }
    guard let socket = ControlPeer.connect(ControlPlace.path(in: folder)) else { return false }
    close(socket)
    return true
  }

  /// Why nobody can be asked at a socket; nil: no gateway runs.
  /// - Parameter code: what the system said.
  static func failure(
    _ code: Int32, _ path: String, _ folder: String, isTaken: Bool?
  ) -> Failure? {
    let isForbidden = code == EACCES || code == EPERM
    switch isTaken {
    case true? where isForbidden:
      return Failure(
        description: "a gateway runs on \(folder) for another user: \(path) may not be opened")
    case true?:
      return Failure(
        description:
          "a gateway runs on \(folder), but it cannot be reached at \(path): "
          + "\(String(cString: strerror(code))); its log says more")
    default:
      // What a gateway left that was killed, or a folder that is closed to this user.
      guard isForbidden else { return nil }
      return Failure(
        description:
          "this user may not open \(path), so that it cannot be told whether a gateway runs on "
          + "\(folder); nothing is done. Try it as the gateway's user, or as root")
    }
  }

  private static func exchange(
    _ line: [UInt8], _ socket: Int32, _ patience: Int
  ) -> [UInt8]? {
    var patience = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    var rest = line[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      rest = rest.dropFirst(count)
    }
    var answer: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while answer.count <= longestAnswer {
      let count = recv(socket, &chunk, chunk.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      answer += chunk[..<count]
      if chunk[count - 1] == 0x0A { return answer.dropLast() }
    }
    return nil
  }
}
