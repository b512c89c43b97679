# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Where rows of the fault table are tried: a token endpoint that misbehaves on
demand, and accounts that a small SASL program logs in with through a module.

Whatever the fault, every login here is held to the promises that stand above
all rows: it returns within its deadline, the program lives, no secret is in
what it said or in any other byte that it wrote but where it belongs, the login
at the provider and the last good token are intact, no temporary file stays, and
one sentence names the cause.
"""

import itertools
import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from lab import tap
from lab.plain import Plain
from lab.process import run
from lab.rotation import Rotation
from lab.secrets import Judge, mark
from lab.tuning import measured

from .table import NotApplicable, Unmet

DEADLINE_S = 15
"""When a login must have returned that has `timeout = 2`."""

SASL = {"AGAIN": 24, "REAUTH": 18, "CONFIG": 100, "NOACCOUNT": 20,
        "REFUSED": 13, "DATA": 1, "ACCESS": 1}
"""libsasl2's code for each reaction, as saslhost ends with it."""

_WORDS = {1: "generic failure", 2: "no memory", 4: "no mechanism",
          5: "bad protocol / cancel", 13: "authentication failure",
          18: "expired", 20: "no user", 24: "server unavailable",
          100: "configuration error"}

_KEPT = "kept"

_LATEST = 3
"""Of so many requests a login's secrets are looked for."""


class Faulty(Rotation):
    """The endpoint. heads: those of the requests that a behaviour of
    lab/faults.py has seen. asked: how often it was connected to since the
    last begin()."""

    def __init__(self, ca):
        super().__init__(ca)
        self.heads = []
        self.good = self.behaviour

    def begin(self, behaviour):
        super().begin(behaviour)
        self.heads = []

    def mend(self):
        """It is a good endpoint again."""
        self.begin(self.good)

    @property
    def asked(self):
        """Requests, of whatever kind."""
        return self.connections


class Bench:
    """plugins: the directory of another build or another module, which is
    then driven through a token file in the form of sasl-xoauth2."""

    def __init__(self, directory, objects, ca, host, plugins=None):
        self.directory = directory
        self.objects = objects
        self.ca = ca
        self.host = host
        self.plugins = plugins
        self.endpoint = Faulty(ca).start()
        self.numbers = itertools.count(1)

    @property
    def is_ours(self):
        """Is it this tree's module, with all that belongs to it?"""
        return self.plugins is None

    def ours_only(self, why):
        """Ends a case that another module has no way to do."""
        if not self.is_ours:
            raise NotApplicable(why)

    def stop(self):
        """Ends the endpoint."""
        self.endpoint.stop()

    def fresh(self, name):
        """An empty directory."""
        path = self.directory / f"{name}{next(self.numbers)}"
        path.mkdir(parents=True)
        return path

    def subject(self, left_s=-60, kind=None, timeout_s=2, **options):
        """A logged-in account whose token has so much of its life left."""
        self.directory.mkdir(exist_ok=True)
        number = next(self.numbers)
        kind = kind or ("plain" if self.is_ours else "file")
        made = Subject(self, self.directory / f"subject{number}",
                       f"user{number}@contoso.com", kind, timeout_s,
                       options)
        made.set_left(left_s)
        return made


