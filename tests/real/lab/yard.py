# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""One installation whose every run is taped and judged: no secret may be
written but where it belongs."""

import itertools
import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest

from . import tap
from .leaky import Leaky
from .secrets import Judge, mark, odd_mark

ACCOUNT = "me@contoso.com"

ACCESS, REFRESH = {"access token"}, {"refresh token", "client secret"}

_NOWHERE = set()

_MODES = {0o600, 0o640}
"""Those of files that hold secrets, from the moment they are made."""


class Yard:
    """Files below `directory`; tmp is TMPDIR. server: a Leaky.

    client: the application is confidential, its secret in a file. sealed:
    grants are. lines: more of the account's section.
    """

    def __init__(self, directory, objects, ca, server, client=False,
                 sealed=False, lines=""):
        self.directory = directory
        self.objects = objects
        self.server = server
        self.judge = server.judge
        self.state = directory / "state"
        self.tmp = directory / "tmp"
        self.conf = directory / "sasl-bearer.conf"
        self.sealed = sealed
        self.more_env = {}
        self.numbers = itertools.count(1)
        for made in (self.state / "tokens", self.state / "grants", self.tmp,
                     directory / "plugins"):
            made.mkdir(parents=True)
            made.chmod(0o700)
        self.state.chmod(0o700)
        shutil.copy(objects.plugin, directory / "plugins")
        if client:
            lines += f'\nclient_secret_file = "{self._client_secret()}"'
        if sealed:
            lines += f'\ngrant_key = "{self._grant_key()}"'
        url = server.url
        self.base = "\n".join([
            f'token_endpoint = "{url}/token"',
            f'device_endpoint = "{url}/device"',
            f'authorization_endpoint = "{url}/authorize"',
            f'revocation_endpoint = "{url}/revoke"', 'scope = "mail"',
            'client_id = "app"', f'ca_file = "{ca.pem}"', "timeout = 5", ""])
        self.configure(lines)

    def configure(self, lines, account=True):
        """The configuration, with these lines before the account's."""
        self.conf.write_text(
            self.base + lines + "\n"
            + (f'account "{ACCOUNT}" {{ }}\n' if account else ""))

    def secret_file(self, name, text):
        """A file for its owner alone."""
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)
        return path

    def _client_secret(self):
        self.secret = self.judge.add("client secret", odd_mark())
        return self.secret_file("client_secret", self.secret + "\n")

    def _grant_key(self):
        return self.secret_file(
            "grant_key", self.judge.add("grant key", os.urandom(32)))

    @property
    def env(self):
        """Of programs that use it."""
        return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8",
                "HOME": str(self.directory), "TMPDIR": str(self.tmp),
                "SASL_PATH": str(self.directory / "plugins"),
                "SASL_BEARER_CONF": str(self.conf),
                "SASL_BEARER_STATE": str(self.state),
                "SASL_BEARER_ENGINE": str(self.objects.engine),
                "SASL_BEARER_PROBE": str(self.objects.probe),
                **self.more_env}

    @property
    def record(self):
        """The account's token record."""
        return self.state / "tokens" / ACCOUNT

    @property
    def grant(self):
        """The account's grant."""
        return self.state / "grants" / ACCOUNT

    def log_in(self, left_s=-60, **more):
        """The files of a login that was before; a token with so much of its
        life left."""
        now = int(time.time())
        token = self.judge.add("access token", mark())
        self.secret_file(self.record, (
            f"sasl-bearer-token 1\naccess_token {token}\n"
            f"obtained_at {now - 3000}\n"
            f"renew_at {now + left_s - 1000}\n"
            f"expires_at {now + left_s}\n"))
        self.secret_file(self.grant, json.dumps({
            "format": 1, "kind": "refresh_token", "client_id": "app",
            "refresh_token": self.server.login(), "scope": "mail",
            "token_endpoint": f"{self.server.url}/token", **more}))
        return token

    # Runs.

    def tool(self, *arguments, code=None, said=b"", env=None, out=_NOWHERE,
             also=None):
        """sasl-bearer, judged. out: what standard output may hold. also:
        path -> names of secrets that it may hold. The probe of doctor has
        the module make the message, which comes by a pipe."""
        if arguments[0] == "doctor":
            also = {"^pipe:": ACCESS, **(also or {})}
        return self.run([self.objects.tool, *arguments], code, said, env,
                        out, also)

    def run(self, argv, code=None, said=b"", env=None, out=_NOWHERE,
            also=None):
        """Any program, judged; the tape."""
        before = self._files()
        tape = tap.listen(argv, self.directory / f"tape{next(self.numbers)}",
                          code, said, env={**self.env, **(env or {})})
        self.judge_tape(tape, out, also or {})
        self.judge_files(before, also or {})
        if Path(argv[0]).name == "sasl-bearer":
            judge_core(tape, self.directory)
        return tape

    def at_terminal(self, talk, *arguments, echoed=_NOWHERE, also=None):
        """sasl-bearer at a terminal, where talk(screen) is the person.
        echoed: what the terminal itself shows as it is typed. also: as
        tool(), and "stdout" is that of programs which it runs."""
        before = self._files()
        screen = tap.Screen(
            [self.objects.tool, *arguments],
            self.directory / f"tape{next(self.numbers)}", self.env)
        try:
            talk(screen)
            tape = screen.end()
        finally:
            screen.kill()
        found = self.judge.find(screen.said) - echoed
        assert not found, f"{found} stands on the terminal:\n{screen.said}"
        also = also or {}
        self.judge_tape(tape, also.get("stdout", _NOWHERE), also)
        self.judge_files(before, also)
        judge_core(tape, self.directory)
        return screen.said

    def _files(self):
        return {path: path.read_bytes() for path in self._paths()}

    def _paths(self):
        return [path for path in sorted(self.directory.rglob("*"))
                if path.is_file() and "tape" not in path.parent.name]

    def allowed(self, place, also):
        """The names of the secrets that may be written there."""
        for path, names in also.items():
            if re.search(path, place):
                return names
        folder, _, name = place.rpartition("/")
        if re.fullmatch(rf"\.?{re.escape(ACCOUNT)}(\.tmp)?", name):
            if folder == str(self.state / "tokens"):
                return ACCESS
            if folder == str(self.state / "grants"):
                return _NOWHERE if self.sealed else REFRESH
        return _NOWHERE

    def judge_tape(self, tape, out, also):
        """Every stream, name, argument and environment."""
        for place, data in tape.streams():
            found = self.judge.find(data) - (
                out if place == "stdout" else self.allowed(place, also))
            assert not found, f"{found} in what was written to {place}: " \
                f"{data[:3000]!r}"
        for text in tape.executed():
            found = self.judge.find(text)
            assert not found, f"{found} is handed to a program: {text!r}"
        assert not tape.moved(), "strace cannot show what was copied"
        for path, mode in tape.made():
            if path.startswith(str(self.state / "tokens")) \
                    or path.startswith(str(self.state / "grants")):
                assert mode in _MODES, f"{path} is made with mode {mode:o}"

    def judge_files(self, before, also):
        """Every file that was made or changed, whatever its name."""
        for path in self._paths():
            data = path.read_bytes()
            if before.get(path) == data:
                continue
            found = self.judge.find(data) - self.allowed(str(path), also)
            assert not found, f"{found} is in {path}"
            found = self.judge.find(data)
            mode = path.stat().st_mode & 0o777
            assert not found or mode in _MODES, f"{path} has mode {mode:o}"


def judge_core(tape, directory):
    """No core dump can be, before anything of the directory is opened. A
    process of the tool has both ways to see to that; one is enough."""
    first = next(call.process for call in tape.calls
                 if call.name == "execve"
                 and call.strings[0].endswith(b"/sasl-bearer"))
    for call in tape.calls:
        if call.process != first:
            continue  # its children, whose numbers may be lower
        if tap.is_setting(call) and tap.no_dump(call):
            return
        assert not call.place.startswith(str(directory)), \
            f"{call.place} is read while there could be a core dump"
    raise AssertionError("nothing rules core dumps out")


@pytest.fixture
def judge():
    """Knows nothing yet."""
    return Judge()


@pytest.fixture
def server(ca, judge):
    """A provider that knows how to leak."""
    made = Leaky(ca, judge)
    yield made.start()
    made.stop()


@pytest.fixture
def make_yard(fresh, objects, ca, server):
    """Makes installations."""
    def make(**more):
        return Yard(fresh("yard"), objects, ca, server, **more)
    return make


@pytest.fixture
def yard(make_yard):
    """One with a public client, whose token is over."""
    made = make_yard()
    made.log_in()
    return made
