/// How often a meter is read by the calendar (MUC500 manual 1.1, ch. 4.6; the last two words are ours, for
/// what the IZAR manual has as "1.x + 15.x" and as no cycle at all).
public enum CalendarCycle: String, CaseIterable, Hashable, Sendable {
  case daily = "DAILY"
  case weekly = "WEEKLY"
  case monthly = "MONTHLY"
  case quarterly = "QUARTERLY"
  case yearly = "YEARLY"
  /// On a day of the month up to the 14th, and 14 days later.
  case halfMonthly = "HALFMONTHLY"
  /// Only when somebody wants it.
  case never = "NEVER"
}
