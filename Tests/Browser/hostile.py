"""Texts that are scripts or markup, from people, files and meters: wherever the page shows them, they are text.

A script that came through would call `hacked`; the content security policy would refuse others, and say so.

usage: hostile.py METERGATE"""

import json
import os
import re
import sys
import tempfile
from xml.sax.saxutils import escape

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "WebPeers"))
from gateway import Gateway  # noqa: E402
from page import Failure, Page  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402

TABS = ["Overview", "General", "Meter", "Output", "Configuration", "Server", "Security", "User", "Log", "Service"]
IMAGE = "\"><img src=x onerror=hacked()>"
TEXTS = [IMAGE, "</script><script>hacked()</script>", "{{7*7}}${7*7}", "javascript:hacked()", "\u202eevil\u2066",
         "\U0001f6b0\U0001f468\u200d\U0001f469", "'onmouseover=hacked() x='", "<svg/onload=hacked()>", "]]><b>bold</b>"]
# What a meter sends is Latin-1 (EN 13757-3).
WIRE = "<img src=x onerror=hacked()>"


def telegram(address, serial, records):
    """RSP_UD of EN 13757-2 with the long header of EN 13757-3, ch. 5.2: serial, PAD, version 1, electricity."""
    digits = f"{serial:08d}"
    header = bytes.fromhex("".join(digits[i:i + 2] for i in (6, 4, 2, 0)))
    body = bytes([0x08, address, 0x72]) + header + bytes([0x24, 0x40, 1, 2, 1, 0, 0, 0]) + records
    return bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])


def plain(text):
    """The unit in plain text (EN 13757-3, C.2): length, and the characters from the last to the first."""
    return bytes([len(text)]) + text[::-1].encode("latin-1")


# A number whose unit is markup, a text that is (LVAR, model), one with NUL and controls, and the maker's own bytes.
RECORDS = (b"\x04\x7c" + plain(WIRE) + b"\x01\x00\x00\x00" + b"\x0d\xfd\x0c" + plain(WIRE)
           + b"\x0d\xfd\x0e" + plain("\x00\x1b\x7f</td><script>hacked()") + b"\x0f" + WIRE.encode())

# Before any script, in each window.
HOOK = """
  window.troubles = [];
  window.hacked = () => { troubles.push('a script has run'); };
  document.addEventListener('securitypolicyviolation', (event) => { troubles.push(`${event.violatedDirective}: ${event.blockedURI}`); });
"""


def meter(serial, address, label, values=""):
    return (f"<meter><interface>M-Bus</interface><serial>0x{serial:08d}</serial><manufacturer>0x4024</manufacturer>"
            f"<version>0x01</version><medium>Electricity</medium><primaryaddress>0x{address:02X}</primaryaddress>"
            f"<user>{escape(label)}</user>{values}</meter>")


def files(folder):
    """The telegrams of the bus, the list, and what else is read."""
    path = os.path.join(folder, "telegrams.jsonl")
    with open(path, "w", encoding="ascii") as file:
        for address in (1, 2):
            file.write(json.dumps({"hex": telegram(address, 10000000 + address, RECORDS).hex()}) + "\n")
    labelled = "".join(f"<value><description>{escape(text)}</description><unit>{escape(text)}</unit>"
                       f"<storagenum>{index + 1}</storagenum><dif>44</dif><vif>03</vif><user>{escape(text)}</user></value>"
                       for index, text in enumerate(TEXTS))
    # The first two answer; the others have labels.
    meters = [meter(10000001, 1, IMAGE), meter(10000002, 2, TEXTS[1], labelled)]
    meters += [meter(10000003 + index, 3 + index, text) for index, text in enumerate(TEXTS)]
    listed = f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- {IMAGE} -->\n<root><version>0x06</version>{''.join(meters)}</root>\n"
    return path, listed


def trouble(page, where):
    """Nothing has run, nothing was made of a text, nothing was refused."""
    found = page.script("""
      const strange = [...document.querySelectorAll('img[src=x], svg[onload], [onerror], [onmouseover], body script, b, a[href^=javascript]')]
        .filter((node) => node.tagName !== 'B' || node.textContent === 'bold').map((node) => node.outerHTML.slice(0, 80));
      if (typeof window.hacked !== 'function') strange.push('the hook is not there');
      return window.troubles.concat(strange);""")
    if found:
        raise Failure(f"{where}: {found}")
    text = page.text()
    if "{{7*7}}" not in text and re.search(r"(^|\s)49\$?49($|\s)", text):
        raise Failure(f"{where}: a text was computed")


def shows(page, text, selector="#main"):
    """The text is there, character for character."""
    page.until(f"{text!r} as text", lambda: text in page.script(
        "return document.querySelector(arguments[0])?.textContent ?? ''", selector))


