import Modbus
import RegisterMap
import Synchronization

/// What clients see: a register bank, and the texts that say who the device is. One thread changes it, and
/// whoever answers reads it on a thread of his own; requests that arrive together are answered from one
/// state of it. Changes are made in a copy, so that nobody waits for them.
public final class ServedRegisters: Sendable {
  /// What there is to be answered from.
  package struct Content: Sendable {
    package var bank: RegisterBank
    package var identification: DeviceIdentification
  }

  private let content: Mutex<Content>

  /// - Parameters:
  ///   - bank: the registers.
  ///   - identification: who the device is.
  public init(
    _ bank: RegisterBank, identification: DeviceIdentification = DeviceIdentification()
  ) {
    content = Mutex(Content(bank: bank, identification: identification))
  }

  /// The registers as they are now.
  public var bank: RegisterBank { content.withLock { $0.bank } }

  /// Has other registers served: nobody sees a part of them before all.
  public func serve(_ bank: RegisterBank) {
    var bank = bank
    // What was served is freed behind the lock.
    content.withLock { swap(&$0.bank, &bank) }
  }

  /// Says from now on that the device is another.
  public func identify(as identification: DeviceIdentification) {
    content.withLock { $0.identification = identification }
  }

  /// Gives the content to `body`, which answers from it and does not keep others waiting.
  package func read<Result: Sendable>(_ body: (inout Content) -> Result) -> Result {
    content.withLock { body(&$0) }
  }
}
