import Glibc
import NIOCore
import Time

/// The two clocks of the device, in one place so that tests and examples can put others there.
public struct DeviceClock: Sendable {
  /// Reads both clocks.
  public let now: @Sendable () -> Moment

  /// - Parameter now: reads both clocks.
  public init(now: @escaping @Sendable () -> Moment) { self.now = now }

  /// The machine's clocks. The wall clock counts as set from 2024 on: devices without a battery boot in
  /// 1970 or in the year that their image was built.
  public static let system = DeviceClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let seconds = Int64(time.tv_sec)
    return Moment(
      instant: MonotonicInstant(
        nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)),
      wall: WallTime(
        unixSeconds: seconds, isTrusted: seconds >= 1_704_067_200,
        milliseconds: UInt16(clamping: time.tv_nsec / 1_000_000)))
  }

  /// The machine's monotonic clock with a wall clock that stands still, for examples.
  public static func fixed(unixSeconds: Int64) -> DeviceClock {
    DeviceClock {
      Moment(instant: system.now().instant, wall: WallTime(unixSeconds: unixSeconds))
    }
  }
}
