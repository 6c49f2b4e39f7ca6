"""Scenarios on the web page of a gateway that runs. usage: scenarios.py NAME PAGE-URL [MODBUS-PORT]

The gateway has a simulated bus, the users of delivery, and nothing else; each scenario has one of its own."""

import os
import sys

from page import Failure, Page
from selenium.webdriver.common.by import By

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
    client.close()
    found = f"{words[0] << 16 | words[1]:08d}"
    if found != serial:
        raise Failure(f"register {register} has serial {found}, the page {serial}")


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
        second.says("web", "dialog")
        second.press("Cancel", "dialog")
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
        page.logout()
        page.login("guard", "guards the door")
        page.until("his tabs", lambda: page.tabs() == ["Overview", "Meter", "Log"])
        page.tab("Meter")
        if page.all("#action-scan"):
            raise Failure("who may not change the list can scan")


def newcomer(url, _):
    """What somebody who sees the page for the first time stumbles over."""
    with Page(url) as page:
        page.resize(1366, 768)
        page.button("Login", "#top")
        administrator(page)
        newcomer_users(page)
        newcomer_meters(page)
        newcomer_settings(page)
        newcomer_service(page)
        page.logout()
        page.login("guard", "guards the door")
        page.tab("Service")
        page.button("Support bundle", "#main")
        if [one for one in page.all("#main button") if "Config" in one.text]:
            raise Failure("who may not export is offered it")
        page.driver.delete_all_cookies()
        page.press("Reload", "#actions")
        page.one("dialog.login")
        if page.all("#main *") or page.all("#top *"):
            raise Failure("what was open can be read behind the login")
        page.login("guard", "guards the door")
        page.says("Device maintenance")
        page.logout()
        page.login("admin", PASSWORD)
        newcomer_port(page)


def newcomer_users(page):
    """A wrong name and a short password are said in the dialog; what is saved needs no click."""
    page.tab("User")
    page.press("Add user", "#actions")
    for name, password, said in (("root", "guards the door", "the system has a user of this name"),
                                 ("guard", "kurz", "at least 8 are needed")):
        page.fill("Username", name, "dialog")
        page.fill("Password", password, "dialog")
        page.fill("Password, once more", password, "dialog")
        page.press("OK", "dialog")
        page.says(said, "dialog")
    page.fill("Password", "guards the door", "dialog")
    page.fill("Password, once more", "guards the door", "dialog")
    page.press("OK", "dialog")
    page.gone("dialog")
    for tab in ("Configuration", "Log", "Service"):
        page.one(f"input[aria-label='guard: Read {tab}']").click()
    page.press("Save (1)", "#actions")
    page.says("Saved in users.", "#toasts")
    page.gone("dialog")


def newcomer_meters(page):
    """All columns are in sight; each wrong field has its message; inactive values are found."""
    page.tab("Meter")
    page.until("meters", lambda: page.all(".treetable .row.value"))
    heads = [one.text for one in page.all(".treetable .head button")]
    wide, seen = page.script("const grid = document.querySelector('.treetable'); return [grid.scrollWidth, grid.clientWidth]")
    if wide > seen or not {"Description", "Idx", "Register", "Active"} <= set(heads):
        raise Failure(f"columns that are not in sight: {wide} px in {seen} px, {heads}")
    page.double_click(page.cell(page.one(".treetable .row.meter"), "serial"))
    page.fill("Register", "15", "dialog")
    page.fill("Cycle", "soon", "dialog")
    page.fill("User label", "x" * 51, "dialog")
    page.press("OK", "dialog")
    page.until("a mark at each wrong field", lambda: len(page.all("dialog [aria-invalid=true]")) == 3)
    for said in ("the next ones are 10 and 20", "Cycle: a whole number", "At most 50 characters; this has 51."):
        page.says(said, "dialog")
    page.press("Cancel", "dialog")
    page.one(".treetable .row.value input").click()
    page.press("Save (1)", "#actions")
    page.says("Saved in Device_Handle.cfg.", "#toasts")
    page.choose("State", "inactive")
    page.until("the meter and its inactive value", lambda: len(page.rows()) == 2)
    page.choose("State", "")


