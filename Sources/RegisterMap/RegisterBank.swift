import Time

/// The register map as it is answered: big-endian words, kept so that an answer is a copy.
///
/// It lives on one event loop. A meter's entries are patched in one go between two requests, so a
/// reader sees all of a readout or nothing of it.
public final class RegisterBank {
  /// Which field lies where.
  public let layout: RegisterLayout
  private var device: DeviceEntry
  private var image = RegisterImage()

  /// A map with the device entry only. Entries appear when they are patched the first time, with
  /// `MeterEntry.neverRead` and `ValueEntry.neverRead` until there is a readout.
  public init(device: DeviceEntry, layout: RegisterLayout = .standard) {
    self.device = device
    self.layout = layout
    clear()
  }

  /// Forgets all entries but that of the device: the list has changed, and its entries are patched anew
  /// before the next answer.
  public func clear() {
    image = RegisterImage()
    if !layout.device.isEmpty { image.grow(toSpan: layout.entryWidth) }
    image.store(device, layout.device, at: 0)
  }

  /// What registers 4–5 show.
  public var clockRule: DeviceEntry.ClockRule {
    get { device.clockRule }
    set { device.clockRule = newValue }
  }

  /// One past the highest register that has been given to an entry.
  public var span: Int { image.span }

  /// Writes a meter entry. One that would not end within the 65,536 registers is left out.
  public func patch(_ entry: MeterEntry, at address: RegisterAddress) {
    guard image.hasRoom(for: layout.entryWidth, at: address.register) else { return }
    image.grow(toSpan: address.register + layout.entryWidth)
    image.store(entry, layout.meter, at: address.register)
  }

  /// Writes a value entry. One that would not end within the 65,536 registers is left out.
  public func patch(_ entry: ValueEntry, at address: RegisterAddress) {
    guard image.hasRoom(for: layout.entryWidth, at: address.register) else { return }
    image.grow(toSpan: address.register + layout.entryWidth)
    image.store(entry, layout.value, at: address.register)
  }

  /// Notes that a meter has been read: what the device entry shows by `ClockRule.lastReadout`.
  public func noteReadout(at time: WallTime) {
    guard device.clockRule == .lastReadout else { return }
    setDeviceTime(time.registerValue)
  }

  /// Gives the bytes of some registers to `body`, most significant byte first. Registers between
  /// entries are 0. The bytes are valid during the call only.
  /// - Parameters:
  ///   - unit: the unit identifier; in the standard layout any will do (MUC500 manual 1.1, ch. 11.2).
  ///   - start: the first register.
  ///   - count: how many registers.
  ///   - now: what registers that depend on the clock are to show.
  /// - Throws: `RegisterReadRefusal` when there is no such unit or register.
  public func withRegisters(
    unit: UInt8, start: UInt16, count: Int, now: WallTime, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(RegisterReadRefusal) {
    let start = Int(start)
    guard count >= 0, count <= image.span - start else { throw .beyondTheMap }
    refreshClock(now, in: start..<(start + count))
    image.withBytes(of: start..<(start + count), body)
  }

  /// The one place for registers whose content depends on the time of the answer.
  private func refreshClock(_ now: WallTime, in range: Range<Int>) {
    guard device.clockRule == .systemTime, range.lowerBound < layout.entryWidth,
      device.time != now.registerValue
    else { return }
    setDeviceTime(now.registerValue)
  }

  private func setDeviceTime(_ time: UInt32) {
    device.time = time
    image.store(device, layout.device, at: 0)
  }
}

/// Why registers cannot be read.
public enum RegisterReadRefusal: Error, Equatable, Sendable {
  /// At least one of them lies behind the last entry; Modbus exception 02.
  case beyondTheMap
}
