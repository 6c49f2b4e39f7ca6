import Metering
import Station
import Testing

@testable import Control
@testable import Gateway

/// Edits as they come over the control socket and the API.
@Suite struct ListEditTests {
  private func station() -> Station {
    Station(
      configuration: .init(),
      meters: [
        MeterConfiguration(identity: MeterIdentity(serial: MeterSerial(digits: 0x6660_0106)))
      ])
  }

  /// What a request means, or why nothing.
  private func meaning(_ edits: String) -> Result<ListCommand, ControlMistake> {
    do {
      let line = "{\"schema\":1,\"command\":\"edit\",\"edits\":\(edits)}"
      let request = try ControlRequest(line: Array(line.utf8))
      if let mistake = request.mistake { return .failure(mistake) }
      return .success(try request.command(for: station()))
    } catch {
      return .failure(ControlMistake("\(error)"))
    }
  }

  @Test func soManyEditsAreMadeAtATime() {
    let edits = { (count: Int) in
      "[" + (0..<count).map { _ in "{\"meter\":1}" }.joined(separator: ",") + "]"
    }
    #expect((try? meaning(edits(5_000)).get()) != nil)
    #expect(
      meaning(edits(5_001))
        == .failure(
          ControlMistake(
            "\"edits\" has 5001 changes; at most 5000 are made at a time; nothing is changed")))
  }

  @Test func everyFieldHasAMeaning() throws {
    let command = try meaning(
      """
      [{"meter":1,"label":"x","cycle":60,"active":true,"battery":true,"baud":300,"link":5,"byPrimary":true,
      "serial":"12345678","manufacturer":"LUG","version":2,"medium":"Heat (outlet)","key":"00112233445566778899AABBCCDDEEFF",
      "maxValues":9,"register":40,"values":[{"index":2,"label":"y","active":false,"userScale":"0.5","obis":"1-0:1.8.0*255",
      "register":50}]}]
      """
    ).get()
    var change = MeterChange()
    change.label = "x"
    change.cycle = 60
    change.isActive = true
    change.isBattery = true
    change.baud = 300
    change.primaryAddress = 5
    change.usesPrimaryAddress = true
    change.serial = MeterSerial(digits: 0x1234_5678)
    change.manufacturer = .some(ManufacturerCode(letters: "LUG"))
    change.version = .some(2)
    change.medium = .some(.heat)
    change.encryptionKey = [
      0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255,
    ]
    change.maxValueCount = 9
    var value = ValueChange(2)
    value.label = "y"
    value.isActive = false
    value.userScale = .factor(0.5)
    value.obis = [1, 0, 1, 8, 0, 255]
    change.register = 40
    value.register = 50
    change.values = [value]
    #expect(command == .edit([.change(MeterID(1), change)]))
  }

  @Test func whatIsEmptyTakesAway() throws {
    let command = try meaning(
      "[{\"meter\":\"66600106\",\"manufacturer\":\"\",\"version\":\"\",\"medium\":\"\",\"key\":\"\",\"baud\":0}]"
    ).get()
    var change = MeterChange()
    change.manufacturer = .some(nil)
    change.version = .some(nil)
    change.medium = .some(nil)
    change.encryptionKey = []
    change.baud = 0
    #expect(command == .edit([.change(MeterID(1), change)]))
  }

  /// 0A 5A: four BCD digits, flow temperature in tenths of a degree (EN 13757-3, table 10).
  @Test func aValueHasTheMeaningOfItsCodes() throws {
    let command = try meaning("[{\"meter\":1,\"addValue\":{\"dif\":\"4A\",\"vif\":\"5A\"}}]").get()
    let value = ValueConfiguration(
      dif: [0x4A], vif: [0x5A], meaning: ValueMeaning(.flowTemperature, .degreeCelsius), storage: 1,
      scale: -1)
    #expect(command == .edit([.addValue(MeterID(1), value)]))
    let named = try meaning(
      "[{\"meter\":1,\"deleteValue\":3,\"dif\":\"0c\",\"vif\":\"06\"},"
        + "{\"meter\":1,\"values\":[{\"index\":2,\"dif\":\"8C10\",\"vif\":\"13\"}]}]"
    ).get()
    var value2 = ValueChange(2)
    value2.codes = ValueCodes(dif: [0x8C, 0x10], vif: [0x13])
    var change = MeterChange()
    change.values = [value2]
    #expect(
      named
        == .edit([
          .deleteValue(MeterID(1), number: 3, codes: ValueCodes(dif: [0x0C], vif: [0x06])),
          .change(MeterID(1), change),
        ]))
    let deletion = try meaning("[{\"meter\":1,\"deleteValue\":3},{\"delete\":1}]").get()
    #expect(deletion == .edit([.deleteValue(MeterID(1), number: 3), .delete(MeterID(1))]))
  }

  @Test func aNewMeterNeedsAWayToIt() throws {
    let command = try meaning("[{\"add\":{\"link\":5,\"label\":\"x\",\"register\":70}}]").get()
    #expect(
      command
        == .edit([
          .add(
            MeterConfiguration(
              primaryAddress: 5, usesPrimaryAddress: true, register: 70, userLabel: "x"))
        ])
    )
  }

  @Test(arguments: [
    ("[]", "\"edits\" is missing or empty: there is nothing to change"),
    (
      "[{\"meter\":1,\"lable\":\"x\"}]", "\"edits[0].lable\" is not known here; nothing is done"
    ),
    (
      "[{\"meter\":1,\"label\":\"x\",\"dif\":\"04\",\"vif\":\"06\"}]",
      "66600106: \"dif\" and \"vif\" stand beside \"deleteValue\", or in one of \"values\"; nothing is changed"
    ),
    (
      "[{\"meter\":1,\"deleteValue\":2,\"dif\":\"04\"}]",
      "66600106, value 2: \"dif\" and \"vif\" say together which value is meant, each as the list has it: two hexadecimal "
        + "digits a byte; nothing is changed"
    ),
    (
      "[{\"meter\":1,\"values\":[{\"index\":1,\"dif\":\"4\",\"vif\":\"06\"}]}]",
      "66600106, value 1: \"dif\" and \"vif\" say together which value is meant, each as the list has it: two hexadecimal "
        + "digits a byte; nothing is changed"
    ),
    (
      "[{\"meter\":1,\"label\":null}]",
      "\"edits[0].label\" is null: what does not apply is left out; nothing is done"
    ),
    (
      "[{\"meter\":1,\"values\":[{\"index\":2752204934537926934528}]}]",
      "it has a number that is too large, or a text that is no Unicode"
    ),
    (
      "[{\"meter\":1,\"label\":7}]", "\"edits[0].label\" is not of the type that it should be"
    ),
    (
      "[{\"label\":\"x\"}]",
      "an edit has one of \"meter\", \"add\" and \"delete\", this has 0 of them; nothing is changed"
    ),
    (
      "[{\"meter\":9,\"label\":\"x\"}]",
      "there is no meter with the key 9 in the list; nothing is changed"
    ),
    ("[{\"delete\":\"12345678\"}]", "there is no meter 12345678 in the list"),
    (
      "[{\"meter\":1,\"baud\":1000}]",
      "66600106: baud '1000' is not allowed; allowed: one of 300, 600, 1200, 2400, 4800, 9600, 19200, 38400; nothing "
        + "is changed"
    ),
    (
      "[{\"meter\":1,\"register\":0}]",
      "66600106: register 0 is not allowed: 1 to 65535, with multi slave 1 to 247 for a meter's own entry; nothing is "
        + "changed"
    ),
    (
      "[{\"meter\":1,\"key\":\"00\"}]",
      "66600106: key is not allowed; allowed: 32 hexadecimal digits, or an empty text for none; nothing is changed"
    ),
    (
      "[{\"meter\":1,\"values\":[{\"index\":1,\"userScale\":0}]}]",
      "66600106, value 1: userScale '0' is not allowed; allowed: a number other than 0 such as 1e-1, 0.25 or -1, 1e-99 "
        + "to 1e99 in amount; nothing is changed"
    ),
    (
      "[{\"meter\":1,\"addValue\":{\"dif\":\"0F\",\"vif\":\"13\"}}]",
      "66600106, new value: these bytes are no DIF and VIF of one record; allowed are DIF with its DIFEs, and VIF with "
        + "its VIFEs; nothing is changed"
    ),
    (
      "[{\"meter\":1,\"label\":\"x\",\"deleteValue\":3}]",
      "\"deleteValue\" stands beside other changes of the meter: give it an edit of its own; nothing is changed"
    ),
    (
      "[{\"add\":{\"label\":\"x\"}}]",
      "the new meter: it needs a serial, or a link (its primary address, 0 to 250); nothing is changed"
    ),
  ])
  func whatIsRefused(edits: String, why: String) {
    #expect(meaning(edits) == .failure(ControlMistake(why)))
  }

  @Test func keysAreInNoText() throws {
    var request = ControlRequest(.edit)
    var edit = ListEdit()
    edit.meter = .number(1)
    edit.key = HiddenText("00112233445566778899AABBCCDDEEFF")
    request.edits = [edit]
    #expect(request.words == "edit change 1 (key)")
    #expect(!"\(request)".contains("0011"))
    var dumped = ""
    dump(request, to: &dumped)
    #expect(!dumped.contains("0011"))
    let line =
      "{\"schema\":1,\"command\":\"edit\",\"edits\":[{\"meter\":1,\"key\":\"00112233445566778899AABBCCDDEEFF\"}]}"
    #expect(try ControlRequest(line: Array(line.utf8)) == request)
  }

  @Test func wordsNameWhatIsChangedAndNotToWhat() throws {
    var request = ControlRequest(.edit)
    var edit = ListEdit()
    edit.meter = .number(7)
    (edit.label, edit.cycle) = ("x", .number(60))
    var value = ListEdit.ValueEdit(index: 2)
    (value.obis, value.active) = ("", false)
    edit.values = [value]
    request.edits = [edit]
    #expect(request.words == "edit change 7 (label, cycle, value 2: active obis)")
  }

  /// Whoever wants something must not write lines of the log by it.
  @Test func wordsAreOneLine() {
    var request = ControlRequest(.edit)
    var (edit, other) = (ListEdit(), ListEdit())
    edit.delete = .text("1\n2026 error")
    other.meter = .text(String(repeating: "x", count: 70) + "\u{1B}[2J")
    request.edits = [edit, other]
    request.entries = ["a\r\nb"]
    #expect(
      request.words
        == "edit a  b delete 1 2026 error, change \(String(repeating: "x", count: 60))…")
  }
}
