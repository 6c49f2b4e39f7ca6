import Metering
import RegisterMap
import Testing

@Suite struct RegisterTableTests {
  private let rows = [
    RegisterRow(.device, at: RegisterAddress(0)),
    RegisterRow(.meter, at: RegisterAddress(10), meter: "66600106 LUG"),
    RegisterRow(
      .value, at: RegisterAddress(20), meter: "66600106 LUG", description: "Energy", unit: "Wh",
      scale: 3, key: RegisterRow.text(for: ValueKey(storage: 1, tariff: 2, function: .maximum))),
  ]

  @Test func table() {
    #expect(
      RegisterTable.text(rows) == """
        first  last  entry   meter         description  scale  unit  key
            0     9  device
           10    19  meter   66600106 LUG
           20    29  value   66600106 LUG  Energy           3  Wh    storage 1, tariff 2, maximum

        """)
  }

  @Test func commaSeparated() {
    #expect(
      RegisterTable.csv(rows)
        == "first,last,entry,meter,description,scale,unit,key\r\n"
        + "0,9,device,,,,,\r\n"
        + "10,19,meter,66600106 LUG,,,,\r\n"
        + "20,29,value,66600106 LUG,Energy,3,Wh,\"storage 1, tariff 2, maximum\"\r\n")
  }

  @Test func labelsCannotBreakTheTable() {
    let row = RegisterRow(.meter, at: RegisterAddress(10), meter: "a \"b\",\r\nc")
    #expect(RegisterTable.csv([row]).hasSuffix("10,19,meter,\"a \"\"b\"\",\r\nc\",,,,\r\n"))
    #expect(RegisterTable.text([row]).hasSuffix("a \"b\",?c\n"))
  }

  @Test func keys() {
    #expect(RegisterRow.text(for: ValueKey()) == "")
    #expect(
      RegisterRow.text(for: ValueKey(subunit: 3, function: .error, occurrence: 1))
        == "subunit 3, error, no. 2")
  }
}
