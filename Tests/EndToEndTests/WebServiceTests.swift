import Foundation
import PeerSupport
import Settings
import Testing

/// What the tab Service does, and large bodies, over HTTP with a gateway that runs.
@Suite(.serialized, .ownThread) struct WebServiceTests {
  /// A program that may do everything: its token is "abc", whose SHA-256 is that of FIPS 180-2, appendix B.1.
  private static let tokens = """
    [robot]
    SHA256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
    READ=ALL
    WRITE=ALL
    CREATED=1795305600

    """

  private static let chip = """
    MBUS_DEVPATH=sim:demo
    METER_TIME=300
    MODBUS_ENABLE=1
    MODBUS_IP=127.0.0.1
    MODBUS_NWPORT=0
    [WEB]
    IP=127.0.0.1
    HTTP_PORT=0
    HTTPS_PORT=0

    """

  /// - Parameters:
  ///   - main: further lines of the main group.
  ///   - others: lines of further groups.
  private func bench(_ main: [String] = [], _ others: [String] = []) throws -> Workbench {
    let bench = try Workbench()
    try FileManager.default.createDirectory(
      at: bench.folder.appendingPathComponent("keys"), withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    try bench.write("keys/tokens", Self.tokens)
    let lines = { (lines: [String]) in lines.map { $0 + "\n" }.joined() }
    try bench.write("chip.ini", "[SOLVIMUS]\n" + lines(main) + Self.chip + lines(others))
    return bench
  }

  /// The port of HTTP in the newest line of readiness.
  private func port(_ gateway: RunningPeer) -> Int? {
    guard let line = gateway.standardOutput.split(separator: "\n").last,
      let mark = line.range(of: "web=http://127.0.0.1:")
    else { return nil }
    return Int(line[mark.upperBound...].prefix(while: \.isNumber))
  }

  /// What a program gets, by Python's library; `ask(method, path, body)` gives status and bytes.
  private func python(_ gateway: RunningPeer, _ script: String) throws -> String {
    let prelude = """
      import http.client, io, json, socket, sys, tarfile, time
      port = \(try #require(port(gateway)))
      process = \(gateway.processIdentifier)
      def ask(method, path, body=None, fields={}):
          h = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
          kind = 'application/octet-stream' if path == 'config/import' else 'application/json'
          h.request(method, '/api/v1/' + path, body, {'Authorization': 'Bearer abc', 'Content-Type': kind, **fields})
          r = h.getresponse()
          return r.status, r.read()
      def memory(name):
          text = open(f'/proc/{process}/status').read()
          return int(text.split(name + ':')[1].split()[0]) // 1024

      """
    let output = try PeerProcess.run(PeerProcess.python, ["-c", prelude + script], timeout: 120)
    #expect(output.status == 0, "\(output.standardError)")
    return output.standardOutput
  }

  // MARK: - The log

  /// Each change is told once, with who, from where, and what came of it; what the gateway saves for itself is nobody's.
  @Test func theLogTellsWhoDidWhat() throws {
    let bench = try bench(["MUC_LOG=ALL"])
    let (gateway, _) = try bench.startGateway(withPage: true)
    let statuses = try python(
      gateway,
      """
      print([ask('GET', 'meters.csv')[0], ask('GET', 'config/export')[0],
             ask('POST', 'meters/import?dryRun=1', 'MBUS;1;;x')[0], ask('POST', 'meters/import', 'MBUS;1;;x')[0],
             ask('POST', 'meters/readout', '{"entries":["99"]}', {'Content-Type': 'application/json'})[0]])
      """)
    #expect(statuses == "[200, 200, 200, 200, 422]\n")
    #expect(gateway.stop() == 0)
    let lines = gateway.standardError.split(separator: "\n").filter { $0.contains("robot") }
    let added = "00000001 is added; 00000001: Label = 'x' (was empty)"
    let expected = [
      "robot at 127.0.0.1: import of a table of meters, tried without effect: \(added)",
      "robot at 127.0.0.1: import of a table of meters: \(added)",
      "robot at 127.0.0.1: readout 99: refused: there is no meter 00000099 in the list",
    ]
    #expect(lines.count == expected.count, "\(lines)")
    for (line, text) in zip(lines, expected) { #expect(line.contains(text), "\(line)") }
    #expect(!gateway.standardError.contains("the API"))
  }

  // MARK: - Restart

  /// The same process begins anew, twenty times, and nothing of the one before is left. Python starts it, since Foundation
  /// takes a process for ended whose channels to it are closed.
  @Test func aRestartLeavesNothingOpen() throws {
    let bench = try bench()
    let script = """
      import http.client, json, os, re, signal, subprocess, sys, time
      gateway = subprocess.Popen(['\(PeerProcess.metergate)', 'run', '--app', '\(bench.folder.path)'],
                                 stdout=subprocess.PIPE, stderr=open('\(bench.folder.path)/log', 'w'), text=True)
      def ready():
          return int(re.search(r'web=http://127.0.0.1:(\\d+)', gateway.stdout.readline()).group(1))
      def ask(method, path):
          h = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
          h.request(method, '/api/v1/' + path, None, {'Authorization': 'Bearer abc'})
          r = h.getresponse(); data = json.loads(r.read()); h.close()
          return r.status, data
      def settled():
          counts = []
          while len(counts) < 5 or len(set(counts[-5:])) > 1:
              counts.append(len(os.listdir(f'/proc/{gateway.pid}/fd'))); time.sleep(0.1)
          return counts[-1]
      try:
          port = ready()
          ask('GET', 'status'); before = settled()
          for _ in range(20):
              answer = ask('POST', 'service/restart')
              assert answer == (202, {'news': ['the gateway restarts']}), answer
              port = ready()
          print(ask('GET', 'status')[1]['process'] == gateway.pid, gateway.poll())
          now = settled(); print(now <= before or (before, now))
          gateway.send_signal(signal.SIGTERM); print(gateway.wait(20))
      finally:
          gateway.kill()
      """
    let output = try PeerProcess.run(PeerProcess.python, ["-c", script], timeout: 300)
    #expect(output.standardOutput == "True None\nTrue\n0\n", "\(output.standardError)")
    #expect(try bench.read("log").ranges(of: "robot at 127.0.0.1 restarts the gateway").count == 20)
  }

  // MARK: - Support

  /// Each secret of a configuration that has all of them is looked for in all that the archive has.
  @Test func theSupportBundleHasNoSecrets() throws {
    var secrets = ["GEHEIM-UNKNOWN"]
    var lines: [SettingGroup: [String]] = [:]
    for (index, row) in SettingsTable.rows.filter(\.isSecret).enumerated() {
      let word = "GEHEIM\(100 + index)"
      let isText = (try? row.type[.solvimus].parse(word)) != nil
      let value = isText ? word : "7391\(100 + index)"
      #expect((try? row.type[.solvimus].parse(value)) != nil, "\(row.id)")
      lines[row.group, default: []].append("\(row.key(in: .solvimus))=\(value)")
      secrets.append(value)
    }
    #expect(secrets.count > 10)
    let main = lines.removeValue(forKey: .main) ?? []
    let text = lines.map { group, lines in
      ["[\(group.name(in: .solvimus))]"] + lines
    }
    let bench = try bench(
      main, (text.joined() + ["[OTHERS]", "SOME_PASSWORD=GEHEIM-UNKNOWN"]))
    let key = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
    try bench.write(
      "Device_Handle.cfg",
      "<root>\n<meter><interface>M-Bus</interface><serial>12345678</serial><encryptionkey>\(key)</encryptionkey>"
        + "</meter>\n</root>\n")
    let gateway = try bench.startGateway(withPage: true).peer
    let words = (secrets + [key]).map { "'\($0)'" }.joined(separator: ", ")
    let result = try python(
      gateway,
      """
      folder = '\(bench.folder.path)'
      words = [\(words)]
      # A browser, which has a session, and an administrator with a password.
      h = http.client.HTTPConnection('127.0.0.1', port, timeout=30)
      def page(method, path, body=None, fields={}):
          h.request(method, '/api/v1/' + path, body and json.dumps(body), {'Content-Type': 'application/json', **fields})
          r = h.getresponse(); data = r.read()
          return r, json.loads(data) if data else None
      r, s = page('POST', 'session', {'user': 'admin', 'password': 'admin'})
      cookie = r.headers['Set-Cookie'].split(';')[0]
      mine = {'Cookie': cookie, 'X-CSRF-Token': s['csrf']}
      r, s = page('POST', 'session/password', {'old': 'admin', 'new': 'GEHEIM-ADMIN'}, mine)
      assert r.status == 200, s
      r, t = page('POST', 'tokens', {'name': 'scada', 'rights': {'Meter': 'read'}}, mine)
      assert r.status == 200 or r.status == 201, t
      words += [cookie.split('=')[1], s['csrf'], 'GEHEIM-ADMIN', t['token'], 'ba7816bf8f01cfea']
      users = open(folder + '/users').read().splitlines()
      words += [line.split('$')[-1] for line in users if line.startswith('HASH=')]
      tokens = open(folder + '/keys/tokens').read().splitlines()
      words += [line[7:] for line in tokens if line.startswith('SHA256=')]
      words += open(folder + '/keys/http_host_key').read().split('-----')[2].split()
      ask('POST', 'telegram', json.dumps({'hex': '68', 'key': '\(key)'}))
      status, data = ask('GET', 'service/support')
      assert status == 200, data
      archive = tarfile.open(fileobj=io.BytesIO(data))
      texts = {m.name: archive.extractfile(m).read().decode().lower() for m in archive.getmembers()}
      print(sorted(texts))
      print('meter_time' in texts['configuration.json'], '12345678' in texts['configuration.json'])
      print(len(words) > 15, [(w, n) for w in words for n in texts if w.lower() in n + texts[n]])
      """)
    #expect(
      result == """
        ['application.log', 'check.txt', 'configuration.json', 'mbus.log', 'service.json', 'status.json']
        True True
        True []

        """)
    #expect(gateway.stop() == 0)
    withExtendedLifetime(bench) {}
  }

  // MARK: - Large bodies

  /// While one import is under way another one is refused, and what it brings is nowhere kept.
  @Test func aSecondImportIsNotHeldInMemory() throws {
    let bench = try bench()
    let gateway = try bench.startGateway(withPage: true).peer
    let result = try python(
      gateway,
      """
      size = 39 << 20
      first = socket.create_connection(('127.0.0.1', port))
      first.sendall(b'POST /api/v1/config/import HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer abc\\r\\n'
                    b'Content-Length: %d\\r\\n\\r\\n' % size + bytes(1 << 20))
      for _ in range(200):
          status, data = ask('POST', 'config/import?dryRun=1', b'x')
          if status == 503: break
          time.sleep(0.05)
      print(status, data.decode())
      before = memory('VmHWM')
      # All of it is sent before the answer is read.
      status, data = ask('POST', 'config/import', bytes(size))
      print(status, memory('VmHWM') - before < 16)
      first.close()
      for _ in range(200):
          status, data = ask('POST', 'config/import?dryRun=1', b'x')
          if status != 503: break
          time.sleep(0.05)
      print(status)
      """)
    #expect(
      result == """
        503 {"error":"a configuration is being imported; try again when that has ended; nothing is changed"}
        503 True
        422

        """)
    #expect(gateway.stop() == 0)
    withExtendedLifetime(bench) {}
  }

