# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a login asks a person for, chooses, and remembers: the application's
secret, the provider, the services."""

import os
import pty
import re
import select
import time

import pytest

from lab.clients import imtest
from lab.process import WAIT_S, run, spawn
from lab.provider import PUBLIC

CANCELLED, CONFIG = 130, 78
SECRET = "ty+ped s3cret/&="
MAGIC = b"sasl-bearer-sealed-grant "

_CONF = """\
ca_file = "{ca}"
renewer = "root"
timeout = 20
{lines}
"""

_LAB = """\
provider "{name}" {{
    token_endpoint = "{token_endpoint}"
    device_endpoint = "{device_endpoint}"
    client_id = "{client_id}"
    {more}
}}
"""


@pytest.fixture
def write_conf(provider):
    """Writes the whole configuration of a site."""
    def write(site, text):
        site.conf.write_text(_CONF.format(ca=provider.ca.pem, lines=text),
                             encoding="utf-8")
    return write


@pytest.fixture
def lab(provider):
    """A section for the lab's provider, under any name."""
    def make(name, client_id=PUBLIC, more='scope = "openid offline_access"'):
        return _LAB.format(
            name=name, token_endpoint=provider.token_endpoint,
            device_endpoint=provider.device_endpoint, client_id=client_id,
            more=more)
    return make


def ask(site, *arguments, text, code=0):
    """The tool with a text as its standard input."""
    done = run([site.objects.tool, *arguments], env=site.env, input=text)
    site.keep("tool", done.stdout + done.stderr)
    assert done.returncode == code, done.stdout + done.stderr
    assert SECRET not in done.stdout + done.stderr
    return done


def sign_in(site, account, *options):
    """A login by device code with these options, approved."""
    path = site.keep("login", "")
    with open(path, "wb") as out:
        child = spawn([site.objects.tool, "login", "--device", *options,
                       account], env=site.env, stdout=out, stderr=out)
    try:
        site.provider.approve(
            site._user_code(child, path), account)  # pylint: disable=W0212
        returned = child.wait(WAIT_S)
    finally:
        child.kill()
        child.wait()
    said = path.read_text(encoding="utf-8")
    assert returned == 0, said
    return said


# The application's secret.

@pytest.fixture
def secret_app(provider, account, make_site, write_conf, lab):
    """Makes a site whose application has a secret that no file has."""
    def make(more=""):
        name = f"app-{account}"
        provider.add_app(name, account, "client_secret_post",
                         client_secret=SECRET)
        site = make_site(renewer=None)
        write_conf(site, more + lab("lab", name, 'scope = "mail"')
                   + f'account "{account}" {{\n    provider = "lab"\n'
                     f'    grant = "client_credentials"\n}}\n')
        return site
    return make


def test_a_typed_secret_is_kept_and_renews(
        secret_app, account, provider, dovecot):
    site = secret_app()
    ask(site, "login", account, text=SECRET + "\n")
    assert site.grant(account)["client_secret"] == SECRET
    site.expire_here(account)
    imtest(site, dovecot, account).must_succeed()
    site.expire_here(account)
    site.token(account)
    assert site.grant(account)["client_secret"] == SECRET
    assert [r["status"] for r in provider.requests()] == [200] * 3


def test_a_typed_secret_is_sealed_where_a_key_is_configured(
        secret_app, fresh, account, provider, dovecot):
    key = fresh("key") / "grant.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    site = secret_app(f'grant_key = "{key}"\n')
    ask(site, "login", account, text=SECRET + "\n")
    raw = site.grant_path(account).read_bytes()
    assert raw.startswith(MAGIC)
    for word in (SECRET.encode(), b"client_secret"):
        assert word not in raw
    site.expire_here(account)
    imtest(site, dovecot, account).must_succeed()
    assert site.grant_path(account).read_bytes().startswith(MAGIC)
    assert [r["status"] for r in provider.requests()] == [200] * 2


@pytest.mark.toolonly
def test_a_second_login_asks_only_when_it_is_told_to(
        secret_app, account, provider):
    site = secret_app()
    ask(site, "login", account, text=SECRET + "\n")
    ask(site, "login", account, text="not read\n")
    ask(site, "login", "--ask", account, text="wrong\n", code=CONFIG)
    assert site.grant(account)["client_secret"] == SECRET
    assert [r["status"] for r in provider.requests()] == [200, 200, 401]


@pytest.mark.toolonly
def test_no_answer_is_no_login(secret_app, account, provider):
    site = secret_app()
    done = ask(site, "login", account, text="\n", code=CONFIG)
    assert done.stderr.count("\n") == 1 and "nothing was typed" in done.stderr
    assert "client_secret_file" in done.stderr
    assert provider.requests() == []
    assert not site.grant_path(account).exists()


@pytest.mark.toolonly
def test_before_any_login_the_way_to_one_is_said(
        secret_app, account, provider):
    site = secret_app()
    for name in ("tokens", "grants"):
        (site.state / name).mkdir(parents=True)
    done = site.tool("token", account, code=CONFIG)
    assert "secret is not known" in done.stderr
    assert "client_secret_file" in done.stderr
    assert provider.requests() == []


