# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The module in programs with odd habits: oddhost.c does what it is told,
step by step, and real tokens are renewed meanwhile."""

import json
import os
import re
import socket
import struct
import subprocess
import threading
from pathlib import Path

import pytest

from lab.faults import after_request
from lab.listener import hang_up
from lab.plain import Plain, _token
from lab.process import WAIT_S, run
from lab.rotation import Rotation

pytestmark = pytest.mark.toolonly

OBJECTS = ("libsaslbearer.so", "sasl-bearer-client.so",
           "sasl-bearer-engine.so")
SASL_OK, SASL_AGAIN, SASL_FAIL = "1", "-24", "-1"
"""1 is SASL_CONTINUE: the message is there."""


class Report:
    """What the host wrote: text, and of each kind of line what is in it."""

    def __init__(self, text, code):
        self.text = text
        self.code = code

    def of(self, kind):
        """The results of one kind of step."""
        return [line.partition(" ")[2] for line in self.text.splitlines()
                if line.partition(" ")[0] == kind]

    @property
    def codes(self):
        """The SASL code of each login."""
        return [line.split()[0] for line in self.of("login")]

    @property
    def tokens(self):
        """The token of each login, or None."""
        return [_token(["XOAUTH2", line.split()[1]])
                if line.split()[1] != "-" else None
                for line in self.of("login")]


class Host:
    """One site with accounts, and programs to log in with."""

    def __init__(self, directory, objects, program, endpoint):
        self.program = program
        self.endpoint = endpoint
        self.plain = Plain(directory, objects, program, endpoint,
                           "one@contoso.com")
        self.report = directory / "report"
        (self.plain.state / "over").write_text(self.plain.record.read_text())
        (self.plain.state / "over").chmod(0o600)

    @property
    def name(self):
        """The first account."""
        return self.plain.name

    def add(self, name):
        """Another account, its token over."""
        with open(self.plain.conf, "a", encoding="utf-8") as conf:
            conf.write(f'\naccount "{name}" {{ }}\n')
        grant = json.loads(self.plain.grant.read_text())
        grant["refresh_token"] = self.endpoint.login(name)
        for directory, text in (("grants", json.dumps(grant)),
                                ("tokens", self.plain.record.read_text())):
            path = self.plain.state / directory / name
            path.write_text(text)
            path.chmod(0o600)
        return name

    def refresh_token(self, name):
        """The one on disk."""
        path = self.plain.state / "grants" / name
        return json.loads(path.read_text())["refresh_token"]

    def steps(self, *steps, env=None, timeout_s=2 * WAIT_S, **more):
        """Runs a program of these, and looks at the logins afterwards."""
        self.report.unlink(missing_ok=True)
        done = subprocess.run(
            [self.program, *steps], timeout=timeout_s, check=False,
            env={**self.plain.env, "REPORT": str(self.report),
                 **(env or {})},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **more)
        report = Report(self.report.read_text(errors="replace"),
                        done.returncode)
        assert done.returncode == 0, (done, report.text)
        self.check_grants()
        return report

    def check_grants(self):
        """No login is lost."""
        for path in (self.plain.state / "grants").iterdir():
            if not path.name.startswith(".") and path.suffix != ".lock":
                assert self.refresh_token(path.name) == \
                    self.endpoint.current(path.name)

    def renewed(self, *steps, **more):
        """As steps(), where each login must have come to the newest token
        of the first account, by one request."""
        report = self.steps(*steps, **more)
        assert report.codes and set(report.codes) == {SASL_OK}, report.text
        assert set(report.tokens) == {self.endpoint.access[self.name]}
        assert len(self.endpoint.requests) == 1, report.text
        return report


@pytest.fixture(scope="module")
def oddhost(top):
    """The program, built."""
    program = top / "oddhost"
    run([*os.environ.get("CC", "cc").split(), "-std=c11", "-D_GNU_SOURCE",
         "-O2", "-D_FORTIFY_SOURCE=2",
         Path(__file__).with_name("oddhost.c"), "-pthread", "-o", program],
        check=True)
    return program


@pytest.fixture
def host(fresh, objects, ca, oddhost):
    """A site of one account."""
    endpoint = Rotation(ca).start()
    yield Host(fresh("host"), objects, oddhost, endpoint)
    endpoint.stop()


# What is loaded stays.

def test_all_stays_loaded_when_libsasl2_lets_go(host):
    login = f"login:{host.name}"
    report = host.renewed("load", "init", login, "done", "unload", "maps",
                          "load", "init", login, "done", "unload", "maps")
    loaded = report.of("map")
    for name in OBJECTS:
        assert loaded.count(name) == 2, report.text


def test_the_entry_stays_where_nothing_is_configured(host):
    """And libsasl2 goes: with the engine, libcurl keeps it."""
    report = host.steps("load", "init", "done", "unload", "maps", env={
        "SASL_BEARER_CONF": "/nowhere", "SASL_BEARER_STATE": "/nowhere"})
    assert report.of("resident") == ["no"]
    assert [OBJECTS[0]] == [name for name in report.of("map")
                            if name in OBJECTS]


def test_200_rounds_of_init_and_done_leave_nothing(host):
    report = host.steps("load", f"cycle:40:{host.name}", "count",
                        f"cycle:200:{host.name}", "count", timeout_s=90)
    assert report.codes == [SASL_OK] * 24
    assert report.tokens[-1] == host.endpoint.access[host.name]
    assert len(host.endpoint.requests) == 24
    fds, tasks, peak, fds_then, tasks_then, peak_then = (
        int(line.split()[1]) for line in report.of("count"))
    assert (fds_then, tasks_then) == (fds, tasks)
    assert peak_then - peak < 1024, report.of("count")


# fork(2).

def test_parent_and_child_ask_once_for_one_account(host):
    login = f"login:{host.name}"
    report = host.renewed("load", "init", "fork", login, "done")
    assert report.of("child") == ["0"]
    assert len(report.codes) == 2


def test_each_renews_its_own_after_a_fork(host):
    host.add("two@contoso.com")
    report = host.steps("load", "init", "fork", f"parent:login:{host.name}",
                        "child:login:two@contoso.com", "done")
    assert report.of("child") == ["0"]
    assert report.codes == [SASL_OK] * 2
    assert set(report.tokens) == set(host.endpoint.access.values())


def test_a_fork_after_a_renewal_shares_nothing_that_matters(host):
    """The record's descriptor is held, and its offset is of both."""
    two = host.add("two@contoso.com")
    mine = f"login:{host.name}"
    report = host.steps(
        "load", "init", mine, mine, "fork", "expire:" + two,
        f"child:expire:{host.name}", f"child:login:{host.name}",
        f"parent:login:{two}", f"login:{two}", f"login:{host.name}", "done")
    assert report.of("child") == ["0"]
    assert report.codes == [SASL_OK] * 8, report.text
    assert host.endpoint.access[host.name] in report.tokens
    assert host.endpoint.access[two] in report.tokens


