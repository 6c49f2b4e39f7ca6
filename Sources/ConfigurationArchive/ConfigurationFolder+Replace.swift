import MeterFiles

extension ConfigurationFolder {
  /// Writes or removes files that belong together, such as a certificate and its key: all of them or none, whenever the
  /// plug is pulled. Blocks.
  /// - Parameter files: in this order, by their paths, which lie in the folder; nil: the file is to be removed.
  /// - Returns: what people should know.
  /// - Throws: `ConfigurationFailure`; nothing is changed then.
  @discardableResult
  public func replace(
    _ files: [(path: String, bytes: [UInt8]?)]
  ) throws(ConfigurationFailure) -> [String] {
    let names = ConfigurationNames(nil)
    var steps: [ConfigurationPlan.Step] = []
    for (place, wanted) in files {
      guard let name = name(of: place), ConfigurationNames.isSound(name) else {
        throw ConfigurationFailure(
          "\(place) lies outside of \(path), or has no name for a file there; nothing is changed")
      }
      if let link = FolderLinks.first(on: name, in: path) {
        throw ConfigurationFailure(
          "\(link) in \(path) is a symbolic link; nothing is written through it. Nothing is changed"
        )
      }
      let before = try bytes(of: self.place(name))
      guard before != wanted else { continue }
      steps.append(
        ConfigurationPlan.Step(
          name: name, before: before, after: wanted, isPrivate: names.isSecret(name, wanted ?? [])))
    }
    return try perform(steps)
  }
}
