# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""One system call on an account's files fails, every one in turn.

strace does it, and sees nothing but calls that name a file of the account or
a descriptor of one (-P), so that what the host program does besides is left
alone. What a test prints can be run by hand:

    strace -f -P STATE/grants/NAME ... -e inject=fsync:error=EIO:when=2 HOST ...
"""

import concurrent.futures
import dataclasses
import json
import re
import threading

from .plain import draft_of
from .process import WAIT_S

ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EROFS")
"""What a disk can answer; a call that changes nothing knows only the first."""

_CHANGING = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate", "close",
             "renameat", "renameat2", "fchmod", "fchown", "fchownat",
             "unlinkat", "unlink")
_CALL = re.compile(r"(?:\d+ +)?(\w+)\((.*)$")
_LEFT_S = 600
_KEPT = "a-token-that-was-there"
_WORKERS = 2


class Wrong(AssertionError):
    """Not what must come of that fault."""


@dataclasses.dataclass(frozen=True)
class Fault:
    """A call of that name fails with that error: the at-th on the account's
    files, or all from that one on. rest: the call, as strace shows it."""
    name: str
    at: int
    error: str
    lasting: bool = False
    rest: str = dataclasses.field(default="", compare=False)

    def __str__(self):
        return f"{self.name}:error={self.error}:when={self.at}" \
            f"{'+' if self.lasting else ''} ({self.rest.strip()[:90]})"

    @property
    def changes(self):
        """Does the call change something?"""
        return self.name in _CHANGING or "O_CREAT" in self.rest


def strace(plain, log, fault=None):
    """The command before the host's that shows, and makes, the fault."""
    paths = [plain.state, plain.grant, plain.record, plain.lock,
             *plain.drafts]
    if plain.kind != "file":
        paths += [plain.state / "tokens", plain.state / "grants"]
    argv = ["strace", "-f", "-y", "-qq", "-s", "16", "-o", log]
    for path in paths:
        argv += ["-P", path]
    if fault:
        argv += ["-e", f"inject={fault.name}:error={fault.error}:when="
                       f"{fault.at}{'+' if fault.lasting else ''}"]
    return argv


def calls(plain):
    """(name, which one of that name, the rest) of a renewal's calls on the
    account's files."""
    log = plain.directory / "strace"
    plain.put_record("over", -10)
    login = plain.use(strace(plain, log))
    assert login.code == 0, login
    found, counts = [], {}
    for line in log.read_text(errors="replace").splitlines():
        match = _CALL.match(line)
        if match:
            name, rest = match.groups()
            counts[name] = counts.get(name, 0) + 1
            found.append((name, counts[name], rest))
    return found


def faults(found, errors=ERRORS):
    """Every call with every error that it can have."""
    made = []
    for name, at, rest in found:
        for error in errors:
            fault = Fault(name, at, error, rest=rest)
            if error == "EIO" or fault.changes:
                made.append(fault)
    return made


def lasting(found, error="EIO"):
    """From each changing call on, all of its name."""
    return [dataclasses.replace(fault, lasting=True)
            for fault in faults(found, (error,)) if fault.changes]


class Trial:
    """Tries faults on one account."""

    def __init__(self, plain):
        self.plain = plain
        self.log = plain.directory / "strace"

    def try_(self, fault, left_s):
        """A renewal with the fault, by a token with so much time left; then
        one without. Raises Wrong."""
        plain, endpoint = self.plain, self.plain.endpoint
        plain.put_record(_KEPT, left_s)
        if endpoint.current(plain.name) is None:
            plain.log_in()
        before = endpoint.current(plain.name)
        login = plain.use(strace(plain, self.log, fault))
        rotated = endpoint.current(plain.name) != before
        self._check_login(fault, login, rotated, left_s)
        self._check_files()
        self._check_next(fault, rotated)

    def _check_login(self, fault, login, rotated, left_s):
        newest = self.plain.endpoint.access.get(self.plain.name)
        _must(len(login.lines) <= 1, f"more than one line: {login.text}")
        if rotated:
            _must(login.code == 0 and login.token == newest,
                  f"the token just obtained is not used: {login.text}")
        else:
            _must(len(login.lines) == 1, f"no sentence: {login}")
            _must(login.token == _KEPT if login.code == 0 else
                  left_s <= 0 or self._hits_record(fault),
                  f"the token inside its lifetime is not used: {login.text}")
        _must(not login.lines or str(self.plain.directory) in login.text,
              f"a sentence without the path: {login.text}")

    def _hits_record(self, fault):
        """Without reading the record, or reaching it, nothing can be known."""
        record = "token.json" if self.plain.kind == "file" else "/tokens/"
        return not fault.changes and (
            record in fault.rest or '"tokens/' in fault.rest
            or f'"{self.plain.state}' in fault.rest
            or '"tokens"' in fault.rest or '"."' in fault.rest)

    def _check_files(self):
        """Both are whole, old or new."""
        plain = self.plain
        if plain.kind != "sealed":
            _must(json.loads(plain.grant.read_text())["refresh_token"],
                  "no grant")
        if plain.kind != "file":
            text = plain.record.read_text()
            _must(text.startswith("sasl-bearer-token 1\n")
                  and "\nexpires_at " in text and text.endswith("\n"),
                  f"the record is not whole: {text}")

    def _check_next(self, fault, rotated):
        plain, endpoint = self.plain, self.plain.endpoint
        saved = draft_of(plain.grant).exists()
        plain.put_record("over", -10)
        again = plain.use()
        if again.code != 0 and fault.lasting and rotated:
            # No byte of the new grant could be written, however often.
            _must(fault.name in ("pwrite64", "openat"),
                  f"lost: {again.text}")
            _must(not saved or "before the provider's answer was saved"
                  in again.text, f"not told of: {again.text}")
            plain.log_in()
            return
        _must(again.code == 0 and not again.lines
              and again.token == endpoint.access[plain.name],
              f"the next login: {again}")
        _must(not plain.left_behind(), f"left: {plain.left_behind()}")


def _must(condition, text):
    if not condition:
        raise Wrong(text)


def try_all(make, wanted):
    """Tries all of (fault, left_s), with accounts that `make(number)` makes;
    what went wrong as lines."""
    points, lock, wrong = iter(wanted), threading.Lock(), []

    def work(number):
        trial = Trial(make(number))
        trial.plain.use()
        while True:
            with lock:
                fault, left_s = next(points, (None, 0))
            if fault is None:
                return
            try:
                trial.try_(fault, left_s)
            except Exception as trouble:  # pylint: disable=broad-except
                with lock:
                    wrong.append(f"{left_s} s left, {fault}: {trouble!r}")
                trial.plain.log_in()

    with concurrent.futures.ThreadPoolExecutor(_WORKERS) as pool:
        for done in [pool.submit(work, i) for i in range(_WORKERS)]:
            done.result(timeout=len(wanted) * WAIT_S)
    return wrong
