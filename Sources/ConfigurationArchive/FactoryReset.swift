import MeterFiles
import Settings

extension ConfigurationFolder {
  /// Where the files lie that a device comes with.
  public static let shippedFolder = "/usr/share/metergate/app"

  /// Plans to make the folder what a new device has.
  /// - Parameters:
  ///   - shipped: the folder with the files that the device comes with; what it does not set has the defaults of
  ///     the settings table.
  ///   - kept: the parts that stay as they are.
  ///   - check: what else there is to say of a folder.
  /// - Throws: `ConfigurationFailure`, also when there is no such folder.
  public func planReset(
    to shipped: String = ConfigurationFolder.shippedFolder, keeping kept: Set<ConfigurationPart>,
    check: ConfigurationPlan.Check = { $0 }
  ) throws(ConfigurationFailure) -> ConfigurationPlan {
    guard FileBytes.isFolder(shipped) else {
      throw ConfigurationFailure(
        "there is no folder \(shipped) with the files that a device comes with, and nothing is changed; --defaults "
          + "names another one, which may be empty")
    }
    var new = try ConfigurationFolder(shipped).contents()
    new.parts = ConfigurationPart.all
    return try plan(
      for: new, parts: ConfigurationPart.all.subtracting(kept), manner: .replace,
      allowsErrors: true, check: check)
  }
}
