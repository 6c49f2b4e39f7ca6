import RegisterMap
import Testing

/// Whether registers tell in which layout they were given.
@Suite struct LayoutMisfitTests {
  private static let layouts = [
    RegisterLayout.standard, RegisterLayout(isFloatOnly: true),
    RegisterLayout(isMultiSlave: true), RegisterLayout(isFloatOnly: true, isMultiSlave: true),
  ]

  /// What allocation gives to three meters with two values each.
  private func list(_ layout: RegisterLayout) -> [GivenRegisters] {
    switch (layout.isFloatOnly, layout.isMultiSlave) {
    case (false, false):
      [10, 40, 70].map { GivenRegisters(meter: $0, values: [$0 + 10, $0 + 20]) }
    case (true, false): [2, 8, 14].map { GivenRegisters(meter: $0, values: [$0 + 2, $0 + 4]) }
    case (false, true): [1, 2, 3].map { GivenRegisters(meter: $0, values: [10, 20]) }
    case (true, true): [1, 2, 3].map { GivenRegisters(meter: $0, values: [2, 4]) }
    }
  }

  @Test(arguments: layouts) func itsOwnListFits(layout: RegisterLayout) {
    #expect(layout.misfit(of: list(layout)) == nil)
    #expect(layout.misfit(of: []) == nil)
    #expect(layout.misfit(of: [GivenRegisters(meter: 0, values: [])]) == nil)
  }

  /// Rows: the layout that is set; columns: the one in which the list was made. One that has only other
  /// values in its units cannot be told.
  @Test func theListsOfTheOthersDoNot() {
    let expected: [[LayoutMisfit?]] = [
      [nil, .unitIDs, .unitIDs, .unitIDs],
      [.tenApart, nil, nil, nil],
      [.oneMapForAll, .oneMapForAll, nil, nil],
      [.oneMapForAll, .oneMapForAll, .tenApart, nil],
    ]
    for (layout, row) in zip(Self.layouts, expected) {
      #expect(Self.layouts.map { layout.misfit(of: list($0)) } == row, "\(layout.name)")
    }
  }

  @Test func otherSigns() {
    let multiSlave = RegisterLayout(isMultiSlave: true)
    #expect(
      multiSlave.misfit(of: [GivenRegisters(meter: 250, values: [])]) == .beyondUnits(250))
    let floats = [20, 26, 32].map { GivenRegisters(meter: $0, values: [$0 + 2, $0 + 4]) }
    #expect(RegisterLayout.standard.misfit(of: floats) == .offTheRaster)
    #expect(
      RegisterLayout.standard.misfit(of: [
        GivenRegisters(meter: 10, values: [20, 30, 45, 55])
      ]) == nil, "some by hand are no sign")
    #expect(
      RegisterLayout(isFloatOnly: true).misfit(of: [GivenRegisters(meter: 10, values: [])]) == nil,
      "one alone says nothing")
  }

  @Test func words() {
    #expect(
      [
        LayoutMisfit.tenApart, .beyondUnits(300), .oneMapForAll, .offTheRaster, .unitIDs,
      ].map(\.description) == [
        "all of them are multiples of 10, while entries take 2 registers with float only",
        "a meter has register 300, while unit ids end at 247 with multi slave",
        "the values of most meters do not begin at the beginning of a map, as they do with multi slave",
        "most of them are no multiples of 10, as they are in the standard layout",
        "meters have registers below 10, where the device entry is in the standard layout",
      ])
    #expect(
      Self.layouts.map(\.name) == [
        "standard", "float only", "multi slave", "float only with multi slave",
      ])
  }
}
