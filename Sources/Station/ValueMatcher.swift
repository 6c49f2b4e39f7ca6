import Metering

/// Finds for each value of a meter's list the one of a readout that it stands for.
///
/// A value that has been seen is known by its key. One that only stands in the file is matched by dif and
/// vif, then by as much of what the file says as there is: vif, meaning, storage number, tariff and
/// function. One of which the file says nothing is matched by its place. Where several fit, the first
/// that is left does: values that look alike keep their order. Stronger matches come first for the whole
/// list, so that a weak one cannot take what belongs to another.
enum ValueMatcher {
  /// - Parameters:
  ///   - points: the meter's list.
  ///   - sent: what the readout brought.
  ///   - isOtherDevice: another device has taken the place of the one whose values these are: what means the
  ///     same is the same, however it is coded.
  /// - Returns: for each of `points` the index among the values sent, or nil.
  static func match(
    _ points: [MeterPoint], with sent: SentValues, isOtherDevice: Bool = false
  ) -> [Int?] {
    var found = [Int?](repeating: nil, count: points.count)
    var taken = Set<Int>()
    for criterion in Criterion.allCases where !criterion.isForOtherDevices || isOtherDevice {
      // What is not listed by itself is taken by those only that ask for it.
      let candidates = sent.values.prefix(criterion == .place ? sent.listed : sent.values.count)
      for (index, point) in points.enumerated() where found[index] == nil {
        let matches = candidates.indices.lazy.filter {
          !taken.contains($0) && criterion.holds(point, at: index, for: candidates[$0], at: $0)
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
    /// The key under which it has been seen.
    case key
    /// Dif and vif of the file, or the record that it has in full.
    case codes
    /// The meter now sends the same value in another length: everything but the DIF agrees.
    case codedAlike
    /// Of another device: the same meaning.
    case alike
    /// The same where the list does not tell values of a kind from each other.
    case alikeInKind
    /// As `codedAlike`, as far as the file says it.
    case listedAlike
    /// Meaning, storage number, tariff and function of the file.
    case meaning
    /// The same where the file does not tell values of a kind from each other.
    case kind
    /// The same where the file has no unit.
    case description
    /// Storage number, tariff and function, of which the file has at least one.
    case number
    /// The file has nothing that says which one it is.
    case place

    /// Whether it holds only when another device has taken the place.
    var isForOtherDevices: Bool { self == .alike || self == .alikeInKind }

    /// Whether several values that meet it leave open which one is meant; otherwise it is the first.
    var isForOneOnly: Bool { self == .codedAlike || self == .listedAlike }

    func holds(_ point: MeterPoint, at place: Int, for value: MeterValue, at other: Int) -> Bool {
      if let key = point.key {
        switch self {
        case .key: return key == value.key && point.meaning.type.part == value.meaning.type.part
        case .codedAlike: return key.vif == value.key.vif && key.isSameNumber(as: value.key)
        case .alike:
          return point.listed.meaning.isKnown && point.listed.meaning.isSame(as: value.meaning)
            && key.isSameNumberOfMeter(as: value.key)
        case .alikeInKind:
          return point.listed.meaning.isKnown && point.listed.meaning.isKind(of: value.meaning)
            && key.isSameNumberOfMeter(as: value.key)
        default: return false
        }
      }
      guard let wanted = point.configuration else { return false }
      switch self {
      case .key, .codedAlike, .alike, .alikeInKind: return false
      case .codes: return wanted.hasCodes(of: value.key)
      case .listedAlike: return wanted.isCodedAlike(value.key)
      case .meaning:
        return wanted.meaning.isKnown && wanted.meaning.isSame(as: value.meaning)
          && wanted.isSameNumber(as: value.key)
      case .kind:
        return wanted.meaning.isKnown && wanted.meaning.isKind(of: value.meaning)
          && wanted.isSameNumber(as: value.key)
      case .description:
        let texts = [value.meaning.description, value.meaning.quantity]
        return wanted.hasDescriptionOnly && texts.contains(wanted.meaning.description)
          && wanted.isSameNumber(as: value.key)
      case .number:
        return wanted.hasNumberOnly && wanted.isSameNumber(as: value.key)
      case .place: return wanted.saysNothing && place == other
      }
    }
  }
}

extension MeasurementType {
  /// What comes without codes of its own, so that only its meaning tells it from others without.
  fileprivate var part: MeasurementType? {
    self == .meterStatusByte || self == .dataFrame ? self : nil
  }
}

extension ValueMeaning {
  fileprivate var isKnown: Bool { self != ValueMeaning(.none, .none) }

  fileprivate func isSame(as other: ValueMeaning) -> Bool {
    description == other.description && unitName == other.unitName
  }

  /// The same but that the other one also says which value of the kind it is.
  fileprivate func isKind(of other: ValueMeaning) -> Bool {
    description == other.quantity && unitName == other.unitName
  }
}

extension ValueKey {
  fileprivate func isSameNumberOfMeter(as other: ValueKey) -> Bool {
    storage == other.storage && tariff == other.tariff && function == other.function
  }

  fileprivate func isSameNumber(as other: ValueKey) -> Bool {
    storage == other.storage && tariff == other.tariff && subunit == other.subunit
      && function == other.function
  }
}

/// What the file says of a value whose meter has not been read yet.
extension ValueConfiguration {
  fileprivate func isSameNumber(as key: ValueKey) -> Bool {
    storage == key.storage && tariff == key.tariff && function == key.function
  }

  /// Whether the file names just these codes; where it has none of them the record does, which begins with
  /// both.
  func hasCodes(of key: ValueKey) -> Bool {
    if let vif { return dif == key.dif && vif == key.vif }
    let codes = key.dif + key.vif
    return dif == nil && !rawData.isEmpty && !codes.isEmpty && rawData.starts(with: codes)
  }

  /// Whether the vif agrees, and the dif but for the four bits that tell coding and length (EN 13757-3,
  /// data field); where there is none the numbers do.
  fileprivate func isCodedAlike(_ key: ValueKey) -> Bool {
    guard let vif, vif == key.vif else { return false }
    guard let dif, let mine = dif.first, let other = key.dif.first else {
      return isSameNumber(as: key)
    }
    return mine >> 4 == other >> 4 && dif.dropFirst() == key.dif.dropFirst()
  }

  fileprivate var hasDescriptionOnly: Bool {
    vif == nil && meaning.isKnown && meaning.unit == .none && meaning.ownUnit == nil
  }

  /// Storage number, tariff or function, without a meaning.
  fileprivate var hasNumberOnly: Bool {
    vif == nil && !meaning.isKnown && !hasPlainNumber
  }

  fileprivate var saysNothing: Bool {
    vif == nil && rawData.isEmpty && !meaning.isKnown && hasPlainNumber
  }

  private var hasPlainNumber: Bool { storage == 0 && tariff == 0 && function == .instantaneous }
}
