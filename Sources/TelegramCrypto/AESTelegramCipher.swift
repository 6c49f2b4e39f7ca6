import Crypto
import CryptoExtras
import MBus

/// AES with 128 bits by swift-crypto: what `TelegramKey` needs to read and write encrypted telegrams.
public struct AESTelegramCipher: TelegramCipher {
  /// Has no state.
  public init() {}

  /// AES-128-CBC without padding.
  public func decryptCBC(_ bytes: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]? {
    guard Self.fits(bytes, key), let vector = try? AES._CBC.IV(ivBytes: initialVector),
      let plain = try? AES._CBC.decrypt(
        bytes, using: SymmetricKey(data: key), iv: vector, noPadding: true)
    else { return nil }
    return Array(plain)
  }

  /// AES-128-CBC without padding.
  public func encryptCBC(_ bytes: [UInt8], key: [UInt8], initialVector: [UInt8]) -> [UInt8]? {
    guard Self.fits(bytes, key), let vector = try? AES._CBC.IV(ivBytes: initialVector),
      let sealed = try? AES._CBC.encrypt(
        bytes, using: SymmetricKey(data: key), iv: vector, noPadding: true)
    else { return nil }
    return Array(sealed)
  }

  /// AES-128-CMAC.
  public func authenticationCode(_ bytes: [UInt8], key: [UInt8]) -> [UInt8]? {
    guard key.count == Self.block, var code = try? AES.CMAC(key: SymmetricKey(data: key)) else {
      return nil
    }
    bytes.withUnsafeBytes { code.update(bufferPointer: $0) }
    return code.finalize().withUnsafeBytes { Array($0) }
  }

  private static let block = 16

  private static func fits(_ bytes: [UInt8], _ key: [UInt8]) -> Bool {
    key.count == block && !bytes.isEmpty && bytes.count.isMultiple(of: block)
  }
}
