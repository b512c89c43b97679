# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""SIGKILL at a system call of a renewal, and what is left of the account.

A round: the access token is over; the host logs in under strace and is killed
on its way into a system call, the n-th of its name, which is then not made;
`status` is asked; the host logs in again. In some rounds that next login is killed as well,
and one more follows. The endpoint rotates refresh tokens and ends a
login at the reuse of one.

The account must log in again. It may only be lost where nothing can help: the
endpoint has spent the old refresh token, and by strace's log no byte of the
new grant was written. Then the renewal that was killed is told of, both by
`status` right after the kill and by the sentence of the next login.
"""

import collections
import concurrent.futures
import dataclasses
import itertools
import random
import re
import threading
import time

from .plain import KINDS, Plain, draft_of
from .process import WAIT_S

OLD = "logged in with the old refresh token"
NEW = "logged in with the new one, in its place"
RECOVERED = "logged in with the new one, recovered from the draft"
FRESH = "logged in with the new access token"
LOST = "lost between the answer and the first byte on disk"
THROUGH = "the renewal was over before that call"
OUTCOMES = (OLD, RECOVERED, NEW, FRESH, LOST, THROUGH)

_WORKERS = 2

_PASSES = 20
"""How often a call is tried again that was not reached. How many there are of
a name, such as poll, depends on what else the machine does."""

_CALL = re.compile(r"\d+ +(\w+)\((.*)$")


class Wrong(AssertionError):
    """The account is in a state that it must not be in."""


@dataclasses.dataclass
class Trace:
    """What strace's log says of the run."""
    calls: list     # (name, the rest of the line), complete ones
    killed: bool

    def count(self):
        """Complete calls."""
        return len(self.calls)

    def find(self, name, *words):
        """The places of the calls with that name and words."""
        return [at for at, (call, rest) in enumerate(self.calls, 1)
                if call == name and all(word in rest for word in words)]


def read_trace(path):
    """strace's log; a call without a result was not made."""
    calls, killed = [], False
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = _CALL.match(line)
            if found and not line.rstrip().endswith("= ?"):
                calls.append(found.groups())
            killed = killed or "+++ killed by SIGKILL" in line
    return Trace(calls, killed)


def read_facts(trace, plain, rotated):
    """What was done before the kill, by strace's log."""
    draft = f"<{draft_of(plain.grant)}>"
    asked = max(trace.find("connect", "sin_port"), default=trace.count() + 1)
    written = [at for at in trace.find("pwrite64", draft)
               if at > asked and ', "\\0' not in trace.calls[at - 1][1]
               and " = -1 " not in trace.calls[at - 1][1]]
    placed = _renamed(trace, plain, plain.grant)
    return Facts(
        rotated=rotated, written=bool(written),
        placed=any(at > asked for at in placed),
        adopted=any(at < asked for at in placed),
        recorded=any(at > asked
                     for at in _renamed(trace, plain, plain.record)))


def _renamed(trace, plain, path):
    draft = draft_of(path).relative_to(plain.state)
    return trace.find("renameat", f'"{draft}"', " = 0")


