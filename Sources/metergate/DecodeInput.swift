import Bytes
import MeterFiles
import TelegramText

/// Where `metergate decode` takes telegrams from.
enum DecodeInput: Equatable {
  case standardInput
  case file(String)
  case text(String)

  /// Why an input cannot be read.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The largest file that is read: a week of a busy bus in the raw log.
  private static let limit = 256 << 20

  /// By the arguments: what reads as bytes is no name of a file.
  init(_ arguments: [String]) throws(Failure) {
    if arguments.count > 1, let other = arguments.first(where: { $0 == "-" || Self.isThere($0) }) {
      let what = other == "-" ? "- (standard input)" : "the file \(other)"
      throw Failure(
        description:
          "\(what) must be the only argument: one file, -, or telegrams as hexadecimal text can be "
          + "given; several files are read by: cat FILE… | metergate decode --table -")
    }
    if arguments == ["-"] {
      self = .standardInput
    } else if arguments.count == 1, let name = arguments.first, Self.isFile(name) {
      self = .file(name)
    } else {
      self = .text(arguments.joined(separator: " "))
    }
  }

  private static func isFile(_ name: String) -> Bool { isThere(name) || isMeantAsName(name) }

  /// There is such a file. What reads as bytes is no name.
  private static func isThere(_ name: String) -> Bool {
    guard (try? TelegramLine.read(name)) == nil else { return false }
    if case .missing = FileBytes.read(name, limit: 1) { return false }
    return true
  }

  /// A single word with a slash, or with letters behind a point: `267000.0 Wh` is none.
  private static func isMeantAsName(_ text: String) -> Bool {
    guard !text.isEmpty, !text.contains(where: \.isWhitespace),
      (try? TelegramLine.read(text)) == nil
    else { return false }
    if text.contains("/") { return true }
    let behind = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last
    return behind?.first?.isLetter == true
  }

  /// Has all lines explained.
  /// - Returns: whether all of them could be read.
  func read(by run: inout DecodeRun) throws -> Bool {
    switch self {
    case .text(let text):
      // A word that begins with a letter may have been meant as a name.
      let isWord = !text.contains(where: \.isWhitespace) && text.first?.isLetter == true
      return run.line(text, hint: isWord ? ", and there is no file of that name" : "")
    case .standardInput:
      var succeeded = true
      var number = 0
      while let line = readLine() {
        number += 1
        if !run.line(line, number: number) { succeeded = false }
      }
      return run.end(of: nil) && succeeded
    case .file(let name):
      let bytes: [UInt8]
      switch FileBytes.read(name, limit: Self.limit) {
      case .read(let found): bytes = found
      case .missing:
        throw Failure(description: "\(name) is no hexadecimal text, and there is no such file")
      case .unreadable(let why): throw Failure(description: "\(name): \(why)")
      }
      var succeeded = true
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() {
        let text = String(decoding: line, as: UTF8.self)
        if !run.line(text, number: index + 1) { succeeded = false }
      }
      return run.end(of: name) && succeeded
    }
  }
}