  /// Whoever sends all of a large file first gets the answer all the same, and one that is too large is told so.
  @Test func whoSendsAllFirstIsAnswered() throws {
    let bench = try bench()
    let gateway = try bench.startGateway(withPage: true).peer
    let result = try python(
      gateway,
      """
      body = bytes(60 << 20)
      for _ in range(3):
          status, data = ask('POST', 'config/import', body)
          print(status, data.decode())
          status, data = ask('POST', 'config/import', body[:39 << 20], {'Authorization': 'Bearer wrong'})
          print(status)
      """)
    let expected = """
      413 {"error":"the body has more than 41943040 bytes, which is the most that is taken here"}
      401

      """
    #expect(result == expected + expected + expected)
    #expect(gateway.stop() == 0)
    withExtendedLifetime(bench) {}
  }

  /// The number of a value may be that of another one by now: whoever names the value changes no other.
  @Test func anotherValueIsNotChanged() throws {
    let bench = try bench()
    try bench.write(
      "Device_Handle.cfg",
      "<root>\n<meter><interface>M-Bus</interface><serial>12345678</serial><value><dif>0x0C</dif><vif>0x06</vif>"
        + "</value></meter>\n</root>\n")
    let gateway = try bench.startGateway(withPage: true).peer
    let result = try python(
      gateway,
      """
      def change(**codes):
          edit = {'meter': '12345678', 'values': [{'index': 1, 'label': 'mine', **codes}]}
          status, data = ask('PUT', 'meters', json.dumps({'edits': [edit]}))
          print(status, json.loads(data).get('error'))
      change(dif='0C', vif='13')
      value = json.loads(ask('GET', 'meters')[1])['meters'][0]['values'][0]
      change(dif=value['dif'], vif=value['vif'])
      """)
    #expect(
      result == """
        409 12345678, value 1 is another one than was meant, "None": the numbers of values may have changed since the \
        list was read: read it again; nothing is changed
        200 None

        """)
    #expect(gateway.stop() == 0)
    withExtendedLifetime(bench) {}
  }

  @Test func manyChangesOfTheListAndAFileThatHasChanged() throws {
    let bench = try bench()
    let list =
      "<root>\n<meter><interface>M-Bus</interface><serial>12345678</serial></meter>\n</root>\n"
    try bench.write("Device_Handle.cfg", list)
    let gateway = try bench.startGateway(withPage: true).peer
    #expect(eventually { gateway.standardOutput.contains("ready:") })
    let result = try python(
      gateway,
      """
      edits = json.dumps({'edits': [{'meter': '12345678', 'label': 'x' * 40 + '%d' % n} for n in range(1000)]})
      print(64 << 10 < len(edits) < 4 << 20)
      status, data = ask('PUT', 'meters', edits); print(status)
      status, data = ask('PUT', 'meters', edits + ' ' * (4 << 20)); print(status, data.decode())
      path = '\(bench.folder.path)/Device_Handle.cfg'
      text = open(path).read()
      open(path, 'w').write(text + '<!-- mine -->\\n')
      for command, body in [('PUT', {'edits': [{'meter': '12345678', 'label': 'y'}]}), ('POST', {'all': True})]:
          where = 'meters' if command == 'PUT' else 'meters/allocate'
          status, data = ask(command, where, json.dumps(body)); print(status, json.loads(data)['error'])
      print(open(path).read() == text + '<!-- mine -->\\n')
      """)
    let conflict =
      "409 Device_Handle.cfg is changed on the disk, which the gateway has not taken over: let it do that first "
      + "(\"metergate apply\" or SIGHUP), or put the file back, then repeat the command; nothing is changed"
    #expect(
      result == """
        True
        200
        413 {"error":"the body has more than 4194304 bytes, which is the most that is taken here"}
        \(conflict)
        \(conflict)
        True

        """)
    #expect(gateway.stop() == 0)
    withExtendedLifetime(bench) {}
  }
}
