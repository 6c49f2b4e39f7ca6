/// Which of the two devices a configuration file was written for: the group of the main settings
/// tells, `[CONFIG]` (Anybus gateway manual 2.4, ch. 9.4) or `[SOLVIMUS]` (MUC500 manual 1.1,
/// table 25). Every key of both is understood in either; defaults and ranges follow the dialect.
public enum Dialect: String, CaseIterable, Sendable {
  /// `[CONFIG]`
  case anybus
  /// `[SOLVIMUS]`: also the dialect of a new device, and of a file with neither group.
  case solvimus
}

/// Something that is the same in both dialects, or has one column a dialect.
public struct PerDialect<Value: Equatable & Sendable>: Equatable, Sendable {
  /// In a file with `[CONFIG]`.
  public let anybus: Value
  /// In a file with `[SOLVIMUS]`, or with neither group.
  public let solvimus: Value

  /// The same in both.
  public static func both(_ value: Value) -> Self { Self(anybus: value, solvimus: value) }

  /// One column a dialect.
  public static func each(anybus: Value, solvimus: Value) -> Self {
    Self(anybus: anybus, solvimus: solvimus)
  }

  /// The column of a dialect.
  public subscript(dialect: Dialect) -> Value {
    switch dialect {
    case .anybus: anybus
    case .solvimus: solvimus
    }
  }

  /// True when the columns differ.
  public var differs: Bool { anybus != solvimus }
}
