import ArgumentParser
import ConfigurationArchive
import Glibc
import MeterFiles

/// `metergate config export`: the configuration as one file.
struct ConfigExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the configuration into one file.",
    discussion: """
      The file is a tar.gz archive, for "metergate config import" on this or another device, or with \
      --json one JSON object for programs. Parts:

      \(PartOptions.table)

      To bring a configuration to another device, leave out network and name. Passwords and keys are in \
      the archive as they are in the files; in JSON only with --with-secrets. A new file can be read by its \
      owner only. docs/configuration.md says more.

      Examples:
        metergate config export backup.tar.gz
        metergate config export --parts certificates,device,meters,users for-many.tar.gz
        metergate config export --json - | jq .settings
      """)

  @OptionGroup var options: ConfigOptions
  @OptionGroup var parts: PartOptions

  @Flag(help: "Write JSON.")
  var json = false

  @Flag(help: "With --json: passwords, keys and files with them, too.")
  var withSecrets = false

  @Argument(help: ArgumentHelp("Where to; - is standard output.", valueName: "file"))
  var file: String

  func validate() throws {
    if withSecrets, !json {
      throw ValidationError("--with-secrets belongs to --json; an archive has all of them")
    }
  }

  func run() throws {
    let folder = try options.folder()
    let (bytes, contents) = try ConfigOptions.told {
      () throws(ConfigurationFailure) -> ([UInt8], ConfigurationContents) in
      let all = try folder.contents()
      let chosen = parts.parts.map { all.limited(to: $0.parts) } ?? all
      guard json else {
        let archive = try ArchiveFile.write(
          chosen, origin: options.origin, cause: .export, user: ConfigOptions.user,
          time: ConfigOptions.time)
        return (archive, chosen)
      }
      let text = try JSONBackup.write(
        chosen, origin: options.origin, hasSecrets: withSecrets, time: ConfigOptions.time)
      return (Array(text.utf8), chosen)
    }
    for warning in contents.warnings + contents.absences { Output.note(warning) }
    if !json || withSecrets, contents.lacksKey {
      Output.note(
        "passwords of chip.ini in it are encrypted, and the key is not in it: only this device can read them. "
          + "It is in the part certificates")
    }
    if file == "-" {
      guard Output.bytes(bytes) else { throw ExitCode(1) }
      return
    }
    try save(bytes)
    Output.note("\(contents.parts.titles) in \(file), \(bytes.count) bytes")
  }

  private func save(_ bytes: [UInt8]) throws {
    let version: FileVersion =
      switch FileBytes.read(file, limit: 2 * ArchiveLimit.archive) {
      case .read(let old): .of(old)
      default: .missing
      }
    do throws(SaveFailure) {
      try SafeFile.save(
        bytes, to: file, replacing: version, isSecret: true, limit: 2 * ArchiveLimit.archive)
    } catch {
      Output.note("\(error)")
      throw ExitCode(1)
    }
  }
}

extension PartOptions {
  /// The parts, a line each.
  static var table: String {
    let width = ConfigurationPart.allCases.map(\.rawValue.count).max() ?? 0
    return ConfigurationPart.allCases.map { part in
      let space = String(repeating: " ", count: width - part.rawValue.count)
      return "  \(part.rawValue)\(space)  \(part.title)"
    }.joined(separator: "\n")
  }
}
