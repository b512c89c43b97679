# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Secrets in the memory of a process: what a core dump of a host program would
hold after a renewal, and how closed our own process is."""

import os
import random
import signal
import string
import threading

import pytest

from lab import memory
from lab.keys import make_key
from lab.plain import KINDS, Plain
from lab.process import WAIT_S, run, spawn, wait_for
from lab.scripted import Scripted, token_answer

pytestmark = pytest.mark.toolonly

NOBODY = 65534


def secret(length):
    """A text that is nowhere else, and looks different in a form."""
    return "".join(random.choices(string.ascii_letters + "/+=", k=length))


class Endpoint(Scripted):
    """Rotates one refresh token; `open` lets its answer go."""

    def __init__(self, ca):
        super().__init__(ca)
        self.ca = ca
        self.old, self.new = secret(400), secret(700)
        self.access = "access" + "Token" * 200
        self.open = threading.Event()
        self.open.set()
        self.answers["/"] = self._answer

    def login(self, _name):
        """The token that an account begins with."""
        return self.old

    def _answer(self, fields):
        self.open.wait(WAIT_S)
        assert fields["refresh_token"] == self.old
        return token_answer(self.access, refresh_token=self.new,
                            scope="mail")


@pytest.fixture
def endpoint(ca):
    """The token endpoint."""
    server = Endpoint(ca).start()
    yield server
    server.open.set()
    server.stop()


@pytest.fixture
def make_plain(fresh, objects, saslhost, endpoint, account):
    """Makes an account at that endpoint, its token over."""
    def make(kind="plain", more=""):
        return Plain(fresh("plain") / "site", objects, saslhost, endpoint,
                     account, kind, more)
    return make


@pytest.fixture
def start():
    """Starts programs that end with the test."""
    children = []

    def make(argv, **more):
        children.append(spawn(argv, **more))
        return children[-1]
    yield make
    for child in children:
        child.kill()
        child.wait()


def wait_for_request(endpoint):
    """Until the endpoint is asked, and holds its answer back."""
    wait_for("the request", lambda: endpoint.requests)


def stopped(child):
    """Until it has stopped itself."""
    wait_for("the host to stop",
             lambda: memory.status(child.pid, "State").startswith("T"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_dump_after_a_renewal_holds_no_refresh_token(
        kind, make_plain, endpoint, start):
    """Neither the one that was sent nor the one that came."""
    plain = make_plain(kind)
    host = start(plain.command, env={**plain.env, "SASLHOST_STOP": "1"})
    stopped(host)
    assert endpoint.new in plain.grant.read_text() or kind != "plain"
    mappings = memory.read_memory(host.pid)
    assert memory.find(endpoint.access, memory.dumped(mappings)), \
        "the reader does not see what the host has just sent"
    for token in (endpoint.old, endpoint.new):
        assert memory.find(token, memory.dumped(mappings)) == []


def read_twice(start, plain, endpoint):
    """The memory of a host that waits for a new token, and of one that has it
    and is done with our module."""
    endpoint.open.clear()
    host = start(plain.command, env={**plain.env, "SASLHOST_STOP": "1"})
    wait_for_request(endpoint)
    during = memory.read_memory(host.pid)
    endpoint.open.set()
    stopped(host)
    after = memory.read_memory(host.pid)
    assert memory.find(endpoint.access, memory.dumped(after))
    return during, after


def test_no_dump_holds_a_client_secret(make_plain, fresh, endpoint, start):
    """As it is sent where nothing else is configured. In a header line libcurl
    keeps it: SECURITY.md says so."""
    word = secret(200)
    path = fresh("secret") / "secret"
    path.write_text(word, encoding="ascii")
    path.chmod(0o600)
    plain = make_plain(more=f'client_secret_file = "{path}"\n')
    during, after = read_twice(start, plain, endpoint)
    ((_, fields),) = endpoint.requests
    assert "client_secret" in fields
    assert memory.find(word, during)
    for mappings in (during, after):
        assert memory.find(word, memory.dumped(mappings)) == []


def test_no_dump_holds_an_assertion_or_a_key_file(
        make_plain, fresh, endpoint, start):
    """The key itself is there, as OpenSSL has it: SECURITY.md says so."""
    key, _ = make_key(fresh("key"))
    plain = make_plain(more=f'client_key = "{key}"\n')
    during, after = read_twice(start, plain, endpoint)
    ((_, fields),) = endpoint.requests
    _, claims, signature = fields["client_assertion"].split(".")
    assert memory.find(signature, during)
    text = "".join(key.read_text(encoding="ascii").splitlines()[1:-1])
    for one in (claims, signature, text):
        assert memory.find(one, memory.dumped(during)) == []
        assert memory.find(one, memory.dumped(after)) == []


def test_no_dump_holds_a_grant_key(make_plain, endpoint, start):
    """The process keeps it, in pages that a dump leaves out."""
    plain = make_plain("sealed")
    during, after = read_twice(start, plain, endpoint)
    key = (plain.directory / "key").read_bytes()
    for half in (key[:16], key[16:]):
        assert [m for m in during if half in m.data]
        for mappings in (during, after):
            assert [m.name for m in memory.dumped(mappings)
                    if half in m.data] == []


def test_a_dump_in_the_middle_of_a_renewal_holds_no_refresh_token(
        make_plain, endpoint, start):
    """The request is sent and the answer awaited: the grant is in memory, in
    pages that a dump leaves out. Nothing of the host's is locked."""
    plain = make_plain()
    endpoint.open.clear()
    host = start(plain.command, env={**plain.env, "SASLHOST_STOP": "1"})
    wait_for_request(endpoint)
    mappings = memory.read_memory(host.pid)
    held = [m for m in mappings if memory.find(endpoint.old, [m])]
    assert held
    assert all("dd" in m.flags for m in held), \
        memory.find(endpoint.old, memory.dumped(held))
    assert memory.status(host.pid, "VmLck").split() == ["0", "kB"]
    endpoint.open.set()
    stopped(host)


