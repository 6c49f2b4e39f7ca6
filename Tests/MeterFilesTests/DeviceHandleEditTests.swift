import Metering
import Testing

@testable import MeterFiles

/// A list as the file gives it, ready to be changed.
func listed(_ text: [UInt8]) throws -> [ListedMeter] {
  let meters = try #require(DeviceHandleFile.parse(text, name: "f.cfg").meters)
  return meters.enumerated().map { ListedMeter(origin: $0, configuration: $1) }
}

func value(_ scale: Int, register: Int = 0) -> ValueConfiguration {
  ValueConfiguration(scale: scale, register: register)
}

func newMeter(_ serial: UInt32, _ values: [ValueConfiguration] = []) -> ListedMeter {
  ListedMeter(
    origin: nil,
    configuration: MeterConfiguration(
      identity: MeterIdentity(serial: MeterSerial(digits: serial)), values: values))
}

@Suite struct DeviceHandleEditTests {
  private func edit(_ text: String, _ change: (inout [ListedMeter]) -> Void) throws -> String {
    var list = try listed(Array(text.utf8))
    change(&list)
    let bytes = try DeviceHandleFile.edit(Array(text.utf8), name: "f.cfg", to: list).bytes
    return String(decoding: bytes, as: UTF8.self)
  }

  private let file = """
    <?xml version="1.0"?>
    <!-- the house -->
    <root>
      <version>0x05</version>
      <!-- first -->
      <meter a='>'>
        <serial>1</serial> <!-- on its face -->
        <version>5</version>
        <future/>
        <register>10</register>
        <value>
          <scale>1.0</scale>
          <register>20</register>
        </value>
        <!-- between -->
        <value><scale>1e1</scale></value>
      </meter>
      <meter><serial>2</serial></meter> <!-- second -->
    </root>
    <!-- end -->

    """

  @Test func nothingChanges() throws {
    #expect(try edit(file) { _ in } == file)
  }

  /// What is wanted stands there in other words: 5, 1.0 and the missing interface stay.
  @Test func onlyTheTextOfWhatDiffers() throws {
    let result = try edit(file) {
      $0[0].configuration.identity.serial = MeterSerial(digits: 0x99)
      $0[0].configuration.values[0].register = 30
    }
    let expected = file.replacing("<serial>1<", with: "<serial>0x00000099<")
      .replacing("<register>20<", with: "<register>30<")
    #expect(result == expected)
  }

  @Test func defaultsTakeTheirLineOut() throws {
    let result = try edit(file) {
      $0[0].configuration.register = 0
      $0[0].configuration.identity.version = nil
      $0[0].configuration.values[1].scale = 0
    }
    let expected = file.replacing("    <register>10</register>\n", with: "")
      .replacing("    <version>5</version>\n", with: "").replacing("<scale>1e1</scale>", with: "")
    #expect(result == expected)
  }

  @Test func newElementsStandInTheOrderOfTheTable() throws {
    let result = try edit(file) {
      $0[0].configuration.identity.manufacturer = ManufacturerCode(letters: "NZR")
      $0[0].configuration.identity.medium = .water
      $0[0].configuration.userLabel = "a < ü"
      $0[0].configuration.values[0].meaning.type = .energy
      $0[1].configuration.readoutCycle = 60
      $0[1].configuration.interface = .system
    }
    let expected = file.replacing(
      "<!-- on its face -->\n",
      with: "<!-- on its face -->\n    <manufacturer>0x3B52</manufacturer>\n"
    ).replacing("5</version>\n    <f", with: "5</version>\n    <medium>Water</medium>\n    <f")
      .replacing(
        ">10</register>\n", with: ">10</register>\n    <user>a &lt; ü</user>\n"
      ).replacing(
        "      <scale>1.0", with: "      <description>Energy</description>\n      <scale>1.0"
      )
      .replacing(
        "<serial>2</serial>",
        with: "<interface>System</interface><serial>2</serial><readoutcycle>60</readoutcycle>")
    #expect(result == expected)
  }

