import Metering

/// Finds the changes that turn the meters of a file into a list. An element that says what is wanted
/// keeps its text, whatever its spelling.
struct DeviceHandleEditor {
  private typealias Wanted = (listed: ListedMeter, configuration: MeterConfiguration)

  private(set) var splices: XMLSplices
  private let root: XMLNode
  private let asUTF8: Bool
  private let style: DeviceHandleStyle

  init(scanner: XMLScanner, root: XMLNode, asUTF8: Bool) {
    splices = XMLSplices(scanner)
    style = DeviceHandleStyle(root, splices)
    self.root = root
    self.asUTF8 = asUTF8
  }

  /// - Parameter wanted: the meters, as the file can carry them; origins are valid and in order.
  mutating func edit(
    _ meters: [PlacedMeter],
    to wanted: [(listed: ListedMeter, configuration: MeterConfiguration)]
  ) {
    let kept = Set(wanted.compactMap(\.listed.origin))
    let removed = Set(meters.indices.filter { !kept.contains($0) }.map { meters[$0].index })
    for index in removed { splices.cut(root.children[index].span) }
    for (listed, configuration) in wanted {
      guard let origin = listed.origin else { continue }
      edit(
        root.children[meters[origin].index], meters[origin].configuration, to: configuration,
        listed.valueOrigins)
    }
    let places = wanted.map { item in item.listed.origin.map { meters[$0].index } }
    insert("meter", at: places, removed, in: root) {
      DeviceHandleFile.element(wanted[$0].configuration)
    }
  }

  private mutating func edit(
    _ node: XMLNode, _ old: MeterConfiguration, to new: MeterConfiguration, _ origins: [Int?]
  ) {
    guard old != new || !isUnchanged(origins, count: old.values.count) else { return }
    let values = node.children.indices.filter { node.children[$0].key == "value" }
    let kept = Set(origins.compactMap { $0.map { values[$0] } })
    let cutValues = Set(values).subtracting(kept)
    for index in cutValues { splices.cut(node.children[index].span) }
    let cut = apply(DeviceHandleRules.meter, node, old, new, alsoCut: cutValues)
    for (origin, value) in zip(origins, new.values) {
      guard let origin else { continue }
      _ = apply(
        DeviceHandleRules.value, node.children[values[origin]], old.values[origin], value,
        alsoCut: [])
    }
    insert("value", at: origins.map { origin in origin.map { values[$0] } }, cut, in: node) {
      DeviceHandleFile.element(new.values[$0])
    }
  }

  private func isUnchanged(_ origins: [Int?], count: Int) -> Bool {
    origins.count == count && origins.enumerated().allSatisfy { $0.offset == $0.element }
  }

  /// Changes the elements of a meter or value.
  /// - Returns: which of its children are taken out in all.
  private mutating func apply<Target>(
    _ rules: [ElementRule<Target>], _ node: XMLNode, _ old: Target, _ new: Target,
    alsoCut: Set<Int>
  ) -> Set<Int> {
    var cut = alsoCut
    var missing: [(rule: Int, tree: XMLTree)] = []
    for (number, rule) in rules.enumerated() where !rule.isSame(old, new) {
      let places = node.children.indices.filter { node.children[$0].key == rule.name }
      if let text = rule.write(new) {
        if let last = places.last {
          replaceText(of: node.children[last].span, with: text)
        } else {
          missing.append((number, XMLTree(rule.name, text: text)))
        }
      } else {
        for place in places { splices.cut(node.children[place].span) }
        cut.formUnion(places)
      }
    }
    add(missing, to: node, order: rules.map(\.name), cut)
    return cut
  }

