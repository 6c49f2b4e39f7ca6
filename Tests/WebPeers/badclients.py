"""Clients that mean harm, all at once, while a PLC polls and a person works: nobody else notices.

usage: badclients.py METERGATE"""

import os
import select
import socket
import struct
import sys
import threading
import time

from gateway import Gateway

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Browser"))
from page import Page  # noqa: E402

# HTTPLimits: 64 connections, 16 of an address; 10 s for the first head, 30 s without a request.
CONNECTIONS, HEAD = 64, 10
# ConfigurationAPI takes 40 MB, which is the most of all paths.
LARGEST = 40 << 20
GIGABYTE = 1 << 30
# What two uploads may cost, of which one tells its length: what has come of the other, and as much for all else.
MEMORY = 2 * LARGEST

problems = []


def check(condition, text):
    if not condition:
        problems.append(text)


def connect(port, source="127.0.0.1"):
    """A connection from an address of its own: the limits go by address."""
    return socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(source, 0))


def is_closed(client):
    """Whether the other end has closed."""
    try:
        while True:
            readable, _, _ = select.select([client], [], [], 0)
            if not readable:
                return False
            if not client.recv(4096):
                return True
    except OSError:
        return True


class Poller(threading.Thread):
    """A Modbus client that asks ten times a second, one request after the other."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.answered, self.failed, self.slowest, self.is_over = port, 0, 0, 0.0, False

    def run(self):
        client = connect(self.port)
        while not self.is_over:
            begin = time.monotonic()
            try:
                client.sendall(struct.pack(">HHHBBHH", self.answered & 0xFFFF, 0, 6, 0, 3, 0, 10))
                answer = b""
                while len(answer) < 29:
                    piece = client.recv(64)
                    if not piece:
                        raise OSError("closed")
                    answer += piece
                self.answered += 1
            except OSError:
                self.failed += 1
                return
            self.slowest = max(self.slowest, time.monotonic() - begin)
            time.sleep(0.1)


class Loris(threading.Thread):
    """Connections that send a byte of a header every second."""

    def __init__(self, port, count):
        super().__init__(daemon=True)
        self.port, self.count, self.longest, self.open = port, count, 0.0, count

    def run(self):
        begun = {}
        for index in range(self.count):
            client = connect(self.port, f"127.0.1.{1 + index % 10}")
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
            begun[client] = time.monotonic()
        end = time.monotonic() + HEAD + 8
        while begun and time.monotonic() < end:
            for client in list(begun):
                closed = is_closed(client)
                if not closed:
                    try:
                        client.send(b"y")
                    except OSError:
                        closed = True
                if closed:
                    self.longest = max(self.longest, time.monotonic() - begun.pop(client))
                    client.close()
            self.open = len(begun)
            time.sleep(1)


def upload(port, source, is_chunked, token):
    """Sends a gigabyte for as long as it is taken. Gives the status, and how many bytes were."""
    client = connect(port, source)
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {GIGABYTE}"
    client.sendall(("POST /api/v1/config/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/gzip\r\n"
                    f"Authorization: Bearer {token}\r\n{length}\r\n\r\n").encode())
    block = b"\x1f" * (1 << 20)
    piece = b"%x\r\n%s\r\n" % (len(block), block) if is_chunked else block
    sent = 0
    answer = b""
    client.settimeout(15)
    try:
        while sent < GIGABYTE:
            readable, _, _ = select.select([client], [], [], 0)
            if readable:
                break
            client.sendall(piece)
            sent += len(block)
        answer = client.recv(4096)
    except OSError:
        # Whoever goes on sending is cut off; what was said before that may still be there.
        try:
            answer = client.recv(4096)
        except OSError:
            pass
    client.close()
    status = answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/1.1 ") else "closed"
    return status, sent


def logins(gateway, when):
    """Somebody logs in with a wrong name, which is an answer, and a visitor gets a session."""
    begin = time.monotonic()
    status, _, _ = gateway.ask("GET", "/api/v1/session", token=None)
    check(status == 200, f"{when}: a visitor gets {status}")
    status, headers, _ = gateway.ask("POST", "/api/v1/session", {"user": "web", "password": "web"}, token=None)
    check(status == 200 and "Set-Cookie" in headers, f"{when}: a login gets {status}")
    took = time.monotonic() - begin
    check(took < 8, f"{when}: a login took {took:.1f} s")
    return took


def work(page, name):
    """A person goes to another tab."""
    page.tab(name)
    page.until(f"the tab {name}", lambda: page.one("#main").text.strip() and not page.all("#main .loading"))


def main():
    with Gateway(sys.argv[1]) as gateway, Page(gateway.url) as page:
        work(page, "General")
        logins(gateway, "before")
        before = gateway.memory()
        poller, loris = Poller(gateway.modbus), Loris(gateway.port, 100)
        poller.start()
        begin = time.monotonic()
        loris.start()
        time.sleep(2)
        took = [logins(gateway, "beside slow clients")]
        work(page, "Configuration")
        # Further connections would take their places before their time is up.
        loris.join(HEAD + 12)
        check(loris.open == 0 and HEAD - 1 < loris.longest < HEAD + 4,
              f"{loris.open} slow clients are still there, the longest was for {loris.longest:.1f} s")
        idle = [connect(gateway.port, f"127.0.2.{1 + index % 20}") for index in range(200)]
        took.append(logins(gateway, "beside idle clients"))
        work(page, "Server")
        time.sleep(1)
        held = sum(not is_closed(client) for client in idle)
        check(held <= CONNECTIONS, f"{held} idle connections are held, {CONNECTIONS} is the most")
        uploads = {}
        threads = [threading.Thread(target=lambda key=key: uploads.update({key: upload(
            gateway.port, f"127.0.3.{len(key)}", key[0] == "c", Gateway.token("boss"))}), daemon=True)
            for key in ("chunked", "length")]
        for thread in threads:
            thread.start()
        took.append(logins(gateway, "beside uploads"))
        work(page, "Security")
        for thread in threads:
            thread.join(20)
        for key, (status, sent) in uploads.items():
            check(status == "413", f"the upload ({key}) gets {status}")
            check(sent <= LARGEST + (16 << 20), f"of the upload ({key}) {sent} bytes are taken")
        check(len(uploads) == 2, "an upload does not end")
        took.append(logins(gateway, "after it"))
        work(page, "Log")
        poller.is_over = True
        poller.join(5)
        check(poller.failed == 0 and poller.answered > 50,
              f"{poller.answered} Modbus requests answered, {poller.failed} not")
        check(poller.slowest < 2, f"a Modbus request took {poller.slowest:.2f} s")
        grown = gateway.memory() - before
        check(grown < MEMORY, f"memory grew by {grown >> 20} MB, {MEMORY >> 20} MB is the most")
        check(gateway.process.poll() is None, "the gateway has ended")
        print(f"{time.monotonic() - begin:.0f} s: {poller.answered} Modbus requests answered, the slowest in "
              f"{poller.slowest * 1000:.0f} ms; logins in {max(took):.1f} s at most; slow clients closed after "
              f"{loris.longest:.1f} s at most; {held} of 200 idle connections held; uploads "
              + ", ".join(f"{key} {status} after {sent >> 20} MB" for key, (status, sent) in sorted(uploads.items()))
              + f"; VmHWM {before >> 20} MB before, {gateway.memory() >> 20} MB at most")
    if problems:
        print("\n".join(problems), file=sys.stderr)
        sys.exit(1)


main()
