import Time

/// The register maps as they are answered: big-endian words, kept so that an answer is a copy.
///
/// A value: who serves it to others sees to it that a meter's entries are patched in one go between two
/// requests, so that a reader sees all of a readout or nothing of it.
public struct RegisterBank: Sendable {
  /// How entries lie in the map.
  public private(set) var layout: RegisterLayout
  /// The unit id to which the map answers (MODBUS_ADDRESS), besides 0 and 255, which are the device in
  /// the network; 0: every unit id. With multi slave the meters' unit ids decide.
  public var unitID: UInt8 { didSet { findUnits() } }

  private var device: DeviceEntry
  /// The first is the map of all units, with multi slave that of the device.
  private var images: [RegisterImage] = []
  /// How good the entries of each image are; empty while nobody can ask.
  private var qualities: [QualityMap] = []
  private var deviceQuality = DeviceQuality(start: .zero)
  /// Which of the images a unit id has; `noImage`: none.
  private var imageOfUnit = [UInt8](repeating: 0, count: 256)
  /// No more than the 247 meters and the device have one.
  private static let noImage = UInt8.max
  /// The unit ids of the device itself (Modbus messaging on TCP/IP V1.0b, ch. 4.4.1.2; MUC500 manual
  /// 1.1, ch. 11.4.5).
  private static let deviceUnits: [UInt8] = [0, 255]

  /// A map with the device entry only. Entries appear when they are patched the first time, with
  /// `MeterEntry.neverRead` and `ValueEntry.neverRead` until there is a readout.
  public init(device: DeviceEntry, layout: RegisterLayout = .standard, unitID: UInt8 = 0) {
    self.device = device
    self.layout = layout
    self.unitID = unitID
    if case .standsStill(let time) = device.clockRule { self.device.time = time }
    clear()
  }

  /// Forgets all entries but that of the device: the list or the layout has changed, and entries are
  /// patched anew before the next answer.
  /// - Parameter layout: how they are to lie from now on; nil: as before.
  public mutating func clear(layout: RegisterLayout? = nil) {
    if let layout { self.layout = layout }
    images = [RegisterImage()]
    qualities = self.layout.hasQuality ? [QualityMap()] : []
    findUnits()
    if !fields.device.isEmpty { images[0].grow(toSpan: fields.width) }
    storeDevice()
    patch(deviceQuality)
  }

  /// What registers 4–5 show.
  public var clockRule: DeviceEntry.ClockRule {
    get { device.clockRule }
    set {
      device.clockRule = newValue
      if case .standsStill(let time) = newValue { setDeviceTime(time) }
    }
  }

  /// One past the highest register that has been given to an entry.
  /// - Parameter unit: the unit id; nil: the map of all units, or of the device itself.
  public func span(unit: UInt8? = nil) -> Int {
    let image = Int(unit.map { imageOfUnit[Int($0)] } ?? 0)
    return images.indices.contains(image) ? images[image].span : 0
  }

  /// Whether anybody answers to a unit id.
  public func has(unit: UInt8) -> Bool { imageOfUnit[Int(unit)] != Self.noImage }

  /// Writes a meter entry. One that would not end within the 65,536 registers is left out.
  public mutating func patch(_ entry: MeterEntry, at address: RegisterAddress) {
    store(entry, fields.meter, at: address)
  }

  /// Writes a value entry. One that would not end within the 65,536 registers is left out.
  /// - Parameter isRefused: requests for one of its registers are refused from now on.
  public mutating func patch(
    _ entry: ValueEntry, at address: RegisterAddress, isRefused: Bool = false
  ) {
    store(entry, fields.value, at: address, isRefused: isRefused)
  }

  /// Says how good the readouts of all meters are; kept also while nobody can ask.
  public mutating func patch(_ quality: DeviceQuality) {
    deviceQuality = quality
    guard layout.hasQuality, !fields.device.isEmpty else { return }
    qualities[0].put(quality, at: 0, layout)
  }

  /// Says how good a meter is, whose entry has been written.
  public mutating func patch(_ quality: MeterQuality, at address: RegisterAddress) {
    guard let index = qualityMap(of: address) else { return }
    qualities[index].put(quality, at: address.register, layout)
  }

  /// Says how good a value is, whose entry has been written.
  public mutating func patch(_ quality: ValueQuality, at address: RegisterAddress) {
    guard let index = qualityMap(of: address) else { return }
    qualities[index].put(quality, at: address.register, layout)
  }

  /// Notes that a meter has been read: what the device entry shows by `ClockRule.lastReadout`.
  public mutating func noteReadout(at time: WallTime) {
    guard device.clockRule == .lastReadout else { return }
    setDeviceTime(time.registerValue)
  }

