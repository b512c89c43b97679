# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A person with a browser: Debian's Chromium, driven by chromedriver.

It trusts the lab's authority as a person's browser trusts one, by a database
of certificates in its home; no check is switched off.
"""

import os
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from .process import WAIT_S, run, wait_for

PROGRAM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--disable-dev-shm-usage",
    "--no-default-browser-check", "--disable-default-apps",
    # The provider's sign-in page names a font elsewhere, and waits for it.
    "--host-resolver-rules=MAP fonts.googleapis.com ~NOTFOUND",
]
"""No sandbox, for the tests run as root in containers too."""


def make_home(directory, ca):
    """A home whose browsers trust the lab's authority."""
    database = directory / ".pki" / "nssdb"
    database.mkdir(parents=True)
    run(["certutil", "-N", "--empty-password", "-d", f"sql:{database}"],
        check=True)
    run(["certutil", "-A", "-d", f"sql:{database}", "-n", "lab", "-t", "C,,",
         "-i", ca.pem], check=True)
    return directory


class Chromium:
    """One browser with a fresh profile, or the one that somebody has started
    with a port to be driven by. scheme: "light" or "dark"."""

    def __init__(self, directory, ca, scheme="light", size=(900, 600),
                 attach=None):
        self.directory = directory
        home = make_home(directory / "home", ca)
        options = Options()
        if attach:
            options.debugger_address = f"127.0.0.1:{attach}"
        else:
            options.binary_location = PROGRAM
            for flag in [*FLAGS, f"--user-data-dir={directory / 'profile'}",
                         f"--window-size={size[0]},{size[1]}"]:
                options.add_argument(flag)
        environment = {**os.environ, "HOME": str(home),
                       "XDG_CONFIG_HOME": str(home), "TZ": "UTC"}
        service = Service(DRIVER, log_path=str(directory / "driver.log"),
                          env=environment)
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.set_page_load_timeout(WAIT_S)
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def close(self):
        """Ends the browser and its driver."""
        self.driver.quit()

    def open(self, url):
        """Goes there. None, or the name of the network error."""
        try:
            self.driver.get(url)
        except WebDriverException as trouble:
            return trouble.msg
        return None

    def text(self):
        """What a person reads on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def wait_text(self, part):
        """Until the page says that."""
        return wait_for(f"a page that says {part!r}",
                        lambda: part in self._text_or_none(),
                        detail=self._text_or_none)

    def _text_or_none(self):
        try:
            return self.text()
        except WebDriverException:  # between two pages
            return ""

    def click(self, selector):
        """Clicks the first thing that the CSS selector names, once there."""
        def find():
            return self.driver.find_elements(By.CSS_SELECTOR, selector)
        wait_for(f"a page with {selector}", find,
                 detail=self._text_or_none)[0].click()

    def sign_in(self, url, login):
        """The sign-in page of the lab's provider: up to its consent page."""
        assert self.open(url) is None
        self.fill_in(login)

    def fill_in(self, login):
        """The same on the sign-in page that is open, or opens just now."""
        field = wait_for(
            "the sign-in page",
            lambda: self.driver.find_elements(By.NAME, "login"),
            detail=self._text_or_none)[0]
        field.clear()
        field.send_keys(login)
        self.driver.find_element(By.NAME, "password").send_keys("secret")
        self.click("button[type=submit]")
        self.wait_text("Authorize")

    def consent(self):
        """The person says yes."""
        self.click("button[type=submit]")

    def deny(self):
        """The person says no."""
        self.click("a[href$='/abort']")

    def screenshot(self, name):
        """Saves what the window shows, below $SASL_BEARER_SCREENSHOTS or the
        browser's own directory."""
        place = Path(os.environ.get("SASL_BEARER_SCREENSHOTS",
                                    self.directory))
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{name}.png"
        assert self.driver.save_screenshot(str(path))
        return path
