extension Frame {
  /// SND_NKE: resets the link layer, and at `LinkAddress.networkLayer` deselects the selected slave.
  public static func sndNKE(address: UInt8) -> Frame {
    .short(control: .sndNKE, address: address)
  }

  /// REQ_UD2: asks for the meter's data.
  /// - Parameter fcb: true for the first request after SND_NKE or a slave select; then it changes
  ///   with every telegram that came well.
  public static func reqUD2(address: UInt8, fcb: Bool) -> Frame {
    .short(control: .reqUD2(fcb: fcb), address: address)
  }

  /// REQ_UD1: asks for alarm data.
  public static func reqUD1(address: UInt8, fcb: Bool) -> Frame {
    .short(control: .reqUD1(fcb: fcb), address: address)
  }

  /// Application reset: the meter begins again with its first telegram (EN 13757-3, ch. 7).
  /// - Parameters:
  ///   - subcode: which data the meter sends from then on, in the upper four bits, and the number
  ///     of the telegram in the lower; nil sends none.
  ///   - fcb: the frame count bit; nil sends it without one, as a broadcast needs.
  public static func applicationReset(
    address: UInt8, subcode: UInt8? = nil, fcb: Bool? = false
  ) -> Frame {
    let control = ControlField.sndUD(fcb: fcb)
    let ci = ControlInformation.applicationReset
    guard let subcode else { return .control(control: control, address: address, ci: ci) }
    return .long(control: control, address: address, ci: ci, data: [subcode])
  }
}
