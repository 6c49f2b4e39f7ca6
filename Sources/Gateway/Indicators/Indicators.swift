import Logging
import NIOCore
import NIOPosix

/// Shows on the lights of the device how the gateway is. It is confined to one event loop; lights are switched on a
/// thread where files are touched, since a driver may take its time.
final class Indicators {
  /// Half of the time of flashing.
  static let interval = TimeAmount.milliseconds(250)
  /// After how many of these every light is switched anew, whatever it is thought to be: it may have been pulled out,
  /// or somebody else has switched it, or it could not be switched.
  static let patience = 40

  private let files: NIOThreadPool
  private let eventLoop: any EventLoop
  private let logger: Logger
  /// What there is to show.
  var sense: () -> Indication = { .off }
  private var lamps = Lamps.none
  private var timer: RepeatedTask?
  /// Counts the looks.
  private var looks = 0
  /// What was shown at the last look, and for how many of them.
  private var last: (indication: Indication, looks: Int) = (.off, 0)
  /// How the lights are; those that nobody has switched yet are not in it.
  private var shown: [LampFile: Bool] = [:]
  /// Lights that could not be switched: said once, until they can be.
  private var failed: Set<LampFile> = []
  private var isBusy = false

  /// - Parameters:
  ///   - files: the thread on which lights are switched.
  ///   - eventLoop: the loop that it is confined to.
  init(logger: Logger, files: NIOThreadPool, eventLoop: any EventLoop) {
    self.logger = logger
    self.files = files
    self.eventLoop = eventLoop
  }

  /// Uses these lights from now on. Those that are not used any more go out.
  func use(_ lamps: Lamps) {
    guard lamps != self.lamps else { return }
    let gone = Set(shown.keys).subtracting(lamps.wanted(.off, phase: true).keys)
    self.lamps = lamps
    switchLamps(Dictionary(uniqueKeysWithValues: gone.map { ($0, false) }))
    for lamp in gone { shown[lamp] = nil }
    failed.formIntersection(lamps.wanted(.off, phase: true).keys)
    timer?.cancel()
    timer = nil
    guard lamps != .none else { return }
    let indicators = NIOLoopBound(self, eventLoop: eventLoop)
    timer = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.interval) { _ in
      indicators.value.look()
    }
  }

  /// Puts all lights out: nothing runs any more. Done when they are.
  func stop() -> EventLoopFuture<Void> {
    timer?.cancel()
    timer = nil
    return switchLamps(lamps.wanted(.off, phase: true))
  }

  private func look() {
    looks += 1
    // A driver that takes longer than this is not given more to do.
    guard !isBusy else { return }
    let indication = sense()
    // What begins to flash begins lit: a short readout would not be seen otherwise.
    last = (indication, indication == last.indication ? last.looks + 1 : 0)
    let isAnew = looks.isMultiple(of: Self.patience)
    if isAnew { shown = [:] }
    let wanted = lamps.wanted(indication, phase: last.looks.isMultiple(of: 2)).filter {
      lamp, isOn in
      shown[lamp] != isOn && (isAnew || !failed.contains(lamp))
    }
    guard !wanted.isEmpty else { return }
    isBusy = true
    let indicators = NIOLoopBound(self, eventLoop: eventLoop)
    switchLamps(wanted).whenComplete { _ in indicators.value.isBusy = false }
  }

  @discardableResult
  private func switchLamps(_ wanted: [LampFile: Bool]) -> EventLoopFuture<Void> {
    guard !wanted.isEmpty else { return eventLoop.makeSucceededVoidFuture() }
    let known = shown
    let indicators = NIOLoopBound(self, eventLoop: eventLoop)
    return files.runIfActive(eventLoop: eventLoop) {
      wanted.map { ($0.key, $0.value, $0.key.turn($0.value, first: known[$0.key] == nil)) }
    }.map { done in
      for (lamp, isOn, complaint) in done {
        indicators.value.note(lamp, isOn, complaint)
      }
    }.flatMapErrorThrowing { _ in }
  }

  private func note(_ lamp: LampFile, _ isOn: Bool, _ complaint: String?) {
    guard lamps.wanted(.off, phase: true)[lamp] != nil else { return }
    guard let complaint else {
      shown[lamp] = isOn
      failed.remove(lamp)
      return
    }
    shown[lamp] = nil
    guard failed.insert(lamp).inserted else { return }
    logger.warning("a light cannot be switched: \(complaint); this is tried again")
  }
}
