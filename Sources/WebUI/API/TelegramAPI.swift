import Bytes
import Hummingbird
import MBus
import Metering
import NIOCore
import Station
import TelegramCrypto
import TelegramText
import TextFormats

/// `POST /api/v1/telegram`: the telegram analyser, which explains every byte.
struct TelegramAPI: Sendable {
  /// The most characters of a text with telegrams.
  private static let longestText = 200_000
  /// The largest body: such a text, with what stands around it.
  static let largestBody = 256 << 10

  let api: WebAPI

  private struct Wish: Codable {
    var hex: String
    var key: String?
  }

  func add(to group: RouterGroup<WebContext>) {
    group.post("telegram") { request, context in
      let caller = try context.known()
      try caller.needs(.read, .log)
      let wish = try await request.strictJSON(Wish.self, upTo: Self.largestBody)
      guard wish.hex.utf8.count <= Self.longestText else {
        throw APIError(
          .contentTooLarge, "\"hex\" has more than \(Self.longestText) characters")
      }
      let given = try wish.key.map { text throws(APIError) in try Self.key(text) }
      // A key is as good as shown to whoever sees what it opens.
      let meters = caller.right(.meter) == .write ? await api.control.view().station.meters : []
      return try await answer(wish.hex) { identity in
        given ?? identity.flatMap { Self.key(of: $0, in: meters) }
      }
    }
  }

  private static func key(_ text: String) throws(APIError) -> TelegramKey? {
    guard !text.isEmpty else { return nil }
    guard let bytes = try? Hex.decode(text),
      let key = TelegramKey(bytes, cipher: AESTelegramCipher())
    else {
      throw APIError(.unprocessableContent, "\"key\" must be an AES key of 32 hexadecimal digits")
    }
    return key
  }

  /// The key that the list has for a meter.
  private static func key(of identity: MeterIdentity, in meters: [Meter]) -> TelegramKey? {
    let meter = meters.first {
      $0.identity.agrees(with: identity) && !$0.configuration.encryptionKey.isEmpty
    }
    return meter.flatMap {
      TelegramKey($0.configuration.encryptionKey, cipher: AESTelegramCipher())
    }
  }

  private func answer(
    _ text: String, key: @escaping @Sendable (MeterIdentity?) -> TelegramKey?
  ) async throws -> Response {
    let outcome = try await api.blocking {
      () -> Result<[JSONText], TelegramAnalysis.Mistake> in
      do throws(TelegramAnalysis.Mistake) {
        return .success(try TelegramAnalysis.frames(of: text, key: key))
      } catch {
        return .failure(error)
      }
    }
    switch outcome {
    case .failure(let mistake):
      return Response(
        json: Mistake(error: mistake.text, offset: mistake.offset), status: .unprocessableContent)
    case .success(let frames):
      guard case .object(var fields)? = frames.first else {
        throw APIError(.unprocessableContent, "there is no telegram in it")
      }
      if frames.count > 1 { fields.append(("more", .array(Array(frames.dropFirst())))) }
      return Response(jsonBytes: Array(JSONText.object(fields).text.utf8))
    }
  }

  private struct Mistake: Encodable {
    let error: String
    let offset: Int
  }
}
