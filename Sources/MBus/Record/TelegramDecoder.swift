import Bytes

/// A whole telegram from bytes: link layer and application layer.
public struct DecodedTelegram: Hashable, Sendable {
  /// The frame.
  public var frame: Frame
  /// What the meter says; nil when `error` says why it cannot be read.
  public var response: Response?
  /// Why the frame is no answer that can be read.
  public var error: ResponseError?
  /// What a master wants of a meter; nil for frames of meters.
  public var command: MasterCommand?
  /// With which layer the bytes begin. All but `.frame` have no link layer: then that of `frame` says nothing.
  public var start = TelegramStart.frame

  /// A meter has nothing more to say than that it got the frame before: E5, or a short frame.
  public var isWithoutData: Bool { response == nil && error == nil && command == nil }
}

/// Why bytes are not exactly one frame.
public struct TelegramError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// A rule of the frame formats is broken.
    case frame(FrameError)
    /// The frame is cut short.
    case incomplete(available: Int, total: Int?)
    /// Something follows the frame.
    case trailing(count: Int)
  }

  /// What is wrong.
  public let reason: Reason
  /// Where, counted from the first byte.
  public let offset: Int

  /// What is wrong and where.
  public var description: String { text(from: 0) }

  /// The same where the first byte is counted as `start`: it stands behind others.
  public func text(from start: Int) -> String {
    switch reason {
    case .frame(let error):
      FrameError(error.rule, offset: error.offset + start, bytes: error.bytes).description
    case .incomplete(let available, let total?):
      "the frame is cut short: \(available) of \(total) bytes"
    case .incomplete(let available, nil):
      "the frame is cut short after \(Count.bytes(available))"
    case .trailing(let count):
      "\(Count.bytes(count)) \(count == 1 ? "follows" : "follow") the frame, at offset \(offset + start)"
    }
  }
}

/// Reads telegrams that are given as a whole, for example from a file.
public enum TelegramDecoder {
  /// Reads bytes that are to be exactly one frame.
  /// - Parameters:
  ///   - options: what the telegram does not say itself.
  ///   - formats: what compact frames of this meter look like.
  public static func decode(
    _ bytes: [UInt8], _ options: DecodingOptions = .standard, formats: FormatCache = FormatCache()
  ) throws(TelegramError) -> DecodedTelegram {
    switch FrameDecoder.decode(bytes) {
    case .invalid(let error): throw TelegramError(reason: .frame(error), offset: error.offset)
    case .needMore(let total):
      throw TelegramError(
        reason: .incomplete(available: bytes.count, total: total), offset: bytes.count)
    case .frame(let frame, let length):
      guard length == bytes.count else {
        throw TelegramError(reason: .trailing(count: bytes.count - length), offset: length)
      }
      return decode(frame, options, formats: formats)
    }
  }

  /// Reads what a frame carries.
  /// - Parameters:
  ///   - options: what the telegram does not say itself.
  ///   - formats: what compact frames of this meter look like.
  ///   - start: with which layer the bytes begin, from which offsets are counted.
  public static func decode(
    _ frame: Frame, _ options: DecodingOptions = .standard, formats: FormatCache = FormatCache(),
    from start: TelegramStart = .frame
  ) -> DecodedTelegram {
    if let command = MasterCommand(frame) {
      return DecodedTelegram(frame: frame, command: command, start: start)
    }
    do {
      let response = try ResponseDecoder.decode(frame, options, formats: formats, from: start)
      return DecodedTelegram(frame: frame, response: response, start: start)
    } catch {
      // A frame without data says all that it has to say.
      return DecodedTelegram(
        frame: frame, error: error.reason == .noData ? nil : error, start: start)
    }
  }
}

/// Numbers of things, for people.
enum Count {
  /// `1 byte`, `2 bytes`.
  static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}
