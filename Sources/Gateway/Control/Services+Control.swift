import Control
import Glibc
import MeterFiles
import Metering
import ModbusServer
import NIOCore
import RegisterMap
import Settings
import Station
import Time

/// What people can want of a gateway that runs.
extension Services {
  /// The same for somebody who has logged in, whom the log names, with what came of it.
  func perform(_ request: ControlRequest, by user: String) -> EventLoopFuture<ControlAnswer> {
    guard request.command.isTold else { return perform(request) }
    let logger = logger
    return perform(request).map { answer in
      logger.notice("\(user): \(request.words.excerpt(500)): \(answer.words.excerpt(500))")
      return answer
    }
  }

  /// Carries a request out. The answer comes when the file says it, too, or it is known why it does not.
  func perform(_ request: ControlRequest) -> EventLoopFuture<ControlAnswer> {
    guard !isStopped else { return answer(ControlAnswer(error: "the gateway is ending")) }
    guard !isReloading else {
      // The files are being read; what is wanted is about what they say then.
      let services = NIOLoopBound(self, eventLoop: eventLoop)
      return eventLoop.scheduleTask(in: .milliseconds(20)) {}.futureResult.flatMap {
        services.value.perform(request)
      }
    }
    switch request.command {
    case .status:
      let services = NIOLoopBound(self, eventLoop: eventLoop)
      return refreshPending().flatMap { services.value.statusForAnswer() }
    case .settings:
      var answer = ControlAnswer()
      answer.settings = SettingInForce.all(of: app)
      return self.answer(answer)
    case .reload: return reloadForAnswer()
    case .scan:
      let services = NIOLoopBound(self, eventLoop: eventLoop)
      return prepareScan().map { services.value.scanForAnswer() }
    case .cancelScan: return cancelScanForAnswer()
    case .save: return saveForAnswer()
    case .service: return answer(setService(request))
    case .readout: return answer(readoutForAnswer(request))
    case .send: return sendForAnswer(request)
    case .allocate, .deallocate, .assign, .swap, .edit: return changeByFile(request)
    }
  }

  /// Changes the list, unless its file has been changed, or chip.ini has another layout by now: what is done
  /// would be lost, or wrong, with the next SIGHUP.
  private func changeByFile(_ request: ControlRequest) -> EventLoopFuture<ControlAnswer> {
    let app = app
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    return refreshPending().flatMap {
      let services = services.value
      // It may have been read, or the gateway ended, in the meantime.
      guard !services.isStopped, !services.isReloading,
        services.app.settingsFile.version == app.settingsFile.version
      else { return services.perform(request) }
      guard let pending = services.pendingChange else { return services.change(request) }
      if let why = services.whyNot(request.command, pending) {
        return services.answer(ControlAnswer(conflict: why))
      }
      let changed = Slices(
        pending.next, zones: ZoneFile.table(pending.next, app.meters), folder: app.folder,
        ext: app.ext
      ).differences(
        from: Slices(
          services.settings, zones: app.zones, folder: app.folder, ext: app.ext))
      return services.change(request).map { answer in
        guard answer.error == nil, !changed.isEmpty else { return answer }
        var answer = answer
        let note =
          "\(app.settingsFile.name) has other settings for \(changed.joined(separator: ", ")) than the gateway has "
          + "taken over so far: \"metergate apply\" or SIGHUP does that"
        answer.notes = (answer.notes ?? []) + [note]
        return answer
      }
    }
  }

  /// Why the list must not be changed while some files wait; nil: it may.
  private func whyNot(_ command: ControlRequest.Command, _ pending: PendingChange) -> String? {
    let list = app.meterListFile.name
    if pending.files.contains(list) {
      return
        "\(list) is changed on the disk, which the gateway has not taken over: let it do that first (\"metergate "
        + "apply\" or SIGHUP), or put the file back, then repeat the command; nothing is changed"
    }
    guard command != .swap, command != .deallocate,
      !pending.next.registerLayout.hasSameAddresses(as: settings.registerLayout)
    else { return nil }
    return
      "\(app.settingsFile.name) now has the register layout \(pending.next.registerLayout.name), which the gateway "
      + "has not taken over: let it do that first (\"metergate apply\" or SIGHUP), then repeat the command; nothing "
      + "is changed"
  }

  private func answer(_ answer: ControlAnswer) -> EventLoopFuture<ControlAnswer> {
    eventLoop.makeSucceededFuture(answer)
  }

  private func change(_ request: ControlRequest) -> EventLoopFuture<ControlAnswer> {
    let outcome: ListOutcome
    do {
      outcome = try core.perform(try request.command(for: core.station))
    } catch let refusal as ListRefusal where refusal.isConflict {
      return answer(ControlAnswer(conflict: "\(refusal)"))
    } catch {
      return answer(ControlAnswer(error: "\(error)"))
    }
    let before = keeper.version
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    return keeper.saveNow().map { failure in
      var answer = ControlAnswer(outcome)
      if let failure {
        answer.notSaved =
          "\(failure). The change is in force in the gateway, and \(failure.prospect)"
      } else if services.value.keeper.version != before {
        answer.saved = services.value.app.meterListFile.name
      }
      return answer
    }
  }

