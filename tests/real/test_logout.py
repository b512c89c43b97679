# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Logout: what is revoked at the provider, what stays, what is said."""

import os
import time

import pytest

from lab.process import free_port, spawn
from lab.provider import BASIC, BODY, PUBLIC
from lab.scripted import Scripted, device_answer, token_answer

pytestmark = pytest.mark.toolonly

TEMPFAIL, NOUSER, CONFIG = 75, 67, 78


def endpoint(url):
    """The option that says where to revoke."""
    return f'revocation_endpoint = "{url}"'


@pytest.fixture
def revoking(make_site, provider):
    """Makes sites that know where to revoke."""
    def make(**more):
        return make_site(extra=endpoint(provider.url + "/token/revocation"),
                         **more)
    return make


@pytest.fixture
def stand_in(ca):
    """A provider that answers as it is told."""
    server = Scripted(ca).start()
    server.answers["/device"] = device_answer()
    server.answers["/token"] = token_answer(
        "made-up-access-token", refresh_token="made-up-refresh-token")
    yield server
    server.stop()


@pytest.fixture
def at_stand_in(site, stand_in, account, ca):
    """Logs the account in there, with these lines of configuration."""
    def log_in(*lines):
        site.conf.write_text("\n".join([
            'client_id = "made-up"', f'ca_file = "{ca.pem}"',
            f'token_endpoint = "{stand_in.url}/token"',
            f'device_endpoint = "{stand_in.url}/device"',
            'scope = "mail"', "timeout = 10", *lines, ""]))
        site.tool("login", "--device", account)
        return site
    return log_in


def must_be_gone(site, account):
    """Nothing is left here but the lock."""
    assert not site.record_path(account).exists()
    assert not site.grant_path(account).exists()


def must_be_kept(site, account):
    """Everything is as it was."""
    assert site.record(account)["access_token"]
    assert site.grant(account)["refresh_token"]


@pytest.mark.parametrize("client", [PUBLIC, BODY, BASIC])
def test_logout_revokes_the_login(client, revoking, account, provider):
    site = revoking(client=client)
    site.login(account)
    assert provider.account(account)["alive"]
    done = site.tool("logout", account)
    assert "has revoked the login" in done.stdout
    assert provider.account(account) == {
        "alive": False, "access": [], "refresh": []}
    must_be_gone(site, account)


def test_logging_out_twice_says_that_nobody_is_there(
        revoking, account):
    site = revoking()
    site.login(account)
    site.tool("logout", account)
    assert "is not logged in here" \
        in site.tool("logout", account, code=NOUSER).stderr


def test_a_provider_without_the_endpoint_is_named(logged_in, account):
    done = logged_in.tool("logout", account)
    assert "not revoked: no revocation_endpoint of localhost" in done.stdout
    assert "remove the application's access" in done.stdout
    must_be_gone(logged_in, account)


def test_microsoft_cannot_revoke_and_that_is_said(at_stand_in, stand_in,
                                                  account):
    site = at_stand_in('default_provider = "office365"')
    done = site.tool("logout", account)
    assert "Microsoft has no way to revoke one login" in done.stdout
    assert "Revoke sessions" in done.stdout
    assert {path for path, _ in stand_in.requests} == {"/device", "/token"}
    must_be_gone(site, account)


def test_what_google_says_of_a_dead_token_is_success(
        at_stand_in, stand_in, account):
    site = at_stand_in(endpoint(stand_in.url + "/revoke"))
    stand_in.answers["/revoke"] = 400, [], {
        "error": "invalid_token",
        "error_description": "Token expired or revoked"}
    done = site.tool("logout", account)
    assert "has revoked the login" in done.stdout
    assert stand_in.forms("/revoke") == [{
        "token": "made-up-refresh-token",
        "token_type_hint": "refresh_token", "client_id": "made-up"}]
    must_be_gone(site, account)


def test_a_provider_that_is_busy_keeps_the_login(
        at_stand_in, stand_in, account):
    site = at_stand_in(endpoint(stand_in.url + "/revoke"))
    stand_in.answers["/revoke"] = 503, ["Retry-After: 77"], {}
    done = site.tool("logout", account, code=TEMPFAIL)
    assert "77 s" in done.stderr
    assert "is still logged in" in done.stderr
    must_be_kept(site, account)
    stand_in.answers["/revoke"] = 200, [], {}
    site.tool("logout", account)
    must_be_gone(site, account)


def test_a_provider_that_refuses_cannot_keep_it(
        at_stand_in, stand_in, account):
    site = at_stand_in(endpoint(stand_in.url + "/revoke"))
    stand_in.answers["/revoke"] = 400, [], {"error": "unsupported_token_type"}
    done = site.tool("logout", account, code=CONFIG)
    assert "unsupported_token_type" in done.stderr
    assert "could not be revoked" in done.stderr
    must_be_gone(site, account)


