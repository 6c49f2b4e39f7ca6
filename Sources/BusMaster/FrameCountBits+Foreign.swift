import MBus

extension FrameCountBits {
  /// Somebody else has talked to a slave: what its next telegram is cannot be known, so it is reset before it is
  /// read again.
  /// - Parameter address: the address used; one that reaches slaves whatever their own address is stands for all.
  public mutating func noteForeign(_ address: UInt8) {
    let touched = LinkAddress.slaves.contains(address) ? address...address : LinkAddress.slaves
    for slave in touched { self[slave].isChainOpen = true }
  }

  /// Somebody else had the line.
  public mutating func noteForeignMaster() {
    for slave in LinkAddress.slaves { self[slave].isChainOpen = true }
  }
}
