import Metering
import Settings

/// The elements of Device_Handle.cfg (MUC500 manual 1.1, table 26; Anybus gateway manual 2.4,
/// ch. 9.4), in the order in which they are written.
enum DeviceHandleRules {
  /// Elements whose mistakes keep a meter from being read: without its serial any meter would do, and its
  /// values would stand for those of this one. It keeps its registers, so that they go to nobody else.
  static let decisive: Set<String> = ["serial", "interface"]

  /// Elements whose text is never shown.
  static let secret: Set<String> = ["encryptionkey"]

  typealias Root = ElementRule<ListHead>
  typealias Meter = ElementRule<MeterConfiguration>
  typealias Value = ElementRule<ValueConfiguration>

  /// What is taken over of the elements beside the meters: nothing.
  struct ListHead: Equatable {}

  /// Elements of the root, besides the meters.
  static let root: [Root] = rootRules
  /// Elements of a meter.
  static let meter: [Meter] = identityRules + readoutRules + useRules
  /// Elements of a value.
  static let value: [Value] = meaningRules + keyRules + valueUseRules

  /// The same, to look one up.
  static let rootByName = byName(root)
  /// The elements of a meter, to look one up.
  static let meterByName = byName(meter)
  /// The elements of a value, to look one up.
  static let valueByName = byName(value)

  /// Elements that the manuals know and that change nothing in this version. Where they stand in another
  /// place than the manuals have them they are passed over in silence: nothing is lost by it.
  static let silent = Set(
    kept(root) + kept(meter) + kept(value))

  private static func kept<Target>(_ rules: [ElementRule<Target>]) -> [String] {
    rules.filter(\.isOnlyKept).map(\.name)
  }

  private static func byName<Target>(
    _ rules: [ElementRule<Target>]
  ) -> [String: ElementRule<Target>] {
    Dictionary(rules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static let rootRules: [Root] = [
    Root(
      kept: "version", allowed: "a number such as 0x06", default: "",
      about: ElementNote(
        "The version of the format. Every version is read alike; a new file gets "
          + "`\(DeviceHandleFile.writtenVersion)`.", example: "0x06",
        difference: "the Anybus gateway writes 0x08, the MUC500 0x06"),
      isAllowed: { ElementText.number($0, UInt32.self) != nil }),
    Root(
      kept: "layoutversion", allowed: "a number such as 0x06", default: "",
      about: ElementNote(
        "A count by which other devices notice that the list has changed. This one sees that by the "
          + "file itself; whoever takes the file to another device raises it there.",
        example: "0x06", source: .solvimus),
      isAllowed: { ElementText.number($0, UInt64.self) != nil }),
  ]

  static func hex<Number: FixedWidthInteger>(_ number: Number, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
