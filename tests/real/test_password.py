# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""No account, but a password that is a token file, or a token."""

import json
import os
import shutil
import time

import pytest

from lab import clients
from lab.provider import PUBLIC

CLIENTS = pytest.mark.parametrize(
    "client", [clients.imtest, clients.smtptest, clients.mbsync],
    ids=lambda function: function.__name__)


def token_file(path, provider, account, expiry, ca=None):
    """A file as sasl-xoauth2 has it, with one key that nobody knows."""
    answer = provider.login(account)
    path.write_text(json.dumps({
        "access_token": answer["access_token"],
        "refresh_token": answer["refresh_token"],
        "expiry": str(expiry),
        "client_id": PUBLIC,
        "client_secret": "",
        "token_endpoint": provider.token_endpoint,
        "ca_bundle_file": str(ca or provider.ca.pem),
        "user": account,
        "our_remark": "kept",
    }, indent=4), encoding="utf-8")
    return answer


@pytest.fixture
def home(fresh):
    """A directory for token files."""
    return fresh("tokens")


@CLIENTS
def test_a_token_file_is_read(client, site, home, dovecot, account, provider):
    path = home / "me.json"
    token_file(path, provider, account, int(time.time()) + 3600)
    before = path.read_text()
    client(site, dovecot, account, password=str(path)).must_succeed()
    assert dovecot.logins(account) == ["XOAUTH2"]
    assert provider.refreshes() == []
    assert path.read_text() == before


@CLIENTS
def test_an_expired_token_file_is_renewed_and_written_in_place(
        client, site, home, dovecot, account, provider):
    path = home / "me.json"
    old = token_file(path, provider, account, 1)
    path.chmod(0o640)
    shutil.chown(path, "postfix", "postfix")
    facts = os.stat(path)
    provider.revoke_access(account)
    client(site, dovecot, account, password=str(path)).must_succeed()
    new = json.loads(path.read_text())
    assert new["our_remark"] == "kept"
    assert new["client_id"] == PUBLIC and new["user"] == account
    assert new["access_token"] != old["access_token"]
    assert provider.account(account)["refresh"] == [new["refresh_token"]]
    assert int(new["expiry"]) > time.time()
    after = os.stat(path)
    assert (after.st_uid, after.st_gid, after.st_mode) \
        == (facts.st_uid, facts.st_gid, facts.st_mode)
    assert len(provider.refreshes()) == 1


@CLIENTS
def test_a_refused_token_file_is_renewed_by_the_next_login(
        client, site, home, dovecot, account, provider):
    path = home / "me.json"
    token_file(path, provider, account, int(time.time()) + 3600)
    provider.revoke_access(account)
    client(site, dovecot, account, password=str(path)).must_fail()
    client(site, dovecot, account, password=str(path)).must_succeed()
    assert len(provider.refreshes()) == 1


def test_fifty_logins_with_one_token_file_make_one_request(
        site, home, dovecot, account, provider):
    path = home / "me.json"
    token_file(path, provider, account, 1)
    provider.set(tokenDelay=300)
    argv = clients.imtest_argv(
        "imtest", dovecot.imap_port, account, "XOAUTH2", str(path))
    outcomes = clients.many([argv] * 50, site.env, ". LOGOUT\r\n")
    failed = [o.text for o in outcomes if "Authenticated." not in o.text]
    assert not failed, f"{len(failed)} of 50, the first:\n{failed[0]}"
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert provider.account(account)["alive"]


def test_a_token_file_inside_the_jail_is_renewed_by_postfix(
        site, make_postfix, dovecot, account, provider):
    """As its users have it: the file, its directory and the CA certificates
    lie inside the chroot, and the path is the one seen from there."""
    postfix = make_postfix(site, dovecot, account, "/etc/tokens/me.json")
    jail = postfix.directory / "queue" / "etc"
    tokens = jail / "tokens"
    tokens.mkdir()
    shutil.copy(provider.ca.pem, jail / "ca.pem")
    token_file(tokens / "me.json", provider, account, 1, "/etc/ca.pem")
    for path in (tokens, tokens / "me.json"):
        shutil.chown(path, "postfix", "postfix")
    provider.revoke_access(account)
    postfix.submit("token file")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    new = json.loads((tokens / "me.json").read_text())
    assert new["our_remark"] == "kept"
    assert provider.account(account)["refresh"] == [new["refresh_token"]]


@CLIENTS
def test_a_password_that_is_a_token_is_sent_as_it_is(
        client, site, dovecot, account, provider):
    token = provider.login(account)["access_token"]
    client(site, dovecot, account, password=token).must_succeed()
    assert dovecot.logins(account) == ["XOAUTH2"]


def test_an_account_wins_over_the_password(
        logged_in, dovecot, account, provider):
    clients.imtest(logged_in, dovecot, account,
                   password="not-a-token-of-this-account").must_succeed()


def test_a_missing_token_file_is_said_in_a_plain_sentence(
        site, home, dovecot, account):
    path = home / "none.json"
    clients.mbsync(site, dovecot, account, password=str(path)).must_fail(
        str(path))