  /// Adds elements where the order of the table has them.
  private mutating func add(
    _ missing: [(rule: Int, tree: XMLTree)], to node: XMLNode, order: [String], _ cut: Set<Int>
  ) {
    let ranks = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    let kept = node.children.indices.filter { !cut.contains($0) }.map { index in
      let child = node.children[index]
      // Values stand behind everything else; what is unknown is nobody's neighbour.
      return (span: child.span, rank: child.key == "value" ? order.count : ranks[child.key])
    }
    guard !kept.isEmpty else {
      append(missing.map(\.tree), to: node)
      return
    }
    for (rule, tree) in missing {
      let before = kept.filter { $0.rank.map { $0 < rule } ?? false }
        .max { ($0.rank ?? 0) < ($1.rank ?? 0) }
      if let before {
        insert(tree, after: before.span)
      } else if let next = kept.first(where: { $0.rank.map { $0 > rule } ?? false }) {
        let lead = splices.lead(of: next.span)
        splices.insert(rendered(tree, lead), before: next.span, lead: lead)
      } else if let last = kept.last {
        insert(tree, after: last.span)
      }
    }
  }

  /// Adds meters to the root, or values to a meter.
  /// - Parameters:
  ///   - places: where the known ones of the list stand among the children; nil for new ones.
  ///   - cut: which children are taken out.
  ///   - tree: the element of the list's meter or value with this index.
  private mutating func insert(
    _ name: String, at places: [Int?], _ cut: Set<Int>, in node: XMLNode, tree: (Int) -> XMLTree
  ) {
    guard places.contains(nil) else { return }
    let kept = node.children.indices.filter { !cut.contains($0) }
    guard let lastChild = kept.last else {
      append(places.indices.filter { places[$0] == nil }.map(tree), to: node)
      return
    }
    let lastSibling = kept.last { node.children[$0].key == name } ?? lastChild
    let firstKnown = places.lazy.compactMap(\.self).first
    let lastKnown = places.lastIndex { $0 != nil } ?? -1
    var before: Int?
    for (position, place) in places.enumerated() {
      if let place {
        before = place
      } else if position > lastKnown {
        insert(tree(position), after: node.children[lastSibling].span)
      } else if let before {
        insert(tree(position), after: node.children[before].span)
      } else if let firstKnown {
        let span = node.children[firstKnown].span
        let lead = splices.lead(of: span)
        splices.insert(rendered(tree(position), lead), before: span, lead: lead)
      }
    }
  }

  private mutating func insert(_ tree: XMLTree, after span: XMLSpan) {
    let lead = splices.lead(of: span)
    splices.insert(rendered(tree, lead), after: span, lead: lead)
  }

  private mutating func append(_ trees: [XMLTree], to node: XMLNode) {
    guard !trees.isEmpty else { return }
    let closing = splices.lead(of: node.span)
    let lead = style.lead(ofChildrenIn: node.key == "value" ? .value : level(of: node), closing)
    splices.append(
      trees.map { rendered($0, lead) }, to: node.span, lead: lead, closing: closing)
  }

  private func level(of node: XMLNode) -> ElementPlace {
    node.span.whole == root.span.whole ? .root : .meter
  }

  private func rendered(_ tree: XMLTree, _ lead: XMLLead?) -> [UInt8] {
    style.render(tree, lead: lead, asUTF8: asUTF8)
  }

  /// Writes another text between the tags of an element; comments there stay.
  private mutating func replaceText(of span: XMLSpan, with text: String) {
    let encoded = XMLText.escaped(text, asUTF8: asUTF8)
    guard let content = span.content else {
      let tag = Array("</".utf8) + splices.qualifiedName(span) + Array(">".utf8)
      splices.replace(splices.tailOfEmptyTag(span), with: Array(">".utf8) + encoded + tag)
      return
    }
    let scanner = splices.scanner
    let texts = scanner.pieces(of: span).filter { piece in
      piece.isText && scanner.bytes[piece.range].contains { !XMLText.isSpace($0) }
    }
    guard let first = texts.first else {
      splices.replace(content.lowerBound..<content.lowerBound, with: encoded)
      return
    }
    let trimmed = XMLText.trimmed(Array(scanner.bytes[first.range]))
    let start = first.range.lowerBound + trimmed.startIndex
    splices.replace(start..<start + trimmed.count, with: encoded)
    for piece in texts.dropFirst() { splices.replace(piece.range, with: []) }
  }
}
