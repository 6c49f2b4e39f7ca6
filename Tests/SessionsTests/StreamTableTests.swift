import Sessions
import Testing

/// Which event stream gives way to another one.
@Suite struct StreamTableTests {
  private func holder(_ name: String, isVisitor: Bool = false) -> StreamTable.Holder {
    StreamTable.Holder(name, isVisitor: isVisitor)
  }

  @Test func theOldestOfAHolderGivesWay() {
    var table = StreamTable()
    let first = table.begin(holder("a"))
    #expect(first.gone == nil)
    for _ in 2...4 { #expect(table.begin(holder("a")).gone == nil) }
    #expect(table.begin(holder("b")).gone == nil)
    #expect(table.begin(holder("a")).gone == first.number)
    #expect(table.count == 5)
  }

  /// Pages behind one address leave connections for what they ask.
  @Test func anAddressHasSomeAmongItsHolders() {
    var table = StreamTable()
    func holder(_ index: Int, isVisitor: Bool = false) -> StreamTable.Holder {
      .init("u\(index)", isVisitor: isVisitor, from: "10.0.0.1")
    }
    let first = table.begin(holder(0)).number
    let visitor = table.begin(holder(1, isVisitor: true)).number
    for index in 2...9 { #expect(table.begin(holder(index)).gone == nil) }
    #expect(table.begin(.init("far", isVisitor: false, from: "10.0.0.2")).gone == nil)
    #expect(table.begin(holder(10)).gone == visitor)
    #expect(table.begin(holder(11)).gone == first)
  }

  @Test func visitorsHaveFewAmongThemselves() {
    var table = StreamTable()
    let numbers = (1...16).map { table.begin(holder("v\($0)", isVisitor: true)).number }
    table.end(numbers[0])
    #expect(table.begin(holder("v17", isVisitor: true)).gone == nil)
    #expect(table.begin(holder("v18", isVisitor: true)).gone == numbers[1])
    #expect(table.begin(holder("operator")).gone == nil)
    #expect(table.count == 17)
  }

  @Test func whenAllAreTakenAVisitorGivesWayFirst() {
    var table = StreamTable()
    let visitor = table.begin(holder("v", isVisitor: true))
    let first = table.begin(holder("u1")).number
    for index in 2...39 { _ = table.begin(holder("u\(index / 3)")) }
    #expect(table.count == 40)
    #expect(table.begin(holder("late")).gone == visitor.number)
    #expect(table.count == 40)
    // u1 has four by now, the others at most three.
    #expect(table.begin(holder("later")).gone == first)
    #expect(table.count == 40)
  }
}
