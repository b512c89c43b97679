# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The tool at a certified provider: login, renewal, status, logout."""

import json
import os
import pwd
import stat
import time

import pytest

from lab import clients
from lab.provider import BASIC, BODY, PUBLIC

TEMPFAIL, NOPERM, NOUSER, CONFIG = 75, 77, 67, 78


@pytest.mark.toolonly
@pytest.mark.parametrize("client", [PUBLIC, BODY, BASIC])
def test_login_and_renewal_with_each_kind_of_client(
        client, make_site, account, provider):
    site = make_site(client=client)
    said = site.login(account)
    assert provider.url in said
    first = site.record(account)
    assert first["access_token"] in provider.account(account)["access"]
    assert site.token(account) == first["access_token"]
    site.tool("refresh", account)
    assert [(r["client"], r["status"]) for r in provider.refreshes()] \
        == [(client, 200)]
    assert site.token(account) != first["access_token"]


@pytest.mark.parametrize("client", [BODY, BASIC])
def test_the_module_renews_with_a_clients_secret(
        client, make_site, dovecot, account, provider):
    site = make_site(client=client)
    site.login(account)
    site.expire(account)
    clients.imtest(site, dovecot, account).must_succeed()
    assert [(r["client"], r["status"]) for r in provider.refreshes()] \
        == [(client, 200)]


@pytest.mark.toolonly
def test_login_by_root_gives_everything_to_the_renewer(logged_in, account):
    user = pwd.getpwnam("postfix")
    modes = {}
    for path in (logged_in.record_path(account),
                 logged_in.grant_path(account)):
        facts = os.stat(path)
        assert (facts.st_uid, facts.st_gid) == (user.pw_uid, user.pw_gid)
        modes[path.parent.name] = stat.S_IMODE(facts.st_mode)
    assert modes == {"tokens": 0o640, "grants": 0o600}


@pytest.mark.toolonly
def test_a_person_who_says_no_is_believed(site, account, provider):
    said = site.login(account, answer=provider.deny, code=NOPERM)
    assert account in said
    assert not site.record_path(account).exists()


@pytest.mark.toolonly
def test_token_renews_an_expired_one(logged_in, account, provider):
    logged_in.expire(account)
    token = logged_in.token(account)
    assert provider.account(account)["access"] == [token]


@pytest.mark.toolonly
def test_rotation_is_on_disk_after_every_renewal(
        logged_in, account, provider):
    for _ in range(3):
        logged_in.tool("refresh", account)
        assert provider.account(account)["refresh"] \
            == [logged_in.grant(account)["refresh_token"]]


@pytest.mark.toolonly
def test_refresh_due_leaves_alone_what_is_not_due(
        logged_in, account, provider):
    logged_in.tool("refresh", "--due")
    assert provider.refreshes() == []
    logged_in.make_due(account)
    logged_in.tool("refresh", "--due")
    assert len(provider.refreshes()) == 1


@pytest.mark.toolonly
def test_status_tells_the_times_and_no_secret(logged_in, account, provider):
    record = logged_in.record(account)
    said = logged_in.tool("status", "--json").stdout
    facts = json.loads(said)
    assert account in said
    assert record["expires_at"] in said
    assert facts
    table = logged_in.tool("status").stdout
    assert account in table


@pytest.mark.toolonly
def test_a_short_lifetime_at_the_provider_is_respected(
        site, account, provider):
    provider.set(accessTtl=30)
    site.login(account)
    assert int(site.record(account)["expires_at"]) <= time.time() + 30


@pytest.mark.toolonly
def test_a_revoked_grant_says_log_in_again(logged_in, account, provider):
    provider.revoke_grant(account)
    logged_in.expire_here(account)
    done = logged_in.tool("token", account, code=NOPERM)
    assert "log the account in again" in done.stderr \
        or f"sasl-bearer login {account}" in done.stderr
    assert "invalid_grant" in done.stderr


@pytest.mark.toolonly
def test_an_endpoint_that_is_down_says_try_later(
        logged_in, account, provider):
    logged_in.expire(account)
    provider.set(outage={"status": 503})
    done = logged_in.tool("token", account, code=TEMPFAIL)
    assert "503" in done.stderr


@pytest.mark.toolonly
def test_logout_wipes_and_the_module_knows_the_account_no_more(
        logged_in, account):
    logged_in.tool("logout", account)
    assert not logged_in.record_path(account).exists()
    assert not logged_in.grant_path(account).exists()


@pytest.mark.toolonly
def test_exit_codes_of_mistakes(site, account):
    site.tool("--no-such-option", code=64)
    site.tool("no-such-verb", code=64)
    site.tool("token", account, code=NOUSER)
    site.conf.write_text("no_such_option = 1\n")
    said = site.tool("token", account, code=CONFIG).stderr
    assert f"{site.conf}, line 1:" in said


@pytest.mark.toolonly
def test_help_version_and_config(make_site, account):
    site = make_site(accounts=[account])
    assert "login" in site.tool("--help").stdout
    version = site.tool("--version").stdout
    assert "sasl-bearer" in version and "curl" in version.lower()
    said = site.tool("config", account).stdout
    assert site.provider.token_endpoint in said, said
    assert str(site.conf) in said
