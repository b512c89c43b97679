# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""One account in a state directory of its own, and a plain host program that
logs in with it through the plugin: nothing else runs but the token endpoint.

For tests that do so thousands of times, under strace among other things.
"""

import base64
import dataclasses
import json
import os
import re
import shutil
import subprocess
import time
import urllib.parse
from pathlib import Path

from .process import WAIT_S, run
from .rotation import LIFETIME_S

SOURCE = Path(__file__).resolve().parent.parent / "saslhost.c"

KINDS = ("plain", "sealed", "file")
"""A grant as it is, a sealed one, and a token file of sasl-xoauth2's form."""

_ALL_LEVELS = "7"
"""SASL_LOG_PASS, at which libsasl2 would show passwords."""

_QUIET = re.compile("^log [4-7]: .*\n?", re.MULTILINE)
"""What is logged below SASL_LOG_WARN."""

_CONF = """\
token_endpoint = "{url}"
scope = "mail"
client_id = "app"
ca_file = "{ca}"
timeout = {timeout}
{more}
"""


def build_host(directory):
    """The little SASL program, built."""
    program = directory / "saslhost"
    run([*os.environ.get("CC", "cc").split(), "-std=c11", "-D_GNU_SOURCE", SOURCE,
         "-pthread", *os.environ.get("SASLHOST_CFLAGS", "").split(),
         "-o", program, "-lsasl2"], check=True)
    return program


@dataclasses.dataclass
class Login:
    """What came of one run of the host. token: what it would have sent, or
    None. lines: what the module logged as a warning or worse, and text what
    else was said with it; whole: with what was logged at every level.
    replies: to each challenge (code, bytes or None)."""
    code: int
    token: str
    lines: list
    text: str
    whole: str
    replies: list


