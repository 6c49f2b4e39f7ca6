import Metering
import RegisterMap
import Settings

/// What the registers of a meter list are worth in the layout that the settings ask for.
struct RegisterChecks {
  /// How entries lie in the map.
  let layout: RegisterLayout
  /// The file's name, for messages.
  let file: String
  private var entries: [EntryID: Entry] = [:]
  private var requests: [AddressRequest] = []
  /// Why the list was probably made for another layout.
  private let misfit: LayoutMisfit?

  /// More than so many entries that the map refuses are told in one sentence, if another layout is why.
  private static let mostTold = 3

  /// An entry with an address of its own.
  private struct Entry {
    let name: String
    let place: TextPlace
  }

  /// - Parameters:
  ///   - meters: the list.
  ///   - layout: how entries lie in the map.
  ///   - file: the file's name, for messages.
  init(_ meters: [PlacedMeter], layout: RegisterLayout, file: String) {
    self.layout = layout
    self.file = file
    misfit = layout.misfit(of: meters.map { GivenRegisters($0.configuration) })
    for (index, meter) in meters.enumerated() {
      let id = MeterID(index + 1)
      add(.meter(id), meter.name, meter.configuration.register, at: meter.places.ofRegister)
      let values = zip(meter.configuration.values, meter.valuePlaces)
      for (number, (value, places)) in values.enumerated() {
        add(
          .value(id, index: number), "value \(number + 1) of \(meter.name)", value.register,
          at: places.ofRegister)
      }
    }
  }

  private mutating func add(_ id: EntryID, _ name: String, _ register: Int, at place: TextPlace) {
    guard register > 0 else { return }
    entries[id] = Entry(name: name, place: place)
    requests.append(AddressRequest(id, label: name, wanted: register))
  }

  /// Entries that the map refuses, and those that lie off its grid.
  var diagnostics: [Diagnostic] {
    let plan = AddressAllocator(layout: layout).allocate(requests)
    let refused = plan.problems.compactMap { problem in
      request(of: problem).map { diagnostic(.error, $0, message(problem)) }
    }
    if let misfit, refused.count > Self.mostTold { return [summary(refused, misfit)] }
    let width = layout.entryWidth
    let offGrid = requests.filter { request in
      plan[request.entry] != nil && !isUnit(request) && !request.wanted.isMultiple(of: width)
    }
    return refused + offGrid.map { diagnostic(.warning, $0, "is no multiple of \(width)") }
  }

  private func summary(_ refused: [Diagnostic], _ misfit: LayoutMisfit) -> Diagnostic {
    let names = refused.prefix(Self.mostTold).compactMap { refusal in
      refusal.line.map { "line \($0)" }
    }
    var summary = Diagnostic(
      .error, file: file,
      "\(refused.count) of \(requests.count) registers are not possible in the layout \(layout.name) "
        + "(MODBUSMETER_PROTOCOLVERSION): \(names.joined(separator: ", ")) and "
        + "\(refused.count - names.count) more; they are probably those of another layout, since "
        + "\(misfit); \"metergate allocate --all --anew\" gives new ones")
    summary.isOfRegisterMap = true
    return summary
  }

  private func request(of problem: AddressProblem) -> AddressRequest? {
    switch problem {
    case .overlap(let request, _, _), .outOfRange(let request, _, _),
      .meterWithoutUnit(let request):
      request
    case .mapIsFull: nil
    }
  }

  private func message(_ problem: AddressProblem) -> String {
    switch problem {
    case .overlap(let request, let other?, _):
      "is taken: \(other.label) has \(place(of: other, besides: request))"
    case .overlap(_, nil, _):
      layout.isFloatOnly && !layout.isMultiSlave
        ? "is too low: the first entry is at \(layout.entryWidth)"
        : "is taken: the \(layout.isMultiSlave ? "meter's own entry" : "device") has 0 to "
          + "\(layout.entryWidth - 1)"
    case .outOfRange(let request, let allowed, _):
      isUnit(request)
        ? "is no unit id of a meter: allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        : "is too high: an entry takes \(layout.entryWidth) registers, the last is "
          + "\(RegisterLayout.addressCount - 1)"
    case .meterWithoutUnit:
      "is in no map: with multi slave the register of its meter is the unit id, and it has none"
    case .mapIsFull: problem.description
    }
  }

  private func place(of other: AddressRequest, besides request: AddressRequest) -> String {
    let here = entries[request.entry]?.place ?? TextPlace(line: 0)
    let line = entries[other.entry].map { " (\($0.place.words(besides: here)))" } ?? ""
    return isUnit(other)
      ? "it\(line)" : "\(other.wanted) to \(other.wanted + layout.entryWidth - 1)\(line)"
  }

  /// With multi slave the register of a meter is its unit id.
  private func isUnit(_ request: AddressRequest) -> Bool {
    guard layout.isMultiSlave, case .meter = request.entry else { return false }
    return true
  }

  private func diagnostic(
    _ severity: Diagnostic.Severity, _ request: AddressRequest, _ message: String
  ) -> Diagnostic {
    var diagnostic = Diagnostic(
      severity, file: file, at: entries[request.entry]?.place, key: "register",
      value: String(request.wanted),
      "\(request.label): register \(request.wanted) \(message)")
    diagnostic.isOfRegisterMap = true
    return diagnostic
  }
}
