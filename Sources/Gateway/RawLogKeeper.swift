import LineJobs
import Logging
import MBusLine
import MeterFiles
import NIOCore
import NIOPosix
import Settings
import Station

/// What the settings want of the bytes of the M-Bus.
struct RawLogSlice: Equatable {
  /// Where they are recorded, and how much is kept; nil: they are not recorded.
  var files: Place?
  /// Whether they are written to the log (MBUS_DEBUGOUT).
  var isShown: Bool

  /// A folder for data, and the bytes that may be kept there.
  struct Place: Equatable {
    var folder: String
    var limit: Int
  }

  init(_ settings: Settings, ext: String) {
    files =
      settings.flag(.mbusRawLogEnable)
      ? Place(folder: ext, limit: settings.integer(.mbusRawLogSize) * 1_000_000) : nil
    isShown = settings.flag(.mbusDebugOut)
  }

  /// Whether the line is to tell of its bytes.
  var isOn: Bool { files != nil || isShown }
}

/// Writes the raw log, each second and away from the event loop, to which it is confined. A disk that is full or
/// cannot be written costs the log and nothing else.
final class RawLogKeeper {
  /// How long lines are collected, for the sake of flash memory.
  static let interval = TimeAmount.seconds(1)
  /// Bytes that wait at most while the disk is slow; what comes beyond is lost.
  static let mostWaiting = 1_000_000

  /// Said once, until it can be written again.
  var onFailure: (String) -> Void = { _ in }

  private var files: RawLogFiles?
  private let pool: NIOThreadPool
  private let eventLoop: any EventLoop
  private let logger: Logger
  private var waiting: [(day: String, lines: String)] = []
  private var waitingBytes = 0
  private var isWriting = false
  private var isFailing = false
  private var timer: Scheduled<Void>?

  init(files pool: NIOThreadPool, eventLoop: any EventLoop, logger: Logger) {
    self.pool = pool
    self.eventLoop = eventLoop
    self.logger = logger
  }

  /// What becomes from now on of the bytes of a line.
  func use(_ slice: RawLogSlice, on line: MBusLine?) {
    files = slice.files.map { RawLogFiles(folder: $0.folder, limit: $0.limit) }
    isFailing = false
    guard slice.isOn else {
      line?.onRaw = nil
      return
    }
    line?.onRaw = { [weak self, logger] piece in
      self?.take(piece)
      if slice.isShown { logger.info("\(piece.text)", metadata: ["event": "raw"]) }
    }
  }

  /// Takes a piece, to be written soon.
  func take(_ piece: RawPiece) {
    guard files != nil, waitingBytes < Self.mostWaiting else { return }
    let line = piece.text + "\n"
    let day = String(line.prefix(10).filter { $0 != "-" })
    if waiting.last?.day == day, let last = waiting.popLast() {
      waiting.append((day, last.lines + line))
    } else {
      waiting.append((day, line))
    }
    waitingBytes += line.utf8.count
    guard timer == nil, !isWriting else { return }
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: Self.interval) { _ = keeper.value.write() }
  }

  /// Writes what waits.
  func write() -> EventLoopFuture<Void> {
    timer?.cancel()
    timer = nil
    guard let files, !waiting.isEmpty, !isWriting else {
      return eventLoop.makeSucceededVoidFuture()
    }
    let days = waiting
    (waiting, waitingBytes, isWriting) = ([], 0, true)
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    return pool.runIfActive(eventLoop: eventLoop) {
      days.compactMap { files.append($0.lines, day: $0.day) }.first
    }.flatMapErrorThrowing { _ in nil }.map { keeper.value.ended($0) }
  }

  private func ended(_ failure: String?) {
    isWriting = false
    if let failure, !isFailing {
      onFailure("the raw log of the M-Bus is not written: \(failure); meters are read all the same")
    }
    isFailing = failure != nil
    guard !waiting.isEmpty, timer == nil else { return }
    let keeper = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleTask(in: Self.interval) { _ = keeper.value.write() }
  }
}
