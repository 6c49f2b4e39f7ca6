import Metering

/// How the telegrams of a meter are to be read, as far as they do not say it themselves.
public struct DecodingOptions: Hashable, Sendable {
  /// Where the text of a text VIF stands (METER_VIFSTRINGMODE).
  public enum TextVIFPlacement: Int, Hashable, Sendable {
    /// Behind the last VIFE.
    case behindVIFEs = 0
    /// At once behind the VIF.
    case behindVIF = 1
  }

  /// Where the text of a text VIF stands (METER_VIFSTRINGMODE).
  public var textVIF: TextVIFPlacement
  /// False: encrypted telegrams are taken as they are (MBUS_DISABLE_DECRYPTION).
  public var decrypts: Bool
  /// The meter's key; nil: none is known.
  public var key: TelegramKey?
  /// Who was asked: encryption needs the identity of meters whose telegrams do not tell it.
  public var asked: MeterIdentity?

  /// Options; what is left out is as most meters have it.
  public init(
    textVIF: TextVIFPlacement = .behindVIF, decrypts: Bool = true, key: TelegramKey? = nil,
    asked: MeterIdentity? = nil
  ) {
    self.textVIF = textVIF
    self.decrypts = decrypts
    self.key = key
    self.asked = asked
  }

  /// As most meters have it.
  public static let standard = DecodingOptions()
}
