import Foundation
import Control
import Gateway
import Testing

@testable import metergate

@Suite struct StatusTextTests {
  private func status(_ json: String) throws -> GatewayStatus {
    try JSONDecoder().decode(GatewayStatus.self, from: Data(json.utf8))
  }

  @Test func everything() throws {
    let status = try status(
      """
      {"version":"0.1.0","folder":"/app","process":42,"time":1700000100,"uptime":7500,
       "modbus":{"places":{"tcp":"127.0.0.1:502","rtu":"/dev/ttyS2"},
        "problems":{"tls":"MODBUS_TLSKEY is not set"},"connectionsMade":17,"ignored":5,
        "total":{"requests":1234,"exceptions":{"02":2,"0B":1},"bytesIn":14808,"bytesOut":9999,
         "lastRequest":1700000098},"dropped":{"idle":3,"connectionLimit":1},
        "connections":[{"client":"10.0.0.7:50123","since":1700000000,
         "traffic":{"requests":1,"exceptions":{},"bytesIn":12,"bytesOut":29,"lastRequest":1700000090}}]},
       "web":{"places":{"http":"http://127.0.0.1:8080"},"problems":{"https":"no certificate"},
        "sessions":{"web":1,"admin":2}},
       "line":{"path":"/dev/ttyS1","state":"down","reason":"there is no such device"},
       "meters":{"listed":20,"read":14,"failed":2,"never":1,"unread":3,"file":"Device_Handle.cfg",
        "valuesNotSent":2,"firstNotSent":"10000001 NZR, \\"Power\\" in W","valuesInvalid":2,
        "invalidValues":["10000001/3 \\"Power\\" in W: the meter reports: data error"],"notSaved":"Device_Handle.cfg is not saved: no space",
        "readouts":[{"meter":"10000001","last":1700000000,"next":1700000900,"failed":0},
         {"meter":"@5","next":1700000110,"failed":3},{"meter":"10000002","failed":0}]},
       "scan":{"thousandths":352,"found":4,"new":1},
       "registers":{"layout":"multi slave","isTestData":true,"entries":120,"without":3,"highest":259,
        "free":227},"lights":{"state":"red","active":"orange, flashing"}}
      """)
    #expect(
      StatusText.text(status) == """
        metergate 0.1.0 runs on /app (process 42) since 2 h 5 min
        lights     ST red; ACT orange, flashing
        Modbus     rtu /dev/ttyS2, tcp 127.0.0.1:502; 1 connection open, 17 since the start; 1234 requests, \
        3 refused (02: 2, 0B: 1), 14808 bytes in, 9999 out; last request 2 s ago; 5 ignored, which were no requests to it; 4 connections closed by the gateway (connectionLimit 1, idle 3)
        problem    MODBUS_TLSKEY is not set
        web page   http://127.0.0.1:8080; 3 sessions (admin 2, web 1)
        problem    no certificate
        line       /dev/ttyS1, down: there is no such device
        meters     20 in Device_Handle.cfg: 14 read, 2 failed, 1 not tried yet, 3 not to be read; 2 values \
        of the list are not in the telegrams of their meters, the first is 10000001 NZR, "Power" in W; 2 values not valid; \
        Device_Handle.cfg is not saved: no space
        readout    the next one in 10 s, of @5
        scan       35.2 % of the addresses, 4 meters found, 1 of them new
        registers  multi slave, 120 entries, 3 without, the last register is 259, room for 227 more meters; \
        test data are served
          value 10000001/3 "Power" in W: the meter reports: data error
          1 more value that is not valid
          10.0.0.7:50123 since 1 min 40 s: 1 request, 12 bytes in, 29 out, last request 10 s ago
        """)
    #expect(
      StatusText.text(status, listsMeters: true).hasSuffix(
        """

          10000001  read 1 min 40 s ago  next in 13 min 20 s
          @5        never answered       next in 10 s         3 failed readouts
          10000002  not read yet         no turn of its own
        """))
  }

  @Test func aLineThatIsHeldLow() throws {
    let status = try status(
      """
      {"version":"0.1.0","folder":"/app","process":42,"time":1700000100,"uptime":5,
       "line":{"path":"/dev/ttyS1","state":"up","heldLow":"a short circuit of the bus"},
       "meters":{"listed":0,"read":0,"failed":0,"never":0,"file":"Device_Handle.cfg"},
       "registers":{"layout":"standard","isTestData":false,"entries":0,"without":0,"free":6552},
       "lights":{"state":"red","active":"off"}}
      """)
    #expect(
      StatusText.text(status).contains(
        "\nline       /dev/ttyS1, up, held low: a short circuit of the bus\n"))
  }

  @Test func nothing() throws {
    let status = try status(
      """
      {"version":"0.1.0","folder":"/app","process":42,"time":1700000100,"uptime":5,
       "meters":{"listed":0,"read":0,"failed":0,"never":0,"file":"Device_Handle.cfg"},
       "registers":{"layout":"standard","isTestData":false,"entries":0,"without":0,"free":6552},
       "lights":{"state":"green","active":"off"}}
      """)
    #expect(
      StatusText.text(status) == """
        metergate 0.1.0 runs on /app (process 42) since 5 s
        lights     ST green; ACT off
        Modbus     off
        line       none
        meters     0 in Device_Handle.cfg
        registers  standard, 0 entries, room for 6552 more entries
        """)
  }

  /// MUC500 manual 1.1, table 9: the column S has a * where a list is limited.
  @Test func whatLimitsLeaveOut() throws {
    let status = try status(
      """
      {"version":"0.1.0","folder":"/app","process":42,"time":1700000100,"uptime":5,
       "meters":{"listed":2,"read":2,"failed":0,"never":0,"file":"Device_Handle.cfg",
        "readouts":[{"meter":"10000001","last":1700000000,"next":1700000900,"failed":0,
          "listedValues":25,"sentValues":61},
         {"meter":"10000002","last":1700000000,"next":1700000900,"failed":0}],
        "unlisted":["10000003 NZR"]},
       "registers":{"layout":"standard","isTestData":false,"entries":0,"without":0,"free":6552},
       "lights":{"state":"green","active":"off"}}
      """)
    #expect(
      StatusText.text(status, listsMeters: true).hasSuffix(
        """
        meters     2 in Device_Handle.cfg: 2 read; 1 with more values than are listed (*); 1 more found than the list \
        has places for (*)
        readout    the next one in 13 min 20 s, of 10000001
        registers  standard, 0 entries, room for 6552 more entries
          10000001  read 1 min 40 s ago  next in 13 min 20 s    * 25 of 61 values
          10000002  read 1 min 40 s ago  next in 13 min 20 s
          * 10000003 NZR: found, and the list has no place for it (METER_MAXDEVICECOUNT)
        """))
  }

  /// No turn comes while somebody else has the bus; none is promised.
  @Test(arguments: [
    (
      "\"reason\":\"whoever works on it (service mode)\",\"serviceUntil\":1700000400",
      "readout    none before the service mode ends"
    ),
    (
      "\"reason\":\"an outside master (MBUS_TRANSPARENT)\"",
      "readout    none while the line is lent"
    ),
  ])
  func whoHasNoTurnWhileTheLineIsLent(line: String, expected: String) throws {
    let status = try status(
      """
      {"version":"0.1.0","folder":"/app","process":42,"time":1700000100,"uptime":5,
       "line":{"path":"/dev/ttyS1","state":"lent",\(line)},
       "meters":{"listed":1,"read":1,"failed":0,"never":0,"file":"Device_Handle.cfg",
        "readouts":[{"meter":"10000001","last":1700000000,"next":1700000900,"failed":0}]},
       "registers":{"layout":"standard","isTestData":false,"entries":0,"without":0,"free":6552},
       "lights":{"state":"green","active":"off"}}
      """)
    let text = StatusText.text(status, listsMeters: true)
    #expect(text.contains("\n\(expected)\n"), "\(text)")
    #expect(text.hasSuffix("  10000001  read 1 min 40 s ago  rests"), "\(text)")
  }

  @Test func spans() {
    #expect(
      [0, 59, 60, 3599, 3600, 86_399, 86_400, 180_000].map { StatusText.span($0) } == [
        "0 s", "59 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "23 h 59 min", "1 day 0 h",
        "2 days 2 h",
      ])
  }
}
