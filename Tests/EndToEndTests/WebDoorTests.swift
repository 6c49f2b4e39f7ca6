import Foundation
import PeerSupport
import Testing

/// The web page of a gateway that runs.
@Suite struct WebDoorTests {
  private func bench(_ web: String) throws -> Workbench {
    let bench = try Workbench()
    try bench.write("chip.ini", "[SOLVIMUS]\nMBUS_ENABLE=0\n[WEB]\nIP=127.0.0.1\n\(web)")
    return bench
  }

  private func number(_ text: String, after marker: String) -> Int? {
    guard let range = text.range(of: marker) else { return nil }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  /// What a program gets, by Python's library.
  private func python(_ script: String) async throws -> String {
    try await PeerProcess.finish(PeerProcess.python, ["-c", script]).standardOutput
  }

  @Test func aVisitorSeesTheStatus() async throws {
    let bench = try bench("HTTP_PORT=0\nHTTPS_ENABLE=0\n")
    let gateway = try bench.startGateway(withPage: true).peer
    #expect(gateway.standardOutput.hasPrefix("ready: web=http://127.0.0.1:"))
    let port = try #require(number(gateway.standardOutput, after: "web=http://127.0.0.1:"))
    let text = try await python(
      """
      import http.client, json
      h = http.client.HTTPConnection('127.0.0.1', \(port), timeout=10)
      h.request('GET', '/'); r = h.getresponse(); r.read(); print(r.status, r.headers['Server'])
      h.request('GET', '/api/v1/status'); r = h.getresponse(); r.read(); print(r.status)
      h.request('GET', '/api/v1/session'); r = h.getresponse(); s = json.loads(r.read())
      print(s['user'], s['rights']['Meter'])
      h.request('GET', '/api/v1/status', headers={'Cookie': r.headers['Set-Cookie'].split(';')[0]})
      t = json.loads(h.getresponse().read()); print(t['web']['sessions'], list(t['web']['places']))
      """)
    #expect(text == "200 metergate\n401\nweb write\n{'web': 1} ['http']\n")
    #expect(
      gateway.standardError.contains("the web page (HTTP) is served on http://127.0.0.1:\(port)"))
    #expect(gateway.stop() == 0)
  }

  /// The first start makes a certificate, with the rights that a key needs, and the next one keeps it.
  @Test func httpsBeginsWithACertificateOfItsOwn() async throws {
    let bench = try bench("HTTP_ENABLE=0\nHTTPS_PORT=0\nCERT_COMMON_NAME=gate.plant.example\n")
    let gateway = try bench.startGateway(withPage: true).peer
    #expect(gateway.standardOutput.hasPrefix("ready: web-tls=https://127.0.0.1:"))
    let port = try #require(number(gateway.standardOutput, after: "web-tls=https://127.0.0.1:"))
    let certificate = bench.folder.appendingPathComponent("keys/http_host_cert").path
    let text = try await python(
      """
      import ssl, http.client
      c = ssl.create_default_context(cafile='\(certificate)')
      h = http.client.HTTPSConnection('127.0.0.1', \(port), context=c, timeout=10)
      h.request('GET', '/', headers={'Host': 'gate.plant.example'}); print(h.getresponse().status)
      """)
    #expect(text == "200\n")
    let key = bench.folder.appendingPathComponent("keys/http_host_key").path
    let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let before = try bench.read("keys/http_host_cert")
    #expect(gateway.stop() == 0)
    let second = try bench.startGateway(withPage: true).peer
    #expect(second.standardOutput.hasPrefix("ready: web-tls="))
    #expect(second.stop() == 0)
    #expect(try bench.read("keys/http_host_cert") == before)
  }

  @Test func anotherPortIsTakenOverWhileItRuns() async throws {
    let bench = try bench("HTTP_ENABLE=0\nHTTPS_ENABLE=0\n")
    let gateway = try bench.startGateway(withPage: true).peer
    #expect(gateway.standardOutput == "ready:\n")
    try bench.write(
      "chip.ini", "[SOLVIMUS]\nMBUS_ENABLE=0\n[WEB]\nIP=127.0.0.1\nHTTP_PORT=0\nHTTPS_ENABLE=0\n")
    kill(gateway.processIdentifier, SIGHUP)
    #expect(gateway.waitForErrors(containing: "the web page (HTTP) is served on http://127.0.0.1:"))
    #expect(gateway.stop() == 0)
  }

