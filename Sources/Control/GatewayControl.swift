import MeterFiles

/// All that the web page, its API and other programs see of a gateway that runs. Calls may come from any thread;
/// none of them keeps the gateway's loop waiting.
public protocol GatewayControl: Sendable {
  /// Carries out what a person wants. The answer comes when the files say it, too, or it is known why they do not.
  /// - Parameter user: who wants it, for the log and the history.
  func perform(_ request: ControlRequest, by user: String) async -> ControlAnswer

  /// All meters and values as they are now.
  func view() async -> StationView

  /// Waits until something has changed since a revision.
  /// - Returns: false when the gateway ends, or whoever waits is cancelled.
  func change(after revision: UInt64) async -> Bool

  /// The configuration folder as it was read last; nil: the gateway is ending.
  func app() async -> AppFolder?
}
