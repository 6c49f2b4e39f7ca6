"""The Meter tab of a gateway with 500 meters of 25 values each: what is on the page, and how long it takes.

usage: crowd.py METERGATE [--figures]

Counts are checked: rows exist only for what is in sight, and an update touches only the rows whose values have changed.
With --figures the times are printed and checked, too: from the beginning of the navigation, with a gateway and a browser
that have been at work, to the frame with the first rows of the list; and the time of scripts for an update by the
stream, with all meters open, in the middle of the list."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "WebPeers"))
from gateway import Gateway  # noqa: E402
from page import Failure, Page  # noqa: E402

METERS, VALUES = 500, 25
# Milliseconds.
FIRST, UPDATE = 1000, 50


def meter_list():
    """A Device_Handle.cfg; nobody answers for it, since what is measured is the page."""
    value = "".join(f"<value><description>Energy</description><unit>Wh</unit><storagenum>{index}</storagenum>"
                    f"<dif>{0x84 | (index & 1) << 6:02X} {index >> 1:02X}</dif><vif>03</vif></value>"
                    for index in range(VALUES))
    meters = "".join(f"<meter><interface>M-Bus</interface><serial>0x{10000000 + index:08d}</serial>"
                     "<manufacturer>0x6225</manufacturer><version>0x03</version><medium>Electricity</medium>"
                     f"<user>Flat {index}</user>{value}</meter>" for index in range(METERS))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<root><version>0x06</version>{meters}</root>\n'


# Before any script of the page: takes the stream over, so that the test sends what the gateway would, and notes when
# the first rows are painted.
WATCH = """
  const Source = EventSource;
  window.streams = [];
  window.EventSource = class extends Source { constructor(...all) { super(...all); streams.push(this); } };
  const look = () => {
    if (document.querySelectorAll('.treetable .row:not([hidden])').length < 10) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { window.firstRows = performance.now(); };
    port2.postMessage(0);
  };
  requestAnimationFrame(look);
"""

# Sends an update of `count` meters, of which those in sight are some, and tells what it took and touched.
UPDATE_SCRIPT = """
  const [count, done] = arguments;
  const grid = document.querySelector('.treetable');
  const ids = [...new Set([...grid.querySelectorAll('.row:not([hidden])')].map((row) => Number(row.id.slice(5).split('/')[0])))];
  fetch('/api/v1/meters').then((answer) => answer.json()).then((answer) => { const { meters } = answer;
    // A meter in the middle of what is in sight, and others that are not.
    const middle = ids[Math.floor(ids.length / 2)];
    const chosen = meters.filter((meter) => meter.id === middle || !ids.includes(meter.id)).sort((a) => (a.id === middle ? -1 : 0)).slice(0, count);
    window.round = (window.round ?? 0) + 1;
    for (const meter of chosen) for (const value of meter.values) value.value = String(1000 + window.round);
    const touched = new Set();
    const watch = new MutationObserver((list) => {
      for (const one of list) {
        const row = (one.target.closest ? one.target : one.target.parentElement)?.closest('.row');
        if (row && !row.hidden) touched.add(row.id);
      }
    });
    watch.observe(grid, { subtree: true, childList: true, characterData: true, attributes: true });
    const data = JSON.stringify({ ...answer, meters: chosen, removed: [] });
    const begin = performance.now();
    for (const stream of streams) stream.dispatchEvent(new MessageEvent('meters', { data }));
    const script = performance.now() - begin;
    requestAnimationFrame(() => setTimeout(() => {
      const all = performance.now() - begin;
      watch.disconnect();
      done({ script, all, middle, touched: [...touched], rows: grid.querySelectorAll('.row').length });
    }));
  });
"""


def opened(page, url):
    """Milliseconds from the navigation to the first rows."""
    page.driver.get("about:blank")
    page.driver.get(url + "/#meter")
    return page.until("the first rows", lambda: page.script("return window.firstRows"))


def bounded(page):
    """The rows that exist, which are no more than the screen has room for, twice over."""
    rows, room = page.script("""
      const grid = document.querySelector('.treetable');
      return [grid.querySelectorAll('.row').length, Math.ceil(grid.clientHeight / 28)]""")
    if rows > 2 * room + 20:
        raise Failure(f"{rows} rows exist where {room} have room")
    return rows


def main():
    figures = "--figures" in sys.argv
    with Gateway(sys.argv[1], files={"Device_Handle.cfg": meter_list()},
                 settings="METER_CONTINUOUS=0\n") as gateway:
        begin = time.monotonic()
        found = gateway.read("/api/v1/meters")["meters"]
        answered = time.monotonic() - begin
        if len(found) != METERS or any(len(meter["values"]) != VALUES for meter in found):
            raise Failure(f"{len(found)} meters are in the list, with {sum(len(one['values']) for one in found)} values")
        # A page that was left is not kept by the browser: kept ones hold connections, of which there are six, and the
        # next page would wait for them.
        with Page(gateway.url, width=1920, height=1080, arguments=["--disable-features=BackForwardCache"]) as page:
            page.one("#tabs")
            page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
            opened(page, gateway.url)
            first = sorted(opened(page, gateway.url) for _ in range(5 if figures else 1))
            bounded(page)
            page.press("Open or close all")
            page.until("all rows", lambda: page.script(
                "return document.querySelector('.treetable').getAttribute('aria-rowcount')") == str(METERS * (VALUES + 1) + 1))
            page.script("const grid = document.querySelector('.treetable'); grid.scrollTop = grid.scrollHeight / 2;")
            page.until("rows of the middle", lambda: "Flat 2" in page.one(".treetable").text)
            rows = bounded(page)
            time.sleep(0.3)
            updates = {}
            for count in (1, 25, 500) if figures else (1, 25):
                all_of_it = []
                for _ in range(9 if figures else 1):
                    told = page.driver.execute_async_script(UPDATE_SCRIPT, count)
                    strange = [row for row in told["touched"]
                               if not row.startswith((f"row-v{told['middle']}/", f"row-m{told['middle']}"))]
                    if strange:
                        raise Failure(f"rows that did not change were touched: {strange}")
                    if not told["touched"]:
                        raise Failure("no row has changed")
                    all_of_it.append((told["script"], told["all"]))
                updates[count] = sorted(all_of_it)
            bounded(page)
            print(f"{METERS} meters of {VALUES} values; {rows} rows exist; GET /api/v1/meters {answered * 1000:.0f} ms")
            if not figures:
                return
            middle = first[len(first) // 2]
            print(f"first rows {middle:.0f} ms after the beginning of the navigation ({first[0]:.0f} to {first[-1]:.0f})")
            for count, took in updates.items():
                print(f"update of {count} meters: scripts {took[len(took) // 2][0]:.1f} ms ({took[-1][0]:.1f} at most), "
                      f"with the next frame {took[len(took) // 2][1]:.1f} ms")
            if middle > FIRST or updates[25][-1][0] > UPDATE:
                raise Failure(f"more than {FIRST} ms to the first rows, or {UPDATE} ms for an update")


try:
    main()
except Failure as failure:
    print(failure, file=sys.stderr)
    sys.exit(1)
