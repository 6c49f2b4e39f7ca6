import Logging
import Settings

extension Logger {
  /// Says what there is to say about a file.
  package func log(_ diagnostic: Diagnostic) {
    let level: Logger.Level =
      switch diagnostic.severity {
      case .error: .error
      case .warning: .warning
      case .note: .notice
      }
    log(level: level, "\(diagnostic)")
  }
}