  /// Gives the bytes of some registers to `body`, most significant byte first. Registers between
  /// entries are 0. The bytes are valid during the call only.
  /// - Parameters:
  ///   - unit: the unit identifier.
  ///   - start: the first register.
  ///   - count: how many registers.
  ///   - now: what registers that depend on the clock are to show.
  /// - Throws: `RegisterReadRefusal` when there is no such unit or register, or when one of them must not
  ///   be read now.
  public mutating func withRegisters(
    unit: UInt8, start: UInt16, count: Int, now: Moment, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(RegisterReadRefusal) {
    let index = Int(imageOfUnit[Int(unit)])
    guard index < images.count else { throw .noSuchUnit }
    let start = Int(start)
    guard count >= 0, count <= images[index].span - start else { throw .beyondTheMap }
    let range = start..<(start + count)
    if let refused = images[index].refused, refused.intersects(range) { throw .stale }
    if index == 0 { refreshClock(now.wall, in: range) }
    images[index].withBytes(of: range, body)
  }

  /// Gives the bytes of registers that tell how good entries are, as `withRegisters` gives those of the
  /// entries. All of them can always be read; without `RegisterLayout.hasQuality` they are 0.
  public func withQuality(
    unit: UInt8, start: UInt16, count: Int, now: Moment, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(RegisterReadRefusal) {
    let index = Int(imageOfUnit[Int(unit)])
    guard index < images.count else { throw .noSuchUnit }
    let start = Int(start)
    guard count >= 0, count <= images[index].span - start else { throw .beyondTheMap }
    let map = qualities.indices.contains(index) ? qualities[index] : QualityMap()
    map.withBytes(of: start..<(start + count), layout, now: now.instant, body)
  }

  // MARK: -

  private var fields: EntryFields { layout.fields }

  private mutating func store<Entry>(
    _ entry: Entry, _ fields: [RegisterField<Entry>], at address: RegisterAddress,
    isRefused: Bool = false
  ) {
    guard (0...layout.lastAddress).contains(address.register) else { return }
    let index = image(of: address.unit)
    images[index].grow(toSpan: address.register + layout.entryWidth)
    images[index].store(entry, fields, at: address.register, layout.order)
    let end = address.register + layout.entryWidth
    images[index].refuse(isRefused, address.register..<end)
  }

  /// The quality map beside an image; nil: there is none.
  private func qualityMap(of address: RegisterAddress) -> Int? {
    guard let unit = address.unit, layout.isMultiSlave, !Self.deviceUnits.contains(unit) else {
      return qualities.indices.first
    }
    let index = Int(imageOfUnit[Int(unit)])
    return qualities.indices.contains(index) ? index : nil
  }

  /// The image of a unit, which gets one if it has none.
  private mutating func image(of unit: UInt8?) -> Int {
    guard let unit, layout.isMultiSlave, !Self.deviceUnits.contains(unit) else { return 0 }
    if !has(unit: unit) {
      imageOfUnit[Int(unit)] = UInt8(truncatingIfNeeded: images.count)
      images.append(RegisterImage())
      if layout.hasQuality { qualities.append(QualityMap()) }
    }
    return Int(imageOfUnit[Int(unit)])
  }

  /// To be called when there is one image only.
  private mutating func findUnits() {
    guard !layout.isMultiSlave || images.count == 1 else { return }
    let isForAll = !layout.isMultiSlave && unitID == 0
    imageOfUnit = [UInt8](repeating: isForAll ? 0 : Self.noImage, count: 256)
    for unit in Self.deviceUnits + (layout.isMultiSlave ? [] : [unitID]) {
      imageOfUnit[Int(unit)] = 0
    }
  }

  /// The one place for registers whose content depends on the time of the answer.
  private mutating func refreshClock(_ now: WallTime, in range: Range<Int>) {
    guard device.time != now.registerValue, device.clockRule == .systemTime,
      range.lowerBound < layout.entryWidth
    else { return }
    setDeviceTime(now.registerValue)
  }

  private mutating func setDeviceTime(_ time: UInt32) {
    device.time = time
    storeDevice()
  }

  private mutating func storeDevice() {
    images[0].store(device, fields.device, at: 0, layout.order)
  }
}

/// Why registers cannot be read.
public enum RegisterReadRefusal: Error, Equatable, Sendable {
  /// At least one of them lies behind the last entry; Modbus exception 02.
  case beyondTheMap
  /// Nobody has the unit id; Modbus exception 0B.
  case noSuchUnit
  /// At least one of them belongs to a value that is stale, and whose policy is to refuse it; Modbus
  /// exception 0B.
  case stale
}
