import Bytes
import LineJobs
import Metering
import Station

extension ControlRequest {
  /// What is to be sent.
  package func sendJob() throws(ControlMistake) -> SendJob {
    if let bytes {
      guard order == nil, primary == nil, secondary == nil else {
        throw ControlMistake("give either \"bytes\" or \"order\", not both")
      }
      guard let values = try? Hex.decode(bytes), !values.isEmpty, values.count <= Self.mostBytes
      else {
        throw ControlMistake("\"bytes\" is not hexadecimal text of 1 to \(Self.mostBytes) bytes")
      }
      return SendJob(values)
    }
    guard let order else { throw ControlMistake("there is neither \"order\" nor \"bytes\"") }
    guard let command = MeterCommand(words: order) else {
      throw ControlMistake(
        "\"\(order.joined(separator: " "))\" is no command to a meter: there are \(MeterCommand.expectedWords)"
      )
    }
    return SendJob(command, to: .mbus(try meterAddress()))
  }

  /// The longest frame, and some bytes around it.
  private static let mostBytes = 300

  private func meterAddress() throws(ControlMistake) -> MBusAddress {
    switch (primary, secondary) {
    case (let address?, nil):
      guard (0...250).contains(address) || address == 255 else {
        throw ControlMistake("\"primary\" is \(address): 0 to 250 and 255 are allowed")
      }
      return .primary(UInt8(truncatingIfNeeded: address))
    case (nil, let text?):
      guard let identity = MeterIdentity(addressText: text) else {
        throw ControlMistake("\"secondary\" is \"\(text)\": \(MeterIdentity.addressForm)")
      }
      return .secondary(identity)
    default: throw ControlMistake("give either \"primary\" or \"secondary\"")
    }
  }
}
