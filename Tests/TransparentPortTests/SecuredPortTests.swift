import Certificates
import NIOCore
import NIOPosix
import PeerSupport
import Testing
import Time

@testable import TransparentPort

/// The port behind TLS against Python's ssl, with certificates that openssl made.
@Suite(
  .ownThread,
  .enabled(if: TestCertificates.isPossible, "openssl is not installed (Debian package openssl)"))
struct SecuredPortTests {
  /// Sends four bytes that an outside master may send, and prints what comes back.
  private static let client = """
    import socket, ssl, sys
    port, folder, name = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    context = ssl.create_default_context(cafile=folder + "/ca.pem")
    context.check_hostname = False
    if name != "-":
        context.load_cert_chain(folder + "/" + name + ".pem", folder + "/" + name + ".key")
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as raw:
            with context.wrap_socket(raw) as tls:
                tls.sendall(bytes.fromhex("105bfe5916"))
                print(tls.recv(100).hex() or "closed")
    except (ssl.SSLError, ConnectionError) as error:
        print("closed")
    """

  /// An echo behind TLS.
  private final class Bench: @unchecked Sendable {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    private var port: TransparentPort?
    private var events: [TransparentPort.Event] = []

    init(_ files: TLSServerFiles) async throws {
      try await loop.submit {
        var configuration = TransparentPort.Configuration(
          transport: .tcp, host: "127.0.0.1", port: 0, clientTimeout: .zero)
        configuration.security = files
        let port = TransparentPort(configuration, on: self.loop)
        port.onEvent = { [unowned self] event in
          self.events.append(event)
          if case .received(let bytes) = event { self.port?.send(bytes) }
        }
        self.port = port
        port.start()
      }.get()
    }

    func all() async throws -> [TransparentPort.Event] {
      try await loop.submit { self.events }.get()
    }

    func wait(for isWanted: (TransparentPort.Event) -> Bool) async throws -> TransparentPort.Event?
    {
      for _ in 0..<1_000 {
        if let event = try await all().first(where: isWanted) { return event }
        try await Task.sleep(for: .milliseconds(10))
      }
      return nil
    }

    func boundPort() async throws -> Int {
      _ = try await wait { if case .listening = $0 { true } else { false } }
      return try #require(try await loop.submit { self.port?.boundPort }.get())
    }

    func reread() async throws { try await loop.submit { self.port?.rereadCertificates() }.get() }

    func stop() async throws {
      try await loop.flatSubmit { self.port?.stop() ?? self.loop.makeSucceededVoidFuture() }.get()
    }
  }

  private func files(_ certificates: TestCertificates, _ clients: TLSServerFiles.Clients)
    -> TLSServerFiles
  {
    TLSServerFiles(
      reason: "MBUS_TRANSPARENT_TLSENABLE",
      certificate: .init("MBUS_TRANSPARENT_CERT_FILE", path: certificates.folder["server.pem"]),
      key: .init("MBUS_TRANSPARENT_KEY_FILE", path: certificates.folder["server.key"]),
      authorities: .init("MBUS_TRANSPARENT_CA_FILE", path: certificates.folder["ca.pem"]),
      clients: clients)
  }

  private func ask(_ port: Int, _ certificates: TestCertificates, as name: String) async throws
    -> String
  {
    let output = try await PeerProcess.finish(
      PeerProcess.python, ["-c", Self.client, "\(port)", certificates.folder.path, name])
    return output.standardOutput + output.standardError
  }

  @Test func whoHasACertificateHasTheLine() async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("plant")
    try await certificates.make("intruder", issuer: "foreign")
    let bench = try await Bench(files(certificates, .known))
    let port = try await bench.boundPort()
    #expect(try await ask(port, certificates, as: "plant") == "105bfe5916\n")
    #expect(try await ask(port, certificates, as: "-") == "closed\n")
    #expect(try await ask(port, certificates, as: "intruder") == "closed\n")
    let reasons = try await bench.all().compactMap { event -> String? in
      if case .unsafe(_, let why) = event { why } else { nil }
    }
    #expect(
      reasons == [
        "it has shown no certificate",
        "its certificate is none for clients of an authority that counts",
      ])
    let clients = try await bench.all().count { if case .connected = $0 { true } else { false } }
    #expect(clients == 1)
    try await bench.stop()
  }

  @Test(arguments: ["-", "plant", "intruder"])
  func everybodyMayComeIfThatIsWanted(name: String) async throws {
    let certificates = try await TestCertificates()
    try await certificates.make("plant")
    try await certificates.make("intruder", issuer: "foreign")
    let bench = try await Bench(files(certificates, .anonymous))
    #expect(try await ask(try await bench.boundPort(), certificates, as: name) == "105bfe5916\n")
    try await bench.stop()
  }

  /// A machine that opens connections and says nothing keeps nobody else out, and is told of.
  @Test func handshakesOfOneMachineAreLimited() async throws {
    let certificates = try await TestCertificates()
    let bench = try await Bench(files(certificates, .anonymous))
    let port = try await bench.boundPort()
    var idle: [any Channel] = []
    for _ in 0...TransparentPort.handshakesOfOne {
      idle.append(
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
          .connect(host: "127.0.0.1", port: port).get())
    }
    let refused = try await bench.wait { if case .unsafe = $0 { true } else { false } }
    guard case .unsafe(_, let why)? = refused else {
      Issue.record("nobody was refused")
      return
    }
    #expect(why == "too many clients want a handshake at the same time")
    for channel in idle { try? await channel.close() }
    #expect(try await ask(port, certificates, as: "-") == "105bfe5916\n")
    try await bench.stop()
  }

  /// Bytes that are no handshake have neither the port nor the line.
  @Test func plainBytesDoNotReachTheLine() async throws {
    let certificates = try await TestCertificates()
    let bench = try await Bench(files(certificates, .anonymous))
    let port = try await bench.boundPort()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port).get()
    try await channel.writeAndFlush(ByteBuffer(bytes: [0x10, 0x5B, 0xFE, 0x59, 0x16]))
    try await channel.closeFuture.get()
    let refused = try await bench.wait { if case .unsafe = $0 { true } else { false } }
    guard case .unsafe(_, let why)? = refused else {
      Issue.record("nobody was refused")
      return
    }
    #expect(why.hasPrefix("the handshake failed: "))
    #expect(!(try await bench.all().contains { if case .received = $0 { true } else { false } }))
    try await bench.stop()
  }

  /// A file that is mended is taken over, and until then its fault is told.
  @Test func filesMayAppearLater() async throws {
    let certificates = try await TestCertificates()
    var wanted = files(certificates, .anonymous)
    wanted.key.path = certificates.folder["later.key"]
    let bench = try await Bench(wanted)
    let told = try await bench.wait { if case .certificates = $0 { true } else { false } }
    guard case .certificates(let event)? = told else {
      Issue.record("nothing is told of the files")
      return
    }
    #expect(
      event.text(of: "the transparent M-Bus")
        == "MBUS_TRANSPARENT_KEY_FILE = \(wanted.key.path): there is no such file; the transparent M-Bus is not "
        + "served until that is mended and the files are read anew")
    let key = try #require(certificates.folder.read("server.key"))
    try certificates.folder.write(key, to: "later.key")
    try await bench.reread()
    #expect(try await ask(try await bench.boundPort(), certificates, as: "-") == "105bfe5916\n")
    try await bench.stop()
  }
}
