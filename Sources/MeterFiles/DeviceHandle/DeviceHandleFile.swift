import Metering
import RegisterMap
import Settings

/// Device_Handle.cfg, the meter list as XML (MUC500 manual 1.1, ch. 10.4; Anybus gateway manual 2.4,
/// ch. 9.4).
public enum DeviceHandleFile {
  /// The version that is written into files (MUC500 manual 1.1, table 26).
  static let writtenVersion = "0x06"

  /// Reads a meter list. A wrong value is reported, and its meter stays in the list with the default
  /// of that element.
  /// - Parameters:
  ///   - bytes: the file, at most `DeviceHandleLimit.fileSize` long.
  ///   - name: its name in messages.
  ///   - layout: how its registers are to lie in the map.
  ///   - otherwise: what holds when it cannot be read as a whole, for messages.
  /// - Returns: the meters in the order of the file; nil when the file as a whole is not readable.
  public static func parse(
    _ bytes: [UInt8], name: String, layout: RegisterLayout = .standard,
    otherwise: String = "the meter list is empty"
  ) -> (meters: [MeterConfiguration]?, diagnostics: [Diagnostic]) {
    guard bytes.count <= DeviceHandleLimit.fileSize else {
      let limit = DeviceHandleLimit.fileSize
      return (
        nil,
        [
          Diagnostic(
            .error, file: name, "the file has \(bytes.count) bytes; at most \(limit) are read")
        ]
      )
    }
    var reader = DeviceHandleReader(file: name, layout: layout)
    do throws(XMLProblem) {
      let root = try read(bytes) { (child) throws(XMLProblem) in reader.read(child) }
      reader.finish(root)
    } catch {
      let place = Diagnostic(
        .error, file: name, at: error.place,
        error.message + "; \(otherwise) until it is mended")
      return (nil, [place])
    }
    return (reader.meters.map(\.configuration), reader.diagnostics)
  }

  /// Reads the elements of a file, which are not too many meters.
  /// - Parameter take: is given the children of the root.
  /// - Returns: the root without them.
  static func read(
    _ bytes: [UInt8], each take: (XMLElement) throws(XMLProblem) -> Void
  ) throws(XMLProblem) -> XMLElement {
    var meters = 0
    return try XMLReader.read(bytes) { (child) throws(XMLProblem) in
      if child.key == "meter" { meters += 1 }
      guard meters <= DeviceHandleLimit.meters else {
        throw XMLProblem(
          place: child.place,
          message: "more than \(DeviceHandleLimit.meters) meters are not read")
      }
      try take(child)
    }
  }

  /// A new file, complete: UTF-8, the version, and of each meter what differs from the defaults.
  public static func render(_ meters: [MeterConfiguration]) -> [UInt8] {
    let root = XMLTree(
      "root", children: [XMLTree("version", text: writtenVersion)] + meters.map(element))
    return XMLWriter.write(root)
  }

  /// The elements of a meter and its values.
  static func element(_ meter: MeterConfiguration) -> XMLTree {
    XMLTree("meter", children: elements(meter, DeviceHandleRules.meter) + meter.values.map(element))
  }

  /// The elements of a value.
  static func element(_ value: ValueConfiguration) -> XMLTree {
    XMLTree("value", children: elements(value, DeviceHandleRules.value))
  }

  private static func elements<Target>(_ target: Target, _ rules: [ElementRule<Target>])
    -> [XMLTree]
  {
    rules.compactMap { rule in rule.write(target).map { XMLTree(rule.name, text: $0) } }
  }
}