def test_offline_nothing_is_removed_but_with_anyway(
        at_stand_in, account):
    site = at_stand_in(endpoint(f"https://localhost:{free_port()}/revoke"))
    said = site.tool("logout", account, code=TEMPFAIL).stderr
    assert "is still logged in" in said and "--anyway" in said
    must_be_kept(site, account)
    said = site.tool("logout", "--anyway", account, code=TEMPFAIL).stderr
    assert "could not be revoked" in said
    must_be_gone(site, account)


def test_a_broken_configuration_keeps_nobody_from_removing(
        revoking, account, provider):
    site = revoking()
    site.login(account)
    site.conf.write_text("no_such_option = 1\n")
    done = site.tool("logout", account, code=CONFIG)
    assert "no_such_option" in done.stderr
    assert "could not be revoked" in done.stderr
    must_be_gone(site, account)
    assert provider.account(account)["alive"]


def test_a_sealed_grant_without_its_key_is_removed(
        make_site, account, provider):
    key = None

    def extra():
        line = endpoint(provider.url + "/token/revocation")
        return line + f'\ngrant_key = "{key}"' if key else line
    site = make_site(extra=extra())
    key = site.directory / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    site.extra = extra()
    site.configure()
    site.login(account)
    key.unlink()
    done = site.tool("logout", account, code=CONFIG)
    assert str(key) in done.stderr
    must_be_gone(site, account)


def test_with_its_key_a_sealed_one_is_revoked(make_site, account, provider):
    site = make_site()
    key = site.directory / "key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    site.extra = endpoint(provider.url + "/token/revocation") \
        + f'\ngrant_key = "{key}"'
    site.configure()
    site.login(account)
    site.tool("logout", account)
    assert not provider.account(account)["alive"]


def test_an_application_has_nothing_to_revoke(
        site, stand_in, account, ca):
    secret = site.directory / "secret"
    secret.write_text("made-up\n")
    secret.chmod(0o600)
    site.conf.write_text("\n".join([
        'client_id = "made-up"', f'ca_file = "{ca.pem}"', 'scope = "mail"',
        f'token_endpoint = "{stand_in.url}/token"',
        f'client_secret_file = "{secret}"',
        endpoint(stand_in.url + "/revoke"),
        'grant = "client_credentials"', ""]))
    site.tool("login", account)
    done = site.tool("logout", account)
    assert "there is no login to revoke" in done.stdout
    assert "delete that at the provider" in done.stdout
    must_be_gone(site, account)


def test_no_renewal_comes_between(at_stand_in, stand_in, account):
    site = at_stand_in(endpoint(stand_in.url + "/revoke"))
    children = []

    def answer(_fields):
        with open(os.devnull, "wb") as null:
            children.append(spawn(
                [site.objects.tool, "refresh", account], env=site.env,
                stdout=null, stderr=null))
        time.sleep(1)
        assert children[0].poll() is None
        return 200, [], {}
    stand_in.answers["/revoke"] = answer
    asked = len(stand_in.forms("/token"))
    try:
        site.tool("logout", account)
        assert children[0].wait(20) != 0
    finally:
        for child in children:
            child.kill()
            child.wait()
    assert len(stand_in.forms("/token")) == asked
    must_be_gone(site, account)


def test_all_is_the_emergency_stop(revoking, account, provider):
    names = [f"{letter}-{account}" for letter in "abc"]
    site = revoking()
    for name in names:
        site.login(name)
    good = site.conf.read_text()
    dead = f"https://localhost:{free_port()}/revoke"
    section = f'account "{names[1]}" {{ provider = "lab" }}'
    assert section in good
    site.conf.write_text(good.replace(section, section.replace(
        "}", endpoint(dead) + " }")))
    done = site.tool("logout", "--all", code=TEMPFAIL)
    lines = done.stdout.splitlines()
    assert lines[0] == f"{names[0]}: revoked and removed"
    assert lines[1].startswith(f"{names[1]}: still logged in: ")
    assert lines[2] == f"{names[2]}: revoked and removed"
    assert lines[3] == "3 accounts: 2 revoked, 0 removed but not revoked, " \
        "1 still logged in"
    assert "--anyway" in done.stderr
    assert [provider.account(name)["alive"] for name in names] \
        == [False, True, False]
    must_be_kept(site, names[1])
    site.conf.write_text(good)
    assert "1 account: 1 revoked" in site.tool("logout", "--all").stdout
    assert not provider.account(names[1])["alive"]
    for name in names:
        must_be_gone(site, name)


def test_all_and_an_account_are_two_things(logged_in, account):
    logged_in.tool("logout", "--all", account, code=CONFIG)
    must_be_kept(logged_in, account)
    assert "--all" in logged_in.tool("logout", code=64).stderr


def test_all_of_nobody_is_nothing(site):
    assert site.tool("logout", "--all").stdout.startswith("0 accounts")
