import FoundationEssentials
import Time

/// Why a configuration was written down.
public enum ConfigurationCause: String, CaseIterable, Codable, Sendable {
  /// Somebody changed it on the web page.
  case web
  /// A file was changed on the disk.
  case file
  /// A program changed it over the interface for programs.
  case api
  /// A command changed it.
  case command
  /// The gateway found or learned it by itself.
  case gateway
  /// An older one was put into force again.
  case restore
  /// An archive was imported.
  case `import`
  /// The device was set back to what it came with.
  case reset
  /// It was taken out, to be kept elsewhere.
  case export
}

/// Which device a configuration is of.
public struct ConfigurationOrigin: Hashable, Sendable {
  /// The version of this software.
  public let version: String
  /// The serial number of the device.
  public let serial: UInt32

  /// - Parameters:
  ///   - version: the version of this software.
  ///   - serial: the serial number of the device.
  public init(version: String, serial: UInt32) {
    self.version = version
    self.serial = serial
  }
}

/// What an archive says of itself: `metergate.json`, its first file.
public struct ConfigurationManifest: Codable, Hashable, Sendable {
  /// The version of this form.
  public static let schema = 1
  /// What wrote it.
  public static let product = "metergate"

  /// A file of the archive.
  public struct File: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its bytes.
    public var size: Int
    /// CRC-32 of its content, as eight hexadecimal digits.
    public var crc32: String
  }

  /// The version of the form of this one.
  public var schema = ConfigurationManifest.schema
  /// Always `metergate`.
  public var product = ConfigurationManifest.product
  /// The version of the software.
  public var version: String
  /// When it was written, in UTC.
  public var time: String
  /// Whether the clock was set then.
  public var isTimeTrusted: Bool
  /// When the first of several was written that it has replaced, in UTC; nil: it has replaced none.
  public var first: String?
  /// The name of the device.
  public var device: String
  /// Its serial number, in hexadecimal digits.
  public var serial: String
  /// The parts that are in it.
  public var parts: [ConfigurationPart]
  /// Why it was written.
  public var cause: ConfigurationCause
  /// Who wrote it; nil: nobody in particular.
  public var user: String?
  /// False: passwords and keys were left out.
  public var hasSecrets: Bool
  /// Files that should be in it, and could not be read.
  public var leftOut: [String]
  /// Its files.
  public var files: [File]

  /// The files whose content is another one than in an archive before, those included that only one of them has.
  /// - Parameter other: the one before.
  public func changedFiles(since other: ConfigurationManifest) -> [String] {
    Set(Set(files).symmetricDifference(other.files).map(\.name)).sorted()
  }

  /// When it was written.
  public var wallTime: WallTime? { Self.time(time, isTimeTrusted) }
  /// When the first of those was written that it stands for.
  public var firstTime: WallTime? { Self.time(first ?? time, isTimeTrusted) }

  /// A time as it stands in an archive: `2026-11-21T15:50:23Z`.
  static func text(_ time: WallTime) -> String {
    (CivilTime(unixSeconds: time.unixSeconds)?.iso8601 ?? "1970-01-01T00:00:00") + "Z"
  }

  private static func time(_ text: String, _ isTrusted: Bool) -> WallTime? {
    let fields = text.split { "-T:Z".contains($0) }.compactMap { Int($0) }
    guard fields.count == 6,
      let time = CivilTime(
        year: fields[0], month: fields[1], day: fields[2], hour: fields[3], minute: fields[4],
        second: fields[5]), Self.text(WallTime(unixSeconds: time.unixSecondsAsUTC)) == text
    else { return nil }
    return WallTime(unixSeconds: time.unixSecondsAsUTC, isTrusted: isTrusted)
  }

  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return [] }
    return Array(data) + [0x0A]
  }

  private struct Head: Decodable {
    var schema: Int?
    var product: String?
  }

  /// Reads one.
  static func read(_ bytes: [UInt8]) throws(ConfigurationFailure) -> ConfigurationManifest {
    let name = ArchiveFile.manifestName
    let decoder = JSONDecoder()
    let data = Data(bytes)
    guard let head = try? decoder.decode(Head.self, from: data) else {
      throw ConfigurationFailure("\(name) in the archive is no JSON object with \"schema\"")
    }
    guard head.product == product, let schema = head.schema else {
      throw ConfigurationFailure(
        "\(name) in the archive is not of this product: \"product\" must be \"\(product)\"")
    }
    guard schema == Self.schema else {
      throw ConfigurationFailure(
        "the archive has schema \(schema), of another version of this software; this one reads schema "
          + "\(Self.schema)")
    }
    do {
      return try decoder.decode(ConfigurationManifest.self, from: data)
    } catch {
      throw ConfigurationFailure(
        "\(name) in the archive lacks something, or has it in a wrong form")
    }
  }
}
