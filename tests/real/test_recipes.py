# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What doctor prints for a mail program works in that program: its lines are
given to the real one, and nothing is added but the lab's certificate and where
its files are. The last login is the program's; doctor has logged in before."""

import re
import shlex

import pytest

from lab import clients, tunnels
from lab.doctor import doctor, doctor_json
from lab.process import WAIT_S, run


def lines_for(site, program, account, server):
    """The lines that doctor prints, of all parts."""
    found = doctor_json(site, f"--client={program}", f"--server={server}",
                        account)
    return [line for one in found["findings"] if one["area"] == "client"
            for line in one["lines"]]


def imap(dovecot, starttls):
    """--server of the lab's IMAP."""
    return f"imap://localhost:{dovecot.imap_port}" if starttls \
        else f"imaps://localhost:{dovecot.imaps_port}"


def smtp(dovecot, starttls):
    """--server of the lab's submission."""
    return f"smtp://localhost:{dovecot.submission_port}" if starttls \
        else f"smtps://localhost:{dovecot.submissions_port}"


def environment(site):
    """The tool is in PATH, as it is when it is installed."""
    return {**site.env, "PATH":
            f"{site.objects.tool.parent}:/usr/lib/cyrus/bin:{site.env['PATH']}"}


def write(site, name, lines):
    """A configuration that only its owner reads."""
    path = site.directory / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def ran(site, argv, **more):
    """A program's end, what it said, and whether that was well."""
    done = run(argv, env=environment(site), timeout_s=2 * WAIT_S, **more)
    text = done.stdout + done.stderr
    site.keep(str(argv[0]), text)
    return clients.Outcome(done.returncode == 0, text)


each_way = pytest.mark.parametrize("starttls", [True, False],
                                   ids=["starttls", "tls first"])


@each_way
def test_mbsync(starttls, logged_in, dovecot, account):
    dovecot.put_mail(account, "by the recipe")
    lines = lines_for(logged_in, "mbsync", account, imap(dovecot, starttls))
    ssl = next(i for i, line in enumerate(lines) if "SSLType" in line)
    lines.insert(ssl + 1, f"CertificateFile {dovecot.ca.pem}")
    (logged_in.directory / "Mail").mkdir()
    ran(logged_in, ["mbsync", "-c", write(logged_in, "mbsyncrc", lines),
                    "-a"]).must_succeed()
    inbox = logged_in.directory / "Mail" / "INBOX"
    assert any("Subject: by the recipe" in path.read_text()
               for path in inbox.rglob("*") if path.is_file())
    assert dovecot.logins(account)[-1] == "XOAUTH2"


def test_the_lines_of_two_accounts_stand_in_one_file(
        logged_in, dovecot, account):
    """Of one domain, too; and the mail of each has a place of its own."""
    both = [account, account.replace("user", "second")]
    logged_in.login(both[1])
    lines = []
    for one in both:
        dovecot.put_mail(one, f"for {one}")
        found = lines_for(logged_in, "mbsync", one, imap(dovecot, True))
        place, = [line[5:] for line in found if line.startswith("Path ")]
        (logged_in.directory / place[2:]).mkdir(parents=True)
        ssl = next(i for i, line in enumerate(found) if "SSLType" in line)
        found.insert(ssl + 1, f"CertificateFile {dovecot.ca.pem}")
        lines += [*found, ""]
    ran(logged_in, ["mbsync", "-c", write(logged_in, "mbsyncrc", lines),
                    "-a"]).must_succeed()
    names = [one.replace("@", "-").replace(".com", "") for one in both]
    for one, name in zip(both, names):
        inbox = logged_in.directory / "Mail" / name / "INBOX"
        said = "".join(path.read_text() for path in inbox.rglob("*")
                       if path.is_file())
        assert f"Subject: for {one}" in said
        assert said.count("Subject: for ") == 1


@each_way
def test_imtest(starttls, logged_in, dovecot, account):
    line, = lines_for(logged_in, "imtest", account, imap(dovecot, starttls))
    done = run(shlex.split(line), env=environment(logged_in),
               input=". LOGOUT\r\n")
    assert "Authenticated." in done.stdout, done.stdout + done.stderr
    assert dovecot.logins(account)[-1] == "XOAUTH2"


@pytest.mark.toolonly
@each_way
def test_msmtp(starttls, logged_in, dovecot, account, sink):
    lines = lines_for(logged_in, "msmtp", account, smtp(dovecot, starttls))
    rc = write(logged_in, "msmtprc",
               [*lines, f"tls_trust_file {dovecot.ca.pem}"])
    subject = f"recipe of msmtp for {account}"
    ran(logged_in, ["msmtp", "-C", rc, "-a", "contoso", "you@example.com"],
        input=f"From: {account}\nTo: you@example.com\n"
        f"Subject: {subject}\n\nHello.\n").must_succeed()
    sink.wait_for(f"Subject: {subject}")
    assert dovecot.logins(account)[-1] == "XOAUTH2"


LAB_MUTT = """\
set ssl_ca_certificates_file = "{ca}"
set use_from = yes
set use_envelope_from = yes
set hostname = "contoso.com"
set copy = no
set confirmappend = no
set confirmcreate = no
set delete = yes
set quit = yes
set header_cache = ""
set sleep_time = 0
unset record
unset wait_key
"""


