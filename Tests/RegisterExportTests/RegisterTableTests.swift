import Metering
import RegisterExport
import RegisterMap
import Testing

@Suite struct RegisterTableTests {
  private let rows = [
    RegisterRow(.device, at: RegisterAddress(0)),
    RegisterRow(.meter, at: RegisterAddress(10), meter: "66600106 LUG", name: "66600106/0"),
    RegisterRow(
      .value, at: RegisterAddress(20), meter: "66600106 LUG", description: "Energy", unit: "Wh",
      scale: 3, key: ValueKey(storage: 1, tariff: 2, function: .maximum)),
  ]
  private static let head = "first,last,entry,meter,description,scale,unit,key,unit id,float\r\n"

  private func document(_ format: ExportFormat, _ rows: [RegisterRow]) -> String {
    format.document(ExportMap(rows: rows, layout: .standard))
  }

  @Test func table() {
    #expect(
      document(.table, rows) == """
        first  last  entry   name        meter         description  scale  unit  key                           unit id  float
            0     9  device
           10    19  meter   66600106/0  66600106 LUG
           20    29  value   -           66600106 LUG  Energy           3  Wh    storage 1, tariff 2, maximum              24

        """)
  }

  /// People see what they could give a register to, and what to call it; programs find their columns.
  @Test func entriesWithoutRegister() {
    var volume = RegisterRow(
      .value, at: RegisterAddress(0), meter: "66600106 LUG", description: "Volume", unit: "m^3",
      scale: -2, key: ValueKey(storage: 1), name: "66600106/2")
    volume.count = 10
    let map = ExportMap(rows: rows, unplaced: [UnplacedRow(volume)], layout: .standard)
    #expect(
      ExportFormat.table.document(map).hasSuffix(
        """
           20    29  value   -           66600106 LUG  Energy           3  Wh    storage 1, tariff 2, maximum              24
            -     -  value   66600106/2  66600106 LUG  Volume          -2  m^3   storage 1                                  -

        """))
    #expect(ExportFormat.csv.document(map) == document(.csv, rows))
    #expect(ExportFormat.tsv.document(map) == document(.tsv, rows))
    let json = ExportFormat.json.document(map)
    #expect(json.contains("\"name\":\"66600106/0\""), "\(json)")
    #expect(
      json.hasSuffix(
        """
          ],
          "withoutRegister": [
            {"name":"66600106/2","entry":"value","meter":"66600106 LUG","description":"Volume","unit":"m^3",\
        "scale":-2,"key":"storage 1","obis":null,"suggestedObis":null}
          ]
        }

        """), "\(json)")
    #expect(document(.json, rows).hasSuffix("  ],\n  \"withoutRegister\": []\n}\n"))
  }

  @Test func commaSeparated() {
    #expect(
      document(.csv, rows) == Self.head
        + "0,9,device,,,,,,,\r\n"
        + "10,19,meter,66600106 LUG,,,,,,\r\n"
        + "20,29,value,66600106 LUG,Energy,3,Wh,\"storage 1, tariff 2, maximum\",,24\r\n")
  }

  @Test func tabSeparated() {
    let text = document(.tsv, rows)
    #expect(text.hasPrefix("\u{FEFF}first\tlast\tentry\t"))
    #expect(
      text.hasSuffix(
        "20\t29\tvalue\t66600106 LUG\tEnergy\t3\tWh\t\"storage 1, tariff 2, maximum\"\t\t24\r\n"))
  }

  @Test func multiSlaveAndFloatOnly() {
    let layout = RegisterLayout(isFloatOnly: true, isMultiSlave: true)
    let row = RegisterRow(
      .value, at: RegisterAddress(4, unit: 7), count: 2, meter: "a", description: "Energy",
      scale: -3)
    let map = ExportMap(rows: [row], layout: layout)
    #expect(ExportFormat.csv.document(map) == Self.head + "4,5,value,a,Energy,-3,,,7,4\r\n")
  }

  @Test func labelsCannotBreakTheTable() {
    let row = RegisterRow(.meter, at: RegisterAddress(10), meter: "a \"b\",\r\nc")
    #expect(document(.csv, [row]).hasSuffix("10,19,meter,\"a \"\"b\"\",\r\nc\",,,,,,\r\n"))
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