class Subject:
    """One account, and the way to log in with it. plain: its files."""

    def __init__(self, bench, directory, name, kind, timeout_s, options):
        self.bench = bench
        self.name = name
        lines = "".join(f'\n{key} = "{value}"'
                        for key, value in options.items())
        self.plain = Plain(directory, bench.objects, bench.host,
                           bench.endpoint, name, kind, lines, timeout_s)
        self.old = None
        if not bench.is_ours:
            self._take_plugins(directory / "plugins")

    def add(self):
        """Another account of the same site, its token over; its name."""
        name = f"more{next(self.bench.numbers)}@contoso.com"
        with open(self.plain.conf, "a", encoding="utf-8") as conf:
            conf.write(f'\naccount "{name}" {{ }}\n')
        grant = json.loads(self.plain.grant.read_text())
        grant["refresh_token"] = self.bench.endpoint.login(name)
        for path, text in ((self.plain.grant, json.dumps(grant)),
                           (self.plain.record, self.plain.record.read_text())):
            made = path.with_name(name)
            made.write_text(text)
            made.chmod(0o600)
        return name

    def _take_plugins(self, to):
        shutil.rmtree(to)
        shutil.copytree(self.bench.plugins, to, symlinks=False)
        if self.plain.kind == "file":
            grant = json.loads(self.plain.grant.read_text())
            grant.update(client_secret="unused",
                         ca_bundle_file=str(self.bench.ca.pem))
            self.plain.grant.write_text(json.dumps(grant))

    def set_left(self, left_s, fresh=False):
        """A token that nobody else has, with so much of its lifetime left.
        fresh: it is not yet due."""
        self.old = f"old-token-{mark()}"
        self.plain.put_record(self.old, left_s)
        if fresh and self.plain.kind != "file":
            path, now = self.plain.record, int(time.time())
            text = re.sub("obtained_at .*", f"obtained_at {now - 1}",
                          path.read_text())
            path.write_text(re.sub("renew_at .*",
                                   f"renew_at {now + left_s - 60}", text))

    def age(self, time_, by_s, within=None):
        """A time in the grant is another by so many seconds. within: of which
        member it is."""
        grant = json.loads(self.plain.grant.read_text())
        (grant[within] if within else grant)[time_] += by_s
        self.plain.grant.write_text(json.dumps(grant))

    def move(self, url):
        """The account was logged in at another endpoint, in each file."""
        for path in (self.plain.conf, self.plain.grant):
            text = path.read_text().replace("\\/", "/")
            path.write_text(text.replace(self.bench.endpoint.url, url))

    def use_proxy(self, url):
        """Another module has the proxy in its token file."""
        if self.plain.kind == "file":
            grant = json.loads(self.plain.grant.read_text())
            self.plain.grant.write_text(json.dumps({**grant, "proxy": url}))

    def lifetime(self):
        """How many seconds the token on disk has left."""
        if self.bench.is_ours:
            return self.plain.status()["expires_at"] - time.time()
        grant = json.loads(self.plain.grant.read_text())
        return int(grant["expiry"]) - time.time()

    def check_lifetime(self, seconds):
        """About so many."""
        if abs(self.lifetime() - seconds) > 60:
            raise Unmet(f"{int(self.lifetime())} s are taken for its life")

    def login(self, prefix=(), deadline_s=DEADLINE_S, intact=True,
              measure=False, taped=True, **more):
        """Logs in, and sees to the general promises. intact: the login at the
        provider must be the one in the file. measure: the peak memory. taped:
        not where there are too many calls for that."""
        plain = self.plain
        peak = plain.directory / "peak"
        if measure:
            prefix = [*prefix, *measured(peak)]
        tape = self._tape(prefix) if taped and not measure else None
        try:
            login = plain.use([*prefix, *(tap.taped(tape) if tape else ())],
                              timeout_s=deadline_s, **more)
        except subprocess.TimeoutExpired:
            raise Unmet(f"blocked, over {deadline_s} s") from None
        seen = Seen(self, login)
        if tape:
            seen.check_tape(tap.Tape(tape, login.code, b"", b""))
            shutil.rmtree(tape)
        if measure:
            seen.peak_kb = int(peak.read_text())
        seen.check_life()
        seen.check_secrets()
        if intact:
            self.check_intact()
        self.check_files()
        return seen

    def _tape(self, prefix):
        """A directory for the tape of one login of ours; None where strace is
        at it already."""
        if not self.bench.is_ours or "strace" in prefix:
            return None
        tape = Path(tempfile.mkdtemp("", "tape", self.plain.directory))
        tape.chmod(0o777)
        return tape

    def check_intact(self):
        """The refresh token on disk is good at the provider."""
        current = self.bench.endpoint.current(self.name)
        try:
            held = json.loads(self.plain.grant.read_text()).get(
                "refresh_token")
        except ValueError:
            raise Unmet("the account is lost: its file is spoilt") from None
        if held != current:
            raise Unmet("the account is lost: its refresh token is "
                        + ("gone" if not held else "not the provider's"))

    def check_files(self):
        """Nothing temporary is left."""
        left = [path for path in self.plain.directory.rglob("*")
                if path.parent.name in ("tokens", "grants", "state")
                and path.is_file() and path.name not in self._expected()]
        if left:
            raise Unmet(f"a temporary file stays: {left[0].name}")

    def _expected(self):
        plain = self.plain
        return {plain.grant.name, plain.record.name, plain.lock.name}