  @Test func newMetersAndValues() throws {
    let result = try edit(file) {
      $0[0].configuration.values.insert(value(7), at: 0)
      $0[0].configuration.values.append(value(8, register: 40))
      $0[0].valueOrigins = [nil, 0, 1, nil]
      $0[1].configuration.values = [value(9)]
      $0[1].valueOrigins = [nil]
      $0.insert(newMeter(0x50), at: 1)
      $0.append(newMeter(0x51, [value(0), value(1)]))
    }
    // Laid out as the last of its kind is.
    let seven = "    <value><scale>1e7</scale></value>\n"
    let expected = file.replacing(
      "    <value>\n      <scale>1.0", with: seven + "    <value>\n      <scale>1.0"
    )
    .replacing(
      "1e1</scale></value>\n",
      with: "1e1</scale></value>\n    <value><scale>1e8</scale><register>40</register></value>\n"
    ).replacing(
      "  </meter>\n",
      with: "  </meter>\n  <meter><interface>M-Bus</interface><serial>0x00000050</serial></meter>\n"
    ).replacing("2</serial>", with: "2</serial><value><scale>1e9</scale></value>")
    .replacing(
      "<!-- second -->\n",
      with: "<!-- second -->\n  <meter><interface>M-Bus</interface><serial>0x00000051</serial>"
        + "<value/><value><scale>1e1</scale></value></meter>\n")
    #expect(result == expected)
  }

