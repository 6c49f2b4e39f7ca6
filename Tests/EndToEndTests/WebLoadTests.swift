import Foundation
import PeerSupport
import Testing

/// What clients of the web page must not cost the gateway.
@Suite(.serialized, .ownThread) struct WebLoadTests {
  private func start(_ bench: Workbench, _ more: String, _ arguments: [String] = []) throws -> (
    gateway: RunningPeer, port: Int
  ) {
    try bench.write(
      "chip.ini",
      "[SOLVIMUS]\nMODBUS_ENABLE=0\n\(more)[WEB]\nIP=127.0.0.1\nHTTP_PORT=0\nHTTPS_ENABLE=0\n")
    let gateway = try bench.startGateway(arguments, withPage: true).peer
    let place = try #require(
      gateway.standardOutput.split(separator: " ").first { $0.hasPrefix("web=") })
    let digits = place.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
    return (gateway, try #require(Int(digits)))
  }

  /// A visitor's cookie, and a request as bytes.
  private static let client = """
    import http.client, os, socket, time
    def visit(port):
        h = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
        h.request('GET', '/api/v1/session'); r = h.getresponse(); r.read()
        return r.headers['Set-Cookie'].split(';')[0]
    def ask(port, cookie, path):
        s = socket.create_connection(('127.0.0.1', port), timeout=20)
        s.sendall(f'GET {path} HTTP/1.1\\r\\nHost: localhost\\r\\nCookie: {cookie}\\r\\n\\r\\n'.encode())
        return s

    """

  /// Event streams that are opened and dropped while meters are read leave no sockets, no work and no memory behind.
  @Test func aHundredStreamsThatAreDroppedLeaveNothing() throws {
    let bench = try Workbench()
    let bus = try #require(try bench.startSimulator(["--meters", "3", "--baud", "38400"]))
    let (gateway, port) = try start(
      bench,
      "MBUS_DEVPATH=tcp://127.0.0.1:\(bus)\nMBUS_BAUDRATE=38400\nMETER_TIME=1\nMETER_CONTINUOUS=1\n",
      ["--scan"])
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        "-c",
        Self.client + """
          port, pid = \(port), \(gateway.processIdentifier)
          ticks = os.sysconf('SC_CLK_TCK')
          def cpu():
              with open(f'/proc/{pid}/stat') as f: words = f.read().rsplit(')', 1)[1].split()
              return (int(words[11]) + int(words[12])) / ticks
          def memory():
              with open(f'/proc/{pid}/statm') as f: return int(f.read().split()[1]) * 4096 / 1e6
          def files(): return len(os.listdir(f'/proc/{pid}/fd'))
          def revision():
              s = ask(port, cookie, '/api/v1/events'); text = b''
              while b',"meters"' not in text:
                  piece = s.recv(65536)
                  if not piece: raise SystemExit('no stream')
                  text += piece
              s.close(); return int(text.split(b'"revision":')[1].split(b',')[0])
          def load():
              before = cpu(); time.sleep(4); return cpu() - before
          cookie = visit(port)
          def streams(count):
              done = 0
              for attempt in range(600):
                  if done == count: return
                  try:
                      s = ask(port, cookie, '/api/v1/events')
                      text = b''
                      while b'event: meters' not in text:
                          piece = s.recv(65536)
                          if not piece: raise ConnectionError()
                          text += piece
                      done += 1
                      s.close()
                  except ConnectionError:
                      time.sleep(0.1)
              raise SystemExit(f'{done} streams')
          for attempt in range(300):
              h = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
              h.request('GET', '/api/v1/meters', headers={'Cookie': cookie})
              if h.getresponse().read().count(b'lastRead') >= 3: break
              h.close(); time.sleep(0.2)
          else: raise SystemExit('no readouts')
          streams(20); time.sleep(3)
          load_before, memory_before, files_before = load(), memory(), files()
          seen = revision()
          streams(100); time.sleep(3)
          load_after, memory_after, files_after = load(), memory(), files()
          print('revisions', revision() > seen)
          print('files', files_after <= files_before + 2)
          print('memory', 'ok' if memory_after < memory_before + 20 else (memory_before, memory_after))
          print('load', 'ok' if load_after < load_before * 2 + 0.4 else (load_before, load_after))
          """,
      ], timeout: 120)
    #expect(output.status == 0, "\(output.standardError)")
    #expect(output.standardOutput == "revisions True\nfiles True\nmemory ok\nload ok\n")
    #expect(gateway.stop() == 0)
  }

  /// A search that finds nothing in a long log keeps nobody from logging in or seeing the status, ends with its client,
  /// and does not hold up the end of the gateway.
  @Test func aLongSearchHoldsNobodyUp() throws {
    let bench = try Workbench()
    let folder = bench.folder.appendingPathComponent("ext/Log/2026/11")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let line =
      "2026-11-22T00:48:42.123Z M-Bus RX serial=66600106"
      + String(repeating: " AB", count: 400) + "\n"
    try Data(String(repeating: line, count: 30_000).utf8).write(
      to: folder.appendingPathComponent("mbus-20261122.log"))
    let (gateway, port) = try start(
      bench, "MBUS_ENABLE=0\n", ["--ext", bench.folder.appendingPathComponent("ext").path])
    let output = try PeerProcess.run(
      PeerProcess.python,
      [
        "-c",
        Self.client + """
          port = \(port)
          cookie = visit(port)
          slow = '/api/v1/log.csv?source=mbus&regex=1&filter=(a%7Cb)*a(a%7Cb)%7B200%7Dx'
          first = ask(port, cookie, slow)
          time.sleep(1)
          begin = time.time()
          h = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
          h.request('POST', '/api/v1/session', '{"user":"admin","password":"admin"}', {'Content-Type': 'application/json'})
          r = h.getresponse(); r.read(); print('login', r.status)
          h.request('GET', '/api/v1/status', headers={'Cookie': cookie})
          r = h.getresponse(); r.read(); print('status', r.status)
          print('at once', time.time() - begin < 5)
          h.request('GET', '/api/v1/log', headers={'Cookie': cookie})
          r = h.getresponse(); print(r.status, r.read().decode())
          first.close()
          time.sleep(1)
          h.request('GET', '/api/v1/log', headers={'Cookie': cookie})
          r = h.getresponse(); r.read(); print('then', r.status)
          second = ask(port, cookie, slow)
          time.sleep(1)
          os.kill(\(gateway.processIdentifier), 15)
          try: second.recv(100)
          except ConnectionError: pass
          """,
      ], timeout: 60)
    #expect(output.status == 0, "\(output.standardError)")
    #expect(
      output.standardOutput == """
        login 200
        status 200
        at once True
        503 {"error":"another search of web is under way: try again when it is over"}
        then 200

        """)
    #expect(gateway.waitForEnd(timeout: 10) == 0)
  }
}
