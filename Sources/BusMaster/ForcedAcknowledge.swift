/// What counts as the E5 of a faulty meter (MBUS_FORCE, MUC500 manual 1.1, table 25: "emulates a correct ACK",
/// which says no more of its values). It concerns select, SND_NKE to the meter and SND_UD of readouts and commands; in
/// a scan everything that is no E5 has a meaning of its own.
public enum ForcedAcknowledge: Int, Hashable, Sendable {
  /// E5 alone.
  case no = 0
  /// Whatever comes in its place.
  case anyBytes = 1
  /// Silence as well.
  case always = 2
}

extension ForcedAcknowledge {
  /// What an exchange has brought in which E5 was awaited.
  func judged(_ outcome: Exchange.Outcome) -> Exchange.Outcome {
    switch (outcome, self) {
    case (.garbage, .anyBytes), (.garbage, .always), (.silence, .always): .acknowledged
    default: outcome
    }
  }
}
