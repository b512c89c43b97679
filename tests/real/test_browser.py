# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A login by browser: Chromium, the certified provider, and our own page."""

import os
import pty
import re
import select
import shlex
import signal
import socket
import termios
import time
import urllib.parse

import pytest

from lab.chromium import FLAGS, PROGRAM, Chromium, make_home
from lab.process import WAIT_S, accepts, free_port, spawn, wait_for

pytestmark = pytest.mark.toolonly

CANCELLED = 130
REAUTH = 77
CONFIG = 78

_URL = re.compile(r"^(https://\S+)\r?\n", re.MULTILINE)


class Login:
    """`sasl-bearer login --browser`, its output in a file. url: where the
    person signs in; redirect: where the browser comes back to."""

    def __init__(self, site, account, *options, env=None):
        self.site = site
        self.path = site.keep("browser-login", "")
        with open(self.path, "wb") as out:
            self.child = spawn(
                [site.objects.tool, "login", "--browser", *options, account],
                env={**site.env, **(env or {})}, stdout=out, stderr=out,
                **site.identity)

    def said(self):
        """What it has said so far."""
        return self.path.read_text(encoding="utf-8")

    @property
    def url(self):
        """The address to open."""
        def look():
            assert self.child.poll() is None or _URL.search(self.said()), \
                self.said()
            return _URL.search(self.said())
        return wait_for("an address to open", look, detail=self.said)[1]

    @property
    def query(self):
        """What the address asks for, as a dict."""
        return dict(urllib.parse.parse_qsl(
            urllib.parse.urlsplit(self.url).query))

    @property
    def redirect(self):
        """Where the browser comes back to."""
        return self.query["redirect_uri"]

    @property
    def port(self):
        """The port of that."""
        return urllib.parse.urlsplit(self.redirect).port

    def wait(self, code=0):
        """Its end, with that exit code; all it said."""
        returned = self.child.wait(WAIT_S)
        assert returned == code, f"{returned}, not {code}\n{self.said()}"
        return self.said()

    def close(self):
        """Ends it, however far it is."""
        self.child.kill()
        self.child.wait()


@pytest.fixture
def make_login():
    """Starts logins."""
    logins = []

    def make(*words, **more):
        logins.append(Login(*words, **more))
        return logins[-1]
    yield make
    for one in logins:
        one.close()


@pytest.fixture
def make_browser(fresh, ca):
    """Starts browsers."""
    browsers = []

    def make(**more):
        browsers.append(Chromium(fresh("chromium"), ca, **more))
        return browsers[-1]
    yield make
    for one in browsers:
        one.close()


@pytest.fixture
def browser(make_browser):
    """A browser in light colours."""
    return make_browser()


@pytest.fixture
def at_login(make_site, account, make_login):
    """A login that waits for its browser, no login before it."""
    return make_login(make_site(accounts=[account]), account)


def files(site, account):
    """The bytes of record and grant; None where they are not."""
    return [path.read_bytes() if path.exists() else None
            for path in (site.record_path(account), site.grant_path(account))]


def assert_ready(site, account, provider):
    """The account has a token that is alive, and can be renewed."""
    assert site.token(account) in provider.account(account)["access"]
    before = site.token(account)
    site.tool("refresh", account)
    assert site.token(account) != before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sign_in_and_consent_make_the_account_ready(
        scheme, make_browser, at_login, account, provider):
    browser = make_browser(scheme=scheme)
    browser.sign_in(at_login.url, account)
    browser.consent()
    browser.wait_text(f"{account} is logged in")
    assert "You may close this window." in browser.text()
    browser.screenshot(f"success-{scheme}")
    assert f"{account} is logged in" in at_login.wait()
    assert_ready(at_login.site, account, provider)


def test_a_narrow_window_shows_the_whole_page(
        make_browser, at_login, account):
    browser = make_browser(size=(500, 700))
    browser.sign_in(at_login.url, account)
    browser.consent()
    browser.wait_text(f"{account} is logged in")
    browser.screenshot("success-narrow")
    assert not browser.driver.execute_script(
        "return document.documentElement.scrollWidth > window.innerWidth")
    at_login.wait()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_denied_consent_is_told_on_the_page_and_here(
        scheme, make_browser, at_login, account):
    browser = make_browser(scheme=scheme)
    browser.sign_in(at_login.url, account)
    browser.deny()
    browser.wait_text(f"{account} is not logged in")
    assert "access_denied" in browser.text()
    browser.screenshot(f"denied-{scheme}")
    assert "access_denied" in at_login.wait(REAUTH)
    assert files(at_login.site, account) == [None, None]


