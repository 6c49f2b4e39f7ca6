import Foundation

/// A program that is not ours, run by a test: the judge of what we say on the wire.
public struct PeerProcess {
  /// What a finished program left behind.
  public struct Output: Sendable {
    /// The exit code.
    public let status: Int32
    /// Everything from standard output.
    public let standardOutput: String
    /// Everything from standard error.
    public let standardError: String
  }

  /// Runs a program to its end.
  /// - Parameters:
  ///   - executable: a path, or a name that is looked up in PATH.
  ///   - input: what it reads from standard input.
  ///   - timeout: seconds after which it is stopped.
  public static func run(
    _ executable: String, _ arguments: [String], input: String = "", timeout: Double = 60
  ) throws -> Output {
    let running = try start(executable, arguments)
    let deadline = DispatchTime.now() + timeout
    let watchdog = DispatchWorkItem { running.process.terminate() }
    DispatchQueue.global().asyncAfter(deadline: deadline, execute: watchdog)
    defer { watchdog.cancel() }
    return running.finish(input: input)
  }

  /// Runs a program to its end on a thread of its own, so that other tests go on meanwhile.
  public static func finish(
    _ executable: String, _ arguments: [String], timeout: Double = 60
  ) async throws -> Output {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try run(executable, arguments, timeout: timeout) })
      }
    }
  }

  /// Starts a program that goes on until `stop()`.
  public static func start(_ executable: String, _ arguments: [String]) throws -> RunningPeer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The threads of tests block SIGTERM, and programs get the mask of whoever starts them: `stop()` would wait in vain.
    process.arguments = ["--default-signal=TERM", executable] + arguments
    return try RunningPeer(process)
  }

  fileprivate static let starting = NSLock()

  /// Waits until the programs that are being started are themselves. Until then each has our open
  /// sockets, so that a port which was closed meanwhile is not free yet.
  public static func waitForStarts() { starting.withLock {} }

  /// The repository's root.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The interpreter of the virtual environment that `make test` makes from
  /// `Tests/requirements.txt`, or the system's.
  public static let python: String = {
    let own = root + "/.venv/bin/python"
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }()

  /// For `metergate run`: no web page.
  public static let withoutWebPage = [
    "--set", "WEB.HTTP_ENABLE=0", "--set", "WEB.HTTPS_ENABLE=0",
  ]

  /// Where the metergate executable of this build lies.
  public static let metergate = product("metergate")

  /// Where an executable of this build lies: beside the test bundle.
  public static func product(_ name: String) -> String {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    var folder = bundle.deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent(name).path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      folder = folder.deletingLastPathComponent()
    }
    return root + "/.build/debug/" + name
  }
}

/// A program that is running.
public final class RunningPeer: @unchecked Sendable {
  let process: Process
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()
  private let lock = NSLock()
  private var outputData = Data()
  private var errorData = Data()
  private var endsSeen: Set<Bool> = []

  init(_ process: Process) throws {
    self.process = process
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try PeerProcess.starting.withLock { try process.run() }
    collect(output, isError: false)
    collect(errors, isError: true)
  }

  /// Reads a pipe to its end on a thread of its own. Not by `readabilityHandler`: its event source may
  /// still be looked at when the pipe is closed, which now and then ends the tests by a signal.
  private func collect(_ pipe: Pipe, isError: Bool) {
    Thread.detachNewThread { [weak self] in
      while true {
        let data = pipe.fileHandleForReading.availableData
        self?.append(data, isError: isError)
        if data.isEmpty { return }
      }
    }
  }

  /// What it has written to standard output so far.
  public var standardOutput: String {
    lock.withLock { String(decoding: outputData, as: UTF8.self) }
  }

  /// What it has written to standard error so far.
  public var standardError: String {
    lock.withLock { String(decoding: errorData, as: UTF8.self) }
  }

  /// The process id, for signals.
  public var processIdentifier: Int32 { process.processIdentifier }

  /// Waits until standard output contains a text, or the program ends, or time is up.
  public func waitForOutput(containing text: String, timeout: Double = 20) -> Bool {
    wait(timeout: timeout) { self.standardOutput.contains(text) }
  }

  /// Waits until standard error contains a text, or the program ends, or time is up.
  public func waitForErrors(containing text: String, timeout: Double = 20) -> Bool {
    wait(timeout: timeout) { self.standardError.contains(text) }
  }

  /// Asks it to end (SIGTERM) and waits; the exit code.
  @discardableResult public func stop(timeout: Double = 10) -> Int32 {
    process.terminate()
    let end = Date().addingTimeInterval(timeout)
    while process.isRunning, Date() < end { usleep(5000) }
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits until it ends by itself; the exit code, or nil when it does not.
  public func waitForEnd(timeout: Double = 10) -> Int32? {
    let end = Date().addingTimeInterval(timeout)
    while process.isRunning, Date() < end { usleep(5000) }
    guard !process.isRunning else {
      kill()
      return nil
    }
    return process.terminationStatus
  }

  /// Ends it at once (SIGKILL). Programs that leave their signal mask as they got it do not see SIGTERM,
  /// since the threads of tests block it.
  public func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func finish(input text: String) -> PeerProcess.Output {
    input.fileHandleForWriting.write(Data(text.utf8))
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    // Both pipes are read up to their ends.
    _ = wait(timeout: 30, whileRunning: false) { self.hasEnded }
    return PeerProcess.Output(
      status: process.terminationStatus, standardOutput: standardOutput,
      standardError: standardError)
  }

  /// No data means the end of the pipe.
  private func append(_ data: Data, isError: Bool) {
    lock.withLock {
      if data.isEmpty { endsSeen.insert(isError) }
      if isError { errorData.append(data) } else { outputData.append(data) }
    }
  }

  private var hasEnded: Bool { lock.withLock { endsSeen.count == 2 } }

  private func wait(
    timeout: Double, whileRunning: Bool = true, until condition: () -> Bool
  ) -> Bool {
    let end = Date().addingTimeInterval(timeout)
    while Date() < end {
      if condition() { return true }
      if whileRunning, !process.isRunning { return condition() }
      usleep(5000)
    }
    return condition()
  }
}
