"""Scenarios on the web page of a gateway that runs. usage: scenarios.py NAME PAGE-URL [MODBUS-PORT]

The gateway has a simulated bus, the users of delivery, and nothing else; each scenario has one of its own."""

import os
import sys

from page import Failure, Page
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PASSWORD = "a new one, 8 and more"
MANUALS = ["Overview", "General", "Meter", "Output", "Configuration", "Server", "Security", "User", "Log", "Service"]


def administrator(page):
    """Logs the default user out and the administrator in, who has to choose a password."""
    page.logout()
    page.login("admin", "admin")
    page.says("has to choose a new password", "dialog")
    page.change_password("admin", PASSWORD)


def commissioning(url, modbus):
    """What an installer does: log in, new password, scan, label, allocate, save; a PLC reads the change."""
    with Page(url) as page:
        page.until("the default user", lambda: "web" in page.one("#top").text)
        page.logout()
        page.login("admin", "admin")
        page.says("has to choose a new password", "dialog")
        page.says("web", "dialog")
        page.fill("Old password", "admin", "dialog")
        page.fill("New password", "short", "dialog")
        page.fill("Password, once more", "short", "dialog")
        page.press("Change password", "dialog")
        page.says("at least 8 are needed", "dialog")
        page.change_password("admin", PASSWORD)
        page.tab("Meter")
        page.says("The list has no meters yet")
        page.press("Scan", "#actions")
        page.button("Cancel scan", "#actions")
        page.one(".scan")
        page.until("meters to appear", lambda: len(page.all(".treetable .row.meter")) > 0)
        page.until("the scan to end", lambda: [
            one for one in page.all("#actions button") if one.text.strip() == "Scan"])
        meter = page.one(".treetable .row.meter")
        serial = page.cell(meter, "serial").text
        page.until("the meter to be read", lambda: "is-ok" in page.row(serial).get_attribute("class"))
        page.double_click(page.cell(page.row(serial), "serial"))
        page.fill("User label", "Boiler house", "dialog")
        page.press("OK", "dialog")
        page.gone("dialog")
        page.until("the change to be marked", lambda: "changed" in page.row(serial).get_attribute("class"))
        page.press("Save (1)", "#actions")
        page.until("the change to be saved", lambda: "changed" not in page.row(serial).get_attribute("class"))
        page.says("Boiler house")
        read_by_modbus(page, serial, modbus)
        page.shoot("commissioning")


def read_by_modbus(page, serial, modbus):
    """The register on the page has the meter's serial."""
    from pymodbus.client import ModbusTcpClient
    register = int(page.cell(page.row(serial), "register").text.replace("\u202f", "").replace(",", ""))
    client = ModbusTcpClient("127.0.0.1", port=modbus)
    client.connect()
    words = client.read_holding_registers(register, count=10).registers
    page.tab("Overview")
    page.says(f"function 03: registers {register} to {register + 9}")
    client.close()
    found = f"{words[0] << 16 | words[1]:08d}"
    if found != serial:
        raise Failure(f"register {register} has serial {found}, the page {serial}")


def end_session(page):
    """Ends the session of this browser without the page having to do with it."""
    page.driver.execute_async_script("""
      const done = arguments[0];
      fetch('/api/v1/session').then((answer) => answer.json()).then((session) =>
        fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-CSRF-Token': session.csrf } })).then(done);""")


def slow(page, part, method, seconds, instead="undefined"):
    """Lets requests take their time: those by this method whose address has this part."""
    page.script("""
      const [part, method, seconds] = arguments;
      const real = window.fetch;
      window.fetch = async (address, options) => {
        const isMeant = String(address).includes(part) && (options?.method ?? 'GET') === method;
        if (!isMeant) return real(address, options);
        await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
        return INSTEAD ?? real(address, options);
      };""".replace("INSTEAD", instead), part, method, seconds)


def focused(page):
    """Which element has the focus: its id, or else its name."""
    return page.script("const one = document.activeElement; return one.id || one.localName;")


