# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Coming from other programs: each form of file, at a certified provider."""

import json
import os
import pty
import pwd
import select
import shutil
import signal
import stat
import subprocess
import time

import pytest

from lab import clients
from lab.process import WAIT_S, run, spawn, wait_for
from lab.provider import BASIC, BODY, PUBLIC, SECRETS
from lab.scripted import Scripted, jwt, token_answer
from lab.tuning import half_written, no_temporary_file_stays  # noqa: F401

TEMPFAIL, NOPERM, DATAERR, CONFIG, CANTCREAT = 75, 77, 65, 78, 73
CANCELLED = 130
PASSPHRASE = "a passphrase of the lab"


def run_import(site, *arguments, code=0, said="", **variables):
    """`sasl-bearer import` with these lines on its standard input."""
    done = run([site.objects.tool, "import", *arguments], input=said,
               env={**site.env, **variables}, **site.identity)
    site.keep("import", done.stdout + done.stderr)
    assert done.returncode == code, \
        f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def drop_client(site):
    """The site's configuration says nothing about the application."""
    lines = site.conf.read_text().splitlines(keepends=True)
    site.conf.write_text("".join(
        line for line in lines if not line.startswith("client_")))


def sections(site, account):
    """How many sections the account has."""
    return site.conf.read_text().count(f'account "{account}" {{')


def must_work(site, server, account):
    """A token can be had, renewed, and presented by the module."""
    assert site.token(account) in site.provider.account(account)["access"]
    site.expire(account)
    clients.imtest(site, server, account).must_succeed()


def must_leave(site, before):
    """Configuration and state are as they were."""
    assert site.conf.read_text() == before
    assert [path for path in site.state.rglob("*@*")
            if path.suffix != ".lock"] == []
    assert half_written(site.conf.parent) == []


@pytest.fixture
def token(provider, account):
    """A refresh token that another program got."""
    return provider.login(account)["refresh_token"]


@pytest.fixture
def xoauth2(site, account, token, provider):
    """The files of sasl-xoauth2: one for the token, one for the rest."""
    drop_client(site)
    path = site.directory / account
    path.write_text(json.dumps({
        "access_token": "old", "expiry": "1700000000",
        "refresh_token": token}))
    path.chmod(0o600)
    conf = site.directory / "sasl-xoauth2.conf"
    conf.write_text(
        '// ours\n'
        f'{{"client_id": "{PUBLIC}",\n'
        f' "token_endpoint": "{provider.token_endpoint}",\n'
        ' "log_to_syslog_on_failure": "yes"}\n')
    return path, conf


@pytest.fixture
def mutt(site, account, token):
    """What mutt_oauth2.py keeps, in the clear."""
    site.conf.write_text('default_provider = "lab"\n' + site.conf.read_text())
    path = site.directory / "mutt.tokens"
    path.write_text(json.dumps({
        "registration": "lab", "authflow": "devicecode", "email": account,
        "access_token": "old", "refresh_token": token,
        "access_token_expiration": "2026-01-01T00:00:00"}))
    path.chmod(0o600)
    return path


@pytest.fixture
def gpg(fresh):
    """A key ring with two keys, one of them with a passphrase."""
    home = fresh("gnupg")
    home.chmod(0o700)
    (home / "gpg-agent.conf").write_text("allow-loopback-pinentry\n")
    env = {"GNUPGHOME": str(home), "PATH": os.environ["PATH"], "LANG": "C"}

    def command(*words, **more):
        return run(["gpg", "--batch", "--quiet", *words], env=env,
                   check=True, **more)
    for name, passphrase in (("open", ""), ("shut", PASSPHRASE)):
        command("--pinentry-mode", "loopback", "--passphrase", passphrase,
                "--quick-generate-key", f"{name}@example.com",
                "future-default", "default", "never")
    command.home = home
    yield command
    run(["gpgconf", "--kill", "all"], env=env)


