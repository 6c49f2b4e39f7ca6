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

  /// Starts a program that goes on until `stop()`.
  public static func start(_ executable: String, _ arguments: [String]) throws -> RunningPeer {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [executable] + arguments
    return try RunningPeer(process)
  }

  /// The repository's root.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The interpreter of the virtual environment that `make test` makes from
  /// `Tests/requirements.txt`, or the system's.
  public static let python: String = {
    let own = root + "/.venv/bin/python"
    return FileManager.default.isExecutableFile(atPath: own) ? own : "python3"
  }()

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
    output.fileHandleForReading.readabilityHandler = { [weak self] handle in
      self?.append(handle.availableData, isError: false)
    }
    errors.fileHandleForReading.readabilityHandler = { [weak self] handle in
      self?.append(handle.availableData, isError: true)
    }
    try process.run()
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
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    return process.terminationStatus
  }

  func finish(input text: String) -> PeerProcess.Output {
    input.fileHandleForWriting.write(Data(text.utf8))
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
    // The handlers read up to the end of both pipes, so that nothing is read twice or out of order.
    if !wait(timeout: 1, whileRunning: false, until: { self.hasEnded }) {
      drain(output.fileHandleForReading, isError: false)
      drain(errors.fileHandleForReading, isError: true)
    }
    return PeerProcess.Output(
      status: process.terminationStatus, standardOutput: standardOutput,
      standardError: standardError)
  }

  /// Reads what is there: on a busy machine the handlers sometimes miss the last of it.
  private func drain(_ handle: FileHandle, isError: Bool) {
    handle.readabilityHandler = nil
    let descriptor = handle.fileDescriptor
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return }
      lock.withLock {
        if isError { errorData.append(contentsOf: chunk[..<count]) }
        if !isError { outputData.append(contentsOf: chunk[..<count]) }
      }
    }
  }

  /// No data means the end of the pipe.
  private func append(_ data: Data, isError: Bool) {
    lock.withLock {
      if data.isEmpty { endsSeen.insert(isError) }
      if isError { errorData.append(data) } else { outputData.append(data) }
    }
    guard data.isEmpty else { return }
    (isError ? errors : output).fileHandleForReading.readabilityHandler = nil
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