def second_session(url, _):
    """While one session changes something, another one only sees, and is told who has the lock."""
    with Page(url) as first, Page(url) as second:
        first.tab("General")
        first.fill("Device name", "Basement")
        first.until("the lock to be held", lambda: "You have the write lock" in first.text()
                    or first.all("#top .lock.mine"))
        second.tab("General")
        second.field("Device name").send_keys("x")
        second.one("dialog")
        second.says("another session of web, from 127.0.0.1", "dialog")
        second.press("Ask for it", "dialog")
        second.says("Asked:")
        first.says("web asks for the right to write")
        first.press("Save (1)", "#actions")
        first.until("saved", lambda: first.all("#actions .save[disabled]"))
        second.until("the lock to be free", lambda: not second.all("#top .lock"))
        second.press("Reload", "#actions")
        second.until("the new name", lambda: second.field("Device name").get_attribute("value") == "Basement")


def rights(url, _):
    """Tabs that a user may not see are not there; those that he may not change are grey."""
    with Page(url) as page:
        administrator(page)
        page.until("all tabs for the administrator", lambda: page.tabs() == MANUALS)
        page.tab("User")
        page.press("Add user", "#actions")
        page.fill("Username", "guard", "dialog")
        page.fill("Password", "guards the door", "dialog")
        page.fill("Password, once more", "guards the door", "dialog")
        page.press("OK", "dialog")
        page.gone("dialog")
        for label in ("Read Meter", "Read Log"):
            page.one(f"input[aria-label='guard: {label}']").click()
        page.press("Save (1)", "#actions")
        page.until("saved", lambda: page.all("#actions .save[disabled]"))
        page.tab("General")
        page.fill("Device name", "Basement")
        page.button("Save (1)", "#actions")
        end_session(page)
        page.one("dialog.login")
        for _ in range(3):
            page.one("dialog.login").send_keys(Keys.ESCAPE)
        if page.field("Username", "dialog").get_attribute("value") != "admin":
            raise Failure("the login has forgotten who was logged in")
        page.login("guard", "guards the door")
        page.says("A change of admin is not saved here", "dialog")
        page.login("guard", "guards the door")
        page.until("his tabs", lambda: page.tabs() == ["Overview", "Meter", "Log"])
        page.says("Meters by medium")
        page.says("Bus")
        if page.all(".card-modbus") or "may not" in page.text():
            raise Failure("the overview has more than the user may see, or says so")
        page.tab("Meter")
        if page.all("#action-scan"):
            raise Failure("who may not change the list can scan")


def print_page(url, _):
    """The print page has the whole configuration, and the meters as a table; it is empty after the log-out."""
    with Page(url) as page:
        page.tab("Meter")
        page.until("meters", lambda: page.all(".treetable .row.value"))
        window = page.driver.current_window_handle
        page.press("Print", "#actions")
        other = page.until("a window", lambda: [one for one in page.driver.window_handles if one != window])[0]
        page.driver.switch_to.window(other)
        page.until("a table of meters", lambda: page.all("table tbody tr"))
        tables = page.script("""
          return [...document.querySelectorAll('table')].map((table) =>
            [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim())));""")
        meters = [table for table in tables if table and "Serial" in table[0]]
        if not meters or len(meters[0]) < 3:
            raise Failure(f"there is no table of meters: {tables}")
        head = meters[0][0]
        if any(len(row) != len(head) for row in meters[0]):
            raise Failure("rows of the table of meters have other numbers of cells than its head")
        for word in ("Device name", "M-Bus baud rate", "Modbus port", "Serial number", "System date", "Free space log"):
            page.says(word)
        page.shoot("print")
        page.collect()
        page.driver.switch_to.window(window)
        page.logout()
        if other in page.driver.window_handles:
            page.driver.switch_to.window(other)
            page.until("an empty page", lambda: not page.all("table"))
            page.driver.switch_to.window(window)