def tabs(page):
    for name in TABS:
        page.tab(name)
        page.until("the tab to be drawn", lambda: page.one("#main").text.strip() and not page.all("#main .loading"))
        trouble(page, name)


def list_and_values(page, gateway):
    """The list, and the page of each value of the meters that answer or have labels."""
    meters = gateway.read("/api/v1/meters")["meters"]
    page.tab("Meter")
    for text in TEXTS:
        shows(page, text, ".treetable")
    for one in meters[:2]:
        for value in one["values"]:
            page.script("location.hash = arguments[0]", f"#meter/{one['id']}/{value['index']}")
            page.until("the value", lambda: page.all(".valuepage .reading"))
            trouble(page, f"value {value['index']} of {one['name']}")
    sent = [value for value in meters[0]["values"] if WIRE in json.dumps(value)]
    if len(sent) < 2:
        raise Failure(f"the meter's own texts are not in its values: {json.dumps(meters[0])[:900]}")
    page.script("location.hash = arguments[0]", f"#meter/{meters[0]['id']}/{sent[0]['index']}")
    shows(page, WIRE)


def dialogs(page, folder):
    """What a person types, and a file with such a name."""
    page.tab("General")
    page.fill("Device name", TEXTS[7])
    page.press("Save (1)", "#actions")
    shows(page, TEXTS[7], "#top")
    trouble(page, "device name")
    page.tab("User")
    page.press("Add token")
    page.fill("Name", IMAGE, "dialog")
    page.driver.find_elements(By.CSS_SELECTOR, "dialog .buttons button")[0].click()
    page.until("a refusal", lambda: page.all("dialog .error"))
    trouble(page, "name of a token")
    page.press("Cancel", "dialog")
    page.gone("dialog")
    name = os.path.join(folder, "ext", IMAGE + ".csv")
    with open(name, "w", encoding="utf-8") as file:
        file.write(f"Interface;Serial;{TEXTS[7]}\nM-Bus;{TEXTS[1]};{IMAGE.replace(chr(34), '')}\n")
    page.tab("Meter")
    page.press("Import", "#actions")
    page.one("dialog input[type=file]")
    page.driver.find_element(By.CSS_SELECTOR, "dialog input[type=file]").send_keys(name)
    page.press("Check", "dialog")
    page.until("what is wrong with it", lambda: TEXTS[7] in page.script("return document.querySelector('dialog').textContent"))
    trouble(page, "import")
    page.press("Cancel" if [b for b in page.all("dialog button") if b.text.strip() == "Cancel"] else "OK", "dialog")
    page.gone("dialog")


def log_and_analyser(page):
    page.tab("Log")
    shows(page, IMAGE)
    trouble(page, "Log")
    page.press("Telegram analyser", "#actions")
    page.one("textarea").send_keys(telegram(1, 10000001, RECORDS).hex())
    page.one("form.panel button[type=submit]").click()
    shows(page, WIRE, ".outcome")
    trouble(page, "analyser")


def printed(page, url):
    window = page.driver.current_window_handle
    page.tab("Meter")
    page.driver.switch_to.new_window("tab")
    page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HOOK})
    page.driver.get(url + "/print.html")
    for text in TEXTS[:4] + [WIRE]:
        shows(page, text, "#page")
    trouble(page, "print page")
    page.collect()
    page.driver.close()
    page.driver.switch_to.window(window)


def main():
    with tempfile.TemporaryDirectory() as folder:
        bus, listed = files(folder)
        # A key that nobody knows is named in the log.
        with Gateway(sys.argv[1], bus=f"sim:{bus}", files={"Device_Handle.cfg": listed},
                     settings=f"{TEXTS[7].replace('=', '')}=1\n; {IMAGE}\n") as gateway:
            look(gateway)


def look(gateway):
    with Page(gateway.url, width=1920, height=2400) as page:
        page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": HOOK})
        page.driver.get(gateway.url)
        # The name of a user that does not exist stands in the log.
        gateway.ask("POST", "/api/v1/session", {"user": IMAGE, "password": IMAGE}, token=None)
        page.logout()
        page.login("admin", "admin")
        page.change_password("admin", "a new one, 8 and more")
        page.tab("Meter")
        page.until("meters that are read", lambda: len(page.all(".treetable .row.meter.is-ok, .treetable .row.meter.is-partly")) >= 2)
        tabs(page)
        list_and_values(page, gateway)
        dialogs(page, gateway.folder)
        log_and_analyser(page)
        printed(page, gateway.url)
        tabs(page)
        page.script("document.querySelector('#top select').value = 'de'; document.querySelector('#top select').dispatchEvent(new Event('change', { bubbles: true }))")
        page.until("German tabs", lambda: "Konfiguration" in page.tabs())
        trouble(page, "German")


try:
    main()
except Failure as failure:
    print(failure, file=sys.stderr)
    sys.exit(1)
