/// The order in which the words and bytes of long fields lie in registers (MUC500 manual 1.1,
/// table 37). Fields of one register always have their most significant byte first.
public struct RegisterOrder: Hashable, Sendable {
  /// The least significant word first.
  public var swapsWords: Bool
  /// The least significant byte of each word first.
  public var swapsBytes: Bool
  /// Which fields it is about.
  public var scope: Scope

  /// Which fields can be swapped. The manuals differ.
  public enum Scope: Hashable, Sendable {
    /// The 32-bit floating point number (MUC500 manual 1.1, table 25).
    case floats
    /// All fields of 32 and 64 bits (Anybus gateway manual 2.4, ch. 5.2 and 9.4).
    case longFields
  }

  /// - Parameters:
  ///   - swapsWords: the least significant word first.
  ///   - swapsBytes: the least significant byte of each word first.
  ///   - scope: which fields it is about.
  public init(swapsWords: Bool, swapsBytes: Bool, scope: Scope) {
    self.swapsWords = swapsWords
    self.swapsBytes = swapsBytes
    self.scope = scope
  }

  /// Most significant word and byte first.
  public static let abcd = RegisterOrder(swapsWords: false, swapsBytes: false, scope: .floats)

  /// The order as letters, A being the most significant byte of a 32-bit field.
  public var name: String {
    switch (swapsWords, swapsBytes) {
    case (false, false): "ABCD"
    case (false, true): "BADC"
    case (true, false): "CDAB"
    case (true, true): "DCBA"
    }
  }

  /// Whether it changes a field.
  func concerns<Entry>(_ field: RegisterField<Entry>) -> Bool {
    field.width > 1 && (swapsWords || swapsBytes) && (scope == .longFields || field.isFloat)
  }

  /// The bits of a field as they are stored when all orders that can be are reversed.
  /// - Parameters:
  ///   - bits: the content, right-aligned.
  ///   - width: how many registers it takes.
  func arranged(_ bits: UInt64, width: Int) -> UInt64 {
    var rest = bits
    var arranged: UInt64 = 0
    for index in 0..<width {
      let word = UInt16(truncatingIfNeeded: rest)
      rest >>= 16
      let stored = UInt64(swapsBytes ? word.byteSwapped : word)
      let place = swapsWords ? width - 1 - index : index
      arranged |= stored << UInt64(16 * place)
    }
    return arranged
  }
}
