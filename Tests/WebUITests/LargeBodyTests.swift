import Control
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import WebUI

/// Bodies that may be large: what is taken, and how many at a time.
@Suite struct LargeBodyTests {
  /// A body that has begun and does not end before it is told to.
  private struct SlowBody {
    let body: RequestBody
    let pieces: AsyncStream<ByteBuffer>.Continuation
    /// Something of it has been wanted.
    let hasBegun: AsyncStream<Void>

    init() {
      let (source, pieces) = AsyncStream.makeStream(of: ByteBuffer.self)
      let (hasBegun, begin) = AsyncStream.makeStream(of: Void.self)
      self.pieces = pieces
      self.hasBegun = hasBegun
      body = RequestBody(
        asyncSequence: source.map { piece in
          begin.yield()
          return piece
        })
      pieces.yield(ByteBuffer(string: "{"))
    }
  }

  private static let whileImporting =
    "{\"error\":\"a configuration is being imported; try again when that has ended; nothing is changed\"}"
  private static let whileEditing =
    "{\"error\":\"many meters are being changed, or a table is being imported; try again when that has ended; nothing "
    + "is changed\"}"

  @Test func oneImportAtATime() async throws {
    let bench = try WebBench()
    let slow = SlowBody()
    let first = Task { await bench.ask(.post, "/api/v1/config/import", slow.body) }
    for await _ in slow.hasBegun { break }
    let second = await bench.ask(.post, "/api/v1/config/import", "{}")
    #expect(second.status == 503 && second.text == Self.whileImporting)
    #expect(
      await bench.ask(.post, "/api/v1/config/import?dryRun=1", "{}").text == Self.whileImporting)
    // Tables are another matter.
    #expect(await bench.ask(.post, "/api/v1/meters/import?dryRun=1", "x").text != Self.whileEditing)
    slow.pieces.finish()
    #expect(await first.value.status == 422)
    #expect(await bench.ask(.post, "/api/v1/config/import", "rubbish").status == 422)
  }

  @Test func oneChangeOfManyMetersAtATime() async throws {
    let bench = try WebBench()
    let slow = SlowBody()
    let first = Task { await bench.ask(.put, "/api/v1/meters", slow.body) }
    for await _ in slow.hasBegun { break }
    let body = RequestBody(buffer: ByteBuffer(string: "{}"))
    for (method, path) in [
      (HTTPRequest.Method.put, "meters"), (.post, "meters/import"), (.post, "meters/allocate"),
    ] {
      let answer = await bench.ask(method, "/api/v1/\(path)", body, 65_537)
      #expect(answer.status == 503 && answer.text == Self.whileEditing)
    }
    // Nobody waits with few of them.
    let few = await bench.ask(
      .put, "/api/v1/meters", "{\"edits\":[{\"meter\":1,\"label\":\"Boiler\"}]}")
    #expect(few.status == 200)
    slow.pieces.finish()
    #expect(await first.value.status == 400)
  }

  /// Everything of 20 meters with 25 values each is given anew; 25 times that is a list at its largest.
  @Test func allThatAListHasCanBeChangedAtOnce() async throws {
    let label = String(repeating: "ö", count: 50)
    let value = { (index: Int) in
      "{\"index\":\(index),\"label\":\"\(label)\",\"obis\":\"1-0:1.8.0*255\",\"active\":true}"
    }
    let meters = (1...20).map { meter in
      "{\"meter\":\(meter),\"label\":\"\(label)\",\"values\":[\((1...25).map(value).joined(separator: ","))]}"
    }
    let body = "{\"edits\":[\(meters.joined(separator: ","))]}"
    #expect(body.utf8.count > 65_536 && body.utf8.count * 25 < MeterAPI.largestEdits)
    let bench = try WebBench()
    #expect(await bench.ask(.put, "/api/v1/meters", body).status == 200)
    #expect(bench.gateway.wanted.first?.edits?.count == 20)
    let larger = await bench.ask(
      .put, "/api/v1/meters", body + String(repeating: " ", count: MeterAPI.largestEdits))
    #expect(larger.status == 413)
    #expect(
      larger.text
        == "{\"error\":\"the body has more than 4194304 bytes, which is the most that is taken here\"}"
    )
  }

  /// The door knows the same limits as what is behind it.
  @Test(arguments: [
    ("meters", 4_194_304), ("meters/import", 4_194_304), ("meters/allocate", 1_048_576),
    ("meters/assign", 1_048_576), ("meters/deallocate", 1_048_576), ("meters/readout", 1_048_576),
    ("config/import", 41_943_040), ("telegram", 262_144), ("users", 65_536), ("settings", 65_536),
  ])
  func limits(path: String, bytes: Int) {
    #expect(WebApplication.bodyLimit("/api/v1/\(path)") == bytes)
  }

  @Test func aFileThatWasChangedMeanwhileIsAConflict() async throws {
    let bench = try WebBench()
    bench.gateway.answer(with: ControlAnswer(conflict: "Device_Handle.cfg is changed on the disk"))
    let answer = await bench.ask(
      .put, "/api/v1/meters", "{\"edits\":[{\"meter\":1,\"label\":\"x\"}]}")
    #expect(answer.status == 409)
    #expect(answer.text == "{\"error\":\"Device_Handle.cfg is changed on the disk\"}")
  }
}
