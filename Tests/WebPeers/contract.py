"""The API against its description: schemathesis makes requests from GET /api/v1/openapi.json, and judges the answers.

usage: contract.py METERGATE [EXAMPLES [SECONDS]]

Four kinds of callers have a gateway each: an administrator's token, a token that may only read, nobody, and a session of
a browser. EXAMPLES is the most random requests of an operation; with SECONDS the random ones go on for so long."""

import http.client
import http.cookies
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from gateway import Gateway

CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header",
          "unsupported_method", "allow_header_conformance", "ignored_auth"]

# Left out, by name, with the reason.
ENDLESS = {"getEvents": "a stream without an end: EventsAPITests and the scenarios of the page have it"}
ENDING = {
    "postServiceRestart": "ends the process that is tested: ServiceAPITests",
    "deleteTokensName": "has a run of its own, since it could take the token of the run away",
}
OWN = {"deleteSession": "ends the session of the run: DoorkeeperTests, and each scenario of the page"}
OF_SESSIONS = ["postSessionPassword", "postSessionLock", "deleteSessionLock", "postSessionAlive"]

# What the description cannot say, and what schemathesis cannot know.
CONFIGURATION = """
[generation]
with-security-parameters = false

[checks.positive_data_acceptance]
# 409 and 422 are answers to what is well formed and means nothing here, such as a meter that is not in the list, a scan
# that does not run, or the hash of another file; 423 to a session without the lock; 429 to one that has guessed often.
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "423", "429"]

[checks.negative_data_rejection]
# 413 is the answer to what is longer than it may be.
expected-statuses = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "423", "429"]
"""


def session(url):
    """The headers of a browser's session: those of a visitor."""
    with urllib.request.urlopen(url + "/api/v1/session", timeout=10) as answer:
        cookies = http.cookies.SimpleCookie(answer.headers["Set-Cookie"])
        csrf = json.load(answer)["csrf"]
    pairs = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    return {"Cookie": pairs, "X-CSRF-Token": csrf}


