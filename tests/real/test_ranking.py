# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Who is chosen: with an account in sight we are, otherwise nobody is taken."""

import re

import pytest

from lab import clients
from lab.process import run

ORDERS = pytest.mark.parametrize(
    "ours_first", [True, False], ids=["ours first", "theirs first"])
ALL = "LOGIN PLAIN XOAUTH2 OAUTHBEARER"


def chosen(program, site, offered, account="me@contoso.com"):
    """The mechanism that libsasl2 picks from the server's list."""
    done = run([program, offered, "imap", "localhost", account, "password"],
               env=site.env)
    words = done.stdout.split()
    assert words, done.stderr
    return words[0]


def unconfigure(site):
    """As after the package was installed, and no more."""
    site.conf.unlink()
    assert not site.state.exists()


def test_the_viewer_lists_both(site):
    said = clients.viewer(site)
    blocks = said.split("Plugin ")
    for mechanism in ("XOAUTH2", "OAUTHBEARER"):
        found = [b for b in blocks if f"SASL mechanism: {mechanism}," in b]
        assert len(found) == 1, said
        block = found[0]
        for word in ("NO_ANONYMOUS", "NO_DICTIONARY", "PASS_CREDENTIALS",
                     "SERVER_FIRST", "PROXY_AUTHENTICATION"):
            assert word in block, block
        assert "NO_PLAINTEXT" not in block


@ORDERS
@pytest.mark.parametrize("offered, expected", [
    (ALL, "OAUTHBEARER"),
    ("LOGIN XOAUTH2", "XOAUTH2"),
    ("XOAUTH2 PLAIN", "XOAUTH2"),
])
def test_configured_it_wins_over_passwords(
        offered, expected, ours_first, logged_in, account, add_passwords,
        saslhost):
    add_passwords(logged_in, ours_first)
    assert chosen(saslhost, logged_in, offered, account) == expected


@ORDERS
@pytest.mark.parametrize("offered, expected", [
    (ALL, ("PLAIN", "LOGIN")),
    ("LOGIN XOAUTH2", ("LOGIN",)),
    ("OAUTHBEARER PLAIN", ("PLAIN",)),
])
def test_unconfigured_it_ranks_last(
        offered, expected, ours_first, site, add_passwords, saslhost):
    add_passwords(site, ours_first)
    unconfigure(site)
    assert chosen(saslhost, site, offered) in expected
    assert chosen(saslhost, site, "XOAUTH2") == "XOAUTH2"


def test_unconfigured_a_program_that_names_it_is_told_what_to_do(
        site, saslhost):
    unconfigure(site)
    done = run([saslhost, "XOAUTH2", "imap", "localhost", "me@contoso.com"],
               env=site.env)
    assert done.returncode
    assert "sasl-bearer login me@contoso.com" in done.stderr


@pytest.mark.parametrize("text", [
    "provider \"lab\" {\n", "no_such_option = 1\n", "\"\"\"\n"])
def test_a_broken_configuration_stops_no_other_program(
        text, site, add_passwords, saslhost, account):
    add_passwords(site)
    site.conf.write_text(text)
    messages, _ = clients.sample_client(
        site, account, "PLAIN", service="imap")
    assert messages[0].startswith(b"PLAIN\0")
    assert "SASL mechanism: PLAIN," in clients.viewer(site)
    done = run([saslhost, "XOAUTH2", "imap", "localhost", account],
               env=site.env)
    assert done.returncode
    assert re.search(f"{site.conf}, line [12]:", done.stderr), done.stderr


def test_a_configuration_that_cannot_be_read_stops_no_other_program(
        site, add_passwords, saslhost, account):
    add_passwords(site)
    site.conf.unlink()
    site.conf.mkdir()
    assert chosen(saslhost, site, "PLAIN") == "PLAIN"
    done = run([saslhost, "XOAUTH2", "imap", "localhost", account],
               env=site.env)
    assert done.returncode
    assert str(site.conf) in done.stderr, done.stderr