class Plain:
    """kind: one of KINDS. `directory` is made."""

    def __init__(self, directory, objects, host, endpoint, name,
                 kind="plain", more="", timeout_s=10):
        self.directory = directory
        self.objects = objects
        self.host = host
        self.endpoint = endpoint
        self.name = name
        self.kind = kind
        self.more = more
        self.timeout_s = timeout_s
        self.state = directory / "state"
        self.conf = directory / "sasl-bearer.conf"
        self._lay_out()
        self.log_in()

    def _lay_out(self):
        plugins = self.directory / "plugins"
        plugins.mkdir(parents=True)
        shutil.copy(self.objects.plugin, plugins)
        for name in ("tokens", "grants"):
            (self.state / name).mkdir(parents=True)
        for path in (self.state, *self.state.iterdir()):
            path.chmod(0o700)
        self.configure(self.more)
        self.env = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
            "HOME": str(self.directory),
            "SASL_PATH": str(plugins),
            "SASL_BEARER_CONF": str(self.conf),
            "SASL_BEARER_STATE": str(self.state),
            "SASL_BEARER_ENGINE": str(self.objects.engine),
        }

    def configure(self, more=""):
        """Writes the configuration, with more lines."""
        if self.kind == "sealed":
            key = self.directory / "key"
            if not key.exists():
                key.write_bytes(os.urandom(32))
                key.chmod(0o600)
            more += f'\ngrant_key = "{key}"'
        if self.kind != "file":
            more += f'\naccount "{self.name}" {{ }}'
        self.conf.write_text(_CONF.format(
            url=self.endpoint.url, ca=self.endpoint.ca.pem, more=more,
            timeout=self.timeout_s))

    # Files.

    @property
    def grant(self):
        """The file that holds the refresh token."""
        if self.kind == "file":
            return self.directory / "state" / "token.json"
        return self.state / "grants" / _quoted(self.name)

    @property
    def record(self):
        """The file that holds the access token."""
        if self.kind == "file":
            return self.grant
        return self.state / "tokens" / _quoted(self.name)

    @property
    def lock(self):
        """The file that a renewal locks."""
        if self.kind == "file":
            return draft_of(self.grant, "lock")
        return self.grant.with_name(self.grant.name + ".lock")

    @property
    def drafts(self):
        """The temporary files that there may be."""
        return sorted({draft_of(self.grant), draft_of(self.record)})

    def left_behind(self):
        """The temporary files that there are."""
        return [path for path in self.drafts if path.exists()]

    def log_in(self):
        """As a person would, whatever was before; the token is over."""
        refresh_token = self.endpoint.login(self.name)
        for path in self.left_behind():
            path.unlink()
        if self.kind == "file":
            self._write(self.grant, json.dumps({
                "refresh_token": refresh_token, "client_id": "app",
                "token_endpoint": self.endpoint.url,
                "access_token": "over", "expiry": "1"}) + "\n")
            return
        self._write(self.grant, json.dumps({
            "format": 1, "kind": "refresh_token", "client_id": "app",
            "refresh_token": refresh_token, "scope": "mail",
            "token_endpoint": self.endpoint.url}) + "\n")
        self.put_record("over", -LIFETIME_S)

    def put_record(self, token, left_s):
        """The access token, with so much of its lifetime left."""
        now = int(time.time())
        until = now + left_s
        # A time that passed, for those who count requests, too.
        if self.lock.exists():
            os.truncate(self.lock, 0)
        if self.kind == "file":
            grant = json.loads(self.grant.read_text())
            grant.update(access_token=token, expiry=until)
            self._write(self.grant, json.dumps(grant) + "\n")
            return
        self._write(self.record,
                    f"sasl-bearer-token 1\naccess_token {token}\n"
                    f"obtained_at {until - LIFETIME_S}\n"
                    f"renew_at {min(until, now) - 1}\n"
                    f"expires_at {until}\n")

    @staticmethod
    def _write(path, text):
        new = path.with_name("new")
        new.write_text(text, encoding="utf-8")
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o600)
        if path.exists():
            os.chown(new, path.stat().st_uid, path.stat().st_gid)
        new.rename(path)

    # Programs.

    @property
    def command(self):
        """The host's command line."""
        argv = [str(self.host), "XOAUTH2", "smtp", "mail.contoso.com",
                self.name]
        return argv + ([str(self.grant)] if self.kind == "file" else [])

    def use(self, prefix=(), timeout_s=WAIT_S, challenges=(), **more):
        """One login by the host, behind a prefix; what the server says then.
        """
        env = {**self.env, "SASLHOST_LOG_LEVEL": _ALL_LEVELS,
               **more.pop("env", {})}
        if challenges:
            path = self.directory / "challenges"
            path.write_bytes(b"".join(base64.b64encode(one) + b"\n"
                                      for one in challenges))
            env["SASLHOST_CHALLENGES"] = str(path)
        done = subprocess.run(
            [str(word) for word in (*prefix, *self.command)], env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=timeout_s, check=False, **more)
        return read_login(done.returncode, done.stdout, done.stderr)

    def tool(self, *arguments, **more):
        """Runs sasl-bearer."""
        return run([self.objects.tool, *arguments], env=self.env, **more)

    def status(self):
        """The account, as `status --json` has it."""
        (account,) = json.loads(self.tool("status", "--json",
                                          self.name).stdout)
        return account


def read_login(code, out, err):
    """A Login, of the bytes that the host has written."""
    out = out.decode("ascii", "replace").split()
    whole = err.decode("utf-8", "replace")
    text = _QUIET.sub("", whole)
    lines = [line for line in text.splitlines() if line.startswith("log ")]
    return Login(code, _token(out), lines, text, whole, _replies(out))


def draft_of(path, end="tmp"):
    """The temporary file beside a file."""
    return path.with_name(f".{path.name}.{end}")


def _quoted(name):
    return urllib.parse.quote(name, safe="@+")


def _replies(out):
    """The pairs of a code and an answer; a code has at most four characters,
    and no message is as short."""
    start = next((at for at, word in enumerate(out)
                  if at and len(word) <= 4), len(out))
    return [(int(code), {"nothing": None, "empty": b""}[answer]
             if answer in ("nothing", "empty") else base64.b64decode(answer))
            for code, answer in zip(out[start::2], out[start + 1::2])]


def _token(out):
    if len(out) < 2 or len(out[1]) <= 4:
        return None
    message = base64.b64decode(out[1]).decode("ascii", "replace")
    return message.partition("auth=Bearer ")[2].split("\1")[0]
