import Testing

/// What a decoder under test made of some bytes.
public enum Decoded<Value: Equatable>: Equatable {
  /// A value, and how many bytes it took.
  case value(Value, length: Int)
  /// The bytes are the beginning of one.
  case needMore
  /// The bytes are none.
  case invalid
}

/// Feeds a decoder whole, in pieces of any size, concatenated, truncated and with flipped bits. All
/// decoders of wire bytes are run through it.
public struct DecoderVerifier<Value: Equatable & Sendable>: Sendable {
  private let noticesFlippedBits: Bool
  private let decode: @Sendable ([UInt8]) -> Decoded<Value>

  /// - Parameters:
  ///   - noticesFlippedBits: whether the format guards every bit by a check number, so that no flipped bit
  ///     may pass.
  ///   - decode: the decoder: what stands at the front of the bytes.
  public init(noticesFlippedBits: Bool, decode: @escaping @Sendable ([UInt8]) -> Decoded<Value>) {
    self.noticesFlippedBits = noticesFlippedBits
    self.decode = decode
  }

  /// Runs all of it on samples that are each exactly one value.
  public func verify(
    _ samples: [(bytes: [UInt8], value: Value)], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for sample in samples {
      let whole = Decoded.value(sample.value, length: sample.bytes.count)
      #expect(decode(sample.bytes) == whole, sourceLocation: sourceLocation)
      for length in sample.bytes.indices {
        #expect(
          decode(Array(sample.bytes.prefix(length))) == .needMore, "the first \(length) bytes",
          sourceLocation: sourceLocation)
      }
      for junk: UInt8 in [0x00, 0x16, 0x68, 0xFF] {
        #expect(decode(sample.bytes + [junk]) == whole, sourceLocation: sourceLocation)
      }
      flip(sample.bytes, whole, sourceLocation)
    }
    let all = samples.flatMap(\.bytes)
    for size in Set([1, 2, 3, 5, 7, 16, max(1, all.count)]) {
      #expect(
        stream(all, piece: size) == samples.map(\.value), "in pieces of \(size)",
        sourceLocation: sourceLocation)
    }
  }

  private func flip(_ bytes: [UInt8], _ whole: Decoded<Value>, _ location: SourceLocation) {
    for flipped in bytes.singleBitFlips {
      let result = decode(flipped)
      if noticesFlippedBits, case .value = result {
        Issue.record("a flipped bit passed: \(flipped)", sourceLocation: location)
      }
      if case .value(_, let length) = result {
        #expect(length > 0 && length <= flipped.count, sourceLocation: location)
      }
    }
  }

  /// The values of a stream that arrives in pieces; it ends where something is invalid or left over.
  private func stream(_ bytes: [UInt8], piece size: Int) -> [Value]? {
    var values: [Value] = []
    var waiting: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      waiting += rest.prefix(size)
      rest = rest.dropFirst(size)
      decoding: while !waiting.isEmpty {
        switch decode(waiting) {
        case .value(let value, let length):
          guard (1...waiting.count).contains(length) else { return nil }
          values.append(value)
          waiting.removeFirst(length)
        case .needMore: break decoding
        case .invalid: return nil
        }
      }
    }
    return waiting.isEmpty ? values : nil
  }
}

extension [UInt8] {
  /// Every variant of the bytes with one bit changed.
  public var singleBitFlips: [[UInt8]] {
    indices.flatMap { index in
      (0..<8).map { bit in
        var copy = self
        copy[index] ^= 1 << UInt8(bit)
        return copy
      }
    }
  }
}