@pytest.fixture
def refreshing(make_plain, endpoint, start):
    """The tool, run by an ordinary user, while it waits for an answer."""
    plain = make_plain()
    for path in (plain.directory, *plain.directory.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    plain.directory.parent.chmod(0o755)
    endpoint.open.clear()
    child = start([plain.objects.tool, "refresh", plain.name], env=plain.env,
                  user=NOBODY, group=NOBODY, extra_groups=[])
    wait_for_request(endpoint)
    return child


def test_the_tool_locks_the_pages_that_hold_a_grant(refreshing, endpoint):
    """Out of dumps and out of swap."""
    held = [m for m in memory.read_memory(refreshing.pid)
            if memory.find(endpoint.old, [m])]
    assert held
    for mapping in held:
        assert {"dd", "lo"} <= mapping.flags, \
            memory.find(endpoint.old, [mapping])
    assert int(memory.status(refreshing.pid, "VmLck").split()[0]) > 0
    endpoint.open.set()
    assert refreshing.wait(WAIT_S) == 0


def test_no_other_process_of_its_user_looks_into_the_tool(
        refreshing, endpoint):
    """It is not dumpable, so what it has in /proc is root's."""
    path = f"/proc/{refreshing.pid}/mem"
    assert os.stat(path).st_uid == 0
    assert memory.status(refreshing.pid, "Uid").split()[0] == str(NOBODY)
    peep = run(["head", "-c", "0", path], user=NOBODY, group=NOBODY,
               extra_groups=[])
    assert peep.returncode != 0 and "Permission denied" in peep.stderr
    endpoint.open.set()
    assert refreshing.wait(WAIT_S) == 0


def test_the_tool_works_where_nothing_may_be_locked(
        make_plain, endpoint):
    """RLIMIT_MEMLOCK of an ordinary user may be nothing at all."""
    plain = make_plain()
    for path in (plain.directory, *plain.directory.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    plain.directory.parent.chmod(0o755)
    done = run(["prlimit", "--memlock=0:0", "setpriv", f"--reuid={NOBODY}",
                f"--regid={NOBODY}", "--clear-groups", plain.objects.tool,
                "refresh", plain.name], env=plain.env)
    assert done.returncode == 0, done.stderr
    assert endpoint.new in plain.grant.read_text()


def test_a_host_is_as_it_was(make_plain, start):
    """The module makes no program undumpable, and locks nothing of it."""
    plain = make_plain()
    host = start(plain.command, env={**plain.env, "SASLHOST_STOP": "1"},
                 user=NOBODY, group=NOBODY, extra_groups=[])
    stopped(host)
    assert os.stat(f"/proc/{host.pid}/mem").st_uid == NOBODY
    os.kill(host.pid, signal.SIGCONT)