def test_a_denied_consent_leaves_an_earlier_login_as_it_was(
        browser, logged_in, account, make_login):
    before = files(logged_in, account)
    login = make_login(logged_in, account)
    browser.sign_in(login.url, account)
    browser.deny()
    browser.wait_text("is not logged in")
    login.wait(REAUTH)
    assert files(logged_in, account) == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_wrong_state_is_told_and_the_login_goes_on(
        scheme, make_browser, at_login, account, provider):
    browser = make_browser(scheme=scheme)
    assert browser.open(f"{at_login.redirect}?code=abc&state=guessed") is None
    assert "does not belong to the login" in browser.text()
    assert "not logged in" not in browser.text()  # That is still open.
    browser.screenshot(f"wrong-state-{scheme}")
    assert at_login.child.poll() is None
    assert not provider.requests()
    browser.sign_in(at_login.url, account)
    browser.consent()
    browser.wait_text(f"{account} is logged in")
    at_login.wait()


def test_a_second_visit_finds_nobody_and_harms_nothing(
        browser, at_login, account, provider):
    browser.sign_in(at_login.url, account)
    browser.consent()
    browser.wait_text("is logged in")
    at_login.wait()
    trouble = browser.open(browser.driver.current_url)
    assert "ERR_CONNECTION_REFUSED" in trouble
    assert_ready(at_login.site, account, provider)


def test_the_page_is_not_there_before_the_login_is(
        at_login, account, provider):
    address = provider.sign_in(at_login.url, account)
    provider.hold()
    with socket.create_connection(("127.0.0.1", at_login.port)) as visitor:
        visitor.sendall(f"GET /?{address.split('?')[1]} HTTP/1.1\r\n"
                        f"Host: localhost\r\n\r\n".encode())
        wait_for("the token request", provider.requests)
        assert not select.select([visitor], [], [], 0.5)[0]
        assert files(at_login.site, account) == [None, None]
        assert not accepts(at_login.port)
        provider.release()
        with visitor.makefile(encoding="utf-8", newline="") as page:
            said = page.read()
    assert said.startswith("HTTP/1.1 200 ")
    assert f"{account} is logged in" in said
    at_login.wait()


def test_a_refused_code_is_no_success_on_the_page(
        browser, at_login, account, provider):
    browser.sign_in(at_login.url, account)
    provider.set(outage={"status": 400, "body": '{"error":"invalid_grant"}'})
    browser.consent()
    browser.wait_text(f"{account} is not logged in")
    assert "invalid_grant" in browser.text()
    at_login.wait(REAUTH)
    assert files(at_login.site, account) == [None, None]


def test_no_request_leaves_the_page(browser, at_login, account):
    browser.sign_in(at_login.url, account)
    browser.consent()
    browser.wait_text("is logged in")
    assert browser.driver.execute_script(
        "return performance.getEntriesByType('resource').length") == 0
    assert not [entry for entry in browser.driver.get_log("browser")
                if f":{at_login.port}" in entry["message"]]
    at_login.wait()


def test_the_request_is_one_with_pkce(at_login, account):
    asked = at_login.query
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == 43
    assert asked["login_hint"] == account
    assert "response_mode" not in asked


REDIRECTS = {
    "http://127.0.0.1/": ("127.0.0.1", "/", False),
    "http://localhost": ("localhost", "", True),
    "http://[::1]/": ("::1", "/", True),
    "http://127.0.0.1/signed/in?by=lab": ("127.0.0.1", "/signed/in", False),
}


def has_ipv6():
    """Whether this machine has ::1."""
    with socket.socket(socket.AF_INET6) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            return False
    return True


@pytest.mark.parametrize("uri", REDIRECTS)
def test_every_registered_loopback_address_works(
        uri, browser, make_site, account, make_login, provider):
    host, path, is_ipv6 = REDIRECTS[uri]
    if uri.startswith("http://[") and not has_ipv6():
        pytest.skip("this machine has no IPv6 loopback")
    site = make_site(accounts=[account], extra=f'redirect_uri = "{uri}"')
    login = make_login(site, account)
    parts = urllib.parse.urlsplit(login.redirect)
    assert (parts.hostname, parts.path) == (host, path)
    assert parts.port
    if is_ipv6 and has_ipv6():
        with socket.create_connection(("::1", parts.port), timeout=WAIT_S):
            pass
    browser.sign_in(login.url, account)
    browser.consent()
    browser.wait_text(f"{account} is logged in")
    login.wait()
    assert_ready(site, account, provider)


def test_a_fixed_port_for_ssh(browser, make_site, account, make_login):
    port = free_port()
    login = make_login(make_site(accounts=[account]), account,
                       f"--port={port}")
    assert login.redirect == f"http://127.0.0.1:{port}/"
    browser.sign_in(login.url, account)
    browser.consent()
    browser.wait_text(f"{account} is logged in")
    login.wait()


