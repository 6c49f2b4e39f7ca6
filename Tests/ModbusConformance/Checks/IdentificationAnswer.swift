/// An answer to Read Device Identification, taken apart (Modbus application protocol V1.1b3, ch. 6.21).
struct IdentificationAnswer {
  let code: UInt8
  let conformity: UInt8
  let moreFollows: Bool
  let nextObject: UInt8
  let objects: [(id: UInt8, text: [UInt8])]

  var ids: [UInt8] { objects.map(\.id) }

  /// Throws when the answer is no such one.
  init(_ pdu: [UInt8]) throws {
    let came = Answer.describe(pdu)
    let isHead = pdu.count >= 7 && pdu[0] == 0x2B && pdu[1] == 0x0E
    try require(isHead, "function 2B, MEI type 0E and five more bytes", came)
    try require(pdu[4] == 0x00 || pdu[4] == 0xFF, "more follows 00 or FF", came)
    (code, conformity, moreFollows, nextObject) = (pdu[2], pdu[3], pdu[4] == 0xFF, pdu[5])
    var rest = pdu.dropFirst(7)
    var objects: [(id: UInt8, text: [UInt8])] = []
    for _ in 0..<pdu[6] {
      let head = Array(rest.prefix(2))
      try require(head.count == 2, "\(pdu[6]) objects", came)
      let text = Array(rest.dropFirst(2).prefix(Int(head[1])))
      try require(text.count == Int(head[1]), "object \(head[0]) of \(head[1]) bytes", came)
      objects.append((head[0], text))
      rest = rest.dropFirst(2 + text.count)
    }
    try require(rest.isEmpty, "nothing behind \(pdu[6]) objects", came)
    self.objects = objects
  }
}

extension Connection {
  /// Asks for objects from one on; the answer repeats the code.
  func identify(_ code: UInt8, from object: UInt8 = 0, unit: UInt8) throws -> IdentificationAnswer {
    let answer = try IdentificationAnswer(
      exchange(Request.identify(code, from: object), unit: unit))
    try require(
      answer.code == code, "Read Device ID code \(code)", "code \(answer.code)")
    return answer
  }

  /// Follows next object for as long as more follows.
  func identifyAll(_ code: UInt8, unit: UInt8) throws -> [(id: UInt8, text: [UInt8])] {
    var objects: [(id: UInt8, text: [UInt8])] = []
    var from: UInt8 = 0
    while true {
      let answer = try identify(code, from: from, unit: unit)
      try require(
        answer.ids.first == from, "objects from \(from) on", "objects \(answer.ids)")
      objects += answer.objects
      guard answer.moreFollows else { return objects }
      try require(
        objects.last.map { answer.nextObject > $0.id } ?? false,
        "a next object behind \(answer.ids)", "next object \(answer.nextObject)")
      from = answer.nextObject
    }
  }
}
