import MBus

/// What is sent to a meter between its reset, or select, and REQ_UD2 (MBUS_REQUESTMODE, MUC_USE_FREEZE). A
/// SND_UD to the selected meter does not deselect it.
public struct RequestSequence: Hashable, Sendable {
  /// One command; the meter acknowledges it by E5.
  public enum Step: Hashable, Sendable {
    /// The request of all data, 7F 7E.
    case globalReadout
    /// The same without VIF, 7F.
    case shortGlobalReadout
    /// CI 54: the values of this moment are frozen (EN 13757-3:2013, synchronise action).
    case synchronize
    /// All values are to be frozen under this storage number: object action 0B (EN 13757-3, ch. 7).
    case freeze(storage: UInt64)
  }

  /// In the order in which they are sent.
  public var steps: [Step]

  /// - Parameter steps: in the order in which they are sent.
  public init(_ steps: [Step]) { self.steps = steps }

  /// Mode ONLY or DEFAULT, "Standard" of the web pages: the bare REQ_UD2.
  public static let none = RequestSequence([])

  /// Mode ALL, "Extended 1" (MUC500 manual 1.1, ch. 5.3.5).
  public static let all = RequestSequence([.globalReadout])

  /// Mode EXT, "Extended 2".
  public static let ext = RequestSequence([.shortGlobalReadout])

  /// Mode FREEZE.
  /// - Parameter storage: where the meter keeps the values; 0: as it likes (MBUS_FREEZESTORAGENUM).
  public static func freeze(storage: UInt64) -> RequestSequence {
    RequestSequence([storage == 0 ? .synchronize : .freeze(storage: storage)])
  }
}

extension RequestSequence.Step {
  /// What the master wants.
  public var command: MasterCommand {
    switch self {
    case .globalReadout:
      .send([CommandRecord(dif: CommandRecord.globalReadout.dif, vif: [0x7E])], isBigEndian: false)
    case .shortGlobalReadout: .send([.globalReadout], isBigEndian: false)
    case .synchronize: .synchronize(is2018: false)
    case .freeze(let storage):
      .send(
        [CommandRecord.selection(vif: [0x7E], storage: storage)].compactMap {
          $0?.doing(.freeze)
        }, isBigEndian: false)
    }
  }
}