@pytest.mark.parametrize("rounds", [100])
def test_children_of_a_busy_program_do_not_hang(host, rounds):
    """Another thread reads and renews while they are forked."""
    other = host.add("two@contoso.com")
    report = host.steps("load", "init", f"login:{host.name}",
                        f"busy:{other}", f"forks:{rounds}:{host.name}",
                        "rest", "done", timeout_s=90)
    assert report.of("forked") == ["0"] * rounds, report.text
    assert set(report.codes) == {SASL_OK}


# Descriptors.

def held_by(report):
    """The descriptors: number -> (flags, what it is)."""
    return {int(number): (int(flags), what) for number, flags, what in
            (line.split(" ", 2) for line in report.of("fd"))}


def slow(host, seen, connections):
    """An endpoint that looks what the host has open before it answers, and
    which sockets are connections."""
    good = host.endpoint.behaviour

    def look(endpoint, connection):
        connections.update(f"socket:[{line.split()[9]}]" for line in
                           Path("/proc/net/tcp").read_text().splitlines()[1:])
        for pid in _pids_of(host.program):
            for fd in Path(f"/proc/{pid}/fd").iterdir():
                seen.append((int(fd.name), os.readlink(fd), (
                    Path(f"/proc/{pid}/fdinfo/{fd.name}").read_text())))
        good(endpoint, connection)
    host.endpoint.begin(look)


