import ArgumentParser
import ConfigurationArchive
import Settings

/// `metergate config diff`: what differs between configurations.
struct ConfigDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what differs between configurations.",
    discussion: """
      Without a number the newest recorded configuration is compared with the files; with one that; with two \
      both with each other. Passwords and keys are not shown; a line of them that differs is listed.

      Examples:
        metergate config diff
        metergate config diff 11 12
      """)

  @OptionGroup var options: ConfigOptions

  @Argument(help: ArgumentHelp("Numbers of \"metergate config log\".", valueName: "number"))
  var numbers: [Int] = []

  func validate() throws {
    if numbers.count > 2 { throw ValidationError("at most two numbers can be compared") }
  }

  func run() throws {
    let folder = try options.folder()
    let history = options.history
    let lines = try ConfigOptions.told { () throws(ConfigurationFailure) -> [String] in
      let number: Int
      if let first = numbers.first {
        number = first
      } else if let newest = try history.entries().first {
        number = newest.number
      } else {
        Output.note("no configuration of \(folder.path) is recorded yet")
        return []
      }
      let old = try history.contents(of: number)
      let other = numbers.count > 1 ? numbers[1] : nil
      let new: ConfigurationContents
      if let other {
        new = try history.contents(of: other)
      } else {
        new = try folder.contents()
      }
      for warning in new.warnings { Output.note(warning) }
      for name in old.leftOut {
        Output.note("\(name.excerpt) is not in \(number), since it could not be read then")
      }
      return ConfigurationDifference.lines(
        from: old, to: new,
        titles: ("\(number)", other.map(String.init) ?? "now"))
    }
    if !lines.isEmpty { Output.line(lines.joined(separator: "\n")) }
  }
}
