import Bytes

/// A byte of a value information block, or the text in it, and what it is there for (EN 13757-3,
/// ch. 6.4). The block is known to be whole.
struct VIFPart: Hashable, Sendable {
  /// What a part is there for.
  enum Role: Hashable, Sendable {
    /// Another table follows.
    case tablePrefix
    /// What is measured, by a code of this table.
    case code(VIFTable)
    /// A code of a table behind a second prefix.
    case secondLevel
    /// The meter's own text says what is measured.
    case textCode
    case textLength
    case text
    /// A VIFE of the main table.
    case combinable
    /// A code of the table of extensions follows.
    case extensionPrefix
    case behindExtension
    /// The maker's own.
    case manufacturer
  }

  /// What it is there for.
  let role: Role
  /// From the start of the block.
  let offset: Int
  /// As sent.
  let bytes: [UInt8]

  /// The code without its extension bit.
  var code: UInt8 { (bytes.first ?? 0) & 0x7F }

  /// All parts of a block, in order.
  static func parts(
    of block: [UInt8], textVIF: DecodingOptions.TextVIFPlacement = .behindVIF
  ) -> [VIFPart] {
    var walk = Walk(cursor: ByteCursor(block), textVIF: textVIF)
    walk.run()
    return walk.parts
  }

  private struct Walk {
    var cursor: ByteCursor
    let textVIF: DecodingOptions.TextVIFPlacement
    var parts: [VIFPart] = []

    private enum Mode { case combinable, behindExtension, manufacturer }

    mutating func run() {
      guard let vif = try? cursor.readByte() else { return }
      var last = vif
      var isText = false
      var mode = Mode.combinable
      switch vif {
      case 0xFB, 0xFD, 0xEF:
        add(.tablePrefix, [vif])
        last = prefixed(vif)
      case 0x7C, 0xFC:
        add(.textCode, [vif])
        isText = true
        if textVIF == .behindVIF { text() }
      default:
        add(.code(.primary), [vif])
        if vif & 0x7F == PrimaryVIF.manufacturer { mode = .manufacturer }
      }
      while last & 0x80 != 0, let next = try? cursor.readByte() {
        last = next
        take(next, &mode)
      }
      if isText, textVIF == .behindVIFEs { text() }
      if !cursor.isAtEnd { add(.manufacturer, cursor.readRest()) }
    }

    /// The code behind a prefix; there may be a second one.
    private mutating func prefixed(_ prefix: UInt8) -> UInt8 {
      guard let code = try? cursor.readByte() else { return 0 }
      switch (prefix, code) {
      case (0xFD, 0xFD):
        add(.tablePrefix, [code])
        guard let second = try? cursor.readByte() else { return 0 }
        add(.secondLevel, [second])
        return second
      case (0xEF, _): add(.secondLevel, [code])
      default: add(.code(prefix == 0xFB ? .fb : .fd), [code])
      }
      return code
    }

    private mutating func take(_ vife: UInt8, _ mode: inout Mode) {
      switch mode {
      case .manufacturer: add(.manufacturer, [vife])
      case .behindExtension:
        add(.behindExtension, [vife])
        mode = .combinable
      case .combinable where vife == VIFETable.extensionFC | 0x80:
        add(.extensionPrefix, [vife])
        mode = .behindExtension
      case .combinable:
        add(.combinable, [vife])
        if vife & 0x7F == VIFETable.manufacturer { mode = .manufacturer }
      }
    }

    private mutating func text() {
      guard let length = try? cursor.readByte() else { return }
      add(.textLength, [length])
      guard length > 0, let characters = try? cursor.read(Int(length)) else { return }
      add(.text, characters)
    }

    /// Adds what has just been read.
    private mutating func add(_ role: Role, _ bytes: [UInt8]) {
      parts.append(VIFPart(role: role, offset: cursor.offset - bytes.count, bytes: bytes))
    }
  }
}