def encrypt(gpg, path, name="open", armor=True):
    """The file is encrypted to one of the keys."""
    plain = path.read_text()
    path.unlink()
    gpg(*(["--armor"] if armor else []), "--trust-model", "always",
        "--no-auto-key-locate",
        "--recipient", f"{name}@example.com", "--output", path, "--encrypt",
        input=plain)


# Each form.

def test_from_sasl_xoauth2(site, dovecot, account, provider, xoauth2):
    path, conf = xoauth2
    before = path.read_bytes(), conf.read_bytes(), site.conf.read_text()
    done = run_import(site, path, account, f"--conf={conf}")
    added = site.conf.read_text().removeprefix(before[2])
    assert added != site.conf.read_text()
    assert 'provider = "lab"' in added and str(path) in added
    assert f'client_id = "{PUBLIC}"' in added
    assert added in done.stdout
    assert "log_to_syslog_on_failure" in done.stderr
    assert "smtp_sasl_tls_security_options = noanonymous" in done.stderr
    assert f"a new refresh token, and that in {path}" in done.stderr
    assert (path.read_bytes(), conf.read_bytes()) == before[:2]
    assert provider.account(account)["refresh"] \
        == [site.grant(account)["refresh_token"]]
    must_work(site, dovecot, account)


@pytest.mark.toolonly
def test_the_option_names_the_other_configuration_too(
        site, account, xoauth2):
    path, conf = xoauth2
    text = site.conf.read_text()
    site.conf.write_text(f'xoauth2_conf = "{conf}"\n' + text)
    # Whose it is tells the name of the file.
    run_import(site, path)
    assert sections(site, account) == 1
    site.tool("refresh", account)


@pytest.mark.parametrize("client", [BODY, BASIC])
def test_the_applications_secret_goes_into_the_grant(
        client, make_site, dovecot, account, provider):
    site = make_site()
    drop_client(site)
    if client == BASIC:
        with open(site.conf, "a", encoding="ascii") as conf:
            conf.write('client_auth = "basic"\n')
    path = site.directory / "token"
    path.write_text(json.dumps({
        "refresh_token": provider.login(account, client)["refresh_token"],
        "client_id": client, "client_secret": SECRETS[client],
        "token_endpoint": provider.token_endpoint}))
    path.chmod(0o600)
    done = run_import(site, path, account)
    assert site.grant(account)["client_secret"] == SECRETS[client]
    for text in (site.conf.read_text(), done.stdout, done.stderr,
                 site.record_path(account).read_text()):
        assert SECRETS[client] not in text
    must_work(site, dovecot, account)


@pytest.mark.toolonly
def test_an_endpoint_that_nobody_knows_becomes_a_provider(
        make_site, account, token, provider):
    site = make_site()
    site.conf.write_text(f'ca_file = "{provider.ca.pem}"\n')
    path = site.directory / "token"
    path.write_text(json.dumps({
        "refresh_token": token, "client_id": PUBLIC, "user": account,
        "token_endpoint": provider.token_endpoint}))
    path.chmod(0o600)
    run_import(site, path)
    assert f'provider "localhost:{provider.port}" {{' \
        in site.conf.read_text()
    site.tool("refresh", account)


def test_from_mutt(site, dovecot, account, mutt):
    before = site.conf.read_text()
    done = run_import(site, mutt)
    assert site.conf.read_text() == before
    assert account in done.stdout and "noanonymous" not in done.stderr
    must_work(site, dovecot, account)


@pytest.mark.toolonly
@pytest.mark.parametrize("armor", [True, False])
def test_from_mutt_decrypted_by_gpg(armor, site, account, mutt, gpg):
    encrypt(gpg, mutt, armor=armor)
    before = sorted(os.listdir(site.directory))
    run_import(site, mutt, GNUPGHOME=str(gpg.home))
    site.tool("refresh", account)
    made = set(os.listdir(site.directory)) - set(before)
    assert made <= {"state"}