def newcomer_settings(page):
    """The zone has the gateway's clock beside it; Modbus its modes; telegrams of the raw log are readable."""
    page.tab("General")
    page.fill("Time zone", "Asia/Tokyo")
    page.until("the clock of the zone", lambda: "GMT+9" in page.one("[data-clock=time]").text)
    page.press("Save (1)", "#actions")
    page.says("Time zone: Universal → Asia/Tokyo", "#toasts")
    if "Subnet mask" in page.one("#main").text:
        raise Failure("what has no effect yet is unfolded")
    page.tab("Server")
    page.says("Modbus server active")
    page.says("Modbus TCP (TCP)")
    page.tab("Configuration")
    page.field("Raw log active").click()
    page.press("Save (1)", "#actions")
    page.says("Raw log active: off → on", "#toasts")
    page.tab("Log")
    page.one("#log-source")
    page.script("""
      const select = document.getElementById('log-source');
      select.value = 'mbus';
      select.dispatchEvent(new Event('change'));""")

    # The line is opened anew first; what is wanted before that is not read.
    def telegram():
        page.tab("Meter")
        page.press("Readout", "#actions")
        page.tab("Log")
        page.until("the log", lambda: page.all("#main .log, #main .none"))
        return [one.text for one in page.all(".log code") if one.text.startswith("68")]
    code = page.until("a telegram", telegram)[0]
    if any(len(byte) != 2 for byte in code.split(" ")):
        raise Failure(f"its bytes are {code}")


def newcomer_service(page):
    """What was exported can be imported: the parts are those of the file."""
    page.tab("Service")
    page.says("GiB", ".cards .panel")
    page.press("Config import", "#main")
    page.one("dialog input[type=file]")
    page.driver.execute_async_script("""
      const done = arguments[0];
      fetch('/api/v1/config/export?parts=device,meters').then((answer) => answer.blob()).then((blob) => {
        const files = new DataTransfer();
        files.items.add(new File([blob], 'backup.tar.gz'));
        document.querySelector('dialog input[type=file]').files = files.files;
        done();
      });""")
    page.press("Check", "dialog")
    page.says("Nothing would change.", "dialog")
    parts = [one.text for one in page.all("dialog fieldset label")]
    if parts != ["Device configuration", "Meter configuration"]:
        raise Failure(f"the parts of the file are {parts}")
    page.press("Take it over", "dialog")
    page.gone("dialog")


def newcomer_port(page):
    """The page goes where its port goes."""
    import socket
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page.tab("Security")
    page.fill("HTTP port", str(port))
    page.press("Save (1)", "#actions")
    page.one("dialog")
    page.says("The page is now at", "dialog")
    page.press("Go there", "dialog")
    page.until("the new address", lambda: f":{port}/" in page.driver.current_url)
    page.until("the page at its new address", lambda: page.tabs() or page.all("dialog.login"))


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
        for word in ("Device name", "M-Bus baud rate", "Modbus port"):
            page.says(word)
        page.shoot("print")
        page.collect()
        page.driver.switch_to.window(window)
        page.logout()
        if other in page.driver.window_handles:
            page.driver.switch_to.window(other)
            page.until("an empty page", lambda: not page.all("table"))
            page.driver.switch_to.window(window)


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
        if page.script("return document.documentElement.lang") != "de":
            raise Failure("the page does not say that it is German")


def pictures(url, _):
    """Every tab in two widths: nothing is wider than the screen, nobody complains."""
    with Page(url) as page:
        administrator(page)
        page.tab("Meter")
        page.until("meters", lambda: page.all(".treetable .row.value"))
        for width in (1920, 320):
            page.resize(width)
            for name in MANUALS:
                page.tab(name)
                page.until("the tab to be drawn", lambda: page.one("#main").text.strip())
                page.until("nothing under way", lambda: not page.all("#main [aria-busy=true]"))
                page.has_no_sideways_scroll()
                page.shoot(f"{name}-{width}")


def hostile(url, _):
    """Texts that are HTML, from people and from files, come out as text on every tab."""
    evil = "<img src=x onerror=window.hacked=1>"
    with Page(url) as page:
        page.tab("Meter")
        page.until("the label as text", lambda: evil in page.one(".treetable").text)
        for name in MANUALS:
            if name in page.tabs():
                page.tab(name)
                page.until("the tab to be drawn", lambda: page.one("#main").text.strip())
        page.tab("General")
        page.fill("Device name", evil[:25])
        page.press("Save (1)", "#actions")
        page.until("the name as text", lambda: evil[:25] in page.one("#top").text)
        if page.script("return window.hacked || document.querySelector('img[src=x]')"):
            raise Failure("a text was taken for HTML")


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
