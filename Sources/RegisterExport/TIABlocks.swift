/// Data blocks that together hold what is too much for one of them.
struct TIABlocks {
  /// The bytes of a block that are used: less than the 64 KB that S7-1200 and blocks with standard access
  /// allow, so that whoever extends one has room.
  static let limit = 60 * 1024

  /// The blocks: their name, and which members they have, by places in the list.
  private(set) var members: [(name: String, places: [Int])] = []
  /// The name of the block that each member is in.
  private(set) var names: [String] = []

  /// - Parameters:
  ///   - name: that of the first block; others have a number behind it, from 2 on.
  ///   - sizes: the bytes of each member, each below the limit.
  init(_ name: String, sizes: [Int]) {
    var used = 0
    for (place, size) in sizes.enumerated() {
      if members.isEmpty || used + size > Self.limit {
        members.append((members.isEmpty ? name : "\(name)\(members.count + 1)", []))
        used = 0
      }
      used += size
      members[members.count - 1].places.append(place)
      names.append(members[members.count - 1].name)
    }
  }
}
