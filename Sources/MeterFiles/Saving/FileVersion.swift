import Settings

/// What a file held when it was read, to find out whether somebody else has changed it since. (Times and
/// sizes are no proof: two saves may fall into one tick of the clock.) It does not keep the bytes: a meter
/// list has some megabytes, and stays in memory for years otherwise.
public enum FileVersion: Equatable, Sendable {
  /// There was none.
  case missing
  /// Its content: how long it was, and its hash. The hash is the standard library's SipHash with the keys of
  /// this process: nobody outside knows them, and by chance one change in 2⁶⁴ is overlooked.
  case content(count: Int, hash: Int)

  /// The version of a file with this content.
  public static func of(_ bytes: [UInt8]) -> FileVersion {
    var hasher = Hasher()
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    return .content(count: bytes.count, hash: hasher.finalize())
  }
}

/// Why a file was not saved. Unless the text says otherwise, it is as it was before.
public enum SaveFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// Somebody else has changed the file since it was read.
  case conflict(file: String)
  /// What is there cannot be read, and is not overwritten for that.
  case unreadable(file: String, why: String)
  /// A step did not work: which one, why, and what became of the file.
  case failed(file: String, step: String, why: String, outcome: String)
  /// The settings cannot be written into this file.
  case settings(file: String, SettingsEditFailure)
  /// The meters cannot be written into this file.
  case meters(DeviceHandleEditFailure)

  /// Which file, what, why.
  public var description: String {
    switch self {
    case .conflict(let file):
      "\(file) was changed by somebody else since it was read; nothing is written. Read it again "
        + "(SIGHUP), then repeat the change"
    case .unreadable(let file, let why):
      "\(file) is not saved, since what is there cannot be read: \(why); the file is as it was"
    case .failed(let file, let step, let why, let outcome):
      "\(file) is not saved: \(step): \(why); \(outcome)"
    case .settings(let file, let failure): "\(file) is not saved: \(failure)"
    case .meters(let failure): "\(failure)"
    }
  }
}
