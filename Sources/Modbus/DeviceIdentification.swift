/// Who a device is, in seven texts: what function 0x2B with MEI type 0x0E reads (Modbus application
/// protocol V1.1b3, ch. 6.21; Anybus gateway manual 2.4, ch. 5.1, which prints the MEI type as 0x03;
/// MUC500 manual 1.1, table 31). All answers are made when it is made, none when a request comes.
public struct DeviceIdentification: Hashable, Sendable {
  /// The MEI type of this function.
  public static let meiType: UInt8 = 0x0E

  /// The texts by their object id.
  public enum Object: UInt8, CaseIterable, Sendable {
    case vendorName = 0x00
    case productCode = 0x01
    case majorMinorRevision = 0x02
    case vendorURL = 0x03
    case productName = 0x04
    case modelName = 0x05
    case userApplicationName = 0x06
  }

  /// What a request wants: its Read Device ID code.
  ///
  /// Both manuals name 1 and 2 and do not say how they answer the others. Here they are answered as
  /// the specification has it: 3 at the actual conformity level, and 4, so that a client which
  /// wants one text only gets it.
  public enum Access: UInt8, CaseIterable, Sendable {
    /// Objects 0–2, one after another.
    case basic = 0x01
    /// Objects 0–6, one after another.
    case regular = 0x02
    /// Objects beyond those too; as there are none, the same as `regular`.
    case extended = 0x03
    /// One object.
    case individual = 0x04

    /// The objects that can be read, from 0 on.
    fileprivate var objects: ArraySlice<Object> {
      let last: Object = self == .basic ? .majorMinorRevision : .userApplicationName
      return Object.allCases.prefix { $0.rawValue <= last.rawValue }
    }
  }

  /// The most bytes of a text, in UTF-8: an object is not divided, so that it must fit into one
  /// answer with its id and its length.
  public static let maximumText = spaceForObjects - 2

  /// What an answer has room for: a PDU without function, MEI type, Read Device ID code, conformity
  /// level, more follows, next object id and number of objects.
  static let spaceForObjects = MBAP.maximumPDU - 7

  /// Regular identification, by stream and by single objects.
  static let conformityLevel: UInt8 = 0x82

  /// For each access the answers from each object on, by object id.
  private let answers: [Access: [[UInt8]]]

  /// - Parameter texts: texts that are left out are empty; what is longer than `maximumText` bytes
  ///   is cut behind its last whole character.
  public init(_ texts: [Object: String] = [:]) {
    let encoded = Object.allCases.map { Self.encoded($0, texts[$0] ?? "") }
    let pairs = Access.allCases.map { access in
      let objects = encoded.prefix(access.objects.count)
      return (access, objects.indices.map { Self.answer(access, objects[$0...]) })
    }
    answers = Dictionary(uniqueKeysWithValues: pairs)
  }

  /// The answer to a request: what follows the MEI type in its PDU.
  /// - Parameters:
  ///   - access: what is wanted.
  ///   - object: the first object that is wanted. A stream begins anew at an object that it does not
  ///     have.
  /// - Throws: ILLEGAL DATA ADDRESS for a single object that does not exist.
  public func answer(_ access: Access, from object: UInt8) throws(ModbusException) -> [UInt8] {
    let answers = answers[access] ?? []
    if let answer = answers.dropFirst(Int(object)).first { return answer }
    guard access != .individual, let first = answers.first else { throw .illegalDataAddress }
    return first
  }

  /// - Parameter objects: all from the wanted one on; their indices are their ids.
  private static func answer(_ access: Access, _ objects: ArraySlice<[UInt8]>) -> [UInt8] {
    let wanted = access == .individual ? objects.prefix(1) : objects
    var bytes: [UInt8] = []
    var count: UInt8 = 0
    for object in wanted {
      guard bytes.count + object.count <= spaceForObjects else { break }
      bytes += object
      count += 1
    }
    let next = UInt8(truncatingIfNeeded: objects.startIndex) + count
    let isAll = wanted.count == Int(count)
    let moreFollows: UInt8 = isAll ? 0x00 : 0xFF
    return [access.rawValue, conformityLevel, moreFollows, isAll ? 0 : next, count] + bytes
  }

  /// Id, length, text.
  private static func encoded(_ object: Object, _ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard bytes.count + scalar.utf8.count <= maximumText else { break }
      bytes += scalar.utf8
    }
    return [object.rawValue, UInt8(truncatingIfNeeded: bytes.count)] + bytes
  }
}