def _pids_of(program):
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "exe") == str(program):
                    yield entry.name
            except OSError:
                pass


def test_with_0_to_2_closed_nothing_of_ours_is_there(host):
    seen, connections = [], set()
    slow(host, seen, connections)
    report = host.renewed(
        "close:0", "close:1", "close:2", "load", "init",
        f"login:{host.name}", "fds", "say:XXXXXXXX", "done")
    assert len(seen) > 3
    pairs = {what for _, what, _ in seen if "socket" in what
             and what not in connections}
    assert any(what in connections for _, what, _ in seen)
    for number, what, info in seen:
        flags = int(re.search(r"flags:\s*(\d+)", info).group(1), 8)
        # What can neither be read nor written may stand in for a closed one.
        assert number > 2 or (what == "/" and flags & os.O_PATH), what
        # A pair of sockets that libcurl wakes itself by is as it makes it.
        assert flags & os.O_CLOEXEC or what in pairs, what
    assert all(number > 2 for number in held_by(report))
    assert report.of("say") == ["Bad file descriptor"]


def test_a_program_that_closes_what_it_does_not_know(host):
    host.renewed("load", "init", f"login:{host.name}", "closefrom:3",
                 f"login:{host.name}", "done")


@pytest.mark.parametrize("path", ["/dev/null", "/", "victim", "decoy"])
def test_and_uses_its_numbers_again(host, path):
    """A renewal is due when the numbers are files of the program's: none is
    read, written or closed. The decoy looks like a state directory."""
    victim = host.plain.directory / path
    if path == "victim":
        victim.write_text("the program's own")
    if path == "decoy":
        for name in ("tokens", "grants"):
            (victim / name).mkdir(parents=True)
            (victim / name).chmod(0o700)
        victim.chmod(0o700)
        token = victim / "tokens" / host.name
        token.write_text(host.plain.record.read_text().replace(
            "access_token over", "access_token wrong"))
        token.chmod(0o600)
        (victim / "grants" / host.name).write_text("{}")
        (victim / "grants" / host.name).chmod(0o600)
    report = host.steps(
        "load", "init", f"login:{host.name}", "closefrom:0",
        f"reuse:30:{victim}", f"expire:{host.name}", f"login:{host.name}",
        f"login:{host.name}", "done", "fds")
    assert report.codes == [SASL_OK] * 3, report.text
    assert report.tokens[1:] == [host.endpoint.access[host.name]] * 2
    assert len(host.endpoint.requests) == 2
    own = [what for _, what in held_by(report).values()
           if what == os.path.realpath(victim)]
    assert len(own) == 30, report.text
    if path == "victim":
        assert victim.read_text() == "the program's own"
    if path == "decoy":
        assert sorted(os.listdir(victim / "grants")) == [host.name]


def test_every_number_of_free_descriptors(host):
    """From none upwards, until it goes well: one sentence each time, the
    login is not lost, and with descriptors the next attempt succeeds."""
    succeeded = 0
    for left in range(40):
        failed = host.steps("load", "limit:60", "init", f"room:{left}",
                            f"expire:{host.name}", "print:begin",
                            f"login:{host.name}", "space",
                            "limit:1000", "print:again",
                            f"login:{host.name}", "done")
        first, again = failed.codes
        assert again == SASL_OK, (left, failed.text)
        if first == SASL_OK:
            succeeded += 1
            if succeeded == 3:
                return
            continue
        assert first in (SASL_AGAIN, SASL_FAIL, "-100"), (left, failed.text)
        middle = failed.text.partition("begin")[2].partition("login")[0]
        assert middle.count("log ") == 1, (left, failed.text)
    pytest.fail("it never succeeds")