def test_a_fixed_port_that_is_taken_is_named(site, account, make_login):
    site.accounts.append(account)
    site.configure()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = make_login(site, account, f"--port={port}").wait(75)
    assert f"port {port} " in said


def script(directory, lines):
    """An executable shell script."""
    path = directory / "browser"
    path.write_text("#!/bin/sh\n" + lines, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_browser_of_the_environment_is_opened(
        make_site, account, make_login, make_browser, fresh, ca):
    directory = fresh("browser")
    home = make_home(directory / "home", ca)
    port = free_port()
    flags = [*FLAGS, f"--user-data-dir={directory}/profile",
             f"--remote-debugging-port={port}"]
    program = script(directory, (
        f'printf "%s\\n" $# "$1" $$ > {directory}/new\n'
        f"mv {directory}/new {directory}/started\n"
        f'HOME={home} exec {shlex.join([PROGRAM, *flags])} "$1"\n'))
    login = make_login(make_site(accounts=[account]), account,
                       env={"BROWSER": str(program)})
    started = wait_for("the browser", (directory / "started").exists,
                       detail=login.said) and (directory / "started")
    count, url, pid = started.read_text().splitlines()
    try:
        assert (count, url) == ("1", login.url)
        assert "A browser opens" in login.said()
        wait_for("the browser's port", lambda: accepts(port))
        browser = make_browser(attach=port)
        browser.fill_in(account)
        browser.consent()
        browser.wait_text(f"{account} is logged in")
        login.wait()
    finally:
        end_group(int(pid))


def end_group(pid):
    """Ends a program that is nobody's child but, as all here, ours."""
    os.killpg(os.getpgid(pid), signal.SIGKILL)
    wait_for("its end", lambda: os.waitpid(pid, os.WNOHANG)[0])


def test_a_browser_that_cannot_be_started_is_told_and_the_url_printed(
        make_site, account, make_login, fresh):
    program = fresh("browser") / "browser"
    program.write_text("#!/nowhere\n", encoding="ascii")
    program.chmod(0o755)
    login = make_login(make_site(accounts=[account]), account,
                       env={"BROWSER": str(program)})
    assert login.url
    assert f"cannot start {program}" in login.said()
    assert "To sign in as" in login.said()


# At a terminal.


class Terminal(Login):
    """The same on a pseudo terminal of its own, as a shell would give it.
    hears: SIGHUP is not ignored."""

    def __init__(self, site, account, hears=True):
        self.site = site
        self._said = ""
        arguments = [str(site.objects.tool), "login", "--browser", account]
        self.pid, self._near = pty.fork()
        if self.pid == 0:
            if not hears:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            os.execve(arguments[0], arguments, site.env)
        self._code = None

    def read(self, timeout_s=0.0):
        """Takes what has been shown; False at its end."""
        while select.select([self._near], [], [], timeout_s)[0]:
            try:
                taken = os.read(self._near, 4096)
            except OSError:
                return False
            if not taken:
                return False
            self._said += taken.decode("utf-8")
            timeout_s = 0.0
        return True

    def said(self):
        self.read()
        return self._said

    @property
    def url(self):
        return wait_for("an address to open",
                        lambda: _URL.search(self.said()),
                        detail=self.said)[1]

    def type(self, text):
        """Keys, or a paste."""
        os.write(self._near, text.encode())

    def modes(self):
        """The local modes of the terminal."""
        return termios.tcgetattr(self._near)[3]

    def hang_up(self):
        """The terminal's window is closed."""
        self.read()
        os.close(self._near)
        self._near = None

    def ended(self):
        """The exit code once it has ended, else None."""
        if self._code is None:
            pid, state = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(state)
        return self._code

    def wait(self, code=0):
        def look():
            if self._near is not None:
                self.read(0.05)
            return self.ended() is not None
        wait_for("the end of the login", look, detail=lambda: self._said)
        assert self._code == code, f"{self._code}, not {code}\n{self._said}"
        return self._said

    def close(self):
        if self.ended() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._code = os.waitpid(self.pid, 0)[1]
        if self._near is not None:
            os.close(self._near)
        self.site.keep("terminal", self._said)


@pytest.fixture
def make_terminal():
    """Starts logins at terminals."""
    terminals = []

    def make(*words, **more):
        terminals.append(Terminal(*words, **more))
        return terminals[-1]
    yield make
    for one in terminals:
        one.close()


@pytest.fixture
def terminal(make_site, account, make_terminal):
    """A login at a terminal that waits for its browser."""
    return make_terminal(make_site(accounts=[account]), account)


LATER = "(later)"
"""What follows is typed a little later: a person presses Enter."""

PASTES = {
    "the address": lambda address: address + "\n",
    "quoted": lambda address: f"  '{address}' \r",
    "wrapped in its middle": lambda address:
        address[:60] + "\n" + address[60:] + LATER + "\n",
    "with HTML's ampersands": lambda address:
        address.replace("&", "&amp;") + "\n",
    "the query alone": lambda address: address.split("?")[1] + "\n",
    "the code alone": lambda address: dict(urllib.parse.parse_qsl(
        address.split("?")[1]))["code"] + "\n",
    "mistyped and taken back": lambda address:
        address.replace("state=", "stxy\x7f\x7fate=") + "\n",
}


@pytest.mark.parametrize("form", PASTES)
def test_a_pasted_address_ends_the_login(form, terminal, account, provider):
    address = provider.sign_in(terminal.url, account)
    assert "paste here" in terminal.said()
    for part in PASTES[form](address).split(LATER):
        terminal.type(part)
        time.sleep(0.3)
    assert f"{account} is logged in" in terminal.wait()
    assert_ready(terminal.site, account, provider)


def test_what_is_pasted_wrongly_is_told_and_can_be_mended(
        terminal, account, provider):
    address = provider.sign_in(terminal.url, account)
    terminal.type("https://www.example.com/inbox\n")
    wait_for("an answer", lambda: "paste the whole address" in
             terminal.said(), detail=terminal.said)
    terminal.type(re.sub("state=...", "state=xxx", address) + "\n")
    wait_for("an answer", lambda: "state differs" in terminal.said(),
             detail=terminal.said)
    assert terminal.ended() is None
    terminal.type(address + "\n")
    terminal.wait()


def test_a_paste_longer_than_a_terminal_line(terminal, account, provider):
    address = provider.sign_in(terminal.url, account)
    terminal.type(address.replace("?", "?padding=" + "x" * 6000 + "&")
                  + "\n")
    terminal.wait()


@pytest.fixture
def elsewhere(make_site, account):
    """A site whose redirect address is a page of the provider's."""
    return make_site(
        accounts=[account],
        extra='redirect_uri = "https://login.example.com/done"')


def test_an_address_elsewhere_is_pasted(
        elsewhere, account, provider, make_terminal):
    terminal = make_terminal(elsewhere, account)
    address = provider.sign_in(terminal.url, account)
    assert address.startswith("https://login.example.com/done?")
    assert "Then paste here" in terminal.said()
    assert "ssh" not in terminal.said()
    terminal.type(address + "\n")
    terminal.wait()


def test_an_address_elsewhere_needs_a_terminal(
        elsewhere, account, make_login):
    assert "run it at a terminal" in make_login(elsewhere, account).wait(CONFIG)


def test_the_way_of_ssh_is_shown(make_site, account, make_login):
    site = make_site(accounts=[account])
    login = make_login(site, account)
    assert login.url
    assert f"ssh -L {login.port}:127.0.0.1:{login.port} " in login.said()
    assert "paste" not in login.said(), "there is no terminal"


def test_a_denied_consent_can_be_pasted(terminal, account):
    state = terminal.query["state"]
    terminal.type(f"{terminal.redirect}?error=access_denied&state={state}\n")
    assert "access_denied" in terminal.wait(REAUTH)
    assert files(terminal.site, account) == [None, None]


@pytest.mark.parametrize("hears", [True, False],
                         ids=["with SIGHUP", "SIGHUP ignored"])
def test_a_closed_terminal_ends_the_login(
        hears, make_site, account, make_terminal):
    terminal = make_terminal(make_site(accounts=[account]), account,
                             hears=hears)
    port = terminal.port
    assert accepts(port)
    terminal.hang_up()
    wait_for("the end of the login", lambda: terminal.ended() is not None)
    assert terminal.ended() == CANCELLED
    assert not accepts(port)
    assert files(terminal.site, account) == [None, None]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM,
                                    signal.SIGHUP],
                         ids=lambda number: number.name)
def test_a_signal_ends_the_login(number, at_login, account):
    port = at_login.port
    at_login.child.send_signal(number)
    assert "interrupted; nothing was changed" in at_login.wait(CANCELLED)
    assert not accepts(port)
    assert files(at_login.site, account) == [None, None]


def test_the_terminal_is_as_it_was_after_the_login(
        terminal, account, provider):
    address = provider.sign_in(terminal.url, account)
    assert not terminal.modes() & termios.ICANON
    terminal.type(address + "\n")
    terminal.wait()
    assert terminal.modes() & termios.ICANON
