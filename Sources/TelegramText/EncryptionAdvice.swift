import MBus

/// What can be done about a telegram that is encrypted, in the words of the command that shows it.
package enum EncryptionAdvice {
  /// By settings and the meter list: the telegram comes from a meter.
  case settings
  /// By options of the command: the telegram is given.
  case options

  /// Why the data of a telegram cannot be read to its end, and what can be done.
  package func text(_ error: RecordError, in telegram: Telegram) -> String {
    guard self == .options, case .encrypted(let problem) = error.reason else {
      return error.description
    }
    let remedy = option(problem, saysWho: telegram.header?.identity != nil)
    return problem.cause + remedy + (problem.wayOut(by: "--disable-decryption") ?? "")
  }

  /// - Parameter saysWho: the header says who sent it.
  private func option(_ problem: EncryptionProblem, saysWho: Bool) -> String {
    let identity = "--identity serial,manufacturer,version,medium"
    return switch problem {
    case .keyMissing:
      "; --key or --key-file gives it"
        + (saysWho ? "" : ", and \(identity) says who sent the telegram, which has a short header")
    case .identityMissing: "; \(identity) gives them"
    case .keyWrong where !saysWho:
      "; neither may fit: the key, or the sender that --identity names"
    case .keyWrong, .unsupported, .fragments, .truncated: ""
    }
  }
}
