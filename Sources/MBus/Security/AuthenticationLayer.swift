import Bytes

/// The authentication and fragmentation layer, CI 90: what stands before the CI field of a telegram whose sender
/// can be proved (EN 13757-7:2018, ch. 6).
struct AuthenticationLayer: Hashable, Sendable {
  /// The telegram is one of several parts of a message.
  var isFragment = false
  /// The message control field; nil when there is none.
  var control: UInt8?
  /// The message counter; nil when there is none.
  var counter: UInt32?
  /// The beginning of the message's authentication code; nil when there is none.
  var code: [UInt8]?
  /// The length of the message as sent; nil when it is not.
  var length: [UInt8]?

  /// Bits of the fragmentation control field (EN 13757-7:2018, ch. 6.3.2).
  private enum Present {
    static let fragment: UInt16 = 0x00FF
    static let keyInformation: UInt16 = 1 << 9
    static let code: UInt16 = 1 << 10
    static let counter: UInt16 = 1 << 11
    static let length: UInt16 = 1 << 12
    static let control: UInt16 = 1 << 13
    static let moreFragments: UInt16 = 1 << 14
  }

  /// How many bytes of a code by AES-CMAC are sent, by authentication type (EN 13757-7:2018, table 6).
  private static let codeLengths: [UInt8: Int] = [3: 2, 4: 4, 5: 8, 6: 12, 7: 16]

  /// The code that is sent, as far as it can be checked: nil for types other than AES-CMAC.
  var checkedCode: [UInt8]? {
    guard let code, let control, Self.codeLengths[control & 0x0F] == code.count else { return nil }
    return code
  }

  /// Reads what follows CI 90, up to the CI field behind it.
  static func read(_ cursor: inout ByteCursor) throws(OutOfBytes) -> AuthenticationLayer {
    let length = try cursor.readByte()
    let base = cursor.offset
    var fields = ByteCursor(try cursor.read(Int(length)), base: base)
    let present = try fields.readLittleEndian(UInt16.self)
    var layer = AuthenticationLayer()
    layer.isFragment = present & (Present.fragment | Present.moreFragments) != 0
    if present & Present.control != 0 { layer.control = try fields.readByte() }
    if present & Present.keyInformation != 0 { _ = try fields.read(2) }
    if present & Present.counter != 0 { layer.counter = try fields.readLittleEndian(UInt32.self) }
    if present & Present.code != 0 {
      let known = layer.control.flatMap { codeLengths[$0 & 0x0F] }
      let behind = present & Present.length != 0 ? 2 : 0
      layer.code = try fields.read(known ?? max(0, fields.remaining - behind))
    }
    if present & Present.length != 0 { layer.length = try fields.read(2) }
    return layer
  }

  /// What the code is computed of: control, counter and length as far as they are there, and the telegram from its
  /// CI field on, as sent (EN 13757-7:2018, ch. 9.6.2).
  func message(_ transport: [UInt8]) -> [UInt8] {
    (control.map { [$0] } ?? []) + (counter?.littleEndianBytes ?? []) + (length ?? []) + transport
  }
}
