# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A name server that never answers, which no other test can have: the lab is
at localhost. The tool runs in a network of its own, where loopback is all
there is, and with a resolv.conf of its own.
"""

import json
import sys
import time

import pytest

from lab.process import run
from lab.tuning import tune, use

pytestmark = pytest.mark.toolonly

TEMPFAIL = 75
TIMEOUT_S = 2
BOUND_S = 6
"""The resolver itself gives up after 10 s: twice 5, by resolv.conf(5)."""

HOST, QUERY = "login.example.com", b"\x05login\x07example\x03com"

_FILES = {
    "resolv.conf":
        "nameserver 127.0.0.1\noptions timeout:5 attempts:2\n",
    "nsswitch.conf": "hosts: files dns\n",
}

# Run by root in new namespaces, with the directory of those files and a
# command. The queries that came are counted in a file there.
_ALONE = """
import os, socket, subprocess, sys
directory, *command = sys.argv[1:]
def quietly(*words):
    subprocess.run(words, check=True, stdout=sys.stderr)
quietly("ip", "link", "set", "lo", "up")
for name in ("resolv.conf", "nsswitch.conf"):
    quietly("mount", "--bind", f"{directory}/{name}", f"/etc/{name}")
with socket.socket(type=socket.SOCK_DGRAM) as silent:
    silent.bind(("127.0.0.1", 53))
    code = subprocess.run(command).returncode
    silent.setblocking(False)
    with open(f"{directory}/queries", "wb") as queries:
        try:
            while True:
                queries.write(silent.recv(4096))
        except BlockingIOError:
            pass
sys.exit(code)
"""


@pytest.fixture
def alone(fresh):
    """(prefix, queries): what a command is put behind, and where the queries
    are afterwards. Not everywhere may root make namespaces and mounts."""
    directory = fresh("alone")
    for name, text in _FILES.items():
        (directory / name).write_text(text, encoding="ascii")
    prefix = ["unshare", "--net", "--mount", sys.executable, "-I", "-S", "-c",
              _ALONE, directory]
    trial = run([*prefix, "true"])
    if trial.returncode:
        pytest.skip(f"no namespaces here: {trial.stderr.strip()[-200:]}")
    return prefix, directory / "queries"


@pytest.fixture
def unanswered(logged_in, account):
    """A site whose endpoint has to be looked up. The token is over."""
    url = f"https://{HOST}/token"
    tune(logged_in, account, token_endpoint=url, timeout=TIMEOUT_S)
    logged_in.expire(account)
    grant = {**logged_in.grant(account), "token_endpoint": url}
    with open(logged_in.grant_path(account), "w", encoding="utf-8") as file:
        json.dump(grant, file)
    return logged_in


def test_the_deadline_ends_a_lookup_too(unanswered, account, alone):
    """libcurl's thread that looks up is not waited for."""
    prefix, queries = alone
    grant = unanswered.grant(account)["refresh_token"]
    begun = time.monotonic()
    done = use(unanswered, "token", account, code=TEMPFAIL, prefix=prefix)
    took = time.monotonic() - begun
    assert QUERY in queries.read_bytes()
    assert TIMEOUT_S <= took < BOUND_S, f"{took:.1f} s: {done.stderr}"
    assert done.stderr.count("\n") == 1 and done.stdout == ""
    for word in (account, HOST, f"within {TIMEOUT_S} seconds"):
        assert word in done.stderr, done.stderr
    assert unanswered.grant(account)["refresh_token"] == grant


def test_a_token_inside_its_window_is_handed_out_in_time(
        unanswered, account, alone):
    """The renewal is early, so it costs the deadline and no more."""
    prefix, queries = alone
    unanswered.make_due(account)
    begun = time.monotonic()
    done = use(unanswered, "token", account, prefix=prefix)
    assert time.monotonic() - begun < BOUND_S
    assert QUERY in queries.read_bytes()
    assert done.stdout.strip() == unanswered.record(account)["access_token"]
