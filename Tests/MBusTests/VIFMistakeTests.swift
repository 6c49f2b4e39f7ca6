import Bytes
import MBus
import Testing

/// What is said of bytes that are no whole VIF: a meter would take what stands behind them for the rest of it.
@Suite struct VIFMistakeTests {
  @Test(arguments: [
    "13", "7E", "7F", "FF21", "FD48", "FB00", "FDFD08", "9315", "FD8815", "93FC01", "7C0141",
    "93959595959595959595" + "15",
  ])
  func wholeOnes(hex: String) throws {
    #expect(CommandRecord.mistake(vif: try Hex.decode(hex)) == nil, "\(hex)")
  }

  private static func table(_ vif: String) -> String {
    "\(vif): \(vif.suffix(2)) only says that the code stands in another table, and that code is missing behind it, as in "
      + "\(vif)08"
  }

  private static func vife(_ vif: String, _ without: String) -> String {
    "\(vif): the highest bit of \(vif.suffix(2)), the extension bit, says that a VIFE follows, and none does; without it "
      + "the byte is \(without)"
  }

  @Test(arguments: [
    ("FD", table("FD")), ("FB", table("FB")), ("EF", table("EF")), ("FDFD", table("FDFD")),
    ("93", vife("93", "13")), ("FDC8", vife("FDC8", "48")), ("9395", vife("9395", "15")),
    ("93FC", vife("93FC", "7C")), ("FF", vife("FF", "7F")),
    ("132B", "132B: 13 is a whole VIF, and nothing belongs behind it, but there is 2B"),
    ("7C0241", "7C0241: the VIF 7C has a text, its length first, and the text is not whole"),
    ("", "there is no VIF"),
  ])
  func mistakes(hex: String, text: String) throws {
    #expect(CommandRecord.mistake(vif: try Hex.decode(hex)) == text)
  }

  @Test func moreThanTenVIFEs() {
    let vif: [UInt8] = [0x93] + [UInt8](repeating: 0x95, count: 10) + [0x15]
    #expect(
      CommandRecord.mistake(vif: vif) == Hex.encode(vif) + ": more than 10 VIFEs behind its VIF")
  }
}