@pytest.mark.toolonly
def test_the_application_that_a_script_has_can_be_typed(
        site, account, mutt, provider):
    drop_client(site)
    token = provider.login(account, BODY)["refresh_token"]
    mutt.write_text(json.dumps({**json.loads(mutt.read_text()),
                                "refresh_token": token}))
    done = run_import(site, mutt, code=CONFIG)
    assert "client_id" in done.stderr and str(site.conf) in done.stderr
    done = run_import(site, mutt, said=f"{BODY}\n{SECRETS[BODY]}\n")
    assert f'client_id = "{BODY}"' in done.stdout
    assert SECRETS[BODY] not in done.stdout + done.stderr
    site.tool("refresh", account)


def test_a_bare_token_is_the_first_line(
        site, dovecot, account, token):
    site.conf.write_text('default_provider = "lab"\n' + site.conf.read_text())
    before = site.conf.read_text()
    done = run_import(site, account, said=f"  {token}\nmore\n")
    assert token not in done.stdout + done.stderr
    assert site.conf.read_text() == before
    must_work(site, dovecot, account)


@pytest.mark.toolonly
def test_without_a_line_nothing_is_imported(site, account):
    before = site.conf.read_text()
    done = run_import(site, account, said="\n", code=CONFIG)
    assert "no refresh token was given" in done.stderr
    must_leave(site, before)


@pytest.mark.toolonly
def test_a_provider_that_is_wished_is_remembered(site, account, token):
    run_import(site, "--provider", "lab", account, said=token)
    assert site.grant(account)["provider"] == "lab"
    site.tool("refresh", account)


# Whose it is.

@pytest.fixture
def stranger(site, account, ca):
    """A provider where a typed token turns out to be of somebody else, and
    what it says then."""
    server = Scripted(ca).start()
    site.conf.write_text(
        f'client_id = "made-up"\nca_file = "{ca.pem}"\n'
        f'token_endpoint = "{server.url}/token"\nrenewer = "postfix"\n')

    def answer(**more):
        server.answers["/token"] = token_answer(
            "made-up-access-token", **more,
            id_token=jwt(preferred_username="admin@contoso.com"))
    answer.server = server
    yield answer
    server.stop()


@pytest.mark.toolonly
def test_a_token_of_somebody_else_is_not_taken(site, account, stranger):
    stranger()
    before = site.conf.read_text()
    done = run_import(site, account, said="made-up\n", code=NOPERM)
    assert "admin@contoso.com signed in" in done.stderr
    must_leave(site, before)
    done = run_import(site, account, "--anyway", said="made-up\n")
    assert "admin@contoso.com signed in" in done.stderr
    assert site.grant(account)["refresh_token"] == "made-up"


@pytest.mark.toolonly
def test_unless_it_cannot_be_had_again(site, account, stranger):
    stranger(refresh_token="replaced")
    done = run_import(site, account, said="made-up\n")
    assert "admin@contoso.com signed in" in done.stderr
    assert site.grant(account)["refresh_token"] == "replaced"
    # But it does not replace a login that is there.
    stranger(refresh_token="another")
    done = run_import(site, account, said="made-up\n", code=NOPERM)
    assert "used up" in done.stderr
    assert site.grant(account)["refresh_token"] == "replaced"


@pytest.mark.toolonly
def test_a_refresh_token_that_goes_on_is_kept(site, account, stranger):
    stranger()
    path = site.directory / "token"
    path.write_text('{"refresh_token": "made-up"}')
    path.chmod(0o600)
    done = run_import(site, "--anyway", path, account)
    assert f"{path} was left as it is" in done.stderr
    assert site.grant(account)["refresh_token"] == "made-up"


