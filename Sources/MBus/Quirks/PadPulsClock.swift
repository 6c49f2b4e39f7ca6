import Metering

extension MeterQuirk {
  /// Pulse adapters whose clock nobody has set.
  static let padPulsClock = MeterQuirk(
    "clock that was never set, Relay PadPuls", "REL",
    [Kind(version: 64, medium: .heatCostAllocator), Kind(version: 65, medium: .gas)],
    .unsetClock(year: 2000),
    why:
      "As its telegrams show, the clock begins in 2000 with 2000-12-31 as due date: values would get a "
      + "time from before the device was made. Version 65 marks such times as invalid itself, version 64 "
      + "does not.",
    frame: "6825256808017244332211AC484008010000000C6E34120000046D290A1F0C426C1F0C4C"
      + "6E780500000116")
}
