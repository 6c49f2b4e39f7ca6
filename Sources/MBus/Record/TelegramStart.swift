/// With which layer bytes begin that are read as a telegram. Logs of receivers and of other programs often have no link
/// layer any more.
public enum TelegramStart: Hashable, Sendable {
  /// The frame of the link layer (EN 13757-2).
  case frame
  /// The CI field (EN 13757-3, ch. 4).
  case application
  /// The first DIF (EN 13757-3, ch. 6).
  case records

  /// The place of the data that follows the CI field.
  var dataOffset: Int {
    switch self {
    case .frame: ResponseDecoder.dataOffset
    case .application: 1
    case .records: 0
    }
  }

  /// The frame in which such bytes would come: from a meter, or from a master where the CI field is one of its.
  /// - Returns: nil for `.frame`, and for no bytes.
  public func frame(around bytes: [UInt8]) -> Frame? {
    guard let first = bytes.first else { return nil }
    switch self {
    case .frame: return nil
    case .records:
      return .long(
        control: .rspUD(), address: 0, ci: ControlInformation.noHeader, data: bytes)
    case .application:
      let control = ControlInformation.isOfMaster(first) ? ControlField.sndUD(fcb: nil) : .rspUD()
      let data = Array(bytes.dropFirst())
      return data.isEmpty
        ? .control(control: control, address: 0, ci: first)
        : .long(control: control, address: 0, ci: first, data: data)
    }
  }
}

extension ControlInformation {
  /// Whether a master sends it: 50 to 5C (EN 13757-7:2018, table 2), and the switch of the baud rate.
  static func isOfMaster(_ ci: UInt8) -> Bool {
    (applicationReset...synchronize2018).contains(ci) || baudRates.contains(ci)
  }
}