@pytest.mark.toolonly
def test_no_more_is_asked_for_than_was_granted(site, account, stranger):
    stranger(scope="mail.read", refresh_token="replaced")
    run_import(site, account, said="made-up\n", code=0)
    site.tool("refresh", account, code=None)
    first, second = stranger.server.forms("/token")
    assert "scope" not in first and first["refresh_token"] == "made-up"
    assert second["scope"] == "mail.read"


# What it leaves.

@pytest.mark.toolonly
def test_by_root_everything_is_the_renewers(site, account, xoauth2):
    path, conf = xoauth2
    site.conf.chmod(0o640)
    run_import(site, path, account, "--conf", conf)
    user = pwd.getpwnam("postfix")
    modes = {}
    for name in (site.record_path(account), site.grant_path(account)):
        facts = os.stat(name)
        assert (facts.st_uid, facts.st_gid) == (user.pw_uid, user.pw_gid)
        modes[name.parent.name] = stat.S_IMODE(facts.st_mode)
    assert modes == {"tokens": 0o640, "grants": 0o600}
    facts = os.stat(site.conf)
    assert (facts.st_uid, stat.S_IMODE(facts.st_mode)) == (0, 0o640)


@pytest.mark.toolonly
def test_a_second_import_adds_nothing(site, account, xoauth2):
    path, conf = xoauth2
    run_import(site, path, account, "--conf", conf)
    once = site.conf.read_text()
    assert sections(site, account) == 1
    fields = json.loads(path.read_text())
    fields["refresh_token"] = site.grant(account)["refresh_token"]
    path.write_text(json.dumps(fields))
    run_import(site, path, account, "--conf", conf)
    assert site.conf.read_text() == once


@pytest.mark.toolonly
def test_a_grant_is_sealed(site, account, xoauth2, fresh):
    path, conf = xoauth2
    key = fresh("key") / "grant.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    site.conf.write_text(f'grant_key = "{key}"\n' + site.conf.read_text())
    run_import(site, path, account, "--conf", conf)
    raw = site.grant_path(account).read_bytes()
    assert raw.startswith(b"sasl-bearer-sealed-grant ")
    site.tool("refresh", account)


@pytest.mark.toolonly
def test_a_dry_run_shows_and_changes_nothing(
        site, account, xoauth2, provider):
    path, conf = xoauth2
    before = site.conf.read_text()
    asked = len(provider.requests())
    done = run_import(site, path, account, "--conf", conf, "--dry-run")
    assert f'account "{account}"' in done.stdout
    assert "nothing was changed" in done.stdout
    must_leave(site, before)
    assert len(provider.requests()) == asked
    done = run_import(site, "--dry-run", account)
    assert "client_id of its application would be asked for" in done.stdout
    must_leave(site, before)


@pytest.mark.toolonly
def test_the_password_of_a_proxy_is_a_secret(site, account, xoauth2):
    """It goes into the configuration, and is shown to nobody."""
    path, conf = xoauth2
    conf.write_text(conf.read_text().replace(
        "{", '{"proxy": "http://joe:PROXYSECRET@127.0.0.1:9", ', 1))
    done = run_import(site, path, account, "--conf", conf, "--dry-run")
    assert 'proxy = "http://...@127.0.0.1:9"' in done.stdout
    assert "PROXYSECRET" not in done.stdout + done.stderr


