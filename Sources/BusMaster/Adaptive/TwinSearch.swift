import MBus
import Metering

/// Tells meters apart that have the same serial. A select has wildcards for the manufacturer, the version and
/// the medium as a whole only, so values that are likely are tried: those that were met on this bus, then
/// those that are common. What the meters have in common leaves most of them out.
struct TwinSearch: SearchStep {
  private let node: SlaveSelect
  private let seen: Observation
  private var candidates: [SlaveSelect]?
  private var next = 0
  private var isEntering: Observation?

  /// - Parameters:
  ///   - node: the range: a serial, and what is known beside it.
  ///   - seen: what was seen of the meters.
  init(_ node: SlaveSelect, _ seen: Observation) {
    self.node = node
    self.seen = seen
  }

  mutating func next(_ memory: inout SearchMemory) -> SearchMove {
    let candidates = candidates ?? Self.candidates(node, seen, memory)
    self.candidates = candidates
    if let child = isEntering {
      isEntering = nil
      return .push(TwinSearch(candidates.dropFirst(next - 1).first ?? node, child))
    }
    let found = memory.found(in: node)
    guard !isExplained(found), let candidate = candidates.dropFirst(next).first else {
      if found.count < 2 {
        memory.giveUp(
          node,
          .sharedSerial(
            node.serial,
            "their manufacturers, versions and media are not among those that are tried"))
      }
      return .done(.skipped)
    }
    next += 1
    return .push(NodeLook(candidate, seen))
  }

  mutating func take(_ outcome: Probe.Outcome, _ memory: inout SearchMemory) {}

  mutating func resume(_ result: LookResult, _ memory: inout SearchMemory) {
    // One that is no narrower cannot be looked through.
    if case .collision(let child) = result { isEntering = child }
  }

  /// Those that were found have in common what was seen, so that no other one is needed to explain it.
  private func isExplained(_ found: [MeterIdentity]) -> Bool {
    guard found.count >= 2 else { return false }
    guard let common = seen.common else { return true }
    let theirs = found.reduce(Burst.Common.all) { $0.and(Burst.Common($1)) }
    return theirs.manufacturer & ~common.manufacturer == 0 && theirs.version & ~common.version == 0
      && theirs.medium & ~common.medium == 0
  }

  // MARK: - What may tell them apart

  private static func candidates(
    _ node: SlaveSelect, _ seen: Observation, _ memory: SearchMemory
  ) -> [SlaveSelect] {
    let makers = byManufacturer(node, seen, memory)
    let media = byMedium(node, seen, memory)
    // With bits in common few makers are left; without, there are fewer media.
    let first = seen.common == nil ? media + makers : makers + media
    return first + byVersion(node, seen)
  }

  private static func byManufacturer(
    _ node: SlaveSelect, _ seen: Observation, _ memory: SearchMemory
  ) -> [SlaveSelect] {
    guard node.manufacturer == SlaveSelect.Wildcard.manufacturer else { return [] }
    let bits = seen.common?.manufacturer ?? 0
    let met = memory.found.compactMap(\.manufacturer?.rawValue)
    return unique(met + KnownManufacturers.codes).filter { $0 & bits == bits }.map { code in
      var select = node
      select.manufacturer = code
      return select
    }
  }

  private static func byMedium(
    _ node: SlaveSelect, _ seen: Observation, _ memory: SearchMemory
  ) -> [SlaveSelect] {
    guard node.medium == SlaveSelect.Wildcard.byte else { return [] }
    let bits = seen.common?.medium ?? 0
    let met = memory.found.compactMap(\.medium?.rawValue)
    return unique(met + commonMedia).filter { $0 & bits == bits }.map { medium in
      var select = node
      select.medium = medium
      return select
    }
  }

  private static func byVersion(_ node: SlaveSelect, _ seen: Observation) -> [SlaveSelect] {
    // Without bits in common 256 versions would take minutes.
    guard node.version == SlaveSelect.Wildcard.byte, let bits = seen.common?.version else {
      return []
    }
    return (0..<SlaveSelect.Wildcard.byte).filter { $0 & bits == bits }.map { version in
      var select = node
      select.version = version
      return select
    }
  }

  /// Meters of heat, water, electricity and gas, allocators, converters (EN 13757-3, table of device types).
  private static let commonMedia: [UInt8] =
    [0x07, 0x06, 0x04, 0x0C, 0x02, 0x03, 0x08, 0x0D, 0x0A, 0x0B, 0x16, 0x15, 0x17, 0x00, 0x0F]
    + [0x01, 0x05, 0x0E, 0x09, 0x18, 0x1A, 0x1B]

  private static func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
    var taken: Set<Value> = []
    return values.filter { taken.insert($0).inserted }
  }
}

/// Manufacturers whose meters are common on M-Bus, by the three letters that the FLAG association has given
/// them. Only meters that share a serial are asked by this list.
enum KnownManufacturers {
  private static let letters = """
    KAM LUG DME HYD EFE LGB SON SEN ITW ELS ACW ELV ABB NZR EMU ZRI ZRM TCH TEC IST QDS AMT SLB GWF BMT WZG
    MET MTC REL RIZ SVM SPX SPL PAD LSE LGZ GMC ISK JAN EMH EGM EMO ECM FIN FML GAV GRX HEG INV KST LEC NIE
    POZ RAM RAY RKE SBC SAP SCH SIE SIM TIP TRX VTK WEH WEP APA APT AXI BEC BER BSC CAL DFS DWZ DIL DZG EDC
    ENT ESY EWT AEG ALG BTL
    """

  /// As sent.
  static let codes: [UInt16] = letters.split { $0 == " " || $0 == "\n" }.compactMap {
    ManufacturerCode(letters: $0)?.rawValue
  }
}
