import Metering
import Settings

/// Why a meter list cannot be written into a file. The file is as it was.
public enum DeviceHandleEditFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as it is cannot be read.
  case unreadable(Diagnostic)
  /// The file's encoding is one that cannot be edited.
  case encoding(file: String, name: String)
  /// The list names meters or values that the file has not, or names them in another order.
  case wrongOrigin(file: String, what: String)
  /// A value that the format does not allow.
  case notAllowed(file: String, meter: String, element: String, text: String?, allowed: String)
  /// The file would be larger than those that are read.
  case tooLarge(file: String, bytes: Int)
  /// The file would not read as wanted: a mistake of this program, which the check found.
  case notKept(file: String)

  /// Which file, and why.
  public var description: String {
    switch self {
    case .unreadable(let diagnostic): "\(diagnostic); it is not overwritten"
    case .encoding(let file, let name):
      "\(file) is not saved: its encoding is \(name), which cannot be edited; save it as UTF-8"
    case .wrongOrigin(let file, let what): "\(file) is not saved: \(what)"
    case .notAllowed(let file, let meter, let element, let text, let allowed):
      "\(file) is not saved: meter \(meter): <\(element)> = "
        + "\(text.map { "'\($0)'" } ?? "(not shown)"): not allowed; allowed: \(allowed)"
    case .tooLarge(let file, let bytes):
      "\(file) is not saved: it would have \(bytes) bytes; at most "
        + "\(DeviceHandleLimit.fileSize) are read"
    case .notKept(let file):
      "\(file) is not saved: it would not read as the list that was wanted; please report this as a bug"
    }
  }
}