  private func setService(_ request: ControlRequest) -> ControlAnswer {
    do throws(ControlMistake) {
      let (isOn, minutes) = try request.serviceWish()
      guard hasLine else {
        return ControlAnswer(error: "there is no line to meters: see MBUS_DEVPATH and MBUS_ENABLE")
      }
      let scan = isOn ? core.station.scanStatus : nil
      sharing.setService(isOn, minutes: minutes)
      var answer = ControlAnswer()
      let span = minutes.map { " for \($0) minutes" } ?? " until it is switched off"
      answer.news = [
        isOn
          ? "the service mode is on\(span): meters are not read, once the job under way is over"
          : "the service mode is off"
      ]
      if let scan { answer.news?.append("the scan that is under way ends: \(scan.kept)") }
      return answer
    } catch {
      return ControlAnswer(error: "\(error)")
    }
  }

  private func reloadForAnswer() -> EventLoopFuture<ControlAnswer> {
    let promise = eventLoop.makePromise(of: ControlAnswer.self)
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    reload {
      let waited = services.value.web?.missing ?? services.value.eventLoop.makeSucceededFuture([])
      var answer = ControlAnswer()
      if let event = services.value.lastReload {
        let app = services.value.app
        let said = app.diagnostics
        let known = Set(said.map(\.message))
        let errors =
          said.filter { $0.severity == .error }
          + services.value.errors.filter { !known.contains($0.message) }
        let lines = [event.text] + services.value.lastListChanges
        if event.severity > .info || !errors.isEmpty {
          answer.problems = errors.map(\.description) + lines
        } else {
          answer.news = lines
        }
        let warnings = said.filter { $0.severity == .warning }.map(\.description)
        answer.notes = warnings.isEmpty ? nil : warnings
      }
      let said = answer
      promise.completeWith(
        waited.map { missing in
          var answer = said
          if !missing.isEmpty { answer.problems = (answer.problems ?? []) + missing }
          return answer
        })
    }
    return promise.futureResult
  }

  private func saveForAnswer() -> EventLoopFuture<ControlAnswer> {
    keeper.saveNow().map { failure in
      var answer = ControlAnswer()
      answer.notSaved = failure.map { "\($0)" }
      return answer
    }
  }

  /// Why nobody can be read just now; nil: the line can be used.
  private var whyNoReadout: String? {
    switch core.station.lineState {
    case .up: core.station.meters.isEmpty ? "the meter list is empty" : nil
    case .down(let why): "\(ReadoutFailure.lineDown(why))"
    case .lent(let use): "\(ReadoutFailure.lineLent(use.words))"
    // It opens in a moment, and whoever is wanted is read then.
    case nil: nil
    }
  }

  /// Names of meters, as the status has them.
  private func named(_ meters: [Meter]) -> [String] {
    let names = MeterNames(core.station)
    return meters.map { names.name(of: $0)?.description ?? $0.label }
  }

  private func readoutForAnswer(_ request: ControlRequest) -> ControlAnswer {
    guard hasLine else { return ControlAnswer(error: Self.noLine) }
    if let why = whyNoReadout { return ControlAnswer(error: "\(why); no meter is read") }
    var answer = ControlAnswer()
    // A search has the bus to itself.
    let isSearching = core.station.scanStatus != nil || core.station.isScanAwaited
    let when = isSearching ? "once the scan is over" : "now"
    do {
      guard let names = try request.meterNames() else {
        let notes = core.handling(.readNow(nil))
        answer.notes = notes.isEmpty ? nil : notes
        answer.meters = named(core.station.readTogether)
        answer.news = ["all meters are read \(when), one after another, besides their turns"]
        return answer
      }
      let meters = try names.map { name throws(ListRefusal) in
        try core.station.meter(named: name)
      }
      answer.meters = []
      for meter in meters {
        let problems = core.handling(.readNow(meter.id))
        if problems.isEmpty {
          answer.meters? += named([meter])
          answer.news = (answer.news ?? []) + ["meter \(meter.label) is read \(when)"]
        } else {
          answer.problems = (answer.problems ?? []) + problems
        }
      }
      return answer
    } catch {
      return ControlAnswer(error: "\(error)")
    }
  }
}

extension SaveFailure {
  /// What becomes of a change that could not be saved.
  var prospect: String {
    // Nobody but a person can decide which of two changes counts; everything else may pass.
    if case .conflict = self { return "lost when it ends" }
    return "writing it is tried again every minute"
  }
}
