import Control
import Glibc
import ModbusServer
import NIOCore
import NIOPosix
import Settings
import Station
import Time

/// What the gateway does just now.
extension Services {
  /// What the gateway does just now. What has to be counted through all meters is counted away from the loop, and for
  /// all who ask in the same second.
  func statusForAnswer() -> EventLoopFuture<ControlAnswer> {
    let services = NIOLoopBound(self, eventLoop: eventLoop)
    return listStatus().map { list in
      var answer = ControlAnswer()
      answer.status = services.value.status(with: list)
      return answer
    }.flatMapErrorThrowing { _ in ControlAnswer(error: "the gateway is ending") }
  }

  private func listStatus() -> EventLoopFuture<ListStatus> {
    let (now, view) = (clock.now(), core.view)
    let key = ListStatus.Key(
      revision: view.revision, second: now.wall.unixSeconds, notSaved: keeper.complaint,
      file: app.meterListFile.name, isTestData: settings.testData != nil)
    if let known = listStatuses, known.key == key { return known.future }
    let made = files.runIfActive(eventLoop: eventLoop) {
      ListStatus(view.station, key, at: now)
    }
    listStatuses = (key, made)
    return made
  }

  private func status(with list: ListStatus) -> GatewayStatus {
    let now = clock.now()
    return GatewayStatus(
      version: DeviceIdentity.softwareVersion, folder: app.folder, process: getpid(),
      time: now.wall.unixSeconds, uptime: (now.instant - startedAt).nanoseconds / 1_000_000_000,
      modbus: settings.flag(.modbusEnable) ? listener.status : nil, web: web?.status,
      line: lineStatus, meters: list.meters,
      scan: core.station.scanStatus.map {
        .init(
          thousandths: $0.thousandths, found: $0.found, new: $0.new, secondsLeft: $0.secondsLeft)
      },
      pending: pendingChange.map { change in
        .init(
          files: change.files, settings: change.settings,
          meters: change.meters.isEmpty ? nil : change.meters,
          problems: change.problems.map(\.report),
          isBlocked: !change.errors.isEmpty, heldBack: heldBack)
      }, errors: errors.isEmpty ? nil : errors.map(\.report), registers: list.registers,
      lights: .init(
        state: indication.state.description, active: indication.active.description))
  }

  private var lineStatus: GatewayStatus.Line? {
    guard hasLine else { return nil }
    let path = settings.text(.mbusDevicePath)
    var status: GatewayStatus.Line =
      switch core.station.lineState {
      case .up: .init(path: path, state: .up)
      case .lent(let use): .init(path: path, state: .lent, reason: use.words)
      case .down(let reason): .init(path: path, state: .down, reason: reason)
      case nil: .init(path: path, state: .opening)
      }
    status.heldLow = core.station.isLineHeldLow ? Station.whyLineIsLow : nil
    status.transparent = sharing.status
    status.serviceUntil = sharing.service.map { $0.until ?? 0 }
    status.jobs = core.jobs
    status.busySeconds = core.busy.nanoseconds / 1_000_000_000
    return status
  }
}

extension Listener {
  /// Where it serves, and what it has done.
  var status: GatewayStatus.Modbus {
    let statistics = statistics ?? ModbusStatistics()
    return .init(
      places: Dictionary(
        uniqueKeysWithValues: ModbusPlaces.Way.allCases.compactMap { way in
          places[way].map { (way.rawValue, $0) }
        }),
      problems: Dictionary(uniqueKeysWithValues: complaints.map { ($0.key.rawValue, $0.value) }),
      total: .init(statistics.total), ignored: statistics.ignored,
      connectionsMade: statistics.connectionsMade,
      dropped: Dictionary(
        uniqueKeysWithValues: statistics.dropped.map { ($0.key.rawValue, $0.value) }),
      connections: statistics.connections.map {
        .init(
          client: $0.client, since: $0.since.unixSeconds, traffic: .init($0.traffic))
      })
  }
}

extension GatewayStatus.Traffic {
  fileprivate init(_ counter: TrafficCounter) {
    let reads = [("03", counter.holding), ("04", counter.input)].compactMap { code, range in
      range.map { (code, ReadRegisters($0)) }
    }
    self.init(
      requests: counter.requests,
      exceptions: Dictionary(
        uniqueKeysWithValues: counter.exceptions.map { exception, count in
          let code = String(exception.rawValue, radix: 16, uppercase: true)
          return ((code.count < 2 ? "0" : "") + code, count)
        }), bytesIn: counter.bytesIn, bytesOut: counter.bytesOut,
      lastRequest: counter.lastRequest?.unixSeconds,
      reads: reads.isEmpty ? nil : Dictionary(uniqueKeysWithValues: reads))
  }
}
