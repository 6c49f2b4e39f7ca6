"""Scenarios on the web page of a gateway that runs. usage: scenarios.py NAME PAGE-URL [MODBUS-PORT]

The gateway has a simulated bus, the users of delivery, and nothing else; each scenario has one of its own."""

import os
import re
import sys
import tempfile

from page import Failure, Page
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

# EN 13757-3 with a volume, and a checksum of 94 where 93 is right.
DAMAGED = "681515680801722143658743040104010000000C06670200009416"
PASSWORD = "a new one, 8 and more"
MANUALS = ["Overview", "General", "Meter", "Output", "Configuration", "Server", "Security", "User", "Log", "Service"]


def administrator(page):
    """Logs the default user out and the administrator in, who has to choose a password."""
    page.logout()
    page.login("admin", "admin")
    page.says("has to choose a new password", "dialog")
    page.change_password("admin", PASSWORD)
    page.until("the focus in the tab", lambda: focused(page) == "main")


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
        page.tab("Overview")
        page.says("No meters yet")
        if "Everything works" in page.text():
            raise Failure("nothing is read, and everything works")
        page.one(".card-state a[href='#meter']").click()
        page.says("The list has no meters yet")
        page.button("Scan", "#actions").send_keys(Keys.ENTER)
        page.button("Cancel scan", "#actions")
        if focused(page) != "action-scan":
            raise Failure("the button of the scan has lost the focus")
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


def other_run(page):
    """Lets the next form be saved by the hash of another run of the gateway, as one that stayed open over a restart."""
    page.script("""
      const real = window.fetch;
      let isNext = true;
      window.fetch = (address, options) => {
        const isMeant = isNext && options?.method === 'PUT' && String(address).includes('settings');
        if (!isMeant) return real(address, options);
        isNext = false;
        return real(address, { ...options, body: options.body.replace(/"hash":"[^"]*"/, '"hash":"of another run"') });
      };""")


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
        first.says("another session of web asks for the right to write")
        first.press("Keep it", "#banners")
        first.gone("#banners .banner")
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
        if not page.script("return [...document.querySelectorAll('dt')].some((one) => one.textContent === 'Subnet mask (no effect yet)')"):
            raise Failure("what has no effect yet is printed as if it had")
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
        page.says("#nothing is no tab of this page", "#toasts")
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
        other_run(page)
        page.fill("Device name", "Loft")
        page.press("Save (1)", "#actions")
        page.says("Device name: Attic → Loft", "#toasts")
        if page.all("dialog"):
            raise Failure("somebody is asked about a change that nobody has made")
        page.fill("Device name", "Cellar")
        end_session(page)
        page.until("another session of the visitor", lambda: not page.all("#top .lock"))
        if page.all("dialog") or page.field("Device name").get_attribute("value") != "Cellar":
            raise Failure("who had not logged in has to, or loses what was typed")
        page.press("Reload", "#actions")
        page.press("Discard changes", "dialog")
        care_of_conflicts(page)
        care_of_times(page)
        slow(page, "/log?", "GET", 1, "new Response('{\"error\":\"late\"}', { status: 500 })")
        page.tab("Log")
        page.tab("General")
        page.driver.execute_async_script("setTimeout(arguments[0], 1500)")
        page.field("Device name")


def care_of_conflicts(page):
    """Nobody sees whether a secret is another one by now, so that it is not saved over without a question."""
    page.tab("Security")
    other_run(page)
    page.script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.one("#main input[type=password]").send_keys("not to be lost")
    page.press("Save (1)", "#actions")
    page.says("The file was changed meanwhile", "dialog")
    page.says("In the file now: not set", "dialog")
    page.says("It is not shown whether somebody else has changed it.", "dialog")
    page.press("Look at it first", "dialog")
    page.button("Save (1)", "#actions")
    page.press("Undo", ".field.changed")


def care_of_times(page):
    """A time stays as it is typed."""
    page.tab("Configuration")
    page.script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    moment = page.field("Readout cycle date and time (local)")
    for typed in ("2026-11-22T14:05", "2026-11-22 14:05", "22.11.2026 14:05"):
        moment.clear()
        for end, sign in enumerate(typed, 1):
            moment.send_keys(sign)
            if moment.get_attribute("value") != typed[:end]:
                raise Failure(f"{typed[:end]} has become {moment.get_attribute('value')}")
    page.press("Undo", ".field.changed")


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
        german_answers(page)


