/// Keeps a value out of everything that is printed: texts of the structure that holds it, and dumps,
/// say "(not shown)" in its place.
@propertyWrapper
public struct Secret<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value itself.
  public var wrappedValue: Value

  /// - Parameter wrappedValue: the value itself.
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Never the value.
  public var description: String { "(not shown)" }
  /// Never the value.
  public var debugDescription: String { description }
  /// Without the value.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
