/// A JSON text that somebody else wrote, read with the places of everything in it, so that mistakes can be told by
/// line and column. Stricter than RFC 8259 in one thing: no object may have the same name twice, since programs
/// differ in which of them counts.
public struct JSONDocument: Equatable, Sendable {
  /// A value and where it begins.
  public struct Node: Equatable, Sendable {
    /// The byte at which it begins.
    public let offset: Int
    /// What it is.
    public let content: Content
  }

  /// What a value is.
  public indirect enum Content: Equatable, Sendable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// A number, as it is spelt.
    case number(String)
    /// A text.
    case string(String)
    /// A list.
    case array([Node])
    /// Fields in their order.
    case object([Member])
  }

  /// A field of an object.
  public struct Member: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// The byte at which the name begins.
    public let offset: Int
    /// What it holds.
    public let value: Node
  }

  /// A place in the text, both 1 and up; the column counts characters (Unicode scalars).
  public struct Place: Equatable, Sendable {
    /// The line.
    public let line: Int
    /// The character in it.
    public let column: Int
  }

  /// Why a text is no JSON.
  public struct Mistake: Error, Equatable, Sendable {
    /// Where.
    public let place: Place
    /// What is wrong, and what is allowed.
    public let message: String
  }

  /// What is let pass beyond RFC 8259, or refused although it has it.
  public enum Strictness: Equatable, Sendable {
    /// No object has the same name twice.
    case strict
    /// For lines of which only a part is of interest: NaN, Infinity and -Infinity, which some programs write, are
    /// numbers, and a name may come twice.
    case lenient
  }

  /// What is read at most.
  public enum Limit {
    /// Lists and objects within each other.
    public static let depth = 64
    /// Values.
    public static let nodes = 2_000_000
  }

  /// The whole of it.
  public let root: Node
  private let bytes: [UInt8]

  /// Reads a text in UTF-8, with or without byte order mark.
  public init(_ bytes: [UInt8], _ strictness: Strictness = .strict) throws(Mistake) {
    var parser = JSONParser(bytes, isLenient: strictness == .lenient)
    do throws(JSONParser.Failure) {
      root = try parser.document()
    } catch {
      throw Mistake(place: Self.place(of: error.offset, in: bytes), message: error.message)
    }
    self.bytes = bytes
  }

  /// Where a byte stands. It takes time in proportion to what is before it: for messages.
  public func place(of offset: Int) -> Place { Self.place(of: offset, in: bytes) }

  private static func place(of offset: Int, in bytes: [UInt8]) -> Place {
    var (line, column) = (1, 1)
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard offset > start else { return Place(line: 1, column: 1) }
    for byte in bytes[start..<min(offset, bytes.count)] {
      if byte == 0x0A {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return Place(line: line, column: column)
  }
}
