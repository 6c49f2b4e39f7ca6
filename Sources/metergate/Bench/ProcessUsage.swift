import FoundationEssentials
import Glibc
import Time

/// What this process has used so far.
struct ProcessUsage {
  /// CPU time of all threads.
  static var cpuTime: Span { time(of: CLOCK_PROCESS_CPUTIME_ID) }

  /// CPU time of the thread that asks.
  static var threadTime: Span { time(of: CLOCK_THREAD_CPUTIME_ID) }

  /// The most memory that was resident at a time, in bytes (VmHWM); 0 when the system does not tell.
  static var peakResidentBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0
    return kilobytes * 1024
  }

  private static func time(of clock: clockid_t) -> Span {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(Int64(time.tv_sec)) + Span(nanoseconds: Int64(time.tv_nsec))
  }
}