@pytest.mark.toolonly
def test_a_person_gets_a_configuration_of_their_own(
        make_site, account, token, provider):
    site = make_site(person=True)
    path = site.directory / "token"
    path.write_text(json.dumps({
        "refresh_token": token, "client_id": PUBLIC, "user": account,
        "token_endpoint": provider.token_endpoint,
        "ca_bundle_file": str(provider.ca.pem)}))
    os.chown(path, 65534, 65534)
    path.chmod(0o600)
    env = {**site.env, "HOME": str(site.directory)}
    del env["SASL_BEARER_CONF"]
    done = run([site.objects.tool, "import", path], env=env,
               **site.identity)
    site.keep("import", done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr
    made = site.directory / ".config" / "sasl-bearer.conf"
    assert made.read_text().startswith("# Imported from")
    done = run([site.objects.tool, "refresh", account], env=env,
               **site.identity)
    assert done.returncode == 0, done.stderr


# What goes wrong.

@pytest.mark.toolonly
def test_a_revoked_token_changes_nothing(site, account, xoauth2, provider):
    path, conf = xoauth2
    before = site.conf.read_text()
    provider.revoke_grant(account)
    done = run_import(site, path, account, "--conf", conf, code=NOPERM)
    assert f"sasl-bearer login {account}" in done.stderr
    assert "invalid_grant" in done.stderr
    must_leave(site, before)


@pytest.mark.toolonly
def test_a_login_that_is_there_survives_a_failed_import(
        logged_in, account, provider):
    kept = logged_in.grant_path(account).read_bytes()
    done = run_import(logged_in, account, said="no-such-token\n", code=NOPERM)
    assert done.stderr.count("\n") == 1
    assert logged_in.grant_path(account).read_bytes() == kept
    logged_in.tool("refresh", account)


@pytest.mark.toolonly
def test_a_section_that_says_something_else_is_named(
        site, account, xoauth2, provider):
    path, conf = xoauth2
    with open(site.conf, "a", encoding="ascii") as text:
        text.write(f'account "{account}" {{\n    client_id = "other"\n}}\n')
    before = site.conf.read_text()
    line = before.splitlines().index('    client_id = "other"') + 1
    done = run_import(site, path, account, "--conf", conf, code=CONFIG)
    assert f"client_id (line {line})" in done.stderr
    assert f'client_id = "{PUBLIC}"' in done.stdout
    must_leave(site, before)
    assert provider.renewals() == []


@pytest.mark.toolonly
def test_a_configuration_that_cannot_be_written_is_shown_what_it_lacks(
        make_site, account, token, provider):
    site = make_site(person=True)
    drop_client(site)
    path = site.directory / "token"
    path.write_text(json.dumps({
        "refresh_token": token, "client_id": PUBLIC,
        "token_endpoint": provider.token_endpoint}))
    os.chown(path, 65534, 65534)
    path.chmod(0o600)
    place = site.directory / "etc"
    place.mkdir()
    shutil.copy(site.conf, place)
    before = site.conf.read_text()
    shut = place / site.conf.name
    done = run_import(site, path, account, code=CANTCREAT,
                      SASL_BEARER_CONF=str(shut))
    assert f'account "{account}"' in done.stdout
    assert "have the lines above added" in done.stderr
    assert provider.renewals() == []
    # With them there, it works.
    shown = done.stdout.split(":\n\n", 1)[1]
    shut.write_text(before + shown)
    run_import(site, path, account, SASL_BEARER_CONF=str(shut))


@pytest.mark.toolonly
@pytest.mark.parametrize("text, says", [
    ('{\n "refresh_token": \n', "line 2: it is cut off"),
    ('{\n "refresh_token": R\n}', "line 2: it is not JSON"),
    ("", "is empty"),
    ('{"access_token": "a"}', "no refresh token"),
    ('{"use_client_credentials": "yes"}', "client_credentials"),
])
def test_what_is_wrong_with_a_file_is_said(
        text, says, site, account, xoauth2):
    path, conf = xoauth2
    before = site.conf.read_text()
    path.write_text(text)
    code = NOPERM if "refresh token" in says or "client_" in says \
        else DATAERR
    done = run_import(site, path, account, "--conf", conf, code=code)
    assert says in done.stderr and str(path) in done.stderr
    must_leave(site, before)


@pytest.mark.toolonly
def test_what_is_not_said_is_asked_for(site, xoauth2):
    path, conf = xoauth2
    other = path.with_name("token.json")
    path.rename(other)
    done = run_import(site, other, "--conf", conf, code=CONFIG)
    assert f"sasl-bearer import {other} ACCOUNT" in done.stderr
    run_import(site, site.directory / "nowhere", code=CANTCREAT)
    run_import(site, other, "a@b", "--conf", "/nowhere", code=CANTCREAT)


@pytest.mark.toolonly
def test_no_key_and_a_wrong_passphrase(site, account, mutt, gpg, fresh):
    before = site.conf.read_text()
    encrypt(gpg, mutt, "shut")
    env = {"GNUPGHOME": str(gpg.home)}
    (gpg.home / "gpg.conf").write_text(
        "batch\npinentry-mode loopback\npassphrase wrong\n")
    done = run_import(site, mutt, code=DATAERR, **env)
    assert f"gpg cannot decrypt {mutt}" in done.stderr
    must_leave(site, before)
    empty = fresh("gnupg")
    empty.chmod(0o700)
    done = run_import(site, mutt, code=DATAERR, GNUPGHOME=str(empty))
    assert "No secret key" in done.stderr
    must_leave(site, before)
    (gpg.home / "gpg.conf").write_text(
        f"batch\npinentry-mode loopback\npassphrase {PASSPHRASE}\n")
    run_import(site, mutt, **env)
    site.tool("refresh", account)


@pytest.mark.toolonly
def test_an_interrupt_ends_gpg_and_changes_nothing(
        site, mutt, gpg, fresh):
    before = site.conf.read_text()
    encrypt(gpg, mutt)
    bin_ = fresh("bin")
    pid = bin_ / "pid"
    (bin_ / "gpg").write_text(
        f"#!/bin/sh\necho $$ >{pid}.new\nmv {pid}.new {pid}\n"
        "exec sleep 600\n")
    (bin_ / "gpg").chmod(0o755)
    env = {**site.env, "PATH": f"{bin_}:{site.env['PATH']}"}
    child = spawn([site.objects.tool, "import", mutt], env=env,
                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_for("gpg", pid.exists)
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=WAIT_S)[0].decode()
    finally:
        child.kill()
        child.wait()
    assert child.returncode == CANCELLED, said
    assert "nothing was changed" in said
    assert not os.path.exists(f"/proc/{pid.read_text().strip()}")
    must_leave(site, before)


@pytest.mark.toolonly
def test_an_interrupt_does_not_lose_a_token_that_is_on_its_way(
        site, account, xoauth2, provider):
    path, conf = xoauth2
    provider.hold()
    child = spawn([site.objects.tool, "import", path, account,
                   "--conf", conf], env=site.env,
                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        wait_for("the request", provider.renewals)
        child.send_signal(signal.SIGINT)
        time.sleep(0.2)
        provider.release()
        said = child.communicate(timeout=WAIT_S)[0].decode()
    finally:
        child.kill()
        child.wait()
    site.keep("import", said)
    assert child.returncode == 0, said
    assert provider.account(account)["refresh"] \
        == [site.grant(account)["refresh_token"]]
    assert sections(site, account) == 1


@pytest.mark.toolonly
def test_a_person_at_a_terminal_types_a_token_that_nobody_sees(
        site, account, token):
    site.conf.write_text('default_provider = "lab"\n' + site.conf.read_text())
    near, far = pty.openpty()
    child = spawn([site.objects.tool, "import", account], env=site.env,
                  stdin=far, stdout=far, stderr=far)
    os.close(far)
    said = ""
    try:
        deadline = time.monotonic() + WAIT_S
        typed = False
        while time.monotonic() < deadline:
            if not select.select([near], [], [], 1)[0]:
                continue
            try:
                said += os.read(near, 4096).decode()
            except OSError:
                break
            if not typed and "Refresh token: " in said:
                os.write(near, token.encode() + b"\n")
                typed = True
        assert child.wait(WAIT_S) == 0, said
    finally:
        child.kill()
        child.wait()
        os.close(near)
    site.keep("terminal", said)
    assert "Refresh token" in said and token not in said
    site.tool("refresh", account)
