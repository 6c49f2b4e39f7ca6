import MeterFiles

/// The two files of a configuration that is in force, which may be other ones on the disk by now.
public struct FilesInForce: Sendable {
  /// What chip.ini held.
  public var settings: FileVersion
  /// The same, byte for byte; nil: there was none.
  public var settingsBytes: [UInt8]?
  /// What the meter list held.
  public var meterList: FileVersion
  /// The same, byte for byte; nil: nobody has it but the disk.
  public var meterListBytes: [UInt8]?

  /// All parts.
  public init(
    settings: FileVersion, settingsBytes: [UInt8]?, meterList: FileVersion,
    meterListBytes: [UInt8]? = nil
  ) {
    self.settings = settings
    self.settingsBytes = settingsBytes
    self.meterList = meterList
    self.meterListBytes = meterListBytes
  }

  /// A configuration with these two files; nil: one of them is not to be had any more.
  func contents(_ found: ConfigurationContents) -> ConfigurationContents? {
    var contents = found
    let settings = contents.files[ConfigurationNames.settings]
    if Self.version(settings) != self.settings {
      guard Self.version(settingsBytes) == self.settings else { return nil }
      contents.files[ConfigurationNames.settings] = settingsBytes
      // A list that lies elsewhere by then was not read.
      guard contents.names.meterList == found.names.meterList else { return nil }
    }
    guard Self.version(contents.meterList) != meterList else { return contents }
    guard Self.version(meterListBytes) == meterList else { return nil }
    contents.files[contents.names.meterList] = meterListBytes
    return contents
  }

  /// What a file holds; nil: there is none.
  static func version(_ bytes: [UInt8]?) -> FileVersion {
    bytes.map(FileVersion.of) ?? .missing
  }
}
