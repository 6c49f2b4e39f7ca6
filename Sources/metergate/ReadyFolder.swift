import ArgumentParser
import ConfigurationArchive
import Gateway
import MeterFiles
import Time

/// The configuration folder before a command reads or writes it, and what of a change goes into the history.
struct ReadyFolder {
  /// Where it is.
  let path: String

  /// Finishes what an interrupted import has left: half of a configuration is none.
  /// - Parameter mustExist: a folder that is not there is a mistake on the command line.
  init(_ path: String, mustExist: Bool = true) throws {
    self.path = path
    guard FileBytes.isFolder(path) else {
      guard mustExist else { return }
      throw ValidationError("--app \(path): there is no such folder")
    }
    do throws(ConfigurationFailure) {
      for line in try ConfigurationFolder(path).finishInterrupted() { Output.note(line) }
    } catch {
      Output.note("an interrupted change of the configuration cannot be finished: \(error)")
      throw ExitCode(1)
    }
  }

  /// The configurations so far.
  var history: ConfigurationHistory {
    ConfigurationHistory(
      folder: path,
      origin: ConfigurationOrigin(
        version: DeviceIdentity.softwareVersion, serial: DeviceIdentity.ofThisMachine().serial))
  }

  /// What is there before a command changes it; nil: it cannot be read.
  var contents: ConfigurationContents? { try? ConfigurationFolder(path).contents() }

  /// Keeps what a command has changed, with the name of its user, and what was there before: whoever wrote that,
  /// it was not this command.
  func keep(_ before: ConfigurationContents?, _ cause: ConfigurationCause = .command) {
    do throws(ConfigurationFailure) {
      try history.record(
        after: before, cause: cause, user: ConfigOptions.user, time: ConfigOptions.time)
    } catch {
      Output.note("the history does not get this configuration: \(error)")
    }
  }
}
