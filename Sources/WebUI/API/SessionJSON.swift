import Sessions
import Settings
import Users

/// The device, for who has to log in to it.
public struct DeviceJSON: Codable, Hashable, Sendable {
  /// Its name ([DEVICE] NAME).
  public var name: String
  /// Its serial number, as 8 hexadecimal digits; left out: that is told to nobody who has not logged in.
  public var serial: String?
  /// The version of its software; left out likewise.
  public var version: String?

  /// All parts.
  public init(name: String, serial: String? = nil, version: String? = nil) {
    self.name = name
    self.serial = serial
    self.version = version
  }
}

/// A session, for the page that has it.
struct SessionJSON: Encodable {
  var user: String
  var isDefault: Bool
  var rights: [String: String]
  /// Why these are not the rights that the file `users` says; nil: they are.
  var rightsReason: String?
  var mustChangePassword: Bool
  var mayChangePassword: Bool
  var csrf: String
  var instance: String
  var timeoutSeconds: Int64
  var lock: LockView
  var device: DeviceJSON
  var deliveredPasswords: [String]?
}

extension User.Right {
  /// As the API calls it.
  var word: String {
    switch self {
    case .none: "none"
    case .read: "read"
    case .write: "write"
    }
  }

  /// From the API's word.
  init?(word: String) {
    guard let right = [Self.none, .read, .write].first(where: { $0.word == word }) else {
      return nil
    }
    self = right
  }
}

extension User {
  /// Its rights as the API has them, every tab among them.
  static func words(_ rights: [Tab: Right]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: Tab.allCases.map { ($0.rawValue, (rights[$0] ?? .none).word) })
  }
}
