import Glibc

/// The registers of the faulty server.
struct FaultyRegisters: Sendable {
  private let subject: Subject
  private let fault: Fault
  private let units: [UInt8: [UInt16]]

  /// - Parameter field: the one that is wrong with `Fault.wrongField`.
  init(_ subject: Subject, _ fault: Fault, field: String?) {
    self.subject = subject
    self.fault = fault
    var known = subject
    known.data = subject.data ?? .example
    let map = ExpectedMap(known)
    var units: [UInt8: [UInt16]] = [:]
    for unit in map?.units ?? [] {
      var words = map?.registers(unit) ?? []
      if subject.data == nil, subject.layout == .standard { Self.lengthen(&words) }
      if fault == .gapsHoldFFFF {
        for gap in unit.gaps + (subject.gap.map(Array.init) ?? []) { words[gap] = 0xFFFF }
      }
      if fault == .wrongField, let wrong = unit.fields.first(where: { $0.name == field }) {
        words[wrong.registers.upperBound - 1] ^= 1
      }
      units[unit.unit] = words
    }
    self.units = units
  }

  /// More entries, so that long reads find some; registers 200–299 belong to none.
  private static func lengthen(_ words: inout [UInt16]) {
    let entry = Array(words[20..<30])
    for start in stride(from: 30, to: 400, by: 10) {
      words += (200..<300).contains(start) ? [UInt16](repeating: 0, count: 10) : entry
    }
  }

  /// Registers, or the code of an exception.
  func read(unit: UInt8, start: Int, count: Int) -> Result<[UInt16], Refusal> {
    guard var words = registers(unit) else { return .failure(Refusal(code: 0x0B)) }
    if fault == .addressesWrapAround, start + count > 65_536 {
      return .success([UInt16](repeating: 0, count: count))
    }
    if fault == .zerosBeyondTheMap, start < words.count {
      words += [UInt16](repeating: 0, count: count)
    }
    if fault == .lastRegisterMissing { words.removeLast() }
    guard start + count <= words.count else { return .failure(Refusal(code: 0x02)) }
    showClock(&words, unit, start, count)
    let first = place(of: start, count, words.count)
    return .success(Array(words[first..<(first + count)]))
  }

  struct Refusal: Error { let code: UInt8 }

  private func registers(_ unit: UInt8) -> [UInt16]? {
    if fault == .unitZeroRefused, unit == 0 { return nil }
    var device = units[Subject.deviceUnit] ?? []
    if fault == .deviceEntryMissing, device.count >= 10 {
      device.replaceSubrange(0..<10, with: repeatElement(0, count: 10))
    }
    if let address = subject.address, ![0, 255, address].contains(unit), fault != .everyUnitAnswers
    {
      return nil
    }
    let isDevice = unit == 0 || unit == Subject.deviceUnit || !subject.layout.isMultiSlave
    if isDevice { return device }
    if unit != Subject.meterUnit, fault != .everyUnitAnswers { return nil }
    let meter = units[Subject.meterUnit] ?? []
    return fault == .meterBehindTheDevice
      ? [UInt16](repeating: 0, count: subject.layout.isFloatOnly ? 2 : 10) + meter : meter
  }

  private func place(of start: Int, _ count: Int, _ span: Int) -> Int {
    switch fault {
    case .singleReadsOff where count == 1 && span > 1: start ^ 1 < span ? start ^ 1 : start - 1
    case .readsFromEntryStart where count > 1: start - start % (subject.layout.isFloatOnly ? 2 : 10)
    default: start
    }
  }

  private func showClock(_ words: inout [UInt16], _ unit: UInt8, _ start: Int, _ count: Int) {
    let hasDevice = !subject.layout.isFloatOnly && (unit == 255 || !subject.layout.isMultiSlave)
    guard hasDevice, subject.data != .test, fault != .clockStandsStill else { return }
    var now = UInt32(truncatingIfNeeded: Glibc.time(nil))
    if fault == .clockTorn, count != 2 { now -= 0x10000 }
    words[4] = UInt16(now >> 16)
    words[5] = UInt16(truncatingIfNeeded: now)
  }
}
