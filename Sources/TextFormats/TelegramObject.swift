/// A line of a file of telegrams: a JSON object with the telegram as hexadecimal text in `hex`, and a `name` if it likes.
/// Everything else in it is passed over.
public struct TelegramObject: Equatable, Sendable {
  /// The text of `hex`, whatever it is.
  public let hex: String
  /// The character of the line, from 0, at which that text begins, behind its quote.
  public let offset: Int
  /// Nil: it has none that is a text.
  public let name: String?

  /// Why a line is none.
  public struct Problem: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Reason: Equatable, Sendable {
      /// It is no JSON, or no object: why.
      case noObject(String)
      /// It has no `hex` that is a text.
      case noHex
    }

    /// What is wrong.
    public let reason: Reason
    /// The character of the line, from 0.
    public let offset: Int
  }

  /// Reads a line.
  public init(_ line: some StringProtocol) throws(Problem) {
    let document: JSONDocument
    do {
      document = try JSONDocument(Array(line.utf8), .lenient)
    } catch {
      let before = line.unicodeScalars.prefix(error.place.column - 1)
      throw Problem(
        reason: .noObject(error.message), offset: String(String.UnicodeScalarView(before)).count)
    }
    guard case .object(let members) = document.root.content else {
      throw Problem(reason: .noObject("an object must begin here: {"), offset: 0)
    }
    let member = members.first { $0.name == "hex" }
    guard let member, case .string(let hex) = member.value.content else {
      let offset = member.map { Self.characters(before: $0.value.offset, of: line) }
      throw Problem(reason: .noHex, offset: offset ?? 0)
    }
    self.hex = hex
    offset = Self.characters(before: member.value.offset, of: line) + 1
    let name = members.first { $0.name == "name" }
    if case .string(let text)? = name?.value.content { self.name = text } else { self.name = nil }
  }

  private static func characters(before offset: Int, of line: some StringProtocol) -> Int {
    String(decoding: line.utf8.prefix(offset), as: UTF8.self).count
  }
}
