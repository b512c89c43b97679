# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A person at a terminal: the countdown, and Ctrl-C."""

import os
import pty
import re
import select
import signal
import time

import pytest

from lab.process import WAIT_S, spawn

pytestmark = pytest.mark.toolonly

CANCELLED = 130
PROMPT_S = 5
"""Within this a signal must have ended the tool: it wakes up every second."""

_LEFT = re.compile(r"(\d+:\d\d) left")


class Terminal:
    """The tool on a pseudo terminal. said: what has been shown so far."""

    def __init__(self, site, *arguments):
        self.site = site
        self.said = ""
        self._near, far = pty.openpty()
        try:
            self.child = spawn([site.objects.tool, *arguments],
                               env=site.env, stdin=far, stdout=far,
                               stderr=far)
        finally:
            os.close(far)

    def read(self, until, timeout_s=WAIT_S):
        """Shows what comes until `until(said)` is true, and returns that; or
        None at the end of the program."""
        deadline = time.monotonic() + timeout_s
        while not (found := until(self.said)):
            left = deadline - time.monotonic()
            assert left > 0, f"not within {timeout_s} s:\n{self.said}"
            if not select.select([self._near], [], [], left)[0]:
                continue
            try:
                taken = os.read(self._near, 4096)
            except OSError:  # What Linux tells of a terminal nobody has open.
                return None
            if not taken:
                return None
            self.said += taken.decode("utf-8")
        return found

    def wait(self, timeout_s=WAIT_S):
        """The exit code, after everything was read."""
        self.read(lambda _: False, timeout_s)
        return self.child.wait(timeout_s)

    def close(self):
        """Ends it, and hands what it said to the watcher for tokens."""
        self.child.kill()
        self.child.wait()
        os.close(self._near)
        self.site.keep("terminal", self.said)


@pytest.fixture
def make_terminal():
    """Starts logins on terminals."""
    terminals = []

    def make(site, account):
        terminals.append(Terminal(site, "login", account))
        return terminals[-1]
    yield make
    for one in terminals:
        one.close()


def two_times(said):
    """Two different times that are left, once both are there."""
    times = list(dict.fromkeys(_LEFT.findall(said)))
    return times[:2] if len(times) > 1 else None


def seconds(text):
    """M:SS as a number."""
    minutes, rest = text.split(":")
    return 60 * int(minutes) + int(rest)


def files(site, account):
    """The bytes of the record and the grant, and which files they are."""
    return [(path.read_bytes(), path.stat().st_ino, path.stat().st_mtime_ns)
            for path in (site.record_path(account), site.grant_path(account))]


@pytest.fixture
def at_terminal(make_site, account, make_terminal):
    """A terminal whose countdown is running, no login before it."""
    terminal = make_terminal(make_site(accounts=[account]), account)
    terminal.read(_LEFT.search)
    return terminal


def test_the_countdown_is_rewritten_in_its_line(at_terminal):
    first, second = at_terminal.read(two_times)
    assert seconds(second) < seconds(first)
    shown = at_terminal.said
    between = shown[shown.index(f"{first} left"):shown.index(f"{second} left")]
    assert "\r" in between and "\n" not in between


def test_the_countdown_is_gone_after_the_approval(
        at_terminal, account, provider):
    code = re.search(r"code[: ]+([A-Z0-9]+-[A-Z0-9]+)", at_terminal.said)[1]
    provider.approve(code, account)
    assert at_terminal.wait() == 0, at_terminal.said
    last = at_terminal.said.rindex(" left ")
    assert re.match(r" left \r {50}\r", at_terminal.said[last:]), \
        at_terminal.said
    assert at_terminal.site.record_path(account).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM],
                         ids=lambda number: number.name)
def test_a_signal_ends_the_wait_at_once(number, at_terminal, account):
    at_terminal.child.send_signal(number)
    assert at_terminal.wait(PROMPT_S) == CANCELLED, at_terminal.said
    site = at_terminal.site
    assert not site.record_path(account).exists()
    assert not site.grant_path(account).exists()


def test_an_interrupted_login_leaves_the_earlier_one_as_it_was(
        logged_in, account, make_terminal, provider):
    before = files(logged_in, account)
    terminal = make_terminal(logged_in, account)
    terminal.read(_LEFT.search)
    terminal.child.send_signal(signal.SIGINT)
    assert terminal.wait(PROMPT_S) == CANCELLED, terminal.said
    assert files(logged_in, account) == before
    for token in provider.issued():
        assert token not in terminal.said
    assert logged_in.token(account) in provider.account(account)["access"]


def test_without_a_terminal_nothing_is_rewritten(site, account):
    assert "\r" not in site.login(account)