class Round:
    """One account, killed again and again."""

    def __init__(self, plain):
        self.plain = plain
        self.log = plain.directory / "strace"

    def trace(self, point=None):
        """The host under strace, killed at a call or not."""
        kill = [] if point is None else [
            "-e", f"inject={point[0]}:signal=KILL:when={point[1]}"]
        login = self.plain.use(["strace", "-f", "-y", "-qq", "-s", "16",
                                "-o", self.log, *kill])
        return read_trace(self.log), login

    def points(self):
        """(all, dense, files) points of a whole renewal, a call's name and
        which one of that name it is: all from the opening of the state
        directory on, dense from the connection to the endpoint on, files what
        has to do with one of ours."""
        self.plain.log_in()
        self.plain.use()
        self._expire()
        trace, _ = self.trace()
        state = f'"{self.plain.state}"'
        first = trace.find("openat", state) or trace.find("open", state)
        if self.plain.kind == "file":
            first = trace.find("openat", f'"{self.plain.state}/"')
        asked = trace.find("connect", "sin_port")
        names = [name for name, _ in trace.calls] + ["exit_group"]
        points = [(name, names[:at].count(name))
                  for at, name in enumerate(names, 1)]
        files = [point for point, (_, rest) in zip(points, trace.calls)
                 if f"<{self.plain.state}" in rest]
        return points[first[0] - 1:], points[asked[-1] - 1:], files

    def _expire(self):
        self.plain.put_record("over", -10)

    def _run(self, point):
        """Facts of a login that was killed there; None: it was not, but went
        well."""
        plain, endpoint = self.plain, self.plain.endpoint
        before = endpoint.current(plain.name)
        trace, login = self.trace(point)
        if trace.killed:
            endpoint.settle()  # what was asked is judged all the same
            return read_facts(trace, plain,
                              endpoint.current(plain.name) != before)
        _must(login.code == 0 and login.token == endpoint.access[plain.name],
              f"without a kill it fails: {login}")
        return None

    def play(self, point, second=None):
        """One round; the outcome, or Wrong."""
        plain, endpoint = self.plain, self.plain.endpoint
        if endpoint.current(plain.name) is None:
            plain.log_in()
        self._expire()
        facts = self._run(point)
        if facts is None:
            return THROUGH
        if second and not facts.is_lost():
            facts = facts.then(self._run(second))
        elif second:
            self.trace(second)  # killed, or told that all is lost
        requests = len(endpoint.requests)
        status = None if plain.kind == "file" else plain.status()
        again = plain.use()
        asked = sum(name == plain.name
                    for _, name in endpoint.requests[requests:])
        outcome = self._judge(facts, status, again, asked)
        self._check_after(outcome, again)
        return outcome

    def _judge(self, facts, status, again, asked):
        if again.code != 0:
            return self._judge_lost(facts, status, again)
        _must(not facts.is_lost(), "it logs in with a token that was nowhere")
        _must(not again.lines, f"a warning: {again.text}")
        if facts.recorded or plain_file_saved(self.plain, facts):
            _must(asked == 0, "a token that was saved is not used")
        else:
            _must(asked == 1, f"{asked} requests")
        if facts.recorded:
            return FRESH
        if facts.placed:
            return NEW
        if facts.written:
            _must(status is None or status["written_at"],
                  f"status does not tell of the draft: {status}")
            return RECOVERED
        return OLD

    def _judge_lost(self, facts, status, again):
        _must(facts.is_lost(), f"lost without need: {facts}: {again.text}")
        (line,) = again.lines
        _must("before the provider's answer was saved" in line,
              f"the next login does not say what happened: {line}")
        if status is not None:
            _must(status["interrupted_at"],
                  f"status does not say that a renewal was killed: {status}")
            after = self.plain.status()
            _must("before the provider's answer was saved"
                  in after["error"]["text"], f"status: {after}")
        return LOST

    def _check_after(self, outcome, again):
        plain, endpoint = self.plain, self.plain.endpoint
        left = plain.left_behind()
        _must(not left, f"left behind: {left}")
        if outcome == LOST:
            return
        _must(again.token == endpoint.access[plain.name],
              f"sent {again.token}, not {endpoint.access[plain.name]}")
        if plain.kind != "sealed":
            _must(f'"{endpoint.current(plain.name)}"'
                  in plain.grant.read_text(), "not the last refresh token")


@dataclasses.dataclass
class Facts:
    """What was done before the kill."""
    rotated: bool   # the endpoint has answered with a new refresh token
    written: bool   # the new grant was written to its draft
    placed: bool    # and renamed
    adopted: bool   # likewise what an earlier one had written
    recorded: bool  # the record of the access token was renamed

    def is_lost(self):
        """Nothing can help."""
        return self.rotated and not self.written

    def then(self, later):
        """Together with what a later one has done; None: all of it."""
        if later is None:
            return Facts(True, True, True, True, True)
        if later.rotated:
            return later
        return Facts(self.rotated, self.written,
                     self.placed or (self.written and later.adopted),
                     later.adopted, self.recorded)


def plain_file_saved(plain, facts):
    """A token file has the access token in it, too."""
    return plain.kind == "file" and facts.written


def _must(condition, text):
    if not condition:
        raise Wrong(text)


