import MBus

/// Finds the serial of a meter that acknowledges its selection and sends no data, by its acknowledgements alone:
/// so that a person can look for it.
struct MuteDescent: SearchStep {
  private var node: SlaveSelect
  private var digit: UInt8 = 0
  private var isRepeated = false

  /// - Parameter node: the range in which it is.
  init(_ node: SlaveSelect) { self.node = node }

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    guard let place = node.places.first, digit < memory.radix else {
      memory.giveUp(node, .silentMeter(node.serial))
      return .done(.skipped)
    }
    return .select(node.with(digit, at: place))
  }

  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {
    guard let place = node.places.first else { return }
    if case .silence = outcome {
      if isRepeated { digit += 1 }
      isRepeated.toggle()
    } else {
      node = node.with(digit, at: place)
      digit = 0
      isRepeated = false
    }
  }
}
