import Metering

extension MeterQuirk {
  /// Heat meters that fill up "value during error state" with letters of their display.
  static let hydrometerPlaceholder = MeterQuirk(
    "placeholder in hex digits, HYD", "HYD", [Kind(version: 32, medium: .heat)],
    .placeholder(digits: [0xE, 0xB, 0xB, 0xD]),
    why: "Flow and power during an error state are DDEBBD and DDDDEBBD: the same letters in both, "
      + "behind as many D as there is room for. They are no digits of a number that went wrong, but what "
      + "stands for none; peers print them as 131.113 m3/h.",
    frame: "681F1F680801724433221124232004010000000B3B1800003B3BBDEBDD3C2BBDEBDDDDB3"
      + "16")
}
