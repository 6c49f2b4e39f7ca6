/// How a meter list is laid out, for what is added to it.
struct DeviceHandleStyle {
  private let unit: [UInt8]
  /// Before the elements within the root, a meter and a value, where the file has some: nil in it where
  /// they stand side by side.
  private let childLeads: [ElementPlace: XMLLead?]

  init(_ root: XMLNode, _ splices: XMLSplices) {
    let meters = root.children.filter { $0.key == "meter" }
    let meter = meters.last { !$0.children.isEmpty }
    let value = meters.lazy.reversed().compactMap { meter in
      meter.children.last { $0.key == "value" && !$0.children.isEmpty }
    }.first
    var leads: [ElementPlace: XMLLead?] = [:]
    for (place, node) in [(ElementPlace.root, root), (.meter, meter), (.value, value)] {
      guard let child = node?.children.last else { continue }
      leads[place] = .some(splices.lead(of: child.span))
    }
    childLeads = leads
    unit = Self.unit(in: [root, meter], splices) ?? XMLSplices.usualUnit
  }

  /// The first indentation that one element adds to that of another.
  private static func unit(in nodes: [XMLNode?], _ splices: XMLSplices) -> [UInt8]? {
    for node in nodes {
      guard let node, let outer = splices.lead(of: node.span), let child = node.children.first,
        let inner = splices.lead(of: child.span), inner.indentation.count > outer.indentation.count,
        inner.indentation.starts(with: outer.indentation)
      else { continue }
      return Array(inner.indentation.dropFirst(outer.indentation.count))
    }
    return nil
  }

  /// What begins the lines of elements within one.
  /// - Parameters:
  ///   - place: where they are to stand.
  ///   - outer: what begins the line of the element itself; nil: it stands beside others.
  func lead(ofChildrenIn place: ElementPlace, _ outer: XMLLead?) -> XMLLead? {
    if let known = childLeads[place] {
      guard let known else { return nil }
      return outer == nil && place != .root ? nil : known
    }
    return outer?.deeper(by: unit)
  }

  /// An element of a meter list, with what is in it.
  /// - Parameters:
  ///   - lead: what begins its line; nil: it stands beside others.
  func render(_ tree: XMLTree, lead: XMLLead?, asUTF8: Bool) -> [UInt8] {
    let name = Array(tree.name.utf8)
    guard !tree.children.isEmpty else {
      let text = XMLText.escaped(XMLText.carried(tree.text), asUTF8: asUTF8)
      return text.isEmpty ? [0x3C] + name + [0x2F, 0x3E] : tagged(name, text)
    }
    let inner = lead.flatMap { lead in
      self.lead(ofChildrenIn: tree.name == "meter" ? .meter : .value, lead)
    }
    let children = tree.children.flatMap { child in
      (inner?.bytes ?? []) + render(child, lead: inner, asUTF8: asUTF8)
    }
    return tagged(name, children + (inner == nil ? [] : lead?.bytes ?? []))
  }

  private func tagged(_ name: [UInt8], _ content: [UInt8]) -> [UInt8] {
    [0x3C] + name + [0x3E] + content + [0x3C, 0x2F] + name + [0x3E]
  }
}
