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
      guard var last = try? cursor.readByte() else { return }
      var table = VIFTable.primary
      while let next = table.extended(by: last) {
        add(.tablePrefix, [last])
        guard let code = try? cursor.readByte() else { return }
        (table, last) = (next, code)
      }
      let isText = table == .primary && last & 0x7F == PrimaryVIF.text
      let isManufacturers = table == .primary && last & 0x7F == PrimaryVIF.manufacturer
      var mode = isManufacturers ? Mode.manufacturer : .combinable
      add(isText ? .textCode : .code(table), [last])
      if isText, textVIF == .behindVIF { text() }
      while last & 0x80 != 0, let next = try? cursor.readByte() {
        last = next
        take(next, &mode)
      }
      if isText, textVIF == .behindVIFEs { text() }
      if !cursor.isAtEnd { add(.manufacturer, cursor.readRest()) }
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
