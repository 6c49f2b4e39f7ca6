"""The web page of a gateway in headless Chromium, for the scenarios beside this file.

What is clicked is found as a person finds it: by the text on it. Every scenario ends with a look at what the browser
has complained of: errors of scripts, and what the content security policy has refused."""

import os
import time

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PATIENCE = 20


class Failure(Exception):
    """Something on the page is not as it should be."""


class Page:
    """One browser with one session."""

    def __init__(self, url, width=1280, height=900, language="en-GB", arguments=()):
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         f"--lang={language}", f"--window-size={width},{height}",
                         "--disable-background-networking", "--no-first-run", *arguments):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        service = webdriver.ChromeService(executable_path="/usr/bin/chromedriver")
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)
        self.url = url
        self.complaints = []
        self.driver.get(url)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is None:
                self.collect()
                if self.complaints:
                    raise Failure("the browser complains: " + "; ".join(self.complaints))
            else:
                self.shoot("failure")
        finally:
            self.driver.quit()

    def shoot(self, name):
        """A picture, where METERGATE_SCREENSHOTS names a folder."""
        folder = os.environ.get("METERGATE_SCREENSHOTS")
        if folder:
            self.driver.save_screenshot(os.path.join(folder, f"{name}.png"))

    def resize(self, width, height=900):
        """A viewport of exactly that size, which windows cannot be made small enough for."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def scheme(self, name):
        """Light or dark, as the system of the person says."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": name},
            # Colours that are still on their way would be in the picture.
            {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def collect(self):
        """Takes over what the browser has complained of since. A refused login is an answer like others."""
        for entry in self.driver.get_log("browser"):
            text = entry["message"]
            if entry["level"] == "SEVERE" and "Failed to load resource" not in text:
                self.complaints.append(text)
            elif "Content Security Policy" in text:
                self.complaints.append(text)

    def until(self, what, look):
        """Waits until `look` gives something, which it returns. `what` is for the failure."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                found = look()
            except (NoSuchElementException, StaleElementReferenceException):
                found = None
            if found:
                return found
            if time.monotonic() > end:
                raise Failure(f"{what}: not within {PATIENCE} s; the page says: {self.text()[:600]!r}")
            time.sleep(0.05)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def all(self, selector):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return [one for one in self.driver.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()]
            except StaleElementReferenceException:
                # What was found was drawn anew before it was looked at.
                if time.monotonic() > end:
                    raise

    def one(self, selector):
        return self.until(f"an element {selector}", lambda: self.all(selector))[0]

    def gone(self, selector):
        self.until(f"no element {selector}", lambda: not self.all(selector))

    def says(self, text, selector="body"):
        self.until(f"the text {text!r}", lambda: text in self.driver.find_element(By.CSS_SELECTOR, selector).text)

    def button(self, text, within="body"):
        def look():
            return [one for one in self.all(f"{within} button") if one.is_enabled() and one.text.strip() == text]
        return self.until(f"a button {text!r} in {within}", look)[0]

    def press(self, text, within="body"):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.button(text, within).click()
                return
            except StaleElementReferenceException:
                if time.monotonic() > end:
                    raise

    def field(self, label, within="body"):
        def look():
            for one in self.all(f"{within} label"):
                if one.text.strip() == label and one.get_attribute("for"):
                    return self.driver.find_element(By.ID, one.get_attribute("for"))
            return None
        return self.until(f"a field {label!r} in {within}", look)

    def fill(self, label, text, within="body"):
        field = self.field(label, within)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text if text else Keys.DELETE)

    def choose(self, name, value):
        """Chooses in a list that has its name for screen readers only."""
        self.script("""
          const select = document.querySelector(`select[aria-label="${arguments[0]}"]`);
          select.value = arguments[1];
          select.dispatchEvent(new Event('change', { bubbles: true }));""", name, value)

    def tabs(self):
        return [one.text for one in self.all("#tabs a")]

    def tab(self, name):
        def look():
            return [one for one in self.all("#tabs a") if one.text == name]
        self.until(f"a tab {name!r}", look)[0].click()
        self.until(f"the tab {name!r} to be there",
                   lambda: [one for one in self.all("#tabs a[aria-current]") if one.text == name])

    def login(self, user, password):
        self.one("dialog.login")
        self.fill("Username", user, "dialog")
        self.fill("Password", password, "dialog")
        self.press("Login", "dialog")

    def logout(self):
        # The bar is drawn anew whenever something in it changes.
        self.one("#leave")
        self.script("document.getElementById('leave').click()")
        self.one("dialog.login")

    def change_password(self, old, new):
        """The dialog that comes by itself at the first login."""
        self.fill("Old password", old, "dialog")
        self.fill("New password", new, "dialog")
        self.fill("Password, once more", new, "dialog")
        self.press("Change password", "dialog")
        self.gone("dialog")

    def rows(self):
        return self.all(".treetable .row")

    def row(self, text):
        return self.until(f"a row with {text!r}",
                          lambda: [one for one in self.rows() if text in one.text])[0]

    def cell(self, row, column):
        return row.find_element(By.CSS_SELECTOR, f".c-{column}")

    def double_click(self, element):
        ActionChains(self.driver).double_click(element).perform()

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def has_no_sideways_scroll(self):
        wide, seen = self.script("return [document.documentElement.scrollWidth, innerWidth]")
        if wide > seen:
            raise Failure(f"the page is {wide} px wide where {seen} px are seen")
        for one in self.script("""
            return [...document.querySelectorAll('main, .treetable.cards')].filter((node) => node.scrollWidth > node.clientWidth)
              .map((node) => `${node.tagName} ${node.className}: ${node.scrollWidth} px in ${node.clientWidth} px`);"""):
            raise Failure(f"wider than it should be: {one}")
