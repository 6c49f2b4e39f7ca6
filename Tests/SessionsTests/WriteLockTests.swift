import Sessions
import Testing

@Suite struct WriteLockTests {
  @Test func oneSessionAtATime() {
    var lock = WriteLock()
    let (first, second) = (lock.take("a"), lock.take("b"))
    #expect(first && !second)
    lock.release("b")
    #expect(lock.holder == "a")
    lock.release("a")
    let third = lock.take("b")
    #expect(third)
  }
}
