import ArgumentParser
import Control
import Gateway
import Glibc

/// `metergate readout`: has the gateway read meters now.
struct ReadoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "readout",
    abstract: "Have the gateway that runs on a folder read one meter or all of them now.",
    discussion: """
      The meters are read after the readout that is under way, and then at their turns as before. One that \
      has been asked less often since it did not answer is asked as usual. Meters with a battery are \
      left out with --all, and refused while their last readout is younger than their interval.

      What is read shows in the registers and the log; "metergate status --meters" says when it was.

      With --wait it says for each of them when it has been read, or why not, and ends after the last, or when the \
      time of --timeout is over.

      The exit code is 0 when all of them will be read, with --wait when all of them have been read, otherwise 1.

      Examples:
        metergate readout 66600106
        metergate readout @5 66600107:LUG --app ./my-device
        metergate readout --all
        metergate readout --wait 66600106
      """)

  @OptionGroup var options: ControlOptions

  @Argument(
    help: ArgumentHelp(
      "Meters of the list: SERIAL, SERIAL:MANUFACTURER, or @PRIMARYADDRESS.", valueName: "meter"))
  var meters: [String] = []

  @Flag(help: "All meters.")
  var all = false

  @Flag(help: "Wait until they have been read, and say what became of it.")
  var wait = false

  @Option(
    help: ArgumentHelp(
      "How long to wait with --wait, in seconds: 1 to 86400.", valueName: "seconds"))
  var timeout = ReadoutWait.patience

  private var request: ControlRequest {
    var request = ControlRequest(.readout)
    if all { request.all = true }
    if !meters.isEmpty { request.entries = meters }
    return request
  }

  func validate() throws {
    if let mistake = request.mistake { throw ValidationError(mistake.description) }
    guard (1...86_400).contains(timeout) else {
      throw ValidationError("--timeout is \(timeout); 1 to 86400 seconds are allowed")
    }
  }

  func run() throws {
    let before = wait ? try status() : nil
    // Times are told in whole seconds: what is read from now on is read in a later one.
    if let before { pass(before.time) }
    guard let answer = try options.ask(request) else { throw noGateway() }
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    if let before, let meters = answer.meters, !meters.isEmpty {
      let isRead = try waiting(ReadoutWait(before, for: meters))
      guard isRead else { throw ExitCode(1) }
    }
    guard answer.isSuccess else { throw ExitCode(1) }
  }

  /// Says what becomes of each meter.
  /// - Returns: whether all have been read.
  private func waiting(_ wait: ReadoutWait) throws -> Bool {
    var (wait, isRead) = (wait, true)
    let end = ContinuousClock.now + .seconds(timeout)
    while true {
      let status = try status()
      for end in wait.take(status) {
        if case .failed = end { isRead = false }
        Output.line(end.text)
      }
      if wait.left.isEmpty { return isRead }
      if let why = ReadoutWait.obstacle(status) {
        Output.note(
          "\(why); nothing is read for now: \(wait.left.sorted().joined(separator: ", "))")
        return false
      }
      guard ContinuousClock.now < end else {
        Output.note(wait.giveUp(after: timeout))
        return false
      }
      usleep(ReadoutWait.pause)
    }
  }

  /// What the gateway does now.
  private func status() throws -> GatewayStatus {
    guard let status = try options.ask(ControlRequest(.status))?.status else { throw noGateway() }
    return status
  }

  private func noGateway() -> ExitCode {
    Output.note("no gateway runs on \(options.app); \"metergate read\" reads a meter without one")
    return ExitCode(1)
  }

  /// Waits until a second has passed, a second at most: the clock may be set back meanwhile.
  private func pass(_ second: Int64) {
    let end = ContinuousClock.now + .seconds(1)
    while time(nil) <= second, ContinuousClock.now < end { usleep(20_000) }
  }
}