def care(url, _):
    """Nothing that is typed is lost, the focus stays where the person is, and what comes late disturbs nobody."""
    with Page(url) as page:
        page.tab("Configuration")
        page.field("M-Bus baud rate")
        heads = [one.text for one in page.all("#main h2")]
        wanted = ["Readout and display", "M-Bus", "M-Bus slave", "wM-Bus"]
        if heads[:4] != wanted or heads[-1] != "Serial interface":
            raise Failure(f"the sections stand as {heads}")
        page.tab("General")
        page.field("Device name")
        page.until("the focus in the tab", lambda: focused(page) == "main")
        if not page.driver.title.startswith("General"):
            raise Failure(f"the title is {page.driver.title}")
        page.script("document.getElementById('skip').click(); location.hash = '#nothing';")
        page.field("Device name")
        page.until("the address of the tab", lambda: page.script("return location.hash") == "#general")
        slow(page, "settings", "PUT", 1)
        page.fill("Device name", "Basement")
        page.press("Save (1)", "#actions")
        page.says("Saving", "#actions")
        page.fill("Device name", "Basement 2")
        page.button("Save (1)", "#actions")
        page.says("Basement", "#top")
        name = page.field("Device name")
        if name.get_attribute("value") != "Basement 2" or focused(page) != name.get_attribute("id"):
            raise Failure("what was typed while it was being saved is lost, or the focus is")
        page.button("Undo", ".field.changed").send_keys(Keys.ENTER)
        page.until("the focus beside the button", lambda: focused(page) == name.get_attribute("id"))
        page.fill("Device name", "Attic")
        page.button("Save (1)", "#actions").send_keys(Keys.ENTER)
        page.until("saved", lambda: page.all("#actions .save[disabled]"))
        page.until("the focus in the tab", lambda: focused(page) == "main")
        page.fill("Device name", "Cellar")
        end_session(page)
        page.until("another session of the visitor", lambda: not page.all("#top .lock"))
        if page.all("dialog") or page.field("Device name").get_attribute("value") != "Cellar":
            raise Failure("who had not logged in has to, or loses what was typed")
        page.press("Reload", "#actions")
        page.press("Discard changes", "dialog")
        slow(page, "/log?", "GET", 1, "new Response('{\"error\":\"late\"}', { status: 500 })")
        page.tab("Log")
        page.tab("General")
        page.driver.execute_async_script("setTimeout(arguments[0], 1500)")
        page.field("Device name")


def language(url, _):
    """German at once, without another request of the person."""
    with Page(url) as page:
        page.tab("Configuration")
        page.field("M-Bus baud rate")
        page.script("""
          const select = document.querySelector('#top select');
          select.value = 'de';
          select.dispatchEvent(new Event('change', { bubbles: true }));""")
        page.until("German tabs", lambda: "Konfiguration" in page.tabs())
        page.field("M-Bus-Baudrate")
        page.tab("Zähler")
        page.until("German values", lambda: "Volumen" in page.text() or "Energie" in page.text())
        if page.script("return document.documentElement.lang") != "de":
            raise Failure("the page does not say that it is German")


def pictures(url, _):
    """Every tab in two widths, light and dark: nothing is wider than the screen, nobody complains."""
    with Page(url) as page:
        administrator(page)
        page.tab("Meter")
        page.until("meters", lambda: page.all(".treetable .row.value"))
        page.until("the dead meter", lambda: page.all(".treetable .row.meter.is-failed"))
        for width in (1920, 320):
            page.resize(width, 1080 if width > 700 else 720)
            for name in MANUALS:
                page.tab(name)
                page.until("the tab to be drawn", lambda: page.one("#main").text.strip())
                page.until("nothing under way", lambda: not page.all("#main .loading, #main [aria-busy=true]"))
                page.has_no_sideways_scroll()
                for scheme in ("light", "dark"):
                    page.scheme(scheme)
                    page.shoot(f"{name}-{width}-{scheme}")


def main():
    name, url = sys.argv[1:3]
    modbus = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    sys.path.insert(0, os.path.dirname(__file__))
    try:
        globals()[name](url, modbus)
    except Failure as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        sys.exit(1)


main()
