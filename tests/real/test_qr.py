# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The QR code beside a device code, read by an independent reader."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

import pytest

from lab.process import WAIT_S, run, spawn

pytestmark = pytest.mark.toolonly

_CODE = re.compile(r"code ([A-Z0-9]+-[A-Z0-9]+)")
_LINE = re.compile(r"\x1b\[0;30;47;107m(.*?)\x1b\[0m", re.DOTALL)
_HALVES = {" ": (0, 0), "\u2584": (0, 1), "\u2580": (1, 0), "\u2588": (1, 1)}
_SCALE = 8


class Screen:
    """A login by device code on a terminal of that size."""

    def __init__(self, site, account, columns=120, rows=60, **variables):
        self.said = ""
        # A character may come in two pieces.
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.site = site
        self._near, far = pty.openpty()
        fcntl.ioctl(far, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))
        env = {**site.env, "TERM": "xterm-256color", **variables}
        self.child = spawn(
            [site.objects.tool, "login", "--device", account], env=env,
            stdin=far, stdout=far, stderr=far)
        os.close(far)

    def read(self):
        """Everything up to the countdown."""
        deadline = time.monotonic() + WAIT_S
        while " left " not in self.said:
            assert time.monotonic() < deadline, self.said
            if select.select([self._near], [], [], 1)[0]:
                self.said += self._decoder.decode(os.read(self._near, 65536))
        return self.said

    def close(self):
        """Ends it."""
        self.child.kill()
        self.child.wait()
        os.close(self._near)
        self.site.keep("screen", self.said)


@pytest.fixture
def make_screen(make_site, account):
    """Starts logins on terminals."""
    screens = []

    def make(**more):
        site = make_site(accounts=[account])
        screens.append(Screen(site, account, **more))
        return screens[-1]
    yield make
    for one in screens:
        one.close()


def modules(said):
    """The drawing as rows of 0 and 1 (dark)."""
    rows = []
    for line in _LINE.findall(said):
        if "\u2588" not in said:
            rows.append(_pairs(line))
            continue
        halves = [_HALVES[sign] for sign in line]
        rows += [[upper for upper, _ in halves], [low for _, low in halves]]
    return rows


def _pairs(line):
    row, dark = [], 0
    for escape, signs in re.findall(r"(\x1b\[[\d;]*m)|(##|  )", line):
        if escape:
            dark = int(escape == "\x1b[40m")
        else:
            assert (signs == "##") == bool(dark)
            row.append(dark)
    return row


def scan(said, directory):
    """What a reader sees in the drawing on the terminal."""
    rows = modules(said)
    picture = directory / "code.pgm"
    size = len(rows[0]) * _SCALE, len(rows) * _SCALE
    lines = [b"".join((b"\0" if dark else b"\xff") * _SCALE for dark in row)
             for row in rows]
    picture.write_bytes(b"P5 %d %d 255\n" % size
                        + b"".join(line * _SCALE for line in lines))
    return run(["zbarimg", "-q", "--raw", picture], check=True).stdout.strip()


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_the_code_is_the_complete_address(
        locale, make_screen, provider, fresh):
    screen = make_screen(columns=150, rows=90, LANG=locale, LC_ALL=locale)
    said = screen.read()
    user_code = _CODE.search(said)[1]
    assert ("\u2588" in said) == (locale == "C.UTF-8")
    assert scan(said, fresh("scan")) == \
        f"{provider.url}/device?user_code={user_code}"


@pytest.mark.parametrize("reason", [
    {"columns": 30}, {"rows": 12}, {"TERM": "dumb"}, {"TERM": ""}], ids=str)
def test_no_code_where_it_could_not_be_read(reason, make_screen):
    said = make_screen(**reason).read()
    assert _CODE.search(said)
    assert not _LINE.search(said)
    assert "camera" not in said


def test_no_code_without_a_terminal(site, account):
    said = site.login(account)
    assert "user_code=" in said
    assert "\x1b" not in said
