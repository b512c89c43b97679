# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""docs/emergency.md, rehearsed: its commands are taken out of the page and run
as they stand, and what was stolen is tried afterwards.

Where the page says ACCOUNT, an account of the lab is put, and for /etc the
directory of the site. postfix and postqueue find the lab's Postfix by
MAIL_CONFIG. What is done at the provider, the lab does.
"""

import re
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from lab import clients
from lab.process import WAIT_S, run, spawn, wait_for
from lab.provider import BODY, PUBLIC
from lab.site import TOP

PAGE = TOP / "docs" / "emergency.md"
HERE = ("sasl-bearer ", "postfix ", "postqueue ", "install ", "rm ", "sed ")
TEMPFAIL, NOPERM, CONFIG = 75, 77, 78


def parts():
    """The parts of the page by their titles."""
    found = re.split(r"^## (.*)\n", PAGE.read_text(encoding="utf-8"),
                     flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2]))


def commands(title):
    """Its commands in their order; those at the provider among them."""
    return re.findall(r"^    (\S.*)$", parts()[title], re.MULTILINE)


@pytest.mark.toolonly
def test_every_command_is_known_and_rehearsed():
    rehearsed = set(re.findall(
        r'rehearse\(\s*"(.*?)"', (TOP / "tests" / "real" / "test_runbook.py")
        .read_text(encoding="utf-8"), re.DOTALL))
    for title in parts():
        assert commands(title), title
        assert title in rehearsed, title
        for line in commands(title):
            assert line.startswith(HERE) or "-Mg" in line, line


@pytest.fixture
def scene(make_site, make_postfix, dovecot, provider, account, fresh):
    """A relay that works, its account logged in. Called, it takes options of
    the site."""
    def make(**more):
        more.setdefault("extra", "")
        more["extra"] += f'\nrevocation_endpoint = ' \
            f'"{provider.url}/token/revocation"'
        site = make_site(**more)
        site.login(account)
        postfix = make_postfix(site, dovecot, account, password="")
        programs = fresh("bin")
        shutil.copy(site.objects.tool, programs / "sasl-bearer")
        site.more_env = {
            "PATH": f"{programs}:{site.env['PATH']}:/usr/sbin:/sbin",
            "MAIL_CONFIG": str(postfix.directory)}
        return SimpleNamespace(
            site=site, postfix=postfix, account=account, provider=provider,
            root=fresh("root"))
    return make


def at_home(scene, line):
    """The line for this machine."""
    return line.replace("ACCOUNT", scene.account) \
        .replace("/etc/", f"{scene.site.directory}/") \
        .replace("/root/", f"{scene.root}/")


def run_line(scene, line, code):
    """Runs one, approves the code if it shows one, and returns its words."""
    path = scene.site.keep("runbook", "")
    with open(path, "wb") as out:
        child = spawn(["sh", "-c", at_home(scene, line)], env=scene.site.env,
                      stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def look():
        found = re.search(r"code[: ]+([A-Z0-9]+-[A-Z0-9]+)", path.read_text())
        return found and found[1] or child.poll() is not None
    try:
        shown = wait_for(line, look, detail=path.read_text)
        if isinstance(shown, str):
            scene.provider.approve(shown, scene.account)
        returned = child.wait(2 * WAIT_S)
    finally:
        child.kill()
        child.wait()
    said = path.read_text()
    assert returned == code, f"{line}: {returned}, not {code}\n{said}"
    return said


def rehearse(title, scene, at_provider=None, codes=None, before=None):
    """Runs the commands of a part, one after the other.

    at_provider is called where a command is the provider's. codes: which exit
    code must come of a line, if not 0. before: what happens just before a
    line. Returns what each of them said.
    """
    said = {}
    for line in commands(title):
        if line in (before or {}):
            before[line]()
        if line.startswith(HERE):
            code = (codes or {}).get(line, 0)
            said[line] = said.get(line, "") + run_line(scene, line, code)
        else:
            at_provider()
    return said


def stolen_login(scene):
    """What a thief has: the refresh token, and the access token."""
    return SimpleNamespace(
        refresh=scene.site.grant(scene.account)["refresh_token"],
        access=scene.site.record(scene.account)["access_token"])


def opens(scene, dovecot, token):
    """Whether a token opens the mailbox, as the password of a program for
    which there is no account."""
    state = scene.site.directory / "nothing"
    state.mkdir(exist_ok=True)
    argv = clients.imtest_argv("imtest", dovecot.imap_port, scene.account,
                               "XOAUTH2", token)
    conf = scene.site.directory / "no.conf"
    done = run(argv, env={**scene.site.env, "SASL_BEARER_STATE": str(state),
                          "SASL_BEARER_CONF": str(conf)},
               input=". LOGOUT\r\n")
    return "Authenticated." in done.stdout + done.stderr


def renews(scene, refresh_token, client=PUBLIC):
    """Whether the provider gives something for a refresh token."""
    return "access_token" in scene.provider.post("/token", {
        "grant_type": "refresh_token", "refresh_token": refresh_token}, client)


def must_relay(scene, sink, subject, submit=True):
    """A message arrives: one that is handed in now, or was deferred."""
    if submit:
        before = len(scene.postfix.deliveries())
        scene.postfix.submit(subject)
        status, words = scene.postfix.wait_for_deliveries(before + 1)[-1]
        assert status == "sent", words
    sink.wait_for(subject)


def test_what_is_stolen_works_before(scene, dovecot):
    here = scene()
    stolen = stolen_login(here)
    assert opens(here, dovecot, stolen.access)
    assert renews(here, stolen.refresh)


def test_everything_at_once(scene, dovecot, sink):
    here = scene()
    stolen = stolen_login(here)
    subject = f"everything {here.account}"

    def stolen_is_dead():
        assert not here.site.grant_path(here.account).exists()
        assert not opens(here, dovecot, stolen.access)
        assert not renews(here, stolen.refresh)

    def start_master():
        here.postfix.process.child.wait(WAIT_S)
    said = rehearse("Everything, at once", here, before={
        "sasl-bearer login ACCOUNT": stolen_is_dead,
        "postfix start": start_master})
    assert "1 revoked" in said["sasl-bearer logout --all"]
    try:
        must_relay(here, sink, subject)
    finally:
        run(["postfix", "stop"], env=here.site.env)


def test_a_token_got_out(scene, dovecot):
    here = scene()
    stolen = stolen_login(here)

    def shut():
        here.provider.revoke_access(here.account)
    said = rehearse("A token got out", here, before={
        "sasl-bearer refresh --force ACCOUNT": shut})
    assert here.account in said["sasl-bearer status ACCOUNT"]
    assert not opens(here, dovecot, stolen.access)
    clients.imtest(here.site, dovecot, here.account).must_succeed()


def test_a_login_got_out(scene, dovecot, sink):
    here = scene()
    stolen = stolen_login(here)
    subject = f"login {here.account}"

    def mail_waits():
        assert not opens(here, dovecot, stolen.access)
        assert not renews(here, stolen.refresh)
        here.postfix.submit(subject)
        (status, _), = here.postfix.wait_for_deliveries(1)
        assert status == "deferred", here.postfix.log()
    rehearse("A login got out", here, at_provider=lambda: None,
             before={"sasl-bearer login ACCOUNT": mail_waits})
    must_relay(here, sink, subject, submit=False)
    assert not renews(here, stolen.refresh)


def test_somebody_was_tricked(scene, dovecot):
    here = scene()
    theirs = here.provider.login(here.account)

    def revoke_sessions():
        here.provider.revoke_grant(here.account)
    said = rehearse(
        "Somebody was tricked into a login", here,
        at_provider=revoke_sessions,
        codes={"sasl-bearer refresh --force ACCOUNT": NOPERM})
    assert "must be logged in" in said[
        "sasl-bearer refresh --force ACCOUNT"]
    assert not opens(here, dovecot, theirs["access_token"])
    assert not renews(here, theirs["refresh_token"])
    clients.imtest(here.site, dovecot, here.account).must_succeed()


def application(scene, old):
    """The relay as an application with a secret, which it has been given by
    the provider and keeps in a file; one account is logged in."""
    here = scene()
    name = f"app-{here.account}"
    secret = here.site.directory / "sasl-bearer.secret"
    secret.write_text(f"{old}\n", encoding="ascii")
    secret.chmod(0o600)
    text = here.site.conf.read_text()
    section = f'account "{here.account}" {{ provider = "lab" }}'
    assert section in text
    here.site.conf.write_text(text.replace(section, "\n".join([
        f'account "{here.account}" {{', 'provider = "lab"',
        'grant = "client_credentials"', f'client_id = "{name}"',
        'scope = "mail"', 'client_auth = "body"',
        f'client_secret_file = "{secret}"', "}"])))
    here.give = lambda value: here.provider.add_app(
        name, here.account, "client_secret_post", client_secret=value)
    here.give(old)
    here.site.tool("login", here.account)
    here.name = name
    return here


def test_a_secret_of_the_application(scene, sink):
    here = application(scene, "old+secret/of=the&relay")
    # smtp(8) runs, and has read the old one.
    must_relay(here, sink, f"before {here.account}")
    new = "new+secret/of=the&relay"
    here.give(new)
    (here.root / "new-secret").write_text(f"{new}\n", encoding="ascii")
    rehearse("A secret or a key of the application", here)
    secret = here.site.directory / "sasl-bearer.secret"
    assert secret.read_text().strip() == new
    assert secret.stat().st_mode & 0o777 == 0o600
    assert list(here.root.iterdir()) == []
    # Another smtp(8), for there was a reload, renews with the new one.
    here.site.expire(here.account)
    must_relay(here, sink, f"secret {here.account}")


def is_open(scene, key):
    """Whether a grant that was copied can be opened with that key alone."""
    conf = scene.site.conf.read_text()
    other = scene.site.directory / "thief.conf"
    lines = [line for line in conf.splitlines()
             if not line.startswith("grant_key")]
    other.write_text("\n".join([f'grant_key = "{key}"', *lines, ""]))
    done = run([scene.site.objects.tool, "status", "--json", scene.account],
               env={**scene.site.env, "SASL_BEARER_CONF": str(other)})
    return "grant_key" not in done.stdout


def test_the_grant_key(scene, sink):
    here = scene()
    first = here.site.directory / "sasl-bearer.key"
    here.site.tool("seal", f"--key-file={first}")
    must_relay(here, sink, f"before {here.account}")
    kept = here.root / "copied.key"
    shutil.copy(first, kept)
    assert is_open(here, kept)
    changed = []

    def edit():
        again = run_line(here, "sasl-bearer seal", 0)
        assert "already" in again and "remove grant_key_old" in again
        changed.append(True)
    said = rehearse("The grant key", here, before={
        "sed -i '/^grant_key_old/d' /etc/sasl-bearer.conf": edit})
    assert changed and "sealed" in "".join(said.values())
    assert not first.exists() and not is_open(here, kept)
    assert "grant_key_old" not in here.site.conf.read_text()
    here.site.expire(here.account)
    must_relay(here, sink, f"key {here.account}")


def test_the_grant_key_is_lost(scene, sink):
    here = scene()
    first = here.site.directory / "sasl-bearer.key"
    here.site.tool("seal", f"--key-file={first}")
    first.unlink()
    seal = "sasl-bearer seal --key-file=/etc/sasl-bearer.key3"
    said = rehearse("The grant key is lost", here, codes={seal: CONFIG})
    assert here.account in said[seal]
    assert run_line(here, "sasl-bearer seal", 0).count("already") == 1
    here.site.expire(here.account)
    must_relay(here, sink, f"lost {here.account}")


def test_the_whole_machine(scene, dovecot):
    here = scene()
    stolen = stolen_login(here)

    def revoke():
        here.provider.revoke_grant(here.account)
    assert opens(here, dovecot, stolen.access)
    rehearse("The whole machine", here, at_provider=revoke)
    here.postfix.process.child.wait(WAIT_S)
    assert not opens(here, dovecot, stolen.access)
    assert not renews(here, stolen.refresh)


def test_mail_has_stopped(scene, sink):
    here = scene()
    subject = f"stopped {here.account}"
    here.provider.set(outage={"status": 503, "body": "busy", "headers": {}})
    here.site.expire(here.account)
    here.postfix.submit(subject)
    (status, _), = here.postfix.wait_for_deliveries(1)
    assert status == "deferred", here.postfix.log()

    def back():
        here.provider.set(outage=None)
    said = rehearse("Mail has stopped", here, codes={
        "sasl-bearer status ACCOUNT": TEMPFAIL}, before={
            "sasl-bearer refresh --force ACCOUNT": back})
    assert "localhost" in said["sasl-bearer status ACCOUNT"]
    must_relay(here, sink, subject, submit=False)
