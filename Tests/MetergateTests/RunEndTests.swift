import Dispatch
import Glibc
import Testing

@testable import metergate

/// Why a gateway ends, and whether it begins anew.
@Suite struct RunEndTests {
  @Test func aRestartBeginsAnew() {
    let end = RunEnd()
    #expect(end.wish == nil)
    end.note(.restart)
    end.wait()
    #expect(end.wish == .restart)
  }

  /// Whoever wants the process gone waits for that, whatever somebody else wants.
  @Test func anEndStandsAboveARestart() {
    let late = RunEnd()
    late.note(.restart)
    late.wait()
    late.note(.end)
    #expect(late.wish == .end)
    let early = RunEnd()
    early.note(.end)
    early.note(.restart)
    #expect(early.wish == .end)
  }

  /// What has come is told before the watch is over, however late its thread runs.
  @Test func signalsThatHaveComeAreTold() {
    let end = RunEnd()
    let watch = SignalWatch([SIGWINCH]) { _ in end.note(.end) }
    // The threads that run tests let no signal in.
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGWINCH)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(SIGWINCH)
    watch.finish(ignoring: [])
    #expect(end.wish == .end)
  }
}
