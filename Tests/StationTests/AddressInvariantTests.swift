import Metering
import RegisterMap
import Station
import Testing
import Time

/// Random lives of a meter list. An address stays with its meter and value unless somebody took it away, no
/// two entries share a register, and a restart changes nothing.
@Suite struct AddressInvariantTests {
  private struct Numbers {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  /// An entry as people know it: the number on the meter, and which of its values; -1: its own.
  private struct Place: Hashable {
    var serial: UInt32
    var value: Int
  }

  private static func values(_ serial: UInt32) -> [MeterValue] {
    (0..<Int(serial % 5)).map { index in
      MeterValue(
        key: ValueKey(dif: [0x04], vif: [0x13], storage: UInt64(index)),
        meaning: ValueMeaning(.volume, .cubicMetre), reading: .integer(Int64(index)))
    }
  }

  private struct Life {
    var bench: Bench
    let layout: RegisterLayout
    var silent: Set<UInt32>
    var nextSerial: UInt32 = 100

    init(_ layout: RegisterLayout, allocates: Bool) {
      let scan = ScanRules(allocates: allocates)
      self.layout = layout
      silent = [13]
      bench = Bench(
        (10..<16).map { fresh($0) },
        .init(readoutCycle: .seconds(60), scan: scan, layout: layout))
      bench.give(up)
      readAll()
    }

    mutating func readAll() {
      bench.give(.readNow(nil))
      var asked = 0
      while let id = bench.asked, asked < 100 {
        asked += 1
        let serial = bench.meter(id.number).identity.serial.digits
        if silent.contains(serial) {
          bench.fail(id.number)
        } else {
          bench.answer(id.number, AddressInvariantTests.values(serial), serial: serial)
        }
      }
    }

    /// Where everything lies.
    var map: [Place: Int] {
      var map: [Place: Int] = [:]
      for meter in bench.station.meters {
        let serial = meter.identity.serial.digits
        map[Place(serial: serial, value: -1)] = meter.register
        for value in meter.values {
          let index = value.key.map { Int($0.storage) } ?? Int(value.configuration?.storage ?? 0)
          map[Place(serial: serial, value: index)] = value.register
        }
      }
      return map
    }

    /// Two entries on one register, or one outside of the map.
    var collision: String? {
      var taken: [RegisterAddress: String] = [:]
      for meter in bench.station.meters {
        let addresses =
          [meter.address(in: layout)] + meter.values.map { meter.address(of: $0, in: layout) }
        let registers = [meter.register] + meter.values.map(\.register)
        for (address, register) in zip(addresses, registers) {
          guard let address else {
            if register != nil { return "\(meter.label): register without address" }
            continue
          }
          let own = address.register..<(address.register + layout.entryWidth)
          if own.upperBound > 65_536 { return "beyond the map" }
          if !layout.isMultiSlave, own.lowerBound < layout.entryWidth {
            return "in the first entry"
          }
          for number in own {
            let place = RegisterAddress(number, unit: address.unit)
            if let other = taken.updateValue(meter.label, forKey: place) {
              return "\(place) is that of \(other) and \(meter.label)"
            }
          }
        }
      }
      return nil
    }

    /// Registers that wandered, but for those of some meters.
    func moved(since before: [Place: Int], except serials: Set<UInt32>) -> [Place] {
      let now = map
      let left = Set(bench.station.meters.map(\.identity.serial.digits))
      return before.keys.filter {
        !serials.contains($0.serial) && left.contains($0.serial) && now[$0] != before[$0]
      }
    }

    mutating func selection(_ numbers: inout Numbers) -> (EntrySelection, Set<UInt32>) {
      let meters = bench.station.meters
      guard numbers.next(below: 5) > 0, !meters.isEmpty else {
        return (.all, Set(meters.map(\.identity.serial.digits)))
      }
      var parts: [MeterPart] = []
      var serials: Set<UInt32> = []
      for _ in 0...numbers.next(below: 3) {
        let meter = meters[numbers.next(below: meters.count)]
        let extent: MeterPart.Extent =
          switch numbers.next(below: 3) {
          case 0: .whole
          case 1: .meterEntry
          default:
            meter.values.isEmpty
              ? .meterEntry : .value(numbers.next(below: meter.values.count))
          }
        parts.append(MeterPart(meter.id, extent))
        serials.insert(meter.identity.serial.digits)
      }
      return (.parts(parts), serials)
    }
  }

