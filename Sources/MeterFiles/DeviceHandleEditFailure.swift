import Metering
import Settings

/// A meter of the list that is to be in the file.
public struct ListedMeter: Equatable, Sendable {
  /// Which of the meters it is that the file had when it was read, counted as they were given out; nil:
  /// a new one.
  public var origin: Int?
  /// What is to stand there.
  public var configuration: MeterConfiguration
  /// For each value of the configuration which of the meter's values in the file it is; nil: a new one.
  public var valueOrigins: [Int?]

  /// All parts.
  /// - Parameters:
  ///   - origin: its index among the meters that were read; nil: a new one.
  ///   - configuration: what is to stand there.
  ///   - valueOrigins: for each value its index among those that were read; nil: a new one. What is left
  ///     out: as many as there are values, all as they were or, of a new meter, all new.
  public init(
    origin: Int?, configuration: MeterConfiguration, valueOrigins: [Int?]? = nil
  ) {
    self.origin = origin
    self.configuration = configuration
    let indices = configuration.values.indices
    self.valueOrigins = valueOrigins ?? indices.map { origin == nil ? nil : $0 }
  }
}

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
        + "\(text.map { "\"\($0)\"" } ?? "(not shown)") is not allowed: \(allowed)"
    case .tooLarge(let file, let bytes):
      "\(file) is not saved: it would have \(bytes) bytes; at most "
        + "\(DeviceHandleLimit.fileSize) are read"
    case .notKept(let file):
      "\(file) is not saved: it would not read as the list that was wanted; please report this as a bug"
    }
  }
}
