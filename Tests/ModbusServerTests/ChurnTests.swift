import Glibc
import NIOCore
import NIOEmbedded
import PeerSupport
import Testing

@testable import ModbusServer

/// Newcomers that displace others: what is told, and when.
@Suite struct ChurnTests {
  private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

  private func note(
    _ churn: inout ConnectionChurn, after seconds: Int64, from newcomer: String = "192.0.2.1"
  ) -> ConnectionChurn.Verdict {
    churn.note("192.0.2.9", for: newcomer, at: start + .seconds(seconds))
  }

  @Test func twoWithinAMinuteAreNothing() {
    var churn = ConnectionChurn()
    for seconds: Int64 in [0, 31, 62, 93, 124] {
      #expect(note(&churn, after: seconds) == .single, "\(seconds)")
    }
  }

  @Test func theThirdWithinAMinuteWarnsOnce() {
    var churn = ConnectionChurn()
    #expect(note(&churn, after: 0) == .single)
    #expect(note(&churn, after: 30, from: "192.0.2.2") == .single)
    let report = DisplacementReport(
      count: 3, within: .seconds(60), newcomers: "192.0.2.1 (2 times), 192.0.2.2 (once)",
      displaced: "192.0.2.9 (3 times)")
    #expect(note(&churn, after: 60) == .frequent(report))
    for seconds in Int64(61)..<659 {
      #expect(note(&churn, after: seconds) == .counted)
      #expect(churn.overdueWarning(at: start + .seconds(seconds)) == nil)
    }
    #expect(note(&churn, after: 659) == .counted)
    // Ten minutes after the first warning, with all that came meanwhile.
    let second = churn.overdueWarning(at: start + .seconds(660))
    #expect(second?.count == 599)
    #expect(second?.within == .seconds(599))
    #expect(churn.overdueWarning(at: start + .seconds(661)) == nil)
    #expect(note(&churn, after: 662) == .counted)
  }

  @Test func fewAfterAWarningAreForgotten() {
    var churn = ConnectionChurn()
    for seconds in Int64(0)..<3 { _ = note(&churn, after: seconds) }
    #expect(note(&churn, after: 100) == .counted)
    #expect(churn.overdueWarning(at: start + .seconds(700)) == nil)
    #expect(note(&churn, after: 701) == .single)
  }

  @Test func manyAddressesAreCountedTogether() {
    var tally = ClientTally()
    for host in 1...10 { tally.add("192.0.2.\(host)") }
    tally.add("192.0.2.8")
    tally.add("192.0.2.10")
    #expect(
      "\(tally)" == """
        192.0.2.8 (2 times), 192.0.2.1 (once), 192.0.2.2 (once), 192.0.2.3 (once), \
        192.0.2.4 (once), 192.0.2.5 (once), 192.0.2.6 (once), 192.0.2.7 (once), others (3 times)
        """)
  }

  @Test func theWarning() async throws {
    try await TestServer.run {
      $0.maximumConnections = 1
    } _: { server in
      let clients = try (0..<6).map { _ in
        let client = try RawClient(port: server.port)
        _ = try client.exchange("0001 0000 0006 FF 03 0000 0001")
        return client
      }
      let warning = try await server.event { if case .crowded = $0 { true } else { false } }
      #expect(
        warning.description == """
          Modbus clients take each other's places: 3 times within 1 s a connection was closed for a \
          newer one, as MODBUS_MAXCONNECTIONS is 1. New: 127.0.0.1 (3 times). Closed: 127.0.0.1 \
          (3 times). Set MODBUS_MAXCONNECTIONS to as many as the clients open together (up to 250; 0: \
          as many as the system bears), or make them keep their connections
          """)
      let statistics = try await server.statistics()
      #expect(statistics.dropped == [.connectionLimit: 5], "also those that are not told")
      let told = server.events.count { if case .dropped = $0 { true } else { false } }
      #expect(told == 3)
      withExtendedLifetime(clients) {}
    }
  }
}

/// What happens when a client cannot be let in.
@Suite struct AcceptTests {
  private final class Forwarded: ChannelInboundHandler {
    typealias InboundIn = any Channel
    var count = 0

    func errorCaught(context: ChannelHandlerContext, error: any Error) { count += 1 }
  }

  private func isForwarded(_ code: CInt, canMakeRoom: Bool) throws -> (Bool, Int) {
    var asked = 0
    let forwarded = Forwarded()
    let accepting = AcceptGuard {
      asked += 1
      return canMakeRoom
    }
    let channel = EmbeddedChannel(handlers: [accepting, forwarded])
    channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
    return (forwarded.count > 0, asked)
  }

  @Test func withoutDescriptorsRoomIsMade() throws {
    for code in [EMFILE, ENFILE, ENOBUFS, ENOMEM] {
      #expect(try isForwarded(code, canMakeRoom: true) == (false, 1))
      #expect(try isForwarded(code, canMakeRoom: false) == (true, 1), "then there is a pause")
    }
  }

  @Test func aClientThatGaveUpStopsNobody() throws {
    #expect(try isForwarded(ECONNABORTED, canMakeRoom: true) == (false, 0))
    #expect(try isForwarded(EINVAL, canMakeRoom: true) == (true, 0))
  }

  @Test func messages() {
    #expect(
      ModbusServerEvent.dropped(client: "192.0.2.1:4711", .descriptorLimit).description == """
        Modbus client 192.0.2.1:4711 disconnected: a newer client took its place, the system gives no \
        more file descriptors; raise LimitNOFILE of the service, or set MODBUS_MAXCONNECTIONS to what \
        it bears
        """)
    #expect(
      ModbusServerEvent.noDescriptors.description == """
        the system gives no file descriptor for another Modbus client; raise LimitNOFILE of the \
        service, or set MODBUS_MAXCONNECTIONS to what it bears
        """)
  }

  @Test func theLimitOfOpenFilesIsRaised() {
    let limit = OpenFileLimit.raise()
    var inForce = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &inForce)
    #expect(UInt64(inForce.rlim_cur) == limit)
    #expect(inForce.rlim_cur == inForce.rlim_max)
  }
}
