import ArgumentParser
import Control
import Gateway
import MeterFiles

/// Where the gateway or its files are, for commands that work with either.
struct ControlOptions: ParsableArguments {
  @Option(name: .long, help: "The configuration folder, with chip.ini and the meter list.")
  var app = "/app"

  /// Asks the gateway that runs on the folder; nil: there is none.
  func ask(_ request: ControlRequest) throws -> ControlAnswer? {
    try Self.ask(request, of: app)
  }

  /// The same for any folder.
  static func ask(_ request: ControlRequest, of app: String) throws -> ControlAnswer? {
    do throws(ControlClient.Failure) {
      return try ControlClient.ask(request, of: app)
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
  }

}

/// Where the meter list is, for commands that change it.
struct ListOptions: ParsableArguments {
  @OptionGroup var files: FileOptions

  /// Changes the meter list: through the gateway that runs on the folder, or in its file, by the rules that
  /// a gateway with the same options would have.
  func change(_ request: ControlRequest) throws {
    let folder = try files.load()
    let ready = try ReadyFolder(files.app)
    let contents = ready.contents
    guard let answer = try ControlOptions.ask(request, of: files.app) else {
      return try finish(ListOffice.perform(request, on: folder)) { ready.keep(contents) }
    }
    if !files.overrides.isEmpty {
      Output.note(
        "the gateway that runs on \(files.app) has done it, by its own settings, not --set")
    }
    try finish(answer) { ready.keep(contents) }
  }

  private func finish(_ answer: ControlAnswer, _ keep: () -> Void) throws {
    if answer.saved != nil { keep() }
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
