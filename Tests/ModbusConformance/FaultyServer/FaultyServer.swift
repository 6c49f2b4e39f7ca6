import Foundation
import Glibc
import Synchronization

/// A small Modbus server that does one thing wrong: what the checks are tried on. A thread for each
/// connection, nothing that is quick.
final class FaultyServer: Sendable {
  /// The port that it listens on.
  let port: UInt16
  let subject: Subject
  let fault: Fault
  let responder: FaultyResponder
  /// Held by sessions of a server in which one client can stop the others.
  let bottleneck = NSLock()
  private let listener: Int32
  /// A descriptor that has been closed may be another one's by now.
  private let isListening = Mutex(true)
  private let sessions = Mutex<[FaultySession]>([])
  private let accepted = Atomic<Int>(0)

  /// Starts it on 127.0.0.1.
  /// - Parameters:
  ///   - subject: what it is to look like; its endpoint's port may be 0 for any.
  ///   - field: the one that is wrong with `Fault.wrongField`.
  init(_ subject: Subject, _ fault: Fault, field: String? = nil) throws {
    self.subject = subject
    self.fault = fault
    responder = FaultyResponder(subject, fault, field: field)
    (listener, port) = try Self.listen(subject.endpoint.port)
    Thread.detachNewThread { [self] in acceptAll() }
  }

  /// Ends it and all its connections.
  func stop() {
    isListening.withLock { if $0 { _ = shutdown(listener, Int32(SHUT_RDWR)) } }
    for session in sessions.withLock({ $0 }) { session.end() }
  }

  private static func listen(_ port: UInt16) throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) + Glibc.listen(descriptor, 128)
          + getsockname(descriptor, $0, &length)
      }
    }
    guard result == 0 else {
      throw Failure("port \(port) of 127.0.0.1", String(cString: strerror(errno)))
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  private func acceptAll() {
    while true {
      let descriptor = accept(listener, nil, nil)
      guard descriptor >= 0 else { break }
      let count = accepted.add(1, ordering: .relaxed).newValue
      let isRefused = fault == .stopsAfter200Connections && count > 200
      let session = FaultySession(descriptor, self)
      guard !isRefused, admit(session) else {
        session.release()
        continue
      }
      Thread.detachNewThread { session.run() }
    }
    isListening.withLock {
      close(listener)
      $0 = false
    }
  }

  /// Keeps the limit of connections; false: the newcomer has to go.
  private func admit(_ session: FaultySession) -> Bool {
    sessions.withLock { sessions in
      if let limit = subject.limit, sessions.count >= limit, fault != .limitNotKept {
        if fault == .newcomerRefused { return false }
        let quietest = sessions.min { $0.lastRequest < $1.lastRequest }
        (fault == .quietestGoes ? quietest : sessions.first)?.end()
      }
      sessions.append(session)
      return true
    }
  }

  func ended(_ session: FaultySession, withinRequest: Bool) {
    sessions.withLock { $0.removeAll { $0 === session } }
    if withinRequest, fault == .brokenRequestStops { stop() }
  }
}