def run(gateway, name, headers, operations, examples, seconds, phases="examples,coverage,fuzzing"):
    """One run of schemathesis; gives what it found, or nothing."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        settings = os.path.join(folder, "schemathesis.toml")
        with open(settings, "w", encoding="ascii") as file:
            file.write(CONFIGURATION)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", settings, "run",
                   gateway.url + "/api/v1/openapi.json", "--no-color", "--continue-on-failure", "--workers", "2",
                   "--checks", ",".join(CHECKS), "--phases", phases,
                   "--max-examples", str(examples), "--request-timeout", "20", "--warnings", "off",
                   "--suppress-health-check", "all", *operations]
        command += ["--max-time", str(seconds)] if seconds else ["--generation-deterministic"]
        for header, value in headers.items():
            command += ["--header", f"{header}: {value}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    report = done.stdout + done.stderr
    count = re.search(r"(\d+) generated", report)
    print(f"{name}: {count.group(1) if count else 'no'} requests in {time.monotonic() - begin:.0f} s, "
          f"{gateway.memory() // 1_000_000} MB at most", flush=True)
    mistakes = [line for line in gateway.log if "mistake of the gateway" in line or " error " in line]
    if done.returncode or not count or gateway.process.poll() is not None or mistakes:
        return f"{name}: {report}\n{''.join(mistakes)}"
    return ""


def strangers(gateway):
    """Each operation before requests that are none: every status has to be among those that are described, and every
    refusal says why; gives what is otherwise."""
    with urllib.request.urlopen(gateway.url + "/api/v1/openapi.json", timeout=10) as answer:
        paths = json.load(answer)["paths"]
    of_sessions = ["POST/api/v1/session/password", "POST/api/v1/session/lock"]
    found = []
    for path, operations in paths.items():
        place = re.sub(r"{[^}]*}", "1", path)
        # Whatever can be got has a head, too.
        known = sorted([method.upper() for method in operations] + ["HEAD"] * ("get" in operations))
        for method, operation in operations.items():
            what = method.upper()
            tries = [("no length", what, place, {"Content-Length": "x"}, None, [400]),
                     ("too large headers", what, place, {"X-Large": "x" * 20_000}, None, [431]),
                     ("another host", what, place, {"Host": "evil.example.org"}, None, [421])]
            if path.startswith("/api/"):
                tries.append(("an unknown word", what, place + "?colour=1", {}, None, [400]))
            # A token has no session, and a backup is looked at as a file.
            malformed = [401] if what + path in of_sessions else [422] if path.endswith("config/import") else [400]
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                tries.append(("malformed JSON", what, place, {}, b"{", malformed))
                tries.append(("too large a body", what, place, {"Content-Length": str(1 << 40)}, None, [413]))
            if "TRACE" not in known:
                tries.append(("another method", "PATCH", place, {}, None, [405]))
            for name, verb, target, headers, body, expected in tries:
                status, told, text = raw(gateway, verb, target, headers, body)
                where = f"{name} to {what} {path}"
                if str(status) not in operation["responses"] or status not in expected:
                    found.append(f"{where}: {status} {text}")
                elif not text.startswith(b'{"error":"'):
                    found.append(f"{where}: {status} does not say why: {text}")
                elif status == 405 and sorted(told.split(", ")) != known:
                    found.append(f"{where}: Allow is {told!r}, and {known} are described")
    print(f"strangers: {len(found)} answers that are not described", flush=True)
    return "\n".join(found)


def raw(gateway, method, target, headers, body):
    """Status, Allow and body of an answer, also to what no library would send."""
    # An address may make 10 connections a second for long.
    time.sleep(0.11)
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    try:
        connection.putrequest(method, target, skip_host="Host" in headers, skip_accept_encoding=True)
        given = {**token("boss"), "Content-Type": "application/json", **headers}
        if "Content-Length" not in given:
            given["Content-Length"] = str(len(body or b""))
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Allow", ""), answer.read()
    finally:
        connection.close()


def without(*groups):
    names = [name for group in groups for name in group]
    return ["--exclude-operation-id-regex", f"^({'|'.join(names)})$"]


def only(names):
    return ["--include-operation-id-regex", f"^({'|'.join(names)})$"]


def token(name):
    return {"Authorization": f"Bearer {Gateway.token(name)}"}


def main():
    metergate = sys.argv[1]
    examples = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    seconds = int(sys.argv[3]) // 4 if len(sys.argv) > 3 else 0
    found = []
    # Meters that are read, so that there are answers with something in them.
    files = {"Device_Handle.cfg": subprocess.run([metergate, "sim", "--meters", "20", "--write-config"],
                                                 capture_output=True, text=True, check=True).stdout}
    with Gateway(metergate, files=files) as gateway:
        found.append(run(gateway, "administrator", token("boss"), without(ENDLESS, ENDING, OWN, OF_SESSIONS),
                         examples, seconds))
        found.append(strangers(gateway))
        found.append(run(gateway, "tokens that go", token("boss"), only(["deleteTokensName"]), examples, 0))
    with Gateway(metergate, files=files) as gateway:
        # What is refused is refused before it is read, so that it need not be sent in all variants.
        found.append(run(gateway, "reader", token("reader"), without(ENDLESS, OWN, OF_SESSIONS), examples, seconds,
                         "fuzzing"))
        found.append(run(gateway, "nobody", {}, without(ENDLESS), examples, seconds, "fuzzing"))
    with Gateway(metergate, files=files) as gateway:
        found.append(run(gateway, "session", session(gateway.url), only(OF_SESSIONS + ["getSession", "getStatus"]),
                         examples, seconds))
    found = [one for one in found if one]
    print("\n".join(found), file=sys.stderr)
    sys.exit(1 if found else 0)


main()
