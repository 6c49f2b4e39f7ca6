import Metering
import RegisterExport
import RegisterMap
import Testing

@Suite struct RegisterTableTests {
  private let rows = [
    RegisterRow(.device, at: RegisterAddress(0)),
    RegisterRow(.meter, at: RegisterAddress(10), meter: "66600106 LUG"),
    RegisterRow(
      .value, at: RegisterAddress(20), meter: "66600106 LUG", description: "Energy", unit: "Wh",
      scale: 3, key: ValueKey(storage: 1, tariff: 2, function: .maximum)),
  ]
  private static let head = "unit id,first,last,entry,meter,description,float,scale,unit,key\r\n"

  private func document(_ format: ExportFormat, _ rows: [RegisterRow]) -> String {
    format.document(ExportMap(rows: rows, layout: .standard))
  }

  @Test func table() {
    #expect(
      document(.table, rows) == """
        unit id  first  last  entry   meter         description  float  scale  unit  key
                     0     9  device
                    10    19  meter   66600106 LUG
                    20    29  value   66600106 LUG  Energy          24      3  Wh    storage 1, tariff 2, maximum

        """)
  }

  @Test func commaSeparated() {
    #expect(
      document(.csv, rows) == Self.head
        + ",0,9,device,,,,,,\r\n"
        + ",10,19,meter,66600106 LUG,,,,,\r\n"
        + ",20,29,value,66600106 LUG,Energy,24,3,Wh,\"storage 1, tariff 2, maximum\"\r\n")
  }

  @Test func tabSeparated() {
    let text = document(.tsv, rows)
    #expect(text.hasPrefix("\u{FEFF}unit id\tfirst\tlast\tentry\t"))
    #expect(
      text.hasSuffix(
        "\t20\t29\tvalue\t66600106 LUG\tEnergy\t24\t3\tWh\t\"storage 1, tariff 2, maximum\"\r\n"))
  }

  @Test func multiSlaveAndFloatOnly() {
    let layout = RegisterLayout(isFloatOnly: true, isMultiSlave: true)
    let row = RegisterRow(
      .value, at: RegisterAddress(4, unit: 7), count: 2, meter: "a", description: "Energy",
      scale: -3)
    let map = ExportMap(rows: [row], layout: layout)
    #expect(ExportFormat.csv.document(map) == Self.head + "7,4,5,value,a,Energy,4,-3,,\r\n")
  }

  @Test func labelsCannotBreakTheTable() {
    let row = RegisterRow(.meter, at: RegisterAddress(10), meter: "a \"b\",\r\nc")
    #expect(document(.csv, [row]).hasSuffix("10,19,meter,\"a \"\"b\"\",\r\nc\",,,,,\r\n"))
    #expect(document(.table, [row]).hasSuffix("a \"b\",?c\n"))
  }

  /// A spreadsheet would run them.
  @Test(arguments: ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"])
  func labelsAreNoFormulas(label: String) {
    let row = RegisterRow(.meter, at: RegisterAddress(10), meter: label)
    for format in [ExportFormat.csv, .tsv] {
      #expect(document(format, [row]).contains("'" + label))
    }
    #expect(!document(.table, [row]).contains("'"))
  }

  @Test func keys() {
    #expect(RegisterRow.text(for: ValueKey()) == "")
    #expect(
      RegisterRow.text(for: ValueKey(subunit: 3, function: .error, occurrence: 1))
        == "subunit 3, error, no. 2")
  }
}
