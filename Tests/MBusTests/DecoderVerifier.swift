import Testing

/// What a decoder under test made of some bytes.
enum Decoded<Value: Equatable>: Equatable {
  case value(Value, length: Int)
  case needMore
  case invalid
}

/// Feeds a decoder whole, byte by byte, concatenated, truncated and with flipped bits.
struct DecoderVerifier<Value: Equatable & Sendable>: Sendable {
  /// Whether the format guards every bit by a check number, so that no flipped bit may pass.
  var noticesFlippedBits: Bool
  let decode: @Sendable ([UInt8]) -> Decoded<Value>

  init(noticesFlippedBits: Bool, decode: @escaping @Sendable ([UInt8]) -> Decoded<Value>) {
    self.noticesFlippedBits = noticesFlippedBits
    self.decode = decode
  }

  /// Runs all of it on samples that are each exactly one value.
  func verify(
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
    concatenate(samples, sourceLocation)
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

  private func concatenate(_ samples: [(bytes: [UInt8], value: Value)], _ location: SourceLocation)
  {
    var rest = samples.flatMap(\.bytes)
    for sample in samples {
      guard case .value(let value, let length) = decode(rest) else {
        Issue.record("nothing decoded in front of \(rest.count) bytes", sourceLocation: location)
        return
      }
      #expect(value == sample.value, sourceLocation: location)
      rest.removeFirst(min(length, rest.count))
    }
    #expect(rest.isEmpty, sourceLocation: location)
  }
}

extension [UInt8] {
  /// Every variant of the bytes with one bit changed.
  var singleBitFlips: [[UInt8]] {
    indices.flatMap { index in
      (0..<8).map { bit in
        var copy = self
        copy[index] ^= 1 << UInt8(bit)
        return copy
      }
    }
  }
}
