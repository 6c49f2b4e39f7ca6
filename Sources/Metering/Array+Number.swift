/// What people and programs number from 1 on. Such numbers come from outside, and may be any.
extension Array {
  /// Where the element with this number stands; nil: there is none.
  /// - Parameter number: from 1.
  public func index(ofNumber number: Int) -> Int? {
    number >= 1 && number <= count ? number - 1 : nil
  }

  /// The element with this number; nil: there is none.
  /// - Parameter number: from 1.
  public subscript(number number: Int) -> Element? { index(ofNumber: number).map { self[$0] } }
}