class Report:
    """Figures of many rounds."""

    def __init__(self):
        self.rounds = 0
        self.repeats = 0
        self.points = collections.defaultdict(set)
        self.outcomes = collections.Counter()
        self.wrong = []
        self.all = {}    # of a kind of account: its points
        self.dense = {}  # likewise
        self.files = {}  # likewise
        self.doubles = 0
        self.seconds = 0.0

    def add(self, kind, point, outcome, text):
        """Counts a round. outcome: None where it went wrong, as the text
        says."""
        if outcome != THROUGH:
            self.points[kind].add(point)
        if outcome:
            self.outcomes[kind, outcome] += 1
        else:
            self.wrong.append(text)

    def reach(self):
        """(calls at which a renewal was killed, calls that there are)."""
        return (sum(len(self.points[kind] & set(points))
                    for kind, points in self.all.items()),
                sum(len(points) for points in self.all.values()))

    def missed(self, kind):
        """Points at which nothing was killed, that should have been."""
        wanted = self.all if kind == KINDS[0] else self.dense
        return sorted(set(wanted[kind]) - self.points[kind])

    def text(self):
        """For people."""
        lines = [f"{self.rounds} rounds, and {self.repeats} for calls that "
                 f"were not reached, in {self.seconds:.0f} s; {self.doubles} "
                 f"with two kills"]
        for kind, points in self.all.items():
            got = len(self.points[kind] & set(points))
            dense = len(self.points[kind] & set(self.dense[kind]))
            lines.append(
                f"  {kind}: killed at {got} of {len(points)} calls, and at "
                f"{dense} of the {len(self.dense[kind])} from the connection "
                f"to the endpoint on")
        for outcome in OUTCOMES:
            figures = ", ".join(
                f"{kind} {self.outcomes[kind, outcome]}"
                for kind in self.all)
            total = sum(count for (_, one), count in self.outcomes.items()
                        if one == outcome)
            lines.append(f"  {total:5} {outcome} ({figures})")
        lines.append(f"  {len(self.wrong):5} wrong")
        lines += [f"    {one}" for one in self.wrong]
        return "\n".join(lines)


def plan(report, rounds, seed):
    """(kind, point, None) of all rounds: every one of a plain grant's renewal,
    the dense ones of the others; and then dense ones of all in turn, with a
    second point at the files for the next login."""
    chosen = random.Random(seed)
    plan_ = [(KINDS[0], point, None) for point in report.all[KINDS[0]]]
    for kind in KINDS[1:]:
        plan_ += [(kind, point, None) for point in report.dense[kind]]
    chosen.shuffle(plan_)
    del plan_[rounds:]
    kinds = itertools.cycle(KINDS)
    while len(plan_) < rounds:
        kind = next(kinds)
        dense = report.dense[kind]
        if chosen.random() < 0.7:
            dense = [point for point in dense if point in report.files[kind]]
        plan_.append((kind, chosen.choice(dense),
                      chosen.choice(report.files[kind])))
    chosen.shuffle(plan_)
    return plan_


class _Campaign:
    """Workers that play rounds side by side, each with accounts of its own."""

    def __init__(self, report, make):
        self.report = report
        self._lock = threading.Lock()
        self._accounts = [{kind: make(kind, f"{kind}{number}")
                           for kind in KINDS} for number in range(_WORKERS)]

    def play(self, rounds):
        """All of (kind, point, second)."""
        points = iter(rounds)
        with concurrent.futures.ThreadPoolExecutor(_WORKERS) as pool:
            for done in [pool.submit(self._work, mine, points)
                         for mine in self._accounts]:
                done.result(timeout=len(rounds) * WAIT_S)

    def _work(self, mine, points):
        while True:
            with self._lock:
                kind, point, second = next(points, (None, None, None))
            if kind is None:
                return
            text = None
            try:
                outcome = mine[kind].play(point, second)
            except Exception as trouble:  # pylint: disable=broad-except
                outcome = None
                text = f"{kind}, {point}, {second}: {trouble}"
                mine[kind].plain.log_in()
            with self._lock:
                self.report.add(kind, point, outcome, text)


def kill(directory, objects, host, endpoint, rounds, seed):
    """Plays the rounds, and some again until each call was met; returns the
    report."""
    def make(kind, name):
        return Round(Plain(directory / name, objects, host, endpoint,
                           f"{name}@contoso.com", kind))
    report = Report()
    began = time.monotonic()
    for kind in KINDS:
        (report.all[kind], report.dense[kind],
         report.files[kind]) = make(kind, f"whole-{kind}").points()
    planned = plan(report, rounds, seed)
    campaign = _Campaign(report, make)
    campaign.play(planned)
    report.rounds = len(planned)
    report.doubles = sum(second is not None for _, _, second in planned)
    wanted = {(kind, point) for kind, point, _ in planned}
    for _ in range(_PASSES):
        missed = sorted(one for one in wanted
                        if one[1] not in report.points[one[0]])
        if not missed:
            break
        campaign.play([(*one, None) for one in missed])
        report.repeats += len(missed)
    report.seconds = time.monotonic() - began
    return report