  @Test func removedOnesTakeTheirLinesOut() throws {
    let result = try edit(file) {
      $0[0].configuration.values.remove(at: 0)
      $0[0].valueOrigins = [1]
      $0.remove(at: 1)
    }
    let expected = file.replacing(
      "    <value>\n      <scale>1.0</scale>\n      <register>20</register>\n    </value>\n",
      with: ""
    ).replacing("<meter><serial>2</serial></meter>", with: "")
    #expect(result == expected)
    #expect(
      try edit(file) { $0 = [] } == """
        <?xml version="1.0"?>
        <!-- the house -->
        <root>
          <version>0x05</version>
          <!-- first -->
           <!-- second -->
        </root>
        <!-- end -->

        """)
  }

  /// Before, the register wanted (nil: any; 0: none), after.
  @Test(arguments: [
    ("<register>10</register>", 0, "<register>0</register>"),
    ("<register>0</register>", nil, ""),
    ("<register>00</register>", 0, "<register>00</register>"),
    ("", 0, "<register>0</register>"),
    ("<register/>", nil, "<register/>"),
    ("<register />", 50, "<register>50</register>"),
    ("<register></register>", 50, "<register>50</register>"),
    ("<register a=\"/>\"/>", 50, "<register a=\"/>\">50</register>"),
    // The last of several counts; when it goes, all go.
    (
      "<register>1</register><Register>20</Register>", 30,
      "<register>1</register><Register>30</Register>"
    ),
    ("<register>10</register><register>20</register>", nil, ""),
    (
      "<register>10</register><register>x</register>", 10,
      "<register>10</register><register>x</register>"
    ),
    // Comments and sections within a text.
    (
      "<register> <!-- > --> 10 <!-- 20 --></register>", 30,
      "<register> <!-- > --> 30 <!-- 20 --></register>"
    ),
    ("<register><![CDATA[10]]></register>", 30, "<register>30</register>"),
    ("<register>1<!-- a -->0</register>", 30, "<register>30<!-- a --></register>"),
    ("<register>&#49;0</register>", 10, "<register>&#49;0</register>"),
  ])
  func registers(before: String, wanted: Int?, after: String) throws {
    let frame = { (inner: String) in
      "<ROOT><Meter><Serial>1</Serial>\(inner)<x/></Meter></ROOT>"
    }
    let result = try edit(frame(before)) {
      $0[0].configuration.register = wanted ?? 0
      $0[0].configuration.hasNoRegisters = wanted == 0
    }
    #expect(result == frame(after))
  }

  @Test func registerZeroMeansNone() throws {
    func read(_ text: String) throws -> MeterConfiguration {
      try listed(Array("<r><meter><serial>1</serial>\(text)</meter></r>".utf8))[0].configuration
    }
    #expect(try !read("").hasNoRegisters)
    #expect(try read("<register>0</register>").hasNoRegisters)
    #expect(try read("<register>0x0</register>").hasNoRegisters)
    #expect(try !read("<register>0</register><register>10</register>").hasNoRegisters)
    let withValue = try read("<register>0</register><value><register>20</register></value>")
    #expect(withValue.hasNoRegisters && withValue.values.map(\.register) == [20])
    let written = DeviceHandleFile.render([withValue])
    #expect(DeviceHandleFile.parse(written, name: "f").meters == [withValue])
  }

  /// Empty and self-closing roots and meters.
  @Test(arguments: [
    (
      "<root/>",
      "<root>\n  <meter>\n    <interface>M-Bus</interface>\n    <serial>0x00000001</serial>"
        + "\n    <value/>\n  </meter>\n</root>"
    ),
    (
      "<a:root xmlns:a='b' />\r\n",
      "<a:root xmlns:a='b'>\r\n  <meter>\r\n    <interface>M-Bus"
        + "</interface>\r\n    <serial>0x00000001</serial>\r\n    <value/>\r\n  </meter>\r\n</a:root>\r\n"
    ),
    (
      "<root>\n\t<version>1</version>\n</root>",
      "<root>\n\t<version>1</version>\n\t<meter>\n\t\t"
        + "<interface>M-Bus</interface>\n\t\t<serial>0x00000001</serial>\n\t\t<value/>\n\t</meter>\n"
        + "</root>"
    ),
    (
      "<root>\n  <!-- none -->\n</root>\n",
      "<root>\n  <!-- none -->\n  <meter>\n    <interface>M-Bus"
        + "</interface>\n    <serial>0x00000001</serial>\n    <value/>\n  </meter>\n</root>\n"
    ),
    (
      "<root><version>1</version></root>",
      "<root><version>1</version><meter><interface>M-Bus"
        + "</interface><serial>0x00000001</serial><value/></meter></root>"
    ),
  ])
  func theFirstMeter(before: String, after: String) throws {
    #expect(try edit(before) { $0 = [newMeter(1, [value(0)])] } == after)
  }

  @Test func valuesThatAreEmpty() throws {
    let before =
      "<root>\n  <meter>\n    <serial>1</serial>\n    <value/>\n    <value></value>\n"
      + "  </meter>\n</root>"
    let result = try edit(before) {
      $0[0].configuration.values = [value(1, register: 20), value(2)]
    }
    #expect(
      result == "<root>\n  <meter>\n    <serial>1</serial>\n    <value>\n      <scale>1e1</scale>\n"
        + "      <register>20</register>\n    </value>\n    <value>\n      <scale>1e2</scale>\n"
        + "    </value>\n  </meter>\n</root>")
  }

  @Test func meterWithWrongSerialKeepsItsText() throws {
    let wrong = "<meter><serial>?</serial><register>10</register></meter>"
    let text = "<r><meter><serial>1</serial></meter>\(wrong)<meter><serial>2</serial></meter></r>"
    let result = try edit(text) {
      #expect($0.map(\.configuration.isUnreadable) == [false, true, false])
      #expect($0[1].configuration.register == 10)
      $0[2].configuration.register = 20
      $0.remove(at: 0)
    }
    #expect(result == "<r>\(wrong)<meter><serial>2</serial><register>20</register></meter></r>")
  }

  @Test func encodings() throws {
    let latin =
      Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<r><meter><serial>1</serial>".utf8)
      + Array("<user>K".utf8) + [0xFC] + Array("che</user></meter></r>".utf8)
    var list = try listed(latin)
    #expect(list[0].configuration.userLabel == "Küche")
    list[0].configuration.register = 10
    let kept = try DeviceHandleFile.edit(latin, name: "f", to: list).bytes
    #expect(kept.contains(0xFC))
    list[0].configuration.userLabel = "Flur ä €"
    let changed = try DeviceHandleFile.edit(latin, name: "f", to: list).bytes
    #expect(String(decoding: changed, as: UTF8.self).contains("<user>Flur &#228; &#8364;</user>"))
    #expect(try listed(changed)[0].configuration.userLabel == "Flur ä €")
    let marked = [0xEF, 0xBB, 0xBF] + Array("<r><meter><serial>1</serial></meter></r>\r\n".utf8)
    var markedList = try listed(marked)
    markedList[0].configuration.userLabel = "ä"
    #expect(
      try DeviceHandleFile.edit(marked, name: "f", to: markedList).bytes
        == [0xEF, 0xBB, 0xBF]
        + Array("<r><meter><serial>1</serial><user>ä</user></meter></r>\r\n".utf8))
  }

  @Test func whatCannotBeEdited() throws {
    func failure(_ bytes: [UInt8]?, _ list: [ListedMeter]) -> String? {
      #expect(throws: DeviceHandleEditFailure.self) {
        try DeviceHandleFile.edit(bytes, name: "f.cfg", to: list)
      }?.description
    }
    let utf16: [UInt8] = [0xFF, 0xFE] + "<r/>".utf8.flatMap { [$0, 0] }
    #expect(
      failure(utf16, [])
        == "f.cfg is not saved: its encoding is UTF-16 or UTF-32, which cannot be edited; save it as "
        + "UTF-8")
    let japanese = Array("<?xml version='1.0' encoding='ISO-2022-JP'?><r/>".utf8)
    #expect(failure(japanese, [])?.contains("its encoding is ISO-2022-JP") == true)
    #expect(
      failure(Array("<r>\n<meter>".utf8), [])
        == "f.cfg:2:8: Premature end of data in tag meter line 2; expected is </meter> before the end of the "
        + "file; it is not overwritten")
    let two = Array(
      "<r><meter><serial>1</serial></meter><meter><serial>2</serial></meter></r>".utf8)
    var list = try listed(two)
    list.reverse()
    let order =
      "f.cfg is not saved: the list names meters that the file has not, or in another order"
    #expect(failure(two, list) == order)
    list = [ListedMeter(origin: 2, configuration: MeterConfiguration())]
    #expect(failure(two, list) == order)
    #expect(
      failure(nil, list) == "f.cfg is not saved: the list names meters of a file that is not there")
    list = [newMeter(1, [value(1)])]
    list[0].valueOrigins = [0]
    #expect(
      failure(two, list)
        == "f.cfg is not saved: the list names values of meter 00000001 that the file has not, or in "
        + "another order")
    list = [newMeter(1)]
    list[0].configuration.primaryAddress = 251
    #expect(
      failure(two, list)
        == "f.cfg is not saved: meter 00000001: <primaryaddress> = '0xFB': not allowed; allowed: 0 to 250"
    )
    list[0].configuration.primaryAddress = 0
    list[0].configuration.encryptionKey = [1]
    #expect(failure(two, list)?.contains("<encryptionkey> = (not shown): not allowed") == true)
  }

  /// What a file cannot carry as it is becomes what it can carry.
  @Test func textsAsAFileCarriesThem() throws {
    let result = try edit("<r><meter><serial>1</serial></meter></r>") {
      $0[0].configuration.userLabel = " a\r\nb\u{1} ]]>&"
      $0[0].configuration.values = [
        ValueConfiguration(meaning: ValueMeaning(.energy, .bin33)),
        ValueConfiguration(meaning: ValueMeaning(.none, .dimensionless)),
      ]
      $0[0].valueOrigins = [nil, nil]
    }
    let meter = try listed(Array(result.utf8))[0].configuration
    #expect(meter.userLabel == "a\r\nb ]]>&")
    #expect(meter.values.map(\.meaning.unit) == [.binary, .dimensionless])
    let again = try DeviceHandleFile.edit(
      Array(result.utf8), name: "f", to: [ListedMeter(origin: 0, configuration: meter)])
    #expect(again.bytes == Array(result.utf8))
    #expect(again.meters == [meter])
  }

  @Test func aNewFileIsRendered() throws {
    let list = [newMeter(1, [value(1)])]
    let expected = DeviceHandleFile.render(list.map(\.configuration))
    #expect(try DeviceHandleFile.edit(nil, name: "f", to: list).bytes == expected)
    #expect(try DeviceHandleFile.edit([], name: "f", to: list).bytes == expected)
  }
}
