import FoundationEssentials

/// Reads JSON of which nothing is passed over: what nobody understands is a mistake of the one who sent it.
public enum StrictJSON {
  /// Reads a value.
  /// - Throws: `ControlMistake`, with the path of what is wrong.
  public static func decode<Value: Codable>(
    _ type: Value.Type, _ bytes: some Sequence<UInt8>
  ) throws(ControlMistake) -> Value {
    let data = Data(bytes)
    let decoder = JSONDecoder()
    let value: Value
    let sent: JSONTree
    do {
      sent = try decoder.decode(JSONTree.self, from: data)
    } catch {
      throw ControlMistake("this is no JSON")
    }
    do {
      value = try decoder.decode(type, from: data)
    } catch let error as DecodingError {
      throw ControlMistake(text(error))
    } catch {
      throw ControlMistake("\(error)")
    }
    guard let back = try? JSONEncoder().encode(value),
      let known = try? decoder.decode(JSONTree.self, from: back)
    else { return value }
    if let strange = sent.firstUnknown(to: known, at: "") {
      throw ControlMistake("\(strange); nothing is done")
    }
    return value
  }

  private static func text(_ error: DecodingError) -> String {
    switch error {
    case .keyNotFound(let key, let context):
      "\"\(path(context.codingPath + [key]))\" is missing"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      "it has a number that is too large, or a text that is no Unicode"
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "the JSON is of another type than it should be: an object is expected"
        : "\"\(path(context.codingPath))\" is not of the type that it should be"
    @unknown default: "this is not understood"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }
}

/// JSON of which only the names count.
private indirect enum JSONTree: Decodable {
  case null
  case leaf
  case list([JSONTree])
  case object([String: JSONTree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let object = try? container.decode([String: JSONTree].self) {
      self = .object(object)
    } else if let list = try? container.decode([JSONTree].self) {
      self = .list(list)
    } else {
      self = .leaf
    }
  }

  /// What is wrong with the first name, by the alphabet, that the other tree does not have; nil: it has all. What is null
  /// and is not taken for something is as good as a name that nobody knows.
  func firstUnknown(to known: JSONTree, at path: String) -> String? {
    switch (self, known) {
    case (.object(let mine), .object(let others)):
      for (name, child) in mine.sorted(by: { $0.key < $1.key }) {
        let place = path.isEmpty ? name : "\(path).\(name)"
        guard let other = others[name] else {
          if case .null = child { return "\"\(place)\" is null: what does not apply is left out" }
          return "\"\(place)\" is not known here"
        }
        if let strange = child.firstUnknown(to: other, at: place) { return strange }
      }
      return nil
    case (.list(let mine), .list(let others)):
      for (index, pair) in zip(mine, others).enumerated() {
        if let strange = pair.0.firstUnknown(to: pair.1, at: "\(path)[\(index)]") {
          return strange
        }
      }
      return nil
    default: return nil
    }
  }
}
