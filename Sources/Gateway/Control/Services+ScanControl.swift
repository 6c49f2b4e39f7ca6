import MeterFiles
import Control
import NIOCore
import Station

/// Scans that people want, or do not want any more.
extension Services {
  /// Looks for meters.
  func scan() {
    guard hasLine else { return logger.warning("\(Self.noLine)") }
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    prepareScan().whenSuccess { services.value.core.handle(.scan) }
  }

  /// Reads what meters are to have that a scan finds: whoever brings meter-conf-import.csv need not say so.
  func prepareScan() -> EventLoopFuture<Void> {
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    let folder = app.folder
    return files.runIfActive(eventLoop: eventLoop) { MeterPreconfiguration.load(folder) }
      .flatMapErrorThrowing { _ in nil }
      .map { found in
        for diagnostic in found?.diagnostics ?? [] where diagnostic.severity < .note {
          services.value.logger.warning("\(diagnostic)")
        }
        guard !services.value.isStopped else { return }
        services.value.core.handle(.preconfigure(found?.meters ?? []))
      }
  }

  /// Begins a scan.
  func scanForAnswer() -> ControlAnswer {
    var answer = ControlAnswer()
    guard hasLine else {
      answer.error = Self.noLine
      return answer
    }
    let events = core.handling(.scan)
    answer.news = events.isEmpty ? ["the scan begins after the readout that is under way"] : events
    return answer
  }

  /// Ends the scan; the answer comes when it has ended, and the file has what it found.
  func cancelScanForAnswer() -> EventLoopFuture<ControlAnswer> {
    guard core.station.activity == .scanning else {
      guard core.station.isScanAwaited else {
        return eventLoop.makeSucceededFuture(ControlAnswer(error: "there is no scan to end"))
      }
      var answer = ControlAnswer()
      answer.news = core.handling(.cancelScan)
      return eventLoop.makeSucceededFuture(answer)
    }
    _ = core.handling(.cancelScan)
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    return scanEnd(looks: Self.mostLooks).flatMap { services.value.keeper.saveNow() }.map {
      failure in
      var answer = ControlAnswer()
      let station = services.value.core.station
      answer.news = [
        station.scanStatus.map { "the scan ends in a moment: \($0.kept)" }
          ?? "the scan has ended: \(station.lastScan?.kept ?? "nothing was found")"
      ]
      answer.notSaved = failure.map { "\($0)" }
      return answer
    }
  }

  /// A question takes no longer than MBUS_FULLTIMEOUT, 10 s by default.
  private static let mostLooks = 240

  /// When the scan is over, or so many looks have not shown that.
  private func scanEnd(looks: Int) -> EventLoopFuture<Void> {
    guard looks > 0, !isStopped, core.station.activity == .scanning else {
      return eventLoop.makeSucceededVoidFuture()
    }
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    return eventLoop.scheduleTask(in: .milliseconds(50)) {}.futureResult.flatMap {
      services.value.scanEnd(looks: looks - 1)
    }
  }
}

extension ScanStatus {
  /// What stays of a scan that ends early.
  var kept: String {
    "\(found == 1 ? "1 meter was" : "\(found) meters were") found and \(found == 1 ? "is" : "are") kept, \(new) "
      + "of them new in the list"
  }
}
