import Metering
import PeerSupport
import Settings
import Testing

@testable import MeterFiles

/// What is refused in a table for the meter list, and which meter a row means.
@Suite struct TableMistakeTests {
  private static let list = """
    <root>
      <meter><serial>0x12345670</serial><manufacturer>LUG</manufacturer><register>10</register>
        <value><dif>0x0C</dif><vif>0x06</vif><register>20</register></value></meter>
      <meter><serial>0x1234567E</serial><manufacturer>NZR</manufacturer></meter>
    </root>
    """

  private func folder(_ list: String) throws -> TemporaryFolder {
    try TemporaryFolder(["Device_Handle.cfg": list])
  }

  private func importing(_ text: String, _ list: String = Self.list) throws -> MeterImport {
    let folder = try folder(list)
    return withExtendedLifetime(folder) {
      AppFolder.load(folder.path).importing(Array(text.utf8), file: "t.csv")
    }
  }

  private func messages(_ text: String, _ list: String = Self.list) throws -> [String] {
    try importing(text, list).diagnostics.map { "\($0.severity): \($0)" }
  }

  /// A meter that is listed by its serial and, with the same serial, by its primary address.
  @Test func theAddressTellsTwinsApart() throws {
    let twins = """
      <root><meter><serial>1</serial></meter>
      <meter><serial>1</serial><primaryaddress>5</primaryaddress><addressmode>1</addressmode></meter></root>
      """
    #expect(
      try importing("Serial;Address;Label\n1;5;x\n1;0;y", twins).changes == [
        "00000001: Label = 'x' (was empty)", "00000001: Label = 'y' (was empty)",
      ])
    let result = try importing("Serial;Address;Label\n1;5;x\n1;0;y", twins)
    #expect(result.list.map(\.configuration.userLabel) == ["y", "x"])
    for row in ["1;;x", "1;7;x"] {
      #expect(
        try messages("Serial;Address;Label\n" + row, twins) == [
          "error: t.csv:2:1: 2 meters of the list could be meant: 00000001, 00000001 with Address 5; the columns "
            + "Manufacturer, Version, Medium and Address tell them apart"
        ])
    }
    // Its own table, also into a list that has none of them.
    let folder = try folder(twins)
    let table = MeterTable.text(AppFolder.load(folder.path).meters)
    #expect(try importing(table, twins).diagnostics.isEmpty)
    let added = try importing(table, "<root></root>")
    #expect(added.list.map(\.configuration.primaryAddress) == [0, 5])
    #expect(
      added.diagnostics.map { "\($0.severity): \($0)" } == [
        "warning: t.csv:3:1: 00000001 is added beside 00000001 on M-Bus, which has the same serial"
      ])
  }

  /// What the page does not take an import does not take, either; what the list has already may stay.
  @Test func labelsAreThoseOfThePage() throws {
    let long = String(repeating: "x", count: 51)
    #expect(
      try messages("Serial;Label\n12345670;\(long)\n1234567E;a>b") == [
        "error: t.csv:2:10: Label = '\(long)': not allowed; allowed: at most 50 characters, without <, > and \" "
          + "and control characters; this has 51",
        "error: t.csv:3:10: Label = 'a>b': not allowed; allowed: at most 50 characters, without <, > and \" "
          + "and control characters",
      ])
    let list = "<root><meter><serial>1</serial><user>\(long)</user></meter></root>"
    let kept = try importing("Serial;Label;Cycle\n1;\(long);60", list)
    #expect(kept.diagnostics.isEmpty && kept.changes == ["00000001: Cycle = 60 (was 0)"])
  }

  @Test func registersLieOnTheGrid() throws {
    #expect(
      try messages("Serial;Register\n1234567E;25\n12345670;7") == [
        "error: t.csv:2:10: Register = '25': not allowed; allowed: multiples of 10, as all registers are in this "
          + "layout, such as 20 or 30; 0 for none",
        "error: t.csv:3:10: Register = '7': not allowed; allowed: multiples of 10, as all registers are in this "
          + "layout, such as 10; 0 for none",
      ])
    let list = "<root><meter><serial>1</serial><register>25</register></meter></root>"
    #expect(try importing("Serial;Register\n1;25", list).diagnostics.isEmpty)
  }

  /// A file with hundreds of mistakes is told of as far as somebody would read it.
  @Test func moreMistakesThanAnybodyReads() throws {
    let rows = (0..<250).map { "\(1000 + $0);x" }.joined(separator: "\n")
    let found = try messages("Serial;Cycle\n" + rows)
    #expect(found.count == 201 && found.last == "error: t.csv: and 50 more errors")
  }

  /// What is wrong with the list names the row that has brought it.
  @Test func whatIsWrongWithTheListHasALine() throws {
    let list = """
      <root><meter><primaryaddress>5</primaryaddress><addressmode>1</addressmode></meter></root>
      """
    let found = try messages("Serial;Address;Address mode\n9;;\n8;5;1", list)
    #expect(
      found == [
        "error: t.csv:3: the meter list would not be right then: meter 00000008 has primary address 5, too, as "
          + "meter address 5"
      ])
  }

  /// A row whose meter's name is only the beginning of the one that the message has is not meant.
  @Test func theLineIsThatOfTheWholeName() throws {
    let list = """
      <root><meter><primaryaddress>1</primaryaddress><addressmode>1</addressmode></meter>
      <meter><primaryaddress>10</primaryaddress><addressmode>1</addressmode></meter></root>
      """
    let found = try messages("Serial;Address;Address mode;Cycle\n;1;1;60\n9;10;1;", list)
    #expect(
      found == [
        "error: t.csv:3: the meter list would not be right then: meter 00000009 has primary address 10, too, as "
          + "meter address 10"
      ])
  }
}
