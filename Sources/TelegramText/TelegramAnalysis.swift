import Bytes
import MBus
import Metering
import TextFormats

/// What the telegram analyser says of a text with telegrams in it.
package enum TelegramAnalysis {
  /// Why there is nothing to say.
  package struct Mistake: Error, Equatable {
    /// What is wrong.
    package let text: String
    /// Where: a byte, or a character where the text is not hexadecimal.
    package let offset: Int
  }

  /// The most frames of a text that are explained.
  private static let mostFrames = 100

  /// Explains the frames of a text.
  /// - Parameters:
  ///   - text: hexadecimal digits, or a line of a log, as `metergate decode` takes them.
  ///   - key: that of a meter, as far as it is known and may be used; nil as its meter: none is named.
  /// - Returns: for each frame the object that `metergate decode --json` prints, and its bytes.
  package static func frames(
    of text: String, key: (MeterIdentity?) -> TelegramKey?
  ) throws(Mistake) -> [JSONText] {
    let bytes = try bytes(of: text)
    let pieces = FramePiece.pieces(of: bytes)
    guard pieces.count <= mostFrames else {
      throw Mistake(text: "there are more than \(mostFrames) telegrams in it", offset: 0)
    }
    var seen = SeenFormats()
    var found: [JSONText] = []
    for piece in pieces {
      switch piece.content {
      case .frame(let frame, let flaws):
        found.append(explained(frame, flaws, piece, key, &seen))
      case .noFrame(let error):
        guard pieces.count == 1 else { continue }
        throw Mistake(
          text: error.text(from: piece.offset) + NoFrameHint.text(piece.bytes),
          offset: piece.offset + error.offset)
      }
    }
    guard !found.isEmpty else { throw Mistake(text: "there is no telegram in it", offset: 0) }
    return found
  }

  private static func bytes(of text: String) throws(Mistake) -> [UInt8] {
    let joined = text.map { $0.isNewline ? " " : String($0) }.joined()
    let bytes: [UInt8]
    do throws(TelegramLine.Problem) {
      bytes = try TelegramLine.read(joined)?.bytes ?? []
    } catch {
      throw Mistake(text: error.description, offset: error.offset)
    }
    guard !bytes.isEmpty else { throw Mistake(text: "there are no bytes", offset: 0) }
    return bytes
  }

  private static func explained(
    _ frame: Frame, _ flaws: [FrameFlaw], _ piece: FramePiece,
    _ key: (MeterIdentity?) -> TelegramKey?, _ seen: inout SeenFormats
  ) -> JSONText {
    var options = DecodingOptions.standard
    options.key = key(ResponseDecoder.header(of: frame)?.meterIdentity)
    let sent = seen.decode(frame, isSound: flaws.isEmpty, options)
    let (telegram, quirks) = sent.withQuirks(asked: nil)
    let map = TelegramMap(piece.bytes, telegram, options, flaws: flaws)
    return .object([
      ("telegram", TelegramJSON.object(telegram, quirks: quirks, flaws: flaws)),
      ("bytes", TelegramBytes.json(map)),
    ])
  }

  /// Bytes of the raw log in a few words, such as `REQ_UD2 to 253`: what their frames are.
  package static func words(_ bytes: [UInt8]) -> String {
    FramePiece.pieces(of: bytes).map { piece in
      guard case .frame(let frame, let flaws) = piece.content else { return "no telegram" }
      guard let control = frame.controlField, let address = frame.address else {
        return "acknowledgement"
      }
      let ci = frame.ci.map { ", CI \(Hex.byte($0))" } ?? ""
      return "\(control), address \(address)\(ci)" + (flaws.isEmpty ? "" : ", damaged")
    }.joined(separator: "; ")
  }
}
