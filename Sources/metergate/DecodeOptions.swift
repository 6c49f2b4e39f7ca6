import ArgumentParser
import Bytes
import MBus
import Metering
import TelegramCrypto

/// What a telegram does not say itself.
struct DecodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The meter's AES key, 32 hexadecimal digits. Other users of this machine can see it while the command "
        + "runs.", valueName: "hex"))
  var key: String?

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

  func validate() throws { _ = try decoding() }

  /// The options of the decoder.
  func decoding() throws -> DecodingOptions {
    guard let placement = DecodingOptions.TextVIFPlacement(rawValue: vifStringMode) else {
      throw ValidationError("--vif-string-mode \(vifStringMode): 0 and 1 are possible")
    }
    var options = DecodingOptions(textVIF: placement)
    if let identity {
      guard let asked = SecondaryAddress.parse(identity) else {
        throw ValidationError("--identity \(identity): \(SecondaryAddress.expected)")
      }
      options.asked = asked
    }
    if let key {
      guard let bytes = try? Hex.decode(key), let key = Self.key(bytes) else {
        throw ValidationError("--key: expected are 32 hexadecimal digits")
      }
      options.key = key
    }
    return options
  }

  private static func key(_ bytes: [UInt8]) -> TelegramKey? {
    TelegramKey(bytes, cipher: AESTelegramCipher())
  }
}
