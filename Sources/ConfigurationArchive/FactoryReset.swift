import MeterFiles
import Settings

extension ConfigurationFolder {
  /// Where the files lie that a device comes with.
  public static let shippedFolder = "/usr/share/metergate/app"

  /// Plans to make the folder what a new device has.
  /// - Parameters:
  ///   - shipped: the folder with the files that the device comes with; where it has none, the defaults of the
  ///     settings table count.
  ///   - kept: the parts that stay as they are.
  public func planReset(
    to shipped: String = ConfigurationFolder.shippedFolder, keeping kept: Set<ConfigurationPart>
  ) throws(ConfigurationFailure) -> ConfigurationPlan {
    var new = try ConfigurationFolder(shipped).contents()
    new.parts = ConfigurationPart.all
    return try plan(
      for: new, parts: ConfigurationPart.all.subtracting(kept), manner: .replace,
      allowsErrors: true)
  }
}
