import BusSimulator
import Bytes
import FoundationEssentials
import TextFormats

/// A file of telegrams: one JSON object a line with `hex` and, if it likes, `name`; everything else
/// in a line is passed over. Lines that are empty or begin with `#` too. Lines end with LF or CR LF.
public enum TelegramFile {
  /// Reads a file.
  /// - Throws: `TelegramFileError`.
  public static func read(_ path: String) throws -> [CapturedTelegram] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch {
      throw TelegramFileError(path: path, line: nil, problem: "cannot be read: \(reason(error))")
    }
    return try parse(String(decoding: data, as: UTF8.self), path: path)
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoSuchFile: "there is no such file"
    case .fileReadNoPermission: "no permission"
    default: "it is no file of text"
    }
  }

  /// Reads a text.
  /// - Parameter path: what errors call it.
  /// - Throws: `TelegramFileError`.
  public static func parse(_ text: String, path: String) throws -> [CapturedTelegram] {
    var telegrams: [CapturedTelegram] = []
    // CR LF is one character.
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, line) in lines.enumerated() {
      let content = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\u{FEFF}" }
      guard let first = content.first, first != "#" else { continue }
      do {
        telegrams.append(try telegram(content, number: index + 1))
      } catch let problem as LineProblem {
        throw TelegramFileError(path: path, line: index + 1, problem: problem.text)
      }
    }
    return telegrams
  }

  private struct LineProblem: Error {
    let text: String
  }

  private static func telegram(_ line: Substring, number: Int) throws -> CapturedTelegram {
    let object: TelegramObject
    do {
      object = try TelegramObject(line)
    } catch {
      guard error.reason != .noHex else { throw LineProblem(text: "has no text \"hex\"") }
      throw LineProblem(
        text: "is no JSON object; expected is {\"name\": \"…\", \"hex\": \"68…16\"}")
    }
    do {
      let bytes = try Hex.decode(object.hex)
      return CapturedTelegram(name: object.name ?? "line \(number)", bytes: bytes)
    } catch {
      throw LineProblem(text: "has a wrong \"hex\": \(error)")
    }
  }
}

/// A file of telegrams that cannot be used.
public struct TelegramFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// The line, from 1; nil when it is about the whole file.
  public let line: Int?
  /// What is wrong.
  public let problem: String

  /// - Parameters:
  ///   - path: the file.
  ///   - line: from 1; nil when it is about the whole file.
  ///   - problem: what is wrong.
  public init(path: String, line: Int?, problem: String) {
    self.path = path
    self.line = line
    self.problem = problem
  }

  /// File, line and what is wrong.
  public var description: String {
    line.map { "\(path), line \($0) \(problem)" } ?? "\(path) \(problem)"
  }
}