class Keyboard:
    """A login on a pseudo terminal, and a person at its keys."""

    def __init__(self, site, account):
        self.said = b""
        self.near, far = pty.openpty()
        # The terminal becomes that of a session of its own, for Ctrl-C.
        self.child = spawn(
            ["setsid", "--ctty", "--wait", site.objects.tool, "login",
             account], env=site.env, stdin=far, stdout=far, stderr=far)
        os.close(far)

    def read(self, word=None):
        """Until the word was shown; without one, until the end."""
        deadline = time.monotonic() + WAIT_S
        while word is None or word not in self.said:
            left = deadline - time.monotonic()
            assert left > 0, self.said
            if not select.select([self.near], [], [], left)[0]:
                continue
            try:
                self.said += os.read(self.near, 4096)
            except OSError:  # What Linux tells of a terminal nobody has open.
                break

    def type(self, keys):
        """Presses them."""
        os.write(self.near, keys)

    def end(self):
        """The exit code."""
        self.read()
        os.close(self.near)
        return self.child.wait(WAIT_S)


@pytest.mark.toolonly
def test_what_is_typed_is_not_shown(secret_app, account):
    site = secret_app()
    keys = Keyboard(site, account)
    keys.read(f"Secret of the application app-{account}: ".encode())
    keys.type(SECRET.encode() + b"\r")
    assert keys.end() == 0, keys.said
    assert SECRET.encode() not in keys.said
    assert SECRET[:4].encode() not in keys.said
    assert site.grant(account)["client_secret"] == SECRET


@pytest.mark.toolonly
def test_ctrl_c_at_the_question_changes_nothing(
        secret_app, account, provider):
    site = secret_app()
    keys = Keyboard(site, account)
    keys.read(b": ")
    keys.type(b"half\x03")
    assert keys.end() == CANCELLED, keys.said
    assert b"half" not in keys.said and b"nothing was changed" in keys.said
    assert not site.grant_path(account).exists()
    assert provider.requests() == []


# The provider.

@pytest.mark.toolonly
def test_a_chosen_provider_is_remembered(
        make_site, write_conf, lab, account, provider):
    site = make_site(renewer=None)
    write_conf(site, lab("one", "nobody") + lab("two"))
    sign_in(site, account, "--provider", "two")
    assert site.grant(account)["provider"] == "two"
    site.expire(account)
    assert site.token(account) in provider.account(account)["access"]
    # And by the next login, which names none.
    sign_in(site, account)
    assert site.grant(account)["provider"] == "two"


@pytest.mark.toolonly
def test_a_provider_that_is_gone_is_named(
        make_site, write_conf, lab, account):
    site = make_site(renewer=None)
    write_conf(site, lab("two"))
    sign_in(site, account, "--provider", "two")
    site.expire_here(account)
    write_conf(site, lab("three"))
    done = site.tool("token", account, code=CONFIG)
    assert 'no provider "two"' in done.stderr
    done = site.tool("login", "--provider", "four", account, code=CONFIG)
    assert 'no provider "four"' in done.stderr


@pytest.mark.toolonly
def test_the_accounts_section_comes_first(
        make_site, write_conf, lab, account, provider):
    site = make_site(renewer=None)
    write_conf(site, lab("one") + lab("two")
               + f'account "{account}" {{ provider = "one" }}\n')
    done = site.tool("login", "--provider", "two", account, code=CONFIG)
    assert "is one; change it there" in done.stderr
    assert re.search(r"line \d+ ", done.stderr)
    assert provider.requests() == []


# The services.

@pytest.mark.toolonly
@pytest.mark.parametrize("services, scopes", [
    ("smtp", ["SMTP.Send"]), ("imap,pop", ["IMAP.AccessAsUser.All",
                                           "POP.AccessAsUser.All"])])
def test_services_are_asked_for_and_again_at_each_renewal(
        services, scopes, make_site, write_conf, lab, account, provider):
    site = make_site(renewer=None)
    write_conf(site, 'default_provider = "office365"\n'
               + lab("office365", more=""))
    sign_in(site, account, "--for", services)
    expected = [f"https://outlook.office.com/{scope}" for scope in scopes] \
        + ["offline_access", "openid", "profile"]
    assert site.grant(account)["asked_scope"].split() == expected
    site.expire(account)
    site.token(account)
    assert site.grant(account)["asked_scope"].split() == expected
    assert [r["status"] for r in provider.refreshes()] == [200]
    # The next login goes on with them, unless it says something else.
    sign_in(site, account)
    assert site.grant(account)["asked_scope"].split() == expected


@pytest.mark.toolonly
def test_a_service_that_is_none_is_said(
        make_site, write_conf, lab, account, provider):
    site = make_site(renewer=None)
    write_conf(site, 'default_provider = "office365"\n'
               + lab("office365", more=""))
    done = site.tool("login", "--for", "smtp,ldap", account, code=64)
    assert '--for is "smtp,ldap"' in done.stderr
    assert provider.requests() == []