@pytest.mark.toolonly
@each_way
@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_sends(program, starttls, logged_in, dovecot, account, sink):
    lines = lines_for(logged_in, program, account, smtp(dovecot, starttls))
    rc = write(logged_in, "muttrc",
               [*lines, LAB_MUTT.format(ca=dovecot.ca.pem)])
    subject = f"recipe of {program} for {account}"
    ran(logged_in, [program, "-n", "-F", rc, "-s", subject, "--",
                    "you@example.com"], input="Hello.\n").must_succeed()
    sink.wait_for(f"Subject: {subject}")
    assert dovecot.logins(account, "submission")[-1] == "XOAUTH2"


@pytest.mark.toolonly
@each_way
@pytest.mark.parametrize("program", ["mutt", "neomutt"])
def test_mutt_reads(program, starttls, logged_in, dovecot, account):
    dovecot.put_mail(account, "recipe of mutt")
    lines = lines_for(logged_in, program, account, imap(dovecot, starttls))
    rc = write(logged_in, "muttrc",
               [*lines, LAB_MUTT.format(ca=dovecot.ca.pem)])
    outcome, copied = tunnels.mutt_open(logged_in, rc,
                                        environment(logged_in), program=program)
    assert "Subject: recipe of mutt" in copied, outcome.text
    assert dovecot.logins(account, "imap")[-1] == "XOAUTH2"


@pytest.mark.toolonly
def test_fetchmail(logged_in, dovecot, account):
    dovecot.put_mail(account, "recipe of fetchmail")
    lines = lines_for(logged_in, "fetchmail", account, imap(dovecot, False))
    got = logged_in.directory / "got"
    rc = write(logged_in, "fetchmailrc",
               [*lines, "  nokeep", f'  mda "cat >> {got}"'])
    ran(logged_in, ["fetchmail", "--nosyslog", "-f", rc, "--pidfile",
                    logged_in.directory / "pid"]).must_succeed()
    assert "Subject: recipe of fetchmail" in got.read_text()


# The names.


SHARED = 'account "{account}" {{ provider = "lab"\n' \
    'user_imap = "shared@contoso.com"\nuser_smtp = "{account}" }}\n'


@pytest.mark.toolonly
def test_a_shared_mailbox_is_named_where_the_program_presents_it(
        make_site, dovecot, account):
    """mutt says the mailbox itself; for mbsync the module does, so that has
    the account's name."""
    site = make_site(extra=SHARED.format(account=account))
    server = imap(dovecot, False)
    lines = lines_for(site, "mutt", account, server)
    assert 'set imap_user = "shared@contoso.com"' in lines
    assert f'set imap_oauth_refresh_command = "sasl-bearer token {account}"' \
        in lines
    assert f"User {account}" in lines_for(site, "mbsync", account, server)


@pytest.mark.toolonly
def test_the_provider_tells_the_server(make_site, account, provider):
    """Its own endpoints are the lab's: nothing is asked of the real one."""
    site = make_site(
        extra='default_provider = "google"\n'
        f'token_endpoint = "{provider.token_endpoint}"\n'
        f'device_endpoint = "{provider.device_endpoint}"\n'
        f'authorization_endpoint = "{provider.authorization_endpoint}"\n')
    found = doctor(site, "--client=mutt", account)
    assert "imaps://imap.gmail.com:993/" in found.text
    assert re.search(r"smtp://user\d+%40contoso.com@smtp.gmail.com:587/",
                     found.text), found.text


@pytest.mark.toolonly
def test_without_a_server_it_asks_for_one(site, account):
    found = doctor(site, "--mbsync", account)
    found.must_say("unsure", "--server=imap://HOST")


# What stands there already.


@pytest.mark.toolonly
@pytest.mark.parametrize("line, grade, words", [
    ("AuthMechs LOGIN", "wrong", "is LOGIN, without XOAUTH2"),
    ('PassCmd "old-token-script"', "warning", "line 4: PassCmd"),
    ("AuthMechs *", None, None),
    ("# PassCmd x", None, None),
], ids=["mechanism", "command", "any", "comment"])
def test_an_mbsyncrc_that_is_there_is_looked_at(
        line, grade, words, site, account):
    write(site, ".mbsyncrc", ["IMAPAccount x", "Host imap.example.com",
                              f'User "{account}"', line, "", "IMAPStore y",
                              "Account x"])
    found = doctor(site, "--mbsync", "--server=imaps://imap.example.com",
                   account)
    if grade:
        found.must_say(grade, words)
        assert found.next
    else:
        assert not found.of("wrong") + found.of("warning"), found.text


@pytest.mark.toolonly
@pytest.mark.parametrize("arguments, words", [
    (["--client=pine"], "nothing is known of the mail program 'pine'"),
    (["--postfix", "--mbsync"], "choose one"),
    (["--mbsync", "--fix"], "--fix is for Postfix"),
    (["--fix", "--json"], "does not go with --json"),
    (["--postfix"], "Postfix's configuration cannot be read"),
], ids=" ".join)
def test_what_does_not_go_together_is_said(arguments, words, site):
    site.more_env["MAIL_CONFIG"] = "/nowhere"
    found = doctor(site, *arguments)
    assert words in found.text and found.code in (64, 78), found.text


@pytest.mark.toolonly
def test_a_program_is_found_where_systems_have_them(site, account):
    site.more_env["PATH"] = "/nowhere"
    found = doctor(site, "--client=mutt", account)
    found.must_say("ok", "mutt is /usr/bin/mutt")
