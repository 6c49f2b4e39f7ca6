import Control
import HTTPTypes
import Hummingbird
import Metering
import NIOCore
import Station
import Testing
import Time
import Users

@testable import WebUI

/// The meter list by the API.
@Suite struct MeterAPITests {
  @Test func theListHasMetersAndValues() async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.get, "/api/v1/meters")
    #expect(answer.status == 200)
    #expect(
      answer.text == """
        {"instance":"","revision":1,"meters":[{"id":1,"name":"66600106","interface":"M-Bus","status":"","serial":"66600106",\
        "manufacturer":"LUG","medium":"Heat (outlet)","mediumCode":4,"version":2,"link":0,"byPrimary":false,"cycle":0,\
        "label":"","register":10,"active":true,"hasKey":false,"battery":false,"maxValues":0,"duplicate":false,\
        "state":"partly","lastRead":1699999200,"next":1700000100,"misses":0,"problems":[],"values":[\
        {"index":1,"value":"25541","scale":"1E+3","unit":"Wh","scaled":25541000,"description":"Energy","dif":"0C","vif":"06","label":"",\
        "register":20,"active":true,"userScale":"1e0","quality":"good","readAt":1699999200,"misses":0},\
        {"index":2,"scale":"1E-2","unit":"m^3","description":"Volume","dif":"0C","vif":"14","label":"","register":30,"active":true,\
        "userScale":"1e0","quality":"invalid","why":"no BCD digits","misses":1,"status":"!"}]},\
        {"id":2,"name":"@5","interface":"M-Bus","status":"E","link":5,"byPrimary":true,"cycle":0,\
        "label":"<b>cellar</b>","active":true,"hasKey":false,"battery":false,"maxValues":0,"duplicate":false,\
        "state":"never","next":1700000100,"misses":0,"problems":[],"values":[]}]}
        """)
  }

  /// 0 is an address, and not what stands for none.
  @Test func aPrimaryAddressThatNobodyKnowsIsNotTold() async throws {
    func links(_ meter: MeterConfiguration) async throws -> Bool {
      let bench = try WebBench(Station(configuration: .init(), meters: [meter]))
      return await bench.ask(.get, "/api/v1/meters").text.contains("\"link\":")
    }
    let identity = MeterIdentity(serial: MeterSerial(digits: 0x6660_0106))
    #expect(try await links(MeterConfiguration(identity: identity)) == false)
    #expect(try await links(MeterConfiguration(identity: identity, primaryAddress: 7)))
    #expect(try await links(MeterConfiguration(identity: identity, usesPrimaryAddress: true)))
  }

  @Test func aValueIsExplainedByteByByte() async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.get, "/api/v1/meters/1/values/1")
    #expect(answer.status == 200)
    #expect(answer.text.contains("\"data\":\"41550200\""))
    #expect(
      answer.text.contains("\"explained\":[{\"offset\":0,\"bytes\":\"0C\",\"meaning\":{\"en\":"))
    #expect(answer.text.contains("\"offset\":2,\"bytes\":\"41550200\""))
    let missing = await bench.ask(.get, "/api/v1/meters/1/values/9")
    #expect(missing.status == 404)
    #expect(missing.text == "{\"error\":\"there is no value 9 of a meter with the key 1\"}")
  }

  /// Whoever may see the list cannot end the gateway by a number.
  @Test(arguments: ["-9223372036854775808", "-1", "0", "9223372036854775807"])
  func aNumberThatIsNoneIsNotFound(number: String) async throws {
    let bench = try WebBench()
    for path in ["1/values/\(number)", "\(number)/values/1", "\(number)/values/\(number)"] {
      #expect(await bench.ask(.get, "/api/v1/meters/\(path)").status == 404)
    }
    let answer = await bench.ask(.get, "/api/v1/meters/1/values/\(number)")
    #expect(
      answer.text == "{\"error\":\"there is no value \(number) of a meter with the key 1\"}")
  }

  @Test func whatIsWantedReachesTheGateway() async throws {
    let bench = try WebBench()
    var done = ControlAnswer()
    done.news = ["66600106 LUG is changed"]
    done.saved = "Device_Handle.cfg"
    bench.gateway.answer(with: done)
    let edited = await bench.ask(
      .put, "/api/v1/meters", "{\"edits\":[{\"meter\":1,\"label\":\"Boiler\"}]}")
    #expect(
      edited.text == "{\"news\":[\"66600106 LUG is changed\"],\"saved\":\"Device_Handle.cfg\"}")
    _ = await bench.ask(.post, "/api/v1/meters/allocate", "{\"all\":true,\"anew\":true}")
    _ = await bench.ask(.post, "/api/v1/meters/deallocate", "{\"entries\":[\"@5/1\"]}")
    _ = await bench.ask(
      .post, "/api/v1/meters/assign", "{\"entries\":[\"@5/1\"],\"register\":230}")
    _ = await bench.ask(.post, "/api/v1/meters/readout", "{\"entries\":[\"@5\"]}")
    _ = await bench.ask(.post, "/api/v1/scan")
    _ = await bench.ask(.delete, "/api/v1/scan")
    #expect(
      bench.gateway.wanted.map(\.words) == [
        "edit change 1 (label)", "allocate all", "deallocate @5/1", "assign @5/1", "readout @5",
        "scan",
        "scan-cancel",
      ])
    #expect(bench.gateway.wanted.map(\.register) == [nil, nil, nil, 230, nil, nil, nil])
    #expect(bench.gateway.wanted[1].anew == true)
  }

  /// The keys of a run that is over may be those of other meters.
  @Test func editsOfAnotherRunAreRefused() async throws {
    let bench = try WebBench()
    let edits = "\"edits\":[{\"meter\":1,\"label\":\"Boiler\"}]"
    let old = await bench.ask(.put, "/api/v1/meters", "{\"instance\":\"f00\",\(edits)}")
    #expect(old.status == 409)
    #expect(
      old.text
        == "{\"error\":\"the gateway has begun anew since this list was read: read it again; nothing is changed\"}"
    )
    #expect(bench.gateway.wanted.isEmpty)
    let new = await bench.ask(.put, "/api/v1/meters", "{\"instance\":\"\",\(edits)}")
    #expect(new.status == 200)
  }

  @Test(arguments: [
    ("{\"edits\":[]}", 422, "\"edits\\\" is missing or empty: there is nothing to change"),
    ("{}", 400, "the body is not understood: \\\"edits\\\" is missing"),
    (
      "{\"edits\":[{\"metre\":1}]}", 400,
      "\\\"edits[0].metre\\\" is not known here; nothing is done"
    ),
    ("rubbish", 400, "the body is not understood: this is no JSON"),
  ])
  func whatIsNotUnderstood(body: String, status: Int, why: String) async throws {
    let bench = try WebBench()
    let answer = await bench.ask(.put, "/api/v1/meters", body)
    #expect(answer.status == status)
    #expect(answer.text.contains(why.hasPrefix("\"") ? String(why.dropFirst()) : why))
    #expect(bench.gateway.wanted.isEmpty)
  }

  /// Every body of the API is JSON, and says so; what comes with it does not matter.
  @Test(arguments: [
    ("PUT", "meters"), ("POST", "meters/readout"), ("POST", "telegram"), ("POST", "outputs/1/1"),
    ("PUT", "users"), ("PUT", "settings"), ("POST", "settings/check"), ("POST", "service/reset"),
  ])
  func aBodyThatIsSaidToBeNoJSON(method: String, path: String) async throws {
    let bench = try WebBench()
    let method = try #require(HTTPRequest.Method(method))
    let ask = { (type: String) in
      await bench.ask(
        method, "/api/v1/\(path)", RequestBody(buffer: ByteBuffer(string: "{}")), 2, type: type)
    }
    for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
      let answer = await ask(type)
      #expect(answer.status == 415)
      #expect(
        answer.text
          == "{\"error\":\"the body has to be JSON (Content-Type: application/json)\"}")
    }
    for type in ["application/json; charset=utf-8", "Application/JSON ;charset=utf-8"] {
      #expect(await ask(type).status != 415)
    }
    #expect(bench.gateway.wanted.isEmpty)
  }

  @Test func aRefusalIsToldWithItsReason() async throws {
    let bench = try WebBench()
    bench.gateway.answer(with: ControlAnswer(error: "there is no meter 1 in the list"))
    let answer = await bench.ask(.post, "/api/v1/meters/readout", "{\"entries\":[\"1\"]}")
    #expect(answer.status == 422)
    #expect(answer.text == "{\"error\":\"there is no meter 1 in the list\"}")
    bench.gateway.answer(with: ControlAnswer(error: "the gateway is ending"))
    #expect(await bench.ask(.post, "/api/v1/scan").status == 503)
  }

  @Test func whoMayOnlyReadChangesNothing() async throws {
    let bench = try WebBench()
    bench.be(Caller(name: "guest", rights: [.meter: .read]))
    #expect(await bench.ask(.get, "/api/v1/meters").status == 200)
    for (path, body) in [
      ("meters/allocate", "{\"all\":true}"), ("meters/deallocate", "{\"all\":true}"),
      ("meters/assign", "{\"entries\":[\"@5/1\"],\"register\":230}"),
      ("meters/readout", "{\"all\":true}"), ("scan", ""), ("meters/import", "x"),
    ] {
      let answer = await bench.ask(.post, "/api/v1/\(path)", body)
      #expect(answer.status == 403, "\(path)")
      #expect(answer.text == "{\"error\":\"guest may not change what is on the tab Meter\"}")
    }
    #expect(bench.gateway.wanted.isEmpty)
    // Nobody learns of what is in a body who must not send one.
    for path in ["meters/allocate", "meters/deallocate", "meters/assign", "meters/readout"] {
      #expect(await bench.ask(.post, "/api/v1/\(path)", "rubbish").status == 403, "\(path)")
    }
    bench.be(Caller(name: "guest", rights: [:]))
    #expect(await bench.ask(.get, "/api/v1/meters").status == 403)
    #expect(await bench.ask(.get, "/app/api/serial/66600106.csv").status == 403)
  }

  @Test func theNewestDataOfAMeterByItsSerial() async throws {
    let bench = try WebBench()
    let table = await bench.ask(.get, "/app/api/serial/66600106.csv")
    #expect(
      table.text == """
        Serial,Manufacturer,Medium,Label,Value,Value label,Description,OBIS,Reading,Unit,Quality,Read at (UTC),Function,Storage,Tariff,Subunit,DIF,VIF\r
        66600106,LUG,Heat (outlet),,1,,Energy,,25541000,Wh,good,2023-11-14T22:00:00.000Z,instantaneous,0,0,0,0C,06\r
        66600106,LUG,Heat (outlet),,2,,Volume,,,m^3,invalid,,instantaneous,0,0,0,0C,14\r

        """)
    #expect(await bench.ask(.get, "/app/api/serial/66600106.json").text.hasPrefix("{\"id\":1,"))
    for name in ["66600106:LUG", "66600106%3ALUG", "%36660010%36%3alug"] {
      #expect(
        await bench.ask(.get, "/app/api/serial/\(name).json").text.hasPrefix("{\"id\":1,"),
        "\(name)")
    }
    #expect(await bench.ask(.get, "/app/api/serial/66600106%3.json").status == 404)
    let missing = await bench.ask(.get, "/app/api/serial/12345678.json")
    #expect(missing.status == 404)
    #expect(missing.text == "{\"error\":\"there is no meter 12345678 in the list\"}")
    let strange = await bench.ask(.get, "/app/api/serial/66600106.xml")
    #expect(
      strange.text
        == "{\"error\":\"expected is a serial with .csv or .json behind it, such as 66600106.json\"}"
    )
  }

  @Test func aTableIsTriedAndTaken() async throws {
    let bench = try WebBench()
    let table = "Serial;Label\n12345678;Boiler\n"
    let tried = await bench.ask(.post, "/api/v1/meters/import?dryRun=1", table)
    #expect(
      tried.text
        == "{\"news\":[\"12345678 is added\",\"12345678: Label = 'Boiler' (was empty)\"],\"problems\":[]}"
    )
    #expect(bench.folder.read("Device_Handle.cfg") == nil)
    let taken = await bench.ask(.post, "/api/v1/meters/import", table)
    #expect(taken.status == 200)
    #expect(bench.gateway.wanted.map(\.command) == [.reload])
    let list = await bench.ask(.get, "/api/v1/meters.csv")
    #expect(list.type == "text/csv; charset=utf-8")
    #expect(list.text.contains("12345678"))
    let wrong = await bench.ask(.post, "/api/v1/meters/import", "Serial\nxyz\n")
    #expect(wrong.status == 422)
    #expect(wrong.text.contains("\"error\":\"nothing is imported until the errors are mended\""))
  }

  @Test func valuesOfOneDescriptionAreToldApart() throws {
    var meter = MeterConfiguration(
      identity: MeterIdentity(serial: MeterSerial(digits: 0x1234_5678)))
    meter.values = [0, 3].map { storage in
      ValueConfiguration(
        dif: [0x0C], vif: [0x06], meaning: ValueMeaning(.energy, .wattHour), storage: storage)
    }
    let view = StationView(
      Station(configuration: .init(), meters: [meter]), revision: 1, changed: [:], listRevision: 1,
      at: Moment(instant: .zero, wall: WallTime(unixSeconds: 0)))
    let text = String(decoding: MeterListJSON(view, .standard).list(), as: UTF8.self)
    #expect(text.matches(of: /"storage":/).count == 1)
    #expect(text.contains("\"storage\":3}]"), "\(text)")
  }

  /// 500 meters with 25 values each.
  @Test func aLargeListIsWrittenAtOnce() throws {
    var meters: [MeterConfiguration] = []
    for index in 0..<500 {
      var meter = MeterConfiguration(
        identity: MeterIdentity(serial: MeterSerial(digits: UInt32(0x1000_0000 + index))))
      meter.values = (0..<25).map { number in
        ValueConfiguration(
          dif: [0x0C], vif: [0x06], meaning: ValueMeaning(.energy, .wattHour), storage: number)
      }
      meters.append(meter)
    }
    let station = Station(configuration: .init(), meters: meters)
    let view = StationView(
      station, revision: 1, changed: [:], listRevision: 1,
      at: Moment(instant: .zero, wall: WallTime(unixSeconds: 0)))
    let clock = ContinuousClock()
    var count = 0
    let time = clock.measure { count = MeterListJSON(view, .standard).list().count }
    #expect(count > 1_000_000)
    // Without optimisation it takes some twenty times as long as on a device; a rendering that grows with the square
    // of the list would take minutes.
    #expect(time < .seconds(20))
  }

  @Test func onlyWhatHasChangedIsSent() throws {
    let station = WebBench.station()
    func view(_ revision: UInt64, _ changed: [MeterID: UInt64]) -> MeterListJSON {
      MeterListJSON(
        StationView(
          station, revision: revision, changed: changed, listRevision: 1,
          at: Moment(instant: .zero, wall: WallTime(unixSeconds: 1_699_999_200))), .standard)
    }
    let both = [MeterID(1), MeterID(2)]
    #expect(view(5, [MeterID(1): 4]).changes(since: 4, known: both) == nil)
    let one = view(5, [MeterID(2): 5]).changes(since: 4, known: both).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(one?.hasPrefix("{\"instance\":\"\",\"revision\":5,\"meters\":[{\"id\":2,") == true)
    #expect(one?.hasSuffix("\"removed\":[]}") == true)
    let gone = view(5, [:]).changes(since: 5, known: both + [MeterID(3)])
    #expect(
      gone.map { String(decoding: $0, as: UTF8.self) }
        == "{\"instance\":\"\",\"revision\":5,\"meters\":[],\"removed\":[3],\"order\":[1,2]}")
  }
}