def test_a_program_with_more_descriptors_than_select_takes(host):
    seen = []
    slow(host, seen, set())
    report = host.renewed("limit:1500", "crowd:1100", "load", "init",
                          f"login:{host.name}", "fds", "done")
    assert report.of("crowd") == ["1099"]
    ours = [number for number, what, _ in seen if "socket" in what
            or ".lock" in what or "tokens" in what]
    assert ours and min(ours) >= 1024, ours


# Everything else that belongs to the program.

GERMAN = "de_DE.UTF-8"


@pytest.fixture(scope="module")
def german(top):
    """Where that locale is, made if need be."""
    directory = top / "locale"
    directory.mkdir()
    run(["localedef", "-i", "de_DE", "-f", "UTF-8", directory / GERMAN],
        check=True)
    return directory


@pytest.mark.parametrize("lifetime", ["3600", "3600.5", '"3600"'])
def test_a_comma_in_numbers_changes_nothing(host, german, lifetime):
    def answer(endpoint, connection):
        with endpoint.context.wrap_socket(connection,
                                          server_side=True) as tls:
            tls.recv(65536)
            token = host.refresh_token(host.name)
            body = json.dumps(endpoint.judge({"refresh_token": token})[1])
            body = body.replace('"expires_in": 3600',
                                f'"expires_in": {lifetime}').encode()
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                        % len(body) + body)
            tls.unwrap()
    host.endpoint.begin(answer)
    report = host.renewed(f"locale:{GERMAN}", "load", "init",
                          f"login:{host.name}", f"login:{host.name}", "done",
                          env={"LOCPATH": str(german)})
    assert report.of("number") == ["1,5"]
    times = dict(line.split(" ", 1) for line in
                 host.plain.record.read_text().splitlines())
    assert int(times["expires_at"]) - int(times["obtained_at"]) == 3600
    json.loads(host.plain.grant.read_text())


def snapshots(report):
    """What the program had before and after."""
    lines = report.of("snap")
    return lines[:len(lines) // 2], lines[len(lines) // 2:]


def test_what_belongs_to_the_program_is_as_it_was(host, german):
    report = host.renewed(
        f"locale:{GERMAN}", "alarm:600", "snapshot", "load", "init",
        f"login:{host.name}", "done", "snapshot",
        env={"LOCPATH": str(german)})
    before, after = snapshots(report)
    assert len(before) > 80 and before == after


@after_request
def reset(_endpoint, tls):
    """The connection breaks with data under way."""
    tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                   struct.pack("ii", 1, 0))


@pytest.mark.parametrize("behaviour", [hang_up, reset])
def test_an_endpoint_that_breaks_off_kills_nobody(host, behaviour):
    host.endpoint.begin(behaviour)
    host.endpoint.heads = []
    report = host.steps("load", "snapshot", "init", f"login:{host.name}",
                        "done", "snapshot")
    assert report.codes == [SASL_AGAIN], report.text
    assert len(report.of("log")) == 1
    before, after = snapshots(report)
    assert before == after


def test_a_program_that_is_interrupted_all_the_time(host):
    good = host.endpoint.behaviour
    wait = threading.Event()

    def drag(endpoint, connection):
        wait.wait(0.5)
        good(endpoint, connection)
    host.endpoint.begin(drag)
    report = host.renewed("load", "interrupt:2", "init",
                          f"login:{host.name}", "done", "calm")
    assert int(report.of("interrupted")[0]) > 50


def test_a_thread_with_a_small_stack(host):
    host.renewed("load", "init", f"thread:128:{host.name}", "done")