  private static let layouts = [
    RegisterLayout.standard, RegisterLayout(isFloatOnly: true),
    RegisterLayout(isMultiSlave: true), RegisterLayout(isFloatOnly: true, isMultiSlave: true),
  ]

  @Test(arguments: layouts, [true, false]) func aLife(layout: RegisterLayout, allocates: Bool) {
    for seed in 1...12 {
      var numbers = Numbers(state: UInt64(seed))
      var life = Life(layout, allocates: allocates)
      for step in 0..<40 {
        let before = life.map
        var touched: Set<UInt32> = []
        let what = act(&life, &numbers, &touched)
        let context: Comment = "seed \(seed), step \(step): \(what)"
        #expect(life.collision == nil, context)
        #expect(life.moved(since: before, except: touched) == [], context)
        guard life.collision == nil, life.moved(since: before, except: touched) == [] else {
          return
        }
      }
    }
  }

  /// Does something, and says what.
  private func act(
    _ life: inout Life, _ numbers: inout Numbers, _ touched: inout Set<UInt32>
  ) -> String {
    switch numbers.next(below: 8) {
    case 0, 1:
      let (selection, serials) = life.selection(&numbers)
      touched = serials
      let anew = numbers.next(below: 2) == 0
      let before = life.map
      life.bench.command(.allocate(selection, anew: anew))
      #expect(life.bench.outcome.problems == [])
      if !anew {
        #expect(
          before.allSatisfy { life.map[$0.key] == $0.value }, "what is given stays: \(selection)")
      }
    case 2, 3:
      let (selection, serials) = life.selection(&numbers)
      touched = serials
      life.bench.command(.deallocate(selection))
      if case .parts(let parts) = selection { expectNone(of: parts, life) }
      if selection == .all { #expect(life.map.isEmpty) }
    case 4:
      guard let meter = life.bench.station.meters.last else { break }
      touched = [meter.identity.serial.digits]
      let register = (1 + numbers.next(below: 60)) * (numbers.next(below: 2) == 0 ? 1 : 10)
      let index = numbers.next(below: 3)
      let entry: EntryID =
        meter.values.indices.contains(index) ? .value(meter.id, index: index) : .meter(meter.id)
      let before = life.map
      life.bench.command(.assign(entry, register: register))
      if life.bench.refusal != nil { #expect(life.map == before) }
    case 5:
      let isKnown = numbers.next(below: 2) == 0
      life.bench.give(.scan)
      life.bench.find(isKnown ? 11 : life.nextSerial)
      if !isKnown { life.nextSerial += 1 }
      life.bench.endScan(found: 1)
      if numbers.next(below: 4) == 0 { life.silent = [] }
      life.readAll()
    case 6:
      guard life.bench.station.meters.count > 2 else { break }
      var list = life.bench.saved
      list.remove(at: numbers.next(below: list.count))
      life.bench.give(.configure(life.bench.station.configuration, list, keeping: []))
      life.readAll()
    default: return restart(&life)
    }
    return "a step"
  }

  private func expectNone(of parts: [MeterPart], _ life: Life) {
    for part in parts {
      guard let meter = life.bench.station.meter(part.meter) else { continue }
      switch part.extent {
      case .whole:
        #expect(meter.register == nil && meter.values.allSatisfy { $0.register == nil })
      case .meterEntry: #expect(meter.register == nil)
      case .value(let index): #expect(meter.values[index].register == nil)
      }
    }
  }

  /// From the file alone everything is as it was, also what has no address.
  private func restart(_ life: inout Life) -> String {
    life.readAll()
    let before = life.map
    life.bench = Bench(life.bench.saved, life.bench.station.configuration)
    #expect(life.bench.events.filter { $0.severity > .info } == [])
    let known = life.map
    #expect(known.allSatisfy { before[$0.key] == $0.value }, "nothing new by the restart alone")
    life.bench.give(up)
    life.readAll()
    #expect(life.map == before, "a restart")
    return "a restart"
  }
}
