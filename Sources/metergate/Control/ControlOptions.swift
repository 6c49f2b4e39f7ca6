import ArgumentParser
import Gateway
import MeterFiles

/// Where the gateway or its files are, for commands that work with either.
struct ControlOptions: ParsableArguments {
  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  /// Asks the gateway that runs on the folder; nil: there is none.
  func ask(_ request: ControlRequest) throws -> ControlAnswer? {
    do throws(ControlClient.Failure) {
      return try ControlClient.ask(request, of: app)
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
  }

  /// Changes the meter list: through the gateway that runs on the folder, or in its file.
  func change(_ request: ControlRequest) throws {
    guard let answer = try ask(request) else {
      let folder = AppFolder.load(app)
      guard folder.isThere else { throw ValidationError("--app \(app): there is no such folder") }
      return try finish(ListOffice.perform(request, on: folder))
    }
    try finish(answer)
  }

  private func finish(_ answer: ControlAnswer) throws {
    if !answer.lines.isEmpty { Output.line(answer.lines.joined(separator: "\n")) }
    for complaint in answer.complaints { Output.note(complaint) }
    guard answer.isSuccess else { throw ExitCode(1) }
  }
}

/// Which entries a command is about.
struct SelectionOptions: ParsableArguments {
  @Flag(help: "All meters of the list with their values.")
  var all = false

  @Argument(
    help: ArgumentHelp(
      "A meter with its values, its own entry (/0), or its Nth value (/N).", valueName: "entry"))
  var entries: [String] = []

  /// A request about them.
  func request(_ command: ControlRequest.Command) -> ControlRequest {
    var request = ControlRequest(command)
    if all { request.all = true }
    if !entries.isEmpty { request.entries = entries }
    return request
  }

  /// Says what is wrong on the command line.
  func check(_ request: ControlRequest) throws {
    guard all || !entries.isEmpty else {
      throw ValidationError("give the entries that it is about, or --all")
    }
    guard !all || entries.isEmpty else {
      throw ValidationError("give either --all or entries, not both")
    }
    if let mistake = request.mistake { throw ValidationError(mistake.description) }
  }
}
