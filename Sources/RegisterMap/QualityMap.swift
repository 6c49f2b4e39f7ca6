import Time

/// How good the entries of one map are. Registers are made from it when they are asked for, since ages
/// depend on the time of the answer.
struct QualityMap {
  private enum Entry {
    case device(DeviceQuality)
    case meter(MeterQuality)
    case value(ValueQuality)
  }

  /// By cells of an entry's width: entries do not overlap, so that no more than one begins in each.
  private var cells: [(start: Int, entry: Entry)?] = []

  mutating func put(_ quality: DeviceQuality, at register: Int, _ layout: RegisterLayout) {
    put(.device(quality), at: register, layout)
  }

  mutating func put(_ quality: MeterQuality, at register: Int, _ layout: RegisterLayout) {
    put(.meter(quality), at: register, layout)
  }

  mutating func put(_ quality: ValueQuality, at register: Int, _ layout: RegisterLayout) {
    put(.value(quality), at: register, layout)
  }

  private mutating func put(_ entry: Entry, at register: Int, _ layout: RegisterLayout) {
    guard (0...layout.lastAddress).contains(register) else { return }
    let cell = register / layout.entryWidth
    if cell >= cells.count {
      cells.append(contentsOf: repeatElement(nil, count: cell + 1 - cells.count))
    }
    cells[cell] = (register, entry)
  }

  /// Gives the bytes of some registers, most significant byte first.
  func withBytes(
    of range: Range<Int>, _ layout: RegisterLayout, now: MonotonicInstant,
    _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    let width = layout.entryWidth
    // Wide enough for entries that are only partly asked for.
    let base = range.lowerBound - width
    var image = RegisterImage()
    image.grow(toSpan: range.count + 2 * width)
    let touched = (range.lowerBound / width - 1)..<(range.upperBound / width + 1)
    for cell in touched.clamped(to: cells.indices) {
      guard let (start, entry) = cells[cell] else { continue }
      store(entry, layout, now, at: start - base, in: &image)
    }
    image.withBytes(of: width..<(width + range.count), body)
  }

  private func store(
    _ entry: Entry, _ layout: RegisterLayout, _ now: MonotonicInstant, at register: Int,
    in image: inout RegisterImage
  ) {
    let fields = layout.qualityFields
    switch entry {
    case .device(let quality):
      image.store(
        Answered(quality: quality, now: now), fields.device, at: register, layout.order)
    case .meter(let quality):
      image.store(Answered(quality: quality, now: now), fields.meter, at: register, layout.order)
    case .value(let quality):
      image.store(Answered(quality: quality, now: now), fields.value, at: register, layout.order)
    }
  }
}
