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

  /// Asks the gateway that runs on a folder.
  /// - Returns: nil when there is none.
  /// - Throws: `Failure` when there is one that cannot be asked.
  public static func ask(
    _ request: ControlRequest, of folder: String
  ) throws(Failure) -> ControlAnswer? {
    let path = ControlPlace.path(in: folder)
    guard let socket = ControlPeer.connect(path) else {
      let code = errno
      if code == EACCES || code == EPERM {
        throw Failure(
          description: "a gateway runs on \(folder) for another user: \(path) may not be opened")
      }
      guard FolderClaim.isTaken(folder) else { return nil }
      throw Failure(
        description:
          "a gateway runs on \(folder), but it cannot be reached at \(path): "
          + "\(String(cString: strerror(code))); its log says more")
    }
    defer { close(socket) }
    guard request.line.count <= ControlRequest.longestLine else {
      throw Failure(description: "these are too many entries for one command; give --all, or fewer")
    }
    guard let line = exchange(request.line, socket), let answer = ControlAnswer(line: line) else {
      throw Failure(description: "the gateway on \(folder) does not answer; its log may say why")
    }
    return answer
  }

  private static func exchange(_ line: [UInt8], _ socket: Int32) -> [UInt8]? {
    var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
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
