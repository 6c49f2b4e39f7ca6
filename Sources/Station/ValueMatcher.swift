import Metering

/// Finds for each value of a meter's list the one of a readout that it stands for.
///
/// A value that has been seen is known by its key. One that only stands in the file is matched, first
/// by dif and vif, then by what it means, its storage number, tariff and function, and one of which
/// the file says nothing by its place. Stronger matches come first for the whole list, so that a weak
/// one cannot take what belongs to another.
enum ValueMatcher {
  /// - Parameters:
  ///   - points: the meter's list.
  ///   - values: what the readout brought, in the order of the telegram.
  ///   - isOtherDevice: another device has taken the place of the one whose values these are: what means the
  ///     same is the same, however it is coded.
  /// - Returns: for each of `points` the index in `values`, or nil.
  static func match(
    _ points: [MeterPoint], with values: [MeterValue], isOtherDevice: Bool = false
  ) -> [Int?] {
    var found = [Int?](repeating: nil, count: points.count)
    var taken = Set<Int>()
    for criterion in Criterion.allCases where criterion != .alike || isOtherDevice {
      for (index, point) in points.enumerated() where found[index] == nil {
        let matches = values.indices.lazy.filter {
          !taken.contains($0) && criterion.holds(point, at: index, for: values[$0], at: $0)
        }.prefix(2)
        guard let match = matches.first, !criterion.isForOneOnly || matches.count == 1 else {
          continue
        }
        found[index] = match
        taken.insert(match)
      }
    }
    return found
  }

  /// From the strongest to the weakest.
  private enum Criterion: CaseIterable {
    case key, codes, codedAlike, alike, meaning, place

    /// Whether several values that meet it leave open which one is meant; otherwise it is the first.
    var isForOneOnly: Bool { self == .codedAlike }

    func holds(_ point: MeterPoint, at place: Int, for value: MeterValue, at other: Int) -> Bool {
      switch self {
      case .key:
        return point.key == value.key
      case .codes:
        guard point.key == nil, let wanted = point.configuration, let vif = wanted.vif else {
          return false
        }
        return wanted.dif == value.key.dif && vif == value.key.vif
      case .codedAlike:
        // The meter now sends the same value in another length: everything but the DIF agrees.
        guard let key = point.key else { return false }
        return key.vif == value.key.vif && key.storage == value.key.storage
          && key.tariff == value.key.tariff && key.subunit == value.key.subunit
          && key.function == value.key.function
      case .alike:
        guard let key = point.key, point.listed.meaning != ValueMeaning(.none, .none) else {
          return false
        }
        return point.listed.meaning.description == value.meaning.description
          && point.listed.meaning.unitName == value.meaning.unitName
          && key.storage == value.key.storage && key.tariff == value.key.tariff
          && key.function == value.key.function
      case .meaning:
        guard point.key == nil, let wanted = point.configuration,
          wanted.meaning != ValueMeaning(.none, .none)
        else { return false }
        return wanted.meaning.description == value.meaning.description
          && wanted.meaning.unitName == value.meaning.unitName
          && wanted.storage == value.key.storage && wanted.tariff == value.key.tariff
          && wanted.function == value.key.function
      case .place:
        guard point.key == nil, let wanted = point.configuration else { return false }
        return wanted.meaning == ValueMeaning(.none, .none) && wanted.vif == nil && place == other
      }
    }
  }
}
