import ArgumentParser
import Bytes
import MBus
import Metering
import TelegramCrypto
import TelegramText

/// What a telegram does not say itself.
struct DecodeOptions: ParsableArguments {
  @OptionGroup var key: KeyOptions

  @Option(
    help: ArgumentHelp(
      "Who sent it, for encrypted telegrams whose header does not say it.",
      valueName: "serial[,manufacturer[,version[,medium]]]"))
  var identity: String?

  @Option(
    help: ArgumentHelp(
      "Where the text of a text VIF stands: 1 directly behind it, 0 behind the last VIFE "
        + "(METER_VIFSTRINGMODE).", valueName: "0|1"))
  var vifStringMode = 1

  @Option(
    name: .customLong("format"),
    help: ArgumentHelp(
      "DIF, VIF and all behind them of the records that compact frames stand for. Formats that were in telegrams "
        + "before are known.", valueName: "hex"))
  var formats: [String] = []

  @Flag(
    help:
      "Take what says that it is encrypted as it is, as the setting MBUS_DISABLE_DECRYPTION=1 does."
  )
  var disableDecryption = false

  func validate() throws {
    _ = try placement()
    _ = try seenFormats()
    if let identity, MeterIdentity(addressText: identity) == nil {
      throw ValidationError("--identity \(identity): \(MeterIdentity.addressForm)")
    }
  }

  /// The formats that are known before anything is read.
  func seenFormats() throws -> SeenFormats {
    let placement = try placement()
    var given = FormatCache()
    for text in formats {
      guard let bytes = try? Hex.decode(text), let format = RecordFormat(bytes, textVIF: placement)
      else {
        throw ValidationError(
          "--format \(text): expected are DIF, VIF and all behind them of whole records, without data"
        )
      }
      given.learn(format)
    }
    return SeenFormats(given)
  }

  private func placement() throws -> DecodingOptions.TextVIFPlacement {
    guard let placement = DecodingOptions.TextVIFPlacement(rawValue: vifStringMode) else {
      throw ValidationError("--vif-string-mode \(vifStringMode): 0 and 1 are possible")
    }
    return placement
  }

  /// The options of the decoder.
  func decoding() throws -> DecodingOptions {
    var options = DecodingOptions(textVIF: try placement())
    options.decrypts = !disableDecryption
    options.asked = identity.flatMap { MeterIdentity(addressText: $0) }
    options.key = try key.bytes().flatMap { TelegramKey($0, cipher: AESTelegramCipher()) }
    return options
  }
}
