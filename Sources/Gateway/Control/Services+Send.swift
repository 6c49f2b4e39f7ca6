import Bytes
import Control
import NIOCore
import Station

/// What is sent for people goes over the line between readouts; the answer comes when the meter's has come.
extension Services {
  func sendForAnswer(_ request: ControlRequest) -> EventLoopFuture<ControlAnswer> {
    let promise = eventLoop.makePromise(of: ControlAnswer.self)
    do throws(ControlMistake) {
      let job = try request.sendJob()
      guard hasLine else {
        promise.succeed(
          ControlAnswer(error: "there is no line to meters: see MBUS_DEVPATH and MBUS_ENABLE"))
        return promise.futureResult
      }
      sends.begin(promise, job)
      core.handle(.send(job))
      sends.asked()
    } catch {
      promise.succeed(ControlAnswer(error: "\(error)"))
    }
    return promise.futureResult
  }

  /// The line has answered.
  func take(_ reply: SendReply) {
    guard let (promise, job) = sends.next() else { return }
    var answer = ControlAnswer(reply)
    if case .confirmed? = reply.check, var order = job.order {
      order.address = reply.target ?? order.address
      let advice = core.station.advice(after: order)
      answer.notes = advice.isEmpty ? nil : advice
    }
    promise.succeed(answer)
  }
}

/// Whoever waits for what comes of what was sent. Lines answer in the order in which they were asked, but for what is
/// refused at once.
struct WaitingSends {
  private var waiting: [(EventLoopPromise<ControlAnswer>, SendJob)] = []
  private var isAsking = false

  /// Asks, and waits for the answer.
  mutating func begin(_ promise: EventLoopPromise<ControlAnswer>, _ job: SendJob) {
    waiting.append((promise, job))
    isAsking = true
  }

  mutating func asked() { isAsking = false }

  /// Whose answer has come.
  mutating func next() -> (EventLoopPromise<ControlAnswer>, SendJob)? {
    guard !waiting.isEmpty else { return nil }
    return isAsking ? waiting.removeLast() : waiting.removeFirst()
  }

  /// All that wait.
  mutating func takeAll() -> [EventLoopPromise<ControlAnswer>] {
    defer { waiting = [] }
    return waiting.map(\.0)
  }
}

extension ControlAnswer {
  /// What came of something that was sent.
  init(_ reply: SendReply) {
    self.init()
    guard let check = reply.check else {
      if let why = reply.ending.whyThereIsNoAnswer {
        error = why
        return
      }
      received = Hex.encode(reply.received, separator: " ")
      if case .garbage(let why) = reply.ending { problems = ["what came is no frame: \(why)"] }
      return
    }
    switch check {
    case .confirmed, .sentToAll, .acknowledged, .unseen, .notShown: news = [check.text]
    case .otherwise: problems = [check.text]
    case .refused: error = check.text
    }
  }
}
