import Metering

extension MeterQuirk {
  /// Calorimeters whose header has a checksum or filler where newer meters have the configuration field.
  static let plainDespiteSignatureAMT = MeterQuirk(
    "plain data behind a signature, AMT", "AMT",
    [Kind(version: 176, medium: .heat), Kind(version: 52, medium: .heat)],
    .plainDespiteSignature,
    why:
      "Version 176 sends FFFF and version 52 sends B627 as signature, before plain records. Read as a "
      + "configuration field these are the security modes 31 and 22, which no old wired meter has.",
    frame: "681B1B6808017244332211B405B0040100FFFF0406393000000C13785634123716")

  /// Meters of which two kinds announce mode 5 and two encrypted blocks on a wire, and send plain records.
  static let plainDespiteSignatureAPA = MeterQuirk(
    "plain data behind a signature, APA", "APA",
    [Kind(version: 1, medium: .electricity), Kind(version: 8, medium: .water)],
    .plainDespiteSignature,
    why:
      "Version 1 (electricity) sends 0520, version 8 (water) A520 before plain records: as in their "
      + "radio telegrams, where the same field is true.",
    frame: "681515680801724433221101060807010020A50413393000008116")
}