class Seen:
    """What came of one login."""

    def __init__(self, subject, login):
        self.subject = subject
        self.code = login.code
        self.token = login.token
        self.lines = login.lines
        self.text = login.text
        self.whole = login.whole
        self.replies = login.replies
        self.peak_kb = None

    # The promises.

    def check_life(self):
        """It ended by itself."""
        if self.code < 0:
            raise Unmet(f"the program died of signal {-self.code}")

    def check_secrets(self):
        """Nothing secret is in what was said, at whatever level."""
        found = self._judge().find(self.whole)
        if found:
            raise Unmet(f"{' and '.join(sorted(found))} is in the log")

    def check_tape(self, tape):
        """Nor in any other byte that was written, but for the account's files
        and the message to the server."""
        plain, judge = self.subject.plain, self._judge()
        own = {str(path) for path in (plain.grant, plain.record,
                                      *plain.drafts)}
        for place, data in tape.streams():
            found = judge.find(data)
            if found and place != "stdout" and place not in own:
                raise Unmet(f"{' and '.join(sorted(found))} is written to "
                            f"{place}")

    def _judge(self):
        endpoint, plain = self.subject.bench.endpoint, self.subject.plain
        judge = Judge()
        for name, secret in (
                ("the old token", self.subject.old),
                ("a token", endpoint.access.get(plain.name)),
                ("the refresh token", endpoint.current(plain.name)),
                *(("a refresh token", token)
                  for token, _ in endpoint.requests[-_LATEST:])):
            if secret:
                judge.add(name, secret)
        return judge

    # What must be.

    def renewed(self):
        """It presented the newest token."""
        if self.code != 0 or not self.token:
            raise Unmet(self._failure())
        newest = self.subject.bench.endpoint.access.get(self.subject.name)
        if self.token != newest:
            raise Unmet("the old token was presented"
                        if self.token == self.subject.old
                        else "another token was presented")
        return "renewed"

    def kept(self, *words):
        """It presented the token that was there, and said why."""
        if self.code != 0 or self.token != self.subject.old:
            raise Unmet(f"a good token was not used: {self._failure()}")
        self._check_sentence(words)
        return _KEPT

    def failed(self, reaction, *words):
        """It failed in that way, with a sentence that has these words."""
        if self.code == 0:
            raise Unmet("success, with a token"
                        if self.token else "success, without a token")
        if not self.subject.bench.is_ours:
            raise Unmet(self._failure())
        if self.code != SASL[reaction]:
            raise Unmet(f"{self._failure()}, not {reaction}")
        self._check_sentence(words)
        return reaction

    def _check_sentence(self, words):
        """Exactly one line, which names the account's trouble."""
        if not self.subject.bench.is_ours:
            return
        if len(self.lines) != 1:
            raise Unmet(f"{len(self.lines)} lines were logged, not one: "
                        + " / ".join(self.lines))
        for word in words:
            if word.lower() not in self.lines[0].lower():
                raise Unmet(f"the line lacks {word!r}: {self.lines[0]}")

    def _failure(self):
        if self.code == 0:
            return "success"
        return _WORDS.get(self.code, f"SASL code -{self.code}")


def at_once(jobs):
    """Runs functions in threads of their own; what they returned."""
    results = [None] * len(jobs)

    def work(index):
        try:
            results[index] = jobs[index]()
        except AssertionError as failure:
            results[index] = failure
    threads = [threading.Thread(target=work, args=(index,))
               for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, AssertionError):
            raise result
    return results


def has_mechanism(bench):
    """Does the module offer XOAUTH2 at all?"""
    subject = bench.subject(600)
    done = run(["saslpluginviewer", "-c", "-m", "XOAUTH2"],
               env=subject.plain.env)
    return "XOAUTH2" in done.stdout
