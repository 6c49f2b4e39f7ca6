import Settings

/// docs/device-handle.md: what the rules of the elements have to say to people. It is committed, and a test
/// compares it with this.
enum DeviceHandleDocumentation {
  /// The whole file.
  static var markdown: String {
    let parts = [
      head, "## Example\n\n" + fenced(shortExample), reading, values, rest,
      "## Elements\n\n" + overview,
      "Every element once, each with the text of its example:\n\n" + fenced(fullExample),
      "## Elements of `<root>`\n\n" + sections(DeviceHandleRules.root),
      "## Elements of `<meter>`\n\n" + sections(DeviceHandleRules.meter),
      "## Elements of `<value>`\n\n" + sections(DeviceHandleRules.value),
    ]
    return parts.joined(separator: "\n")
  }

  /// A list with every element, at its example.
  static var fullExample: String {
    """
    <root>
    \(lines(DeviceHandleRules.root, indent: "  "))
      <meter>
    \(lines(DeviceHandleRules.meter, indent: "    "))
        <value>
    \(lines(DeviceHandleRules.value, indent: "      "))
        </value>
      </meter>
    </root>
    """
  }

  /// What most lists look like.
  static let shortExample = """
    <?xml version="1.0" encoding="UTF-8"?>
    <root>
      <version>\(DeviceHandleFile.writtenVersion)</version>
      <meter>
        <interface>M-Bus</interface>
        <serial>0x10000001</serial>
        <manufacturer>NZR</manufacturer>
        <readoutcycle>300</readoutcycle>
        <register>10</register>
        <value>
          <description>Energy</description>
          <unit>Wh</unit>
          <dif>0C</dif>
          <vif>06</vif>
          <register>20</register>
          <user>House 1</user>
        </value>
      </meter>
      <meter>
        <primaryaddress>5</primaryaddress>
        <addressmode>1</addressmode>
      </meter>
    </root>
    """

  private static func lines<Target>(_ rules: [ElementRule<Target>], indent: String) -> String {
    rules.map { "\(indent)<\($0.name)>\($0.about.example)</\($0.name)>" }.joined(separator: "\n")
  }

  private static func fenced(_ text: String) -> String { "```xml\n\(text)\n```\n" }

  // MARK: - Tables and sections

  private static var overview: String {
    let rows =
      DeviceHandleRules.root.map { row($0, in: "root") }
      + DeviceHandleRules.meter.map { row($0, in: "meter") }
      + DeviceHandleRules.value.map { row($0, in: "value") }
    return """
      | in | element | default | Anybus | MUC500 | here |
      |---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))

      """
  }

  private static func row<Target>(_ rule: ElementRule<Target>, in parent: String) -> String {
    let source = rule.about.source
    let cells = [
      parent, "`\(rule.name)`", defaultText(rule),
      source == .both || source == .anybus ? "yes" : "",
      source == .both || source == .solvimus ? "yes" : "", state(rule),
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func sections<Target>(_ rules: [ElementRule<Target>]) -> String {
    rules.map(section).joined(separator: "\n")
  }

  private static func section<Target>(_ rule: ElementRule<Target>) -> String {
    var lines = ["### \(rule.name)\n", "\(rule.about.meaning)\n"]
    lines.append("- Allowed: \(rule.allowed)")
    lines.append("- Default: \(defaultText(rule))")
    lines.append("- Example: `<\(rule.name)>\(rule.about.example)</\(rule.name)>`")
    if let difference = rule.about.difference { lines.append("- Differs: \(difference)") }
    if rule.status != .effective { lines.append("- Here: \(state(rule))") }
    lines.append("- Source: \(rule.about.source.rawValue)\n")
    return lines.joined(separator: "\n")
  }

  private static func defaultText<Target>(_ rule: ElementRule<Target>) -> String {
    rule.defaultText.isEmpty ? "not set" : "`\(rule.defaultText)`"
  }

  private static func state<Target>(_ rule: ElementRule<Target>) -> String {
    if rule.isOnlyKept { return "stays as it is" }
    return rule.status == .effective ? "in use" : rule.status.rawValue
  }
}
