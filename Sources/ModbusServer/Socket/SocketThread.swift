import CEpoll
import Glibc
import NIOCore
import Synchronization

/// The thread that reads and writes the sockets of plain Modbus TCP. What takes long on the event loop delays
/// no answer, and what a channel does for each read would cost as much as all that the gateway does for it.
///
/// The server gives it commands, and is told when a connection has ended; nobody waits for the other.
final class SocketThread: Sendable {
  /// What it has to do.
  enum Command {
    case serve(SocketConnection)
    case close(SocketConnection)
    /// Closes all connections and ends.
    case stop
  }

  private struct Inbox {
    var commands: [Command] = []
    /// Nobody looks into it any more.
    var isShut = false
  }

  private let inbox = Mutex(Inbox())
  private let ended: EventLoopPromise<Void>
  /// An eventfd, valid until the inbox is shut.
  private let wake: CInt

  /// Starts it.
  /// - Parameters:
  ///   - source: where answers come from.
  ///   - loop: the loop of the server.
  ///   - report: told on the thread that a connection has ended; nil: its client has closed it, or the server.
  /// - Throws: `IOError` when the system has no descriptor or no thread for it.
  init(
    _ source: RegisterSource, loop: any EventLoop,
    report: @escaping @Sendable (SocketConnection, DropReason?) -> Void
  ) throws {
    let epoll = epoll_open()
    guard epoll >= 0 else { throw IOError(errnoCode: errno, reason: "epoll_create1") }
    wake = wake_open()
    guard wake >= 0 else {
      let code = errno
      Glibc.close(epoll)
      throw IOError(errnoCode: code, reason: "eventfd")
    }
    ended = loop.makePromise()
    let start = Start(thread: self, epoll: epoll, source: source, report: report)
    guard let failure = Self.begin(start) else { return }
    ended.succeed()
    Glibc.close(wake)
    Glibc.close(epoll)
    throw failure
  }

  /// Whether it takes commands.
  var isRunning: Bool { inbox.withLock { !$0.isShut } }

  /// Has a connection served from now on. False: the thread has ended.
  func serve(_ connection: SocketConnection) -> Bool { post(.serve(connection)) }

  /// Closes a connection: nothing that comes from now on is answered.
  func close(_ connection: SocketConnection) {
    if !post(.close(connection)) { connection.noteEnd() }
  }

  /// Closes all connections and ends; done when that is done.
  func stop() -> EventLoopFuture<Void> {
    _ = post(.stop)
    return ended.futureResult
  }

  private func post(_ command: Command) -> Bool {
    inbox.withLock { inbox in
      guard !inbox.isShut else { return false }
      inbox.commands.append(command)
      if inbox.commands.count == 1 { wake_up(wake) }
      return true
    }
  }

  // MARK: On the thread

  /// What is to be done since it was last asked for.
  func takeCommands() -> [Command] {
    inbox.withLock { inbox in
      wake_clear(wake)
      defer { inbox.commands = [] }
      return inbox.commands
    }
  }

  /// Takes no command any more; those that are left.
  func shut() -> [Command] {
    inbox.withLock { inbox in
      inbox.isShut = true
      Glibc.close(wake)
      defer { inbox.commands = [] }
      return inbox.commands
    }
  }

  /// The descriptor that is ready when there are commands.
  var wakeDescriptor: CInt { wake }

  private final class Start: Sendable {
    let thread: SocketThread
    let epoll: CInt
    let source: RegisterSource
    let report: @Sendable (SocketConnection, DropReason?) -> Void

    init(
      thread: SocketThread, epoll: CInt, source: RegisterSource,
      report: @escaping @Sendable (SocketConnection, DropReason?) -> Void
    ) {
      self.thread = thread
      self.epoll = epoll
      self.source = source
      self.report = report
    }

    func run() {
      var loop = SocketLoop(thread, epoll: epoll, source: source, report: report)
      loop.run()
      thread.ended.succeed()
    }
  }

  private static func begin(_ start: Start) -> IOError? {
    var handle = pthread_t()
    let box = Unmanaged.passRetained(start)
    let code = pthread_create(
      &handle, nil,
      { argument in
        // Signals are for the threads that know what to do with them.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        thread_name("modbus-tcp")
        if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard code == 0 else {
      box.release()
      return IOError(errnoCode: code, reason: "pthread_create")
    }
    pthread_detach(handle)
    return nil
  }
}
