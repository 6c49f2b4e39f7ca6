"""A user with a single right sees that tab and no other, and can change it only where the right says so.

usage: single_rights.py METERGATE"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "WebPeers"))
from gateway import Gateway  # noqa: E402
from page import Failure, Page  # noqa: E402

# Those of the page; WAN is for devices with a modem, and has none.
TABS = ["General", "Meter", "Output", "Configuration", "Server", "Security", "User", "Log", "Service"]
PASSWORD = "a single right"


def main():
    users = {f"{right}-{tab.lower()}": (tab, right) for tab in TABS for right in ("read", "write")}
    with Gateway(sys.argv[1]) as gateway:
        for name, (tab, right) in users.items():
            status, _, body = gateway.ask("PUT", "/api/v1/users", {
                "hash": gateway.read("/api/v1/users")["hash"],
                "edits": [{"name": name, "add": True, "password": PASSWORD, "rights": {tab: right}}]})
            if status != 200:
                raise Failure(f"{name} cannot be added: {status} {body!r}")
        with Page(gateway.url) as page:
            page.logout()
            for name, (tab, right) in users.items():
                page.login(name, PASSWORD)
                page.until(f"the tabs of {name}", lambda: page.tabs() == ["Overview", tab])
                page.tab(tab)
                page.until("the tab to be drawn", lambda: page.one("#main").text.strip() and not page.all("#main .loading"))
                if bool(page.all("#tabs a.readonly")) != (right == "read"):
                    raise Failure(f"{name}: the tab does not say whether it can be changed")
                page.logout()


try:
    main()
except Failure as failure:
    print(failure, file=sys.stderr)
    sys.exit(1)
