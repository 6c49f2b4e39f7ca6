import ConfigurationArchive
import Glibc
import Time

/// What of a change by the page goes into the history of the configuration. It blocks.
struct FolderHistory: Sendable {
  /// The configuration folder.
  let folder: String
  /// Who this gateway is.
  let origin: ConfigurationOrigin

  /// The configurations so far.
  var history: ConfigurationHistory { ConfigurationHistory(folder: folder, origin: origin) }

  /// What is there before a change; nil: it cannot be read.
  var contents: ConfigurationContents? { try? ConfigurationFolder(folder).contents() }

  /// Keeps what a change has made, with the name of its user, and what was there before.
  /// - Returns: why the history does not have it; nil: it does.
  func keep(
    _ before: ConfigurationContents?, by caller: Caller, _ cause: ConfigurationCause? = nil
  ) -> String? {
    let cause = cause ?? (caller.isMachine ? .api : .web)
    do throws(ConfigurationFailure) {
      try history.record(after: before, cause: cause, user: caller.name, time: Self.now)
      return nil
    } catch {
      return "the history does not get this configuration: \(error)"
    }
  }

  /// Now.
  static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(unixSeconds: Int64(time.tv_sec))
  }
}
