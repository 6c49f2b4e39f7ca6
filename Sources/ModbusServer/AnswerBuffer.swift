import Modbus

/// Answers one behind the other, in somebody else's memory: nothing is allocated for them. Valid as long as
/// the memory is.
package struct AnswerBuffer {
  /// How many bytes the answers have so far.
  package private(set) var count = 0

  private let space: UnsafeMutableRawBufferPointer

  /// - Parameter space: memory that stays valid while the buffer is used.
  package init(_ space: UnsafeMutableRawBufferPointer) { self.space = space }

  /// The shortest request whose answer is longer than it: a device identification.
  private static let shortestQuestion = 11

  /// How much space the answers to some bytes of requests can take.
  package static func size(forInput count: Int) -> Int {
    (count / shortestQuestion + 1) * MBAP.maximumFrame
  }

  /// Whether the longest answer has room.
  var hasRoom: Bool { space.count - count >= MBAP.maximumFrame }

  /// Appends an answer, in one go; nothing when there is no room for it.
  mutating func write(
    _ head: AnswerHead,
    _ body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) {
    let end = count + AnswerHead.size + body.count
    guard end <= space.count else { return }
    space.storeBytes(of: head.header.bigEndian, toByteOffset: count, as: UInt64.self)
    space.storeBytes(of: head.last, toByteOffset: count + AnswerHead.size - 1, as: UInt8.self)
    UnsafeMutableRawBufferPointer(rebasing: space[(count + AnswerHead.size)..<end])
      .copyMemory(from: body)
    count = end
  }
}
