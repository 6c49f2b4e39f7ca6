/// Some of the registers of a map, one bit each.
struct RegisterSet {
  private var words: [UInt64] = []
  private var count = 0

  var isEmpty: Bool { count == 0 }

  /// Puts registers in, or takes them out. Those that no map has are left out.
  mutating func set(_ isIn: Bool, _ registers: Range<Int>) {
    for register in registers.clamped(to: 0..<RegisterLayout.addressCount) {
      guard contains(register) != isIn else { continue }
      let place = register / 64
      if place >= words.count {
        words.append(contentsOf: repeatElement(0, count: place + 1 - words.count))
      }
      words[place] ^= 1 << UInt64(register % 64)
      count += isIn ? 1 : -1
    }
  }

  /// Whether one of these is in it.
  func intersects(_ registers: Range<Int>) -> Bool { registers.contains(where: contains) }

  private func contains(_ register: Int) -> Bool {
    let place = register / 64
    return words.indices.contains(place) && words[place] & 1 << UInt64(register % 64) != 0
  }
}
