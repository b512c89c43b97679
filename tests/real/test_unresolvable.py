# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A configuration that parses, and of which nothing can be made.

Root's programs have it worked out when they start, in case of a chroot. What
is wrong with it must be told to whoever wants a token, and to nobody else.
"""

import base64
import re
from pathlib import Path

import pytest

from lab import clients
from lab.process import run

ABSENT = "/nonexistent/of-the-lab"


def replace(pattern, by):
    """A mistake: what matches is something else."""
    def edit(text):
        changed, count = re.subn(pattern, by, text, flags=re.M)
        assert count == 1, text
        return changed
    return edit


def alone(line):
    """A mistake: this line stands where the account's section stood."""
    return replace(r"^account .*\n", line + "\n")


WITH_LINE = {
    "no such default provider":
        (alone('default_provider = "offce365"'), "offce365"),
    "no such provider of the account":
        (replace(r'^(account .*)"lab"', r'\1"offce365"'), "offce365"),
}
"""By name: the mistake, and the word on the line that must be named."""

WITHOUT_LINE = {
    "no provider": (alone(""), "default_provider"),
    "no client id": (replace("^client_id =.*", ""), "client_id"),
    "no secret": (replace('^client_auth = "none"', "client_auth = basic"),
                  "client_secret_file"),
    "no secret file": (
        replace('^client_auth = "none"',
                f'client_secret_file = "{ABSENT}"'), ABSENT),
    "no certificates": (replace("^ca_file =.*", f'ca_file = "{ABSENT}"'),
                        ABSENT),
    "certificates that are none": (
        replace("^ca_file =.*", 'ca_file = "/etc/hosts"'), "ca_file"),
    "no directory of certificates": (
        replace("^ca_file =.*", f'ca_dir = "{ABSENT}"'), ABSENT),
    "no grant key": (replace("^client_id", f'grant_key = "{ABSENT}"\n\\g<0>'),
                     ABSENT),
    "a grant key that is none": (
        replace("^client_id", 'grant_key = "/etc/hosts"\n\\g<0>'),
        "/etc/hosts"),
    "no such credential": (
        replace("^client_id", 'grant_key = "credential:lab"\n\\g<0>'),
        "credential"),
}
"""By name: the mistake, and a word of the sentence."""

ALL = {**WITH_LINE, **WITHOUT_LINE}
each_mistake = pytest.mark.parametrize("mistake", ALL)


@pytest.fixture
def make_mistake(site, account, add_passwords):
    """Makes a mistake in a site, after a login whose token is over by now.
    PLAIN is beside the module."""
    def make(mistake, login=False):
        site.accounts = [account]
        site.configure()
        if login:
            site.login(account)
            site.expire_here(account)
        add_passwords(site)
        edit, _ = ALL[mistake]
        site.conf.write_text(edit(site.conf.read_text()), encoding="utf-8")
        return site
    return make


def host(site, saslhost, mechanism, account):
    """saslhost with a password; its output is kept, to be searched."""
    done = run([saslhost, mechanism, "imap", "localhost", account,
                "open sesame"], env=site.env)
    site.keep("saslhost", done.stdout + done.stderr)
    return done


def line_of(site, word):
    """The line of the configuration that has the word."""
    lines = site.conf.read_text().splitlines()
    return 1 + [word in line for line in lines].index(True)


def told(site, mistake, code, said):
    """A program failed, not by a crash, and told what the mistake is."""
    assert code > 0, f"{code}\n{said}"
    _, word = ALL[mistake]
    assert word in said, said
    if mistake in WITH_LINE:
        assert f"{site.conf}, line {line_of(site, word)}:" in said, said


@each_mistake
def test_it_is_told_with_a_token_wanted(
        mistake, make_mistake, saslhost, account, provider):
    site = make_mistake(mistake, login=True)
    done = host(site, saslhost, "XOAUTH2", account)
    told(site, mistake, done.returncode, done.stderr)
    assert "no mechanism available" not in done.stderr
    done = site.tool("token", account, code=None)
    told(site, mistake, done.returncode, done.stderr)
    assert done.stdout == "" and done.stderr.count("\n") == 1
    assert provider.renewals() == []


@each_mistake
def test_other_mechanisms_work_and_say_nothing_of_it(
        mistake, make_mistake, saslhost, account):
    site = make_mistake(mistake)
    done = host(site, saslhost, "PLAIN", account)
    assert done.returncode == 0, f"{done.returncode}\n{done.stderr}"
    assert base64.b64decode(done.stdout.split("\n")[1]) \
        == f"\0{account}\0open sesame".encode()
    assert "log " not in done.stderr, done.stderr
    said = clients.viewer(site)
    for name in ("PLAIN", "XOAUTH2", "OAUTHBEARER"):
        assert f"SASL mechanism: {name}," in said, said


class NoAuth:
    """The sink as a relay: it takes mail from everybody, without AUTH."""

    def __init__(self, sink):
        self.submission_port = sink.port


def maps_of_children(pid):
    """What the children of a process have mapped."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return "".join(Path(f"/proc/{child}/maps").read_text()
                   for child in children)


@each_mistake
def test_a_chrooted_relay_without_auth_delivers(
        mistake, make_mistake, make_postfix, sink, account):
    """smtp(8) prepares for AUTH in any case, before its chroot."""
    postfix = make_postfix(make_mistake(mistake), NoAuth(sink), account,
                           tls_level="may")
    postfix.submit(f"no auth {account}")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    sink.wait_for(f"no auth {account}")
    assert "libsaslbearer.so" in maps_of_children(postfix.process.child.pid)
