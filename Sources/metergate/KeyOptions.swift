import ArgumentParser
import Bytes
import MBus
import MeterFiles
import TelegramCrypto

/// The key of a meter.
struct KeyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The meter's AES key, 32 hexadecimal digits. Other users of this machine can see it while the command "
        + "runs: use --key-file where that matters.", valueName: "hex"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "A file that has the key and nothing else, as 32 hexadecimal digits.", valueName: "FILE"))
  var keyFile: String?

  func validate() throws {
    if key != nil, keyFile != nil { throw ValidationError("Give either --key or --key-file.") }
    if let key { _ = try Self.bytes(key, "--key") }
  }

  /// The key; nil: none is given.
  func bytes() throws -> [UInt8]? {
    if let key { return try Self.bytes(key, "--key") }
    guard let keyFile else { return nil }
    switch FileBytes.read(keyFile, limit: Self.limit) {
    case .read(let text):
      return try Self.bytes(String(decoding: text, as: UTF8.self), "--key-file \(keyFile)")
    case .missing: throw ValidationError("--key-file \(keyFile): there is no such file")
    case .unreadable(let why): throw ValidationError("--key-file \(keyFile): \(why)")
    }
  }

  /// A key and blanks around it are less.
  private static let limit = 4096

  private static func bytes(_ text: String, _ option: String) throws -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }
    guard let bytes = try? Hex.decode(digits),
      TelegramKey(bytes, cipher: AESTelegramCipher()) != nil
    else { throw ValidationError("\(option): expected are 32 hexadecimal digits") }
    return bytes
  }
}
