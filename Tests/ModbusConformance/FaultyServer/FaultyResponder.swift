/// What the faulty server says to a PDU.
struct FaultyResponder: Sendable {
  /// What becomes of a request.
  enum Reaction: Equatable {
    case answer([UInt8])
    case silence
    case close
  }

  private let fault: Fault
  private let registers: FaultyRegisters
  private let identification: FaultyIdentification

  init(_ subject: Subject, _ fault: Fault, field: String?) {
    self.fault = fault
    registers = FaultyRegisters(subject, fault, field: field)
    identification = FaultyIdentification(fault: fault)
  }

  func react(to pdu: [UInt8], unit: UInt8) -> Reaction {
    let function = pdu[0]
    if fault == .shortRequestsIgnored, pdu.count < 4 { return .silence }
    switch function {
    case 0x03: return .answer(read(pdu, unit))
    case 0x2B: return .answer(identify(pdu))
    case 0x01, 0x05, 0x06, 0x0F, 0x10:
      return refuse(function, fault == .unusedFunctionsUnknown ? 1 : 2)
    case 0x00 where fault == .functionZeroIgnored: return .silence
    case 0x01..<0x80 where fault == .unlistedFunctionsIgnored: return .silence
    case 0x80... where fault == .functionsFrom128Close: return .close
    default: return refuse(function, 1)
    }
  }

  private func refuse(_ function: UInt8, _ code: UInt8) -> Reaction {
    .answer([function | 0x80, code])
  }

  private func read(_ pdu: [UInt8], _ unit: UInt8) -> [UInt8] {
    let refused: (UInt8) -> [UInt8] = { [0x83, $0] }
    let isRightLength = pdu.count == 5 || fault == .requestLengthsIgnored && pdu.count > 5
    guard isRightLength else { return refused(3) }
    let start = Int(pdu[1]) << 8 | Int(pdu[2])
    var count = Int(pdu[3]) << 8 | Int(pdu[4])
    if fault == .addressBeforeQuantity,
      case .failure(let refusal) = registers.read(unit: unit, start: start, count: 1)
    {
      return refused(refusal.code)
    }
    let isAllowed = (1...(fault == .quantityAtMost100 ? 100 : 125)).contains(count)
    guard isAllowed || fault == .quantityNotChecked else { return refused(3) }
    if fault == .quantityNotChecked { count = min(count, 125) }
    switch registers.read(unit: unit, start: start, count: count) {
    case .success(let words): return [0x03, UInt8(words.count * 2)] + words.flatMap(\.bytes)
    case .failure(let refusal): return refused(refusal.code)
    }
  }

  private func identify(_ pdu: [UInt8]) -> [UInt8] {
    guard pdu.count > 1 else { return [0xAB, 3] }
    guard pdu[1] == 0x0E || fault == .otherMEIAnswered else { return [0xAB, 1] }
    guard pdu.count == 4 || fault == .requestLengthsIgnored else { return [0xAB, 3] }
    let code = pdu.count > 2 ? pdu[2] : 1
    return identification.answer(code, from: pdu.count > 3 ? pdu[3] : 0)
  }
}

/// The texts of the faulty server: too long for one answer.
struct FaultyIdentification: Sendable {
  let fault: Fault

  private var texts: [(id: UInt8, text: [UInt8])] {
    (0...6).map { id in (id, [UInt8](repeating: 0x61 + id, count: 100)) }
      .filter { fault != .identificationWithoutRevision || $0.id != 2 }
  }

  func answer(_ code: UInt8, from object: UInt8) -> [UInt8] {
    let isKnown = (1...4).contains(code) || fault == .unknownCodeAnswered
    guard isKnown, code != 3 || fault != .extendedRefused else { return [0xAB, 3] }
    let all = code == 1 ? texts.filter { $0.id < 3 } : texts
    var rest = all.drop { $0.id < object }
    if code == 4 {
      guard object < 7 || fault == .unknownObjectAnswered else { return [0xAB, 2] }
      if rest.isEmpty { rest = all[...] }
      return encode(code, rest.prefix(fault == .individualBringsAll ? 2 : 1), behind: [])
    }
    if rest.isEmpty, fault == .unknownStartRefused { return [0xAB, 2] }
    if rest.isEmpty || fault == .identificationFromTheStart { rest = all[...] }
    return encode(code, rest.prefix(2), behind: rest.dropFirst(2))
  }

  private func encode(
    _ code: UInt8, _ objects: ArraySlice<(id: UInt8, text: [UInt8])>,
    behind: ArraySlice<(id: UInt8, text: [UInt8])>
  ) -> [UInt8] {
    let conformity: UInt8 = fault == .conformityStreamOnly ? 0x02 : 0x82
    var next = behind.first?.id ?? (fault == .nextObjectAtTheEnd ? 7 : 0)
    if fault == .nextObjectStandsStill, !behind.isEmpty { next = objects.first?.id ?? 0 }
    return [0x2B, 0x0E, code, conformity, behind.isEmpty ? 0x00 : 0xFF, next, UInt8(objects.count)]
      + objects.flatMap { [$0.id, UInt8($0.text.count)] + $0.text }
  }
}