def german_answers(page):
    """What the gateway says is German as well, and times have the German form in an English browser."""
    page.tab("Sicherheit")
    page.says("1 bis 65535")
    page.says("HTTP lässt sich nur über HTTPS schalten")
    page.fill("Adresse des Webservers", "nowhere")
    page.says("'nowhere' ist nicht erlaubt. Erlaubt: eine IPv4-Adresse")
    if page.text().count("eine IPv4-Adresse") != 1:
        raise Failure("what is allowed is said twice")
    page.fill("Adresse des Webservers", "192.0.2.1")
    page.says("dieses Gerät hat die Adresse 192.0.2.1 nicht")
    page.press("Zurücknehmen", ".field.changed")
    page.tab("Service")
    page.says("Kern")
    page.says("es gibt keinen Ordner")
    page.tab("Allgemein")
    page.until("the German date", lambda: re.fullmatch(r"\d\d\.\d\d\.\d{4}", page.one("[data-clock=date]").text))
    if not re.search(r"Freier Platz[^\n]*\n[\d.,]+ [KMG]iB", page.one("#main").text):
        raise Failure("the free space has no unit")
    page.tab("Protokoll")
    page.until("German times", lambda: re.match(r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d", page.one(".log time").text))
    page.script("document.querySelector('.logfilter .inline input').click()")
    page.fill("Beginn (lokal)", "31.2.2026")
    page.says("Ein Datum ist nötig")
    page.fill("Beginn (lokal)", "22.11.2025 14:05")
    page.fill("Ende (lokal)", "21.11.2025 14:05")
    page.says("beide sind vertauscht")
    page.fill("Ende (lokal)", "")
    page.one(".log time")
    page.script("[...document.querySelectorAll('.filterbox input[type=checkbox]')].pop().click()")
    page.fill("Filter", "a(")
    page.says("ist kein regulärer Ausdruck: eine ) fehlt")
    if "Kein Eintrag passt" in page.text():
        raise Failure("an expression that is none is said to fit nothing")
    page.script("location.hash = '#log/telegram/" + DAMAGED + "'")
    page.says("Dieses Telegramm ist beschädigt: Prüfsumme falsch: ist 94, muss 93 sein")
    if "\t68\tStart" not in page.script("return document.querySelector('table.bytes').textContent"):
        raise Failure("the columns of the bytes stand side by side without a gap")
    page.fill("Telegramm, hexadezimal", "68 15 1X")
    page.script("document.querySelector('form .primary').click()")
    page.says("'X' bei Zeichen 8 ist keine Hexadezimalziffer (bei Byte 2)")


def visits(url, _):
    """A page that is left keeps no connection, so that the next one need not wait for it; a change of tabs opens one
    stream at most."""
    with Page(url) as page:
        page.says("Running for")
        page.script("""
          window.opened = 0;
          const Real = window.EventSource;
          window.EventSource = class extends Real { constructor(...given) { super(...given); window.opened += 1; } };""")
        for tab in ("Meter", "Overview", "Meter", "General", "Meter"):
            before = page.script("return window.opened")
            page.tab(tab)
            page.driver.execute_async_script("setTimeout(arguments[0], 600)")
            opened = page.script("return window.opened") - before
            if opened > 1:
                raise Failure(f"the tab {tab} has opened {opened} streams")
        for number in range(8):
            page.driver.get(f"{url}?{number}")
            page.says("Running for")
        for _ in range(7):
            page.driver.back()
            page.says("Running for")
            waited = page.driver.execute_async_script("""
              const [done] = arguments;
              const begin = performance.now();
              fetch('/api/v1/session', { cache: 'no-store' }).then(() => done(performance.now() - begin));""")
            if waited > 2000:
                raise Failure(f"a request has waited for {waited:.0f} ms")


def pending(url, _):
    """Files that were changed on the disk are applied from the page, unless there are errors in them."""
    with Page(url) as page:
        page.tab("General")
        page.field("Device name")
        print("change", flush=True)
        page.says("Changed on the disk and not applied yet: chip.ini", "#banners")
        page.press("Apply", "#banners")
        page.says("NAME = Attic", "dialog")
        page.press("Apply", "dialog")
        page.until("the new name", lambda: page.field("Device name").get_attribute("value") == "Attic")
        page.until("no banner", lambda: not page.all("#banners .banner"))
        print("break", flush=True)
        page.says("with errors that keep it from being applied: chip.ini", "#banners")
        if page.all("#apply"):
            raise Failure("what cannot be applied is offered")
        page.tab("Overview")
        page.says("Something is wrong")
        print("mend", flush=True)
        page.says("Everything works")


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


def edit(page, row, column, fields):
    """Opens the dialog of a row and fills it in."""
    page.double_click(page.cell(page.row(row), column))
    for label, text in fields.items():
        page.fill(label, text, "dialog")
    page.press("OK", "dialog")
    page.gone("dialog")


def serials(page):
    return page.until("three meters", lambda: [
        page.cell(row, "serial").text for row in page.all(".treetable .row.meter")] if len(page.all(".treetable .row.meter")) == 3 else None)


def restart(url, _):
    """The gateway begins anew, with another list, while something is not saved: that stays with its meter, and what has
    lost its meter is shown and not sent. The page of a value stays with its value."""
    with Page(url) as page, Page(url) as other:
        page.tab("Meter")
        page.until("values", lambda: page.all(".treetable .row.value.is-good"))
        first, second, third = serials(page)
        value_page(other, first)
        edit(page, first, "serial", {"User label": "Boiler house"})
        edit(page, second, "serial", {"User label": "Gone"})
        page.button("Save (2)", "#actions")
        print("restart", flush=True)
        page.says("Gone", ".lost")
        page.says(second, ".lost")
        page.until("the list of the new run", lambda: sorted(
            page.cell(row, "serial").text for row in page.all(".treetable .row.meter")) == sorted([first, third]))
        page.until("the label at its meter", lambda: page.cell(page.row(first), "label").text == "Boiler house")
        if "changed" in page.row(third).get_attribute("class"):
            raise Failure("a change has moved to another meter")
        page.press("OK", ".lost")
        page.gone(".lost")
        page.press("Save (1)", "#actions")
        page.until("saved", lambda: page.all("#actions .save[disabled]"))
        page.until("the label in the list", lambda: "changed" not in page.row(first).get_attribute("class")
                   and page.cell(page.row(first), "label").text == "Boiler house")
        if page.cell(page.row(third), "label").text:
            raise Failure("another meter has the label")
        other.until("the value of the same meter", lambda: first in other.one(".valuepage h1").text
                    and other.one(".valuepage .quality").text == "good")
        other.says("Boiler house", ".valuepage h1")


def value_page(page, serial):
    """Opens the page of the second value of a meter."""
    page.tab("Meter")
    page.row(serial)
    page.script(f"location.hash = '#meter/{serial}/2'")
    page.says(serial, ".valuepage h1")


def picked(page):
    return page.script("return document.querySelectorAll('.treetable .row.picked:not([hidden])').length")


def register(page, row):
    return page.script("return arguments[0].querySelector('.c-register').textContent", row)


def meter_tab(url, _):
    """The list by keyboard and mouse, new entries, registers that change places, and a table of a spreadsheet."""
    with Page(url) as page:
        page.tab("Meter")
        page.until("values", lambda: page.all(".treetable .row.value.is-good"))
        first, second, third = serials(page)
        page.press("Open or close all")
        page.until("meters alone", lambda: not page.all(".treetable .row.value"))
        # A range begins at the row that was clicked, wherever that stands by now.
        page.cell(page.row(third), "serial").click()
        select = page.one("select[aria-label='Order']")
        page.script("arguments[0].value = 'serial'; arguments[0].dispatchEvent(new Event('change'))", select)
        order = sorted([first, second, third])
        page.until("the order", lambda: serials(page) == order)
        page.one("button[aria-label='Descending order']").click()
        page.until("the other order", lambda: serials(page) == order[::-1])
        top = serials(page)[0]
        ActionChains(page.driver).key_down(Keys.SHIFT).click(page.cell(page.row(top), "serial")).key_up(Keys.SHIFT).perform()
        expected = order[::-1].index(third) + 1
        if picked(page) != expected:
            raise Failure(f"{picked(page)} rows are selected, not the {expected} from the first one to {third}")
        rows = page.script("""
          return [...document.querySelectorAll('.treetable .row:not([hidden])')].map((row) =>
            [row.getAttribute('aria-posinset'), row.getAttribute('aria-setsize')]);""")
        if sorted(rows) != [["1", "3"], ["2", "3"], ["3", "3"]]:
            raise Failure(f"the rows say that they are {rows}")
        if page.script("return document.querySelector('.treetable .row[hidden][id]')"):
            raise Failure("a row that is not shown has a name")
        page.one(".treetable").send_keys(Keys.DELETE)
        page.one(".treetable .row.deleted")
        page.one(".treetable").send_keys(Keys.ENTER)
        page.says("This is marked to be deleted.", "#toasts")
        if page.all("dialog"):
            raise Failure("what is to be deleted can be edited")
        page.press("Reload", "#actions")
        page.press("Discard changes", "dialog")
        page.until("the list", lambda: serials(page) == order[::-1])
        # What is clicked in a row does not take the keyboard away.
        page.cell(page.row(third), "active").find_element(By.TAG_NAME, "input").click()
        page.until("the row to be inactive", lambda: "inactive" in page.row(third).get_attribute("class"))
        if not page.script("return document.activeElement.classList.contains('treetable')"):
            raise Failure("the keyboard is not with the list")
        page.cell(page.row(third), "active").find_element(By.TAG_NAME, "input").click()
        page.until("nothing changed", lambda: page.all("#actions .save[disabled]"))
        # A meter stands for its values.
        page.cell(page.row(first), "serial").click()
        menu_item(page, "Allocate").click()
        page.says("stands for all of them", "dialog")
        page.press("Cancel", "dialog")
        page.gone("dialog")
        swap(page)
        page.cell(page.rows()[1], "unit").click()
        menu_item(page, "Deallocate").click()
        page.press("Deallocate", "dialog")
        page.says("The register of one entry is taken away.", "#toasts")
        new_meter(page)
        imported(page, first)


def swap(page):
    """Two registers change places with one save."""
    page.press("Open or close all")
    rows = page.until("values", lambda: page.all(".treetable .row.value"))[:2]
    keys = [row.get_attribute("id") for row in rows]
    before = [register(page, row) for row in rows]
    for place, (key, text) in enumerate(zip(keys, before[::-1])):
        page.double_click(page.one(f"[id='{key}'] .c-unit"))
        page.fill("Register", text.replace("\u202f", ""), "dialog")
        page.press("OK", "dialog")
        if place == 0:
            # Somebody else has it, and may get another one.
            page.says(f"Register {text} is that of", "dialog")
            page.press("OK", "dialog")
        page.gone("dialog")
    page.press("Save (2)", "#actions")
    page.until("saved", lambda: page.all("#actions .save[disabled]"))
    page.until("the other registers", lambda: [register(page, page.one(f"[id='{key}']")) for key in keys] == before[::-1])


def menu_item(page, text):
    """Something that stands in the row of buttons, or in its menu where there is no room."""
    if page.all("#action-more"):
        page.one("#action-more").click()
        return next(one for one in page.all(".menu button") if one.text.startswith(text))
    return next(one for one in page.all("#actions button") if one.text == text)


def new_meter(page):
    """One that is added can be changed before it is saved, and gets its values afterwards."""
    menu_item(page, "Add meter").click()
    page.fill("Serial", "12345678", "dialog")
    medium = page.field("Medium", "dialog")
    page.script("arguments[0].value = 'Water'", medium)
    page.press("OK", "dialog")
    page.gone("dialog")
    page.until("the new meter", lambda: page.cell(page.row("12345678"), "medium").text == "Water")
    value = menu_item(page, "Add value")
    if value.is_enabled():
        raise Failure("a value can be added to a meter that is not saved")
    ActionChains(page.driver).send_keys(Keys.ESCAPE).perform()
    edit(page, "12345678", "serial", {"Register": "900"})
    page.press("Save (1)", "#actions")
    page.until("saved", lambda: page.all("#actions .save[disabled]"))
    page.until("its register", lambda: page.cell(page.row("12345678"), "register").text == "900")


def imported(page, serial):
    """A table as a spreadsheet of the West writes it, which is not UTF-8."""
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        file.write(f"Serial;Label\n{serial};B\u00fcro\n".encode("windows-1252"))
    try:
        menu_item(page, "Import").click()
        page.field("File", "dialog").send_keys(file.name)
        page.press("Check", "dialog")
        page.says("B\u00fcro", "dialog")
        page.press("Take it over", "dialog")
        page.until("the label", lambda: page.cell(page.row(serial), "label").text == "B\u00fcro")
    finally:
        os.unlink(file.name)


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