  @Test func aTakenPortIsNamed() throws {
    let other = try bench("HTTP_PORT=0\nHTTPS_ENABLE=0\n")
    let first = try other.startGateway(withPage: true).peer
    let port = try #require(number(first.standardOutput, after: "web=http://127.0.0.1:"))
    let bench = try bench("HTTP_PORT=\(port)\nHTTPS_ENABLE=0\n")
    let second = try bench.startGateway(withPage: true).peer
    #expect(second.standardOutput == "ready:\n")
    #expect(
      second.waitForErrors(
        containing:
          "the web page (HTTP) cannot be served on 127.0.0.1:\(port): another program has this port (ss -ltnp "
          + "'sport = :\(port)' shows which); stop it, or take another port; it is tried again every 5 s; IP and "
          + "HTTP_PORT of the group [WEB] say where"))
    #expect(second.stop() == 0)
    #expect(first.stop() == 0)
  }

  /// Whoever has changed the port is told, not the log only.
  @Test func aTakenPortIsToldToWhoeverHasChangedIt() async throws {
    let other = try bench("HTTP_PORT=0\nHTTPS_ENABLE=0\n")
    let first = try other.startGateway(withPage: true).peer
    let taken = try #require(number(first.standardOutput, after: "web=http://127.0.0.1:"))
    let bench = try bench("HTTP_PORT=0\nHTTPS_ENABLE=0\n")
    let second = try bench.startGateway(withPage: true).peer
    let port = try #require(number(second.standardOutput, after: "web=http://127.0.0.1:"))
    let text = try await python(
      """
      import http.client, json
      h = http.client.HTTPConnection('127.0.0.1', \(port), timeout=20)
      h.request('GET', '/api/v1/session'); r = h.getresponse(); s = json.loads(r.read())
      f = {'Cookie': r.headers['Set-Cookie'].split(';')[0], 'X-CSRF-Token': s['csrf'],
           'Content-Type': 'application/json'}
      def save(changes):
        h.request('GET', '/api/v1/settings', headers=f); hash = json.loads(h.getresponse().read())['hash']
        h.request('PUT', '/api/v1/settings', json.dumps({'hash': hash, 'changes': changes}), f)
        r = h.getresponse(); a = json.loads(r.read())
        print(r.status, [n for n in a.get('notes', []) if 'served' in n], a.get('error', ''))
      save({'WEB.HTTP_PORT': '\(taken)'})
      save({'DEVICE.NAME': 'cellar'})
      """)
    let why =
      "the web page (HTTP) cannot be served on 127.0.0.1:\(taken): another program has this port (ss -ltnp 'sport = "
      + ":\(taken)' shows which); stop it, or take another port; it is tried again every 5 s; IP and HTTP_PORT of the "
      + "group [WEB] say where"
    #expect(text == "200 [\"\(why)\"] \n200 [] \n")
    // Who asks by the command line is told, too.
    try bench.write(
      "chip.ini",
      "[SOLVIMUS]\nMBUS_ENABLE=0\n[WEB]\nIP=127.0.0.1\nHTTP_PORT=\(port)\nHTTPS_ENABLE=0\n")
    let apply = ["apply", "--app", bench.folder.path]
    let back = try await PeerProcess.finish(PeerProcess.metergate, apply)
    #expect(back.status == 0 && !back.standardError.contains("served"), "\(back.standardError)")
    try bench.write(
      "chip.ini",
      "[SOLVIMUS]\nMBUS_ENABLE=0\n[WEB]\nIP=127.0.0.1\nHTTP_PORT=\(taken)\nHTTPS_ENABLE=0\n")
    let said = try await PeerProcess.finish(PeerProcess.metergate, apply)
    #expect(said.status == 1 && said.standardError.contains(why + "\n"), "\(said.standardError)")
    #expect(second.stop() == 0)
    #expect(first.stop() == 0)
  }
}
