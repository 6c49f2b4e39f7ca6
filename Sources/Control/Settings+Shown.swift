import MBus
import Metering
import Settings

extension Settings {
  /// How telegrams are read, as far as they do not say it themselves.
  public var decoding: DecodingOptions {
    DecodingOptions(
      textVIF: DecodingOptions.TextVIFPlacement(rawValue: integer(.meterVIFStringMode))
        ?? .behindVIF,
      decrypts: !flag(.mbusDisableDecryption))
  }

  /// How values are described to people: the Anybus gateway has other brackets around tariffs.
  public var descriptionStyle: DescriptionStyle {
    DescriptionStyle(
      DescriptionMode(rawValue: integer(.mucDescriptionFlags)),
      brackets: dialect == .anybus ? .angle : .round)
  }
}
