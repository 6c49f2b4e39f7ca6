"""A gateway on a folder of its own, with a simulated bus and tokens, for the peers beside this file."""

import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

TABS = ["General", "Meter", "Output", "Configuration", "WAN", "Server", "Security", "User", "Log", "Service"]


class Gateway:
    """A gateway that runs until the end of the block.

    `tokens` has for each name the tabs that it may read and those that it may write, as the file `keys/tokens` says
    them; `token(name)` is its text. `files` are further files of the folder. `bus` is MBUS_DEVPATH."""

    def __init__(self, metergate, bus="sim:demo", tokens=None, files=None, settings="", web=""):
        self.folder = tempfile.mkdtemp(prefix="metergate-web-")
        self.tokens = {"boss": ("ALL", "ALL"), "reader": ("ALL", "NONE")} if tokens is None else tokens
        self.write("chip.ini", f"[SOLVIMUS]\nMBUS_DEVPATH={bus}\nMBUS_BAUDRATE=38400\nMETER_TIME=60\n"
                   f"MODBUS_ENABLE=1\nMODBUS_IP=127.0.0.1\nMODBUS_NWPORT=0\n{settings}"
                   f"[WEB]\nIP=127.0.0.1\nHTTP_PORT=0\nHTTPS_ENABLE=0\n{web}")
        os.mkdir(os.path.join(self.folder, "keys"), 0o700)
        os.mkdir(os.path.join(self.folder, "ext"))
        self.write("keys/tokens", "".join(
            f"[{name}]\nSHA256={hashlib.sha256(self.token(name).encode()).hexdigest()}\n"
            f"READ={read}\nWRITE={write}\nCREATED=1\n" for name, (read, write) in self.tokens.items()))
        for name, text in (files or {}).items():
            self.write(name, text)
        self.log = []
        self.process = subprocess.Popen(
            [metergate, "run", "--app", self.folder, "--ext", os.path.join(self.folder, "ext")],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
        threading.Thread(target=self._collect, daemon=True).start()
        ready = self.process.stdout.readline()
        places = dict(word.split("=", 1) for word in ready.split()[1:])
        if "web" not in places:
            raise RuntimeError(f"the gateway does not serve: {ready!r} {''.join(self.log)}")
        self.url = places["web"]
        self.modbus = int(places["modbus"].rsplit(":", 1)[1])
        self.port = int(self.url.rsplit(":", 1)[1])

    def _collect(self):
        for line in self.process.stderr:
            self.log.append(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8", newline="") as file:
            file.write(text)

    @staticmethod
    def token(name):
        """The text of a token: known to the tests only, which make the file."""
        return hashlib.sha256(f"the token {name}".encode()).hexdigest()

    def ask(self, method, path, body=None, token="boss", kind="application/json"):
        """Status, headers and body of an answer. `body` is sent as JSON unless it is bytes."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if token:
            request.add_header("Authorization", f"Bearer {self.token(token)}")
        if data is not None:
            request.add_header("Content-Type", kind)
        end = time.monotonic() + 15
        while True:
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.headers, error.read()
            except (OSError, http.client.HTTPException):
                # An address has so many new connections a second; one that is too many is closed unheard.
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def read(self, path, token="boss"):
        """The JSON at a path."""
        status, _, body = self.ask("GET", path, token=token)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:300]!r}")
        return json.loads(body)

    def memory(self, what="VmHWM"):
        """Bytes of resident memory: VmHWM is the most so far, VmRSS just now."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(what + ":"):
                    return int(line.split()[1]) * 1024
        return 0
