# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong with the module and at the mail server, made on purpose, and
what `sasl-bearer doctor` says of it."""

import base64
import json
import os
import shutil

import pytest

from lab import plugins
from lab.ca import Ca
from lab.doctor import doctor as examine
from lab.mailserver import in_tls, speak
from lab.process import run
from lab.site import debian_plugin

CONFIG, NOPERM, TEMPFAIL, USAGE = 78, 77, 75, 64

NAME = "libsaslbearer.so"


def doctor(site, *arguments, code=0):
    """What it says: (line of a grade and an area, ...), and the last one."""
    said = site.tool("doctor", *arguments, code=code).stdout.splitlines()
    return said[:-2], said[-1]


def only(lines, start):
    """The one line that begins so."""
    found = [line for line in lines if line.startswith(start)]
    assert len(found) == 1, lines
    return found[0]


def wrong(site, *arguments, area="module", code=CONFIG):
    """The line with what is wrong, and the next step."""
    lines, last = doctor(site, *arguments, code=code)
    return only(lines, f"wrong    {area}: "), last


@pytest.fixture
def mine(site, account):
    """A site whose module directory may be spoilt."""
    site.login(account)
    return site


# Where the module is.

def test_pain_01_the_module_answers_and_comes_before_passwords(
        mine, account, add_passwords):
    add_passwords(mine, ours_first=False)
    lines, last = doctor(mine, account)
    ok = [line for line in lines if line.startswith("ok       module: ")]
    assert f"loads {mine.plugins / NAME}" in ok[0]
    assert str(mine.sasl_path[0]) in ok[0]
    assert str(mine.objects.engine) in ok[1]
    assert "OAUTHBEARER is chosen" in ok[2]
    assert last == "Nothing is wrong."


@pytest.mark.toolonly
def test_pain_01_there_is_no_module(mine, account):
    (mine.plugins / NAME).unlink(missing_ok=True)
    mine.more_env["SASL_BEARER_ENGINE"] = "/nowhere/engine.so"
    line, last = wrong(mine, account)
    assert f"there is no {NAME} in {mine.plugins}, where libsasl2 looks" in line
    assert "No worthy mechs found" in line
    assert last == f"Next: install sasl-bearer, with its module in " \
        f"{mine.plugins}"


@pytest.mark.toolonly
def test_pain_01_the_directory_that_is_compiled_in_is_named(mine, account):
    """Without SASL_PATH it is libsasl2's own."""
    mine.more_env["SASL_PATH"] = ""
    env = {name: value for name, value in mine.env.items()
           if name != "SASL_PATH"}
    said = run([mine.objects.tool, "doctor", account], env=env).stdout
    assert str(debian_plugin("libplain.so").parent) in said


@pytest.mark.toolonly
def test_pain_01_the_module_is_in_another_directory(mine, account, fresh):
    mine.sasl_path = [fresh("elsewhere")]
    line, last = wrong(mine, account)
    there = mine.objects.engine.parent
    assert f"the module is in {there}, but libsasl2 looks in " \
        f"{mine.sasl_path[0]}" in line
    assert last == "Next: add the directory to SASL_PATH in the environment " \
        f"of the mail program: {there}"


@pytest.mark.toolonly
def test_pain_01_a_directory_that_is_not_there_is_said_to_be(mine, account):
    mine.sasl_path = ["/nonexistent"]
    line, _ = wrong(mine, account)
    assert "/nonexistent (No such file or directory)" in line


def test_pain_01_the_module_is_there_twice(mine, account, fresh):
    second = fresh("second")
    shutil.copy(mine.objects.plugin, second)
    mine.sasl_path.append(second)
    lines, last = doctor(mine, account)
    line = only(lines, "warning  module: ")
    assert f"{mine.plugins / NAME} answers" in line
    assert f"{second / NAME} is loaded for nothing" in line
    assert last.startswith("Next: remove the one that is older")


def test_pain_01_a_slip_in_the_configuration_does_not_make_it_vanish(
        mine, account):
    mine.conf.write_text(mine.conf.read_text() + "client_id = \"a\",,\n")
    lines, last = doctor(mine, account, code=CONFIG)
    assert only(lines, "ok       module: libsasl2 looks in")
    line = only(lines, "wrong    configuration: ")
    assert f"{mine.conf}, line " in line
    assert last.startswith("Next: ")


# What keeps it out.

@pytest.mark.toolonly
@pytest.mark.parametrize("offset", [18, 4], ids=["machine", "class"])
def test_pain_01_a_module_of_another_architecture(mine, account, offset):
    """Byte 18 is the machine (0x28: ARM), byte 4 the class (1: 32 bits)."""
    path = mine.plugins / NAME
    shutil.copy(mine.objects.plugin, path)
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(b"\x28" if offset == 18 else b"\x01")
    line, last = wrong(mine, account)
    assert f"libsasl2 cannot load {path}: it is for another kind of " \
        "processor than this program (" in line
    assert "architecture" in last


@pytest.mark.toolonly
def test_pain_01_a_module_that_lacks_a_library(mine, account, fresh):
    path = mine.plugins / NAME
    library = plugins.compile_object(
        fresh("library") / "libmissing.so.1", "int f(void) { return 1; }\n")
    path.unlink(missing_ok=True)
    plugins.compile_object(path, "extern int f(void); int g(void) "
                           "{ return f(); }\n", library)
    library.unlink()
    line, last = wrong(mine, account)
    assert f"libsasl2 cannot load {path}: " in line
    assert "libmissing.so.1: cannot open shared object file" in line
    assert "install the library that is missing" in last


@pytest.mark.toolonly
def test_pain_01_a_module_that_is_no_object(mine, account):
    (mine.plugins / NAME).write_text("a page of HTML, say\n")
    line, _ = wrong(mine, account)
    assert "it is no shared object" in line


@pytest.mark.toolonly
def test_pain_01_a_module_that_may_not_be_read(make_site):
    site = make_site(person=True)
    path = site.plugins / NAME
    shutil.copy(site.objects.plugin, path)
    os.chown(path, 0, 0)
    path.chmod(0o600)
    line, last = wrong(site)
    assert f"libsasl2 cannot load {path}: " in line
    assert "Permission denied" in line
    assert last == f"Next: let everybody read it: chmod 0644 {path}"


# What belongs to it.

@pytest.fixture
def apart(mine, fresh):
    """The site with objects of its own, beside each other."""
    directory = fresh("objects")
    for name in ("sasl-bearer-engine.so", "sasl-bearer-client.so"):
        shutil.copy(mine.objects.engine.parent / name, directory)
    mine.more_env["SASL_BEARER_ENGINE"] = \
        str(directory / "sasl-bearer-engine.so")
    return directory


def test_pain_01_the_client_object_is_missing(mine, account, apart):
    (apart / "sasl-bearer-client.so").unlink()
    line, last = wrong(mine, account)
    assert "sasl-bearer is not installed completely" in line
    assert "sasl-bearer-client.so" in line
    assert last.startswith("Next: install sasl-bearer completely")


def test_pain_01_the_engine_object_is_missing(mine, account, apart):
    (apart / "sasl-bearer-engine.so").unlink()
    line, last = wrong(mine, account)
    assert "what renews tokens cannot be loaded: " in line
    assert "sasl-bearer-engine.so" in line
    assert last == "Next: install sasl-bearer completely"


def test_pain_01_the_engine_is_of_another_version(mine, account, apart):
    (apart / "sasl-bearer-engine.so").unlink()
    plugins.compile_object(
        apart / "sasl-bearer-engine.so",
        "static const unsigned abi = 99;\n"
        "const unsigned *sasl_bearer_engine(void) { return &abi; }\n")
    line, last = wrong(mine, account)
    assert "is of another version (interface 99, " in line
    assert "one version of sasl-bearer everywhere" in last


@pytest.mark.toolonly
def test_pain_01_the_probe_itself_is_missing(mine, account):
    mine.more_env["SASL_BEARER_PROBE"] = "/nonexistent/probe"
    lines, last = doctor(mine, account)
    line = only(lines, "warning  module: ")
    assert "cannot start /nonexistent/probe: No such file" in line
    assert "no login was tried" in only(lines, "unsure   server: ")
    assert last == "Next: install sasl-bearer completely"


# Rivals.

@pytest.fixture
def rivals(mine, fresh):
    """A directory of other plugins, looked through after ours."""
    directory = fresh("rivals")
    mine.sasl_path.append(directory)
    return directory


def test_pain_04_a_rival_answers(mine, account, rivals):
    path = plugins.plugin(rivals / "libxoauth2.so")
    line, last = wrong(mine, account)
    assert "another plugin answers XOAUTH2 in the place of the module" in line
    assert str(path) in line
    assert last == "Next: no package has it; move it out of that directory, " \
        f"and restart the mail program: mv {path} /root/"


def test_pain_04_a_rival_that_would_answer_one_day(mine, account, rivals):
    path = plugins.plugin(rivals / "libxoauth2.so", flags=plugins.WEAKER)
    lines, last = doctor(mine, account)
    line = only(lines, "warning  module: ")
    assert "another plugin has XOAUTH2 too" in line and str(path) in line
    assert str(path) in last


@pytest.mark.parametrize("manager, said, command", [
    ("dpkg", "sasl-xoauth2:amd64: $2", "apt-get remove sasl-xoauth2"),
    ("rpm", "sasl-xoauth2", "dnf remove sasl-xoauth2")])
def test_pain_04_a_rivals_package_is_named(
        mine, account, rivals, fresh, manager, said, command):
    plugins.plugin(rivals / "libxoauth2.so")
    programs = fresh("programs")
    for name in ("dpkg", "rpm"):
        script = f'echo "{said}"' if name == manager else "exit 1"
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    mine.more_env["PATH"] = f"{programs}:{os.environ['PATH']}"
    _, last = wrong(mine, account)
    assert last == f"Next: remove it, and restart the mail program: {command}"


# What breaks programs.

@pytest.mark.toolonly
@pytest.mark.parametrize("init, words", [
    ("abort()", "it was ended by signal 6 (Aborted)"),
    ("*(volatile int *)0 = 1", "it was ended by signal 11"),
    ("exit(3)", "it ended without a word, with code 3"),
    ("_exit(0)", "it ended without a word, with code 0")])
def test_pain_19_a_plugin_that_ends_its_host(
        mine, account, rivals, init, words):
    path = plugins.plugin(rivals / "libbroken.so", "OTHER", init=init)
    line, last = wrong(mine, account)
    assert f"the plugin {path} breaks every program that loads it: " in line
    assert words in line
    assert str(path) in last


@pytest.mark.toolonly
def test_pain_19_what_does_not_load_stops_no_other_program(
        mine, account, apart, saslhost, add_passwords):
    (apart / "sasl-bearer-client.so").unlink()
    add_passwords(mine)
    done = run([saslhost, "PLAIN", "imap", "localhost", account, "password"],
               env=mine.env)
    assert done.stdout.startswith("PLAIN\n"), done.stderr


# The mail server.

def at(server, scheme="smtps"):
    """The option that names a server."""
    return f"--server={scheme}://localhost:{server.port}"


def smtp(*answers, offers="LOGIN XOAUTH2"):
    """SMTP in TLS that answers the message with the first of these, and each
    line after it with the next."""
    def behave(server, connection):
        connection.sendall(b"220 mx\r\n")
        left = list(answers)
        for line in server.lines(connection):
            if line.startswith(b"EHLO"):
                connection.sendall(f"250 AUTH {offers}\r\n".encode())
            elif line.startswith(b"AUTH ") and len(line.split()) == 2:
                connection.sendall(b"334 \r\n")
            elif line == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(left.pop(0).encode() + b"\r\n")
    return in_tls(behave)


def challenge(text):
    """As a server says it in SMTP."""
    return "334 " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("scheme, port", [
    ("imap", "imap_port"), ("imaps", "imaps_port"), ("pop3", "pop_port"),
    ("pop3s", "pops_port"), ("smtp", "submission_port"),
    ("smtps", "submissions_port")])
def test_pain_23_the_login_is_made_by_oauthbearer(
        logged_in, account, dovecot, scheme, port):
    option = f"--server={scheme}://localhost:{getattr(dovecot, port)}"
    lines, last = doctor(logged_in, account, option)
    server = [line for line in lines if line.startswith("ok       server: ")]
    assert "in TLSv1.3, and its certificate is accepted" in server[0]
    assert "offers XOAUTH2 OAUTHBEARER" in server[1]
    assert f"{account} is logged in to localhost, by OAUTHBEARER through " \
        f"{logged_in.plugins / NAME}" in server[2]
    assert last == "Nothing is wrong."
    assert dovecot.logins(account) == ["OAUTHBEARER"]


def test_pain_23_a_server_that_has_xoauth2_alone(logged_in, account, serve):
    server = serve(smtp("235 2.7.0 welcome"))
    lines, _ = doctor(logged_in, account, at(server))
    assert "by XOAUTH2 through" in lines[-1]
    assert server.heard[-1] == b"QUIT"
    assert not any(line.startswith(b"MAIL") for line in server.heard)


def test_the_user_of_the_service_is_named(logged_in, account, serve):
    logged_in.edit_record(account, user_smtp="shared@contoso.com")
    server = serve(smtp("235 2.7.0 welcome"))
    lines, _ = doctor(logged_in, account, at(server))
    assert f"{account} is logged in to localhost as shared@contoso.com" \
        in lines[-1]


@pytest.mark.parametrize("words, cause, next_step", [
    ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is "
     "disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled",
     "tenant", "Set-TransportConfig"),
    ("535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is "
     "disabled for the Mailbox.", "mailbox", "Set-CASMailbox"),
    ("535 5.7.3 Authentication unsuccessful",
     "did not accept this token for this user",
     "run: sasl-bearer refresh {}; then check user, scope and the rights of "
     "the mailbox"),
    ("504 5.7.4 Unrecognized authentication type",
     "does not offer this login method here",
     "use TLS and the provider's own host and port")])
def test_pain_21_the_servers_own_policy_is_not_taken_for_oauths(
        logged_in, account, serve, words, cause, next_step):
    server = serve(smtp(words))
    lines, last = doctor(logged_in, account, at(server), code=None)
    line = only(lines, "wrong    server: ")
    assert words[:9] in line
    assert cause in line.lower()
    assert next_step.format(account) in last, last
    assert server.heard[-1] == b"QUIT"


def test_a_refused_token_is_marked_and_another_one_accepted(
        logged_in, account, dovecot, provider):
    provider.revoke_access(account)
    option = f"--server=imap://localhost:{dovecot.imap_port}"
    lines, last = doctor(logged_in, account, option)
    line = only(lines, "warning  server: ")
    assert "refused the token" in line
    assert "the module has marked that token, and gets another" in line
    assert "it would renew the token; --renew does" in lines[-1]
    assert "--renew" in last
    lines, _ = doctor(logged_in, account, option)
    assert "was refused, and a login would renew the token" in lines[-1]
    assert not provider.refreshes()
    lines, _ = doctor(logged_in, account, option, "--renew")
    assert "is logged in to localhost" in lines[-1]
    assert len(provider.refreshes()) == 1


def test_what_another_token_does_not_mend_is_said_once(
        logged_in, account, serve):
    """It is marked, renewed, and refused again."""
    no = (challenge('{"status":"401"}'), "535 5.7.8 no")
    server = serve(smtp(*no))
    lines, last = doctor(logged_in, account, at(server), "--renew",
                         code=NOPERM)
    assert only(lines, "warning  server: ")
    assert f"run: sasl-bearer refresh {account}; then" in last
    assert "535 5.7.8 no" in only(lines, "wrong    server: ")
    assert server.connections == 2


def test_a_server_that_wants_another_scope(logged_in, account, serve):
    server = serve(smtp(challenge(
        '{"status":"insufficient_scope","scope":"mail.other"}'), "535 no"))
    line, _ = wrong(logged_in, account, at(server), area="server")
    assert "mail.other" in line


def test_a_server_that_offers_no_oauth(logged_in, account, serve):
    server = serve(smtp(offers="PLAIN LOGIN"))
    line, _ = wrong(logged_in, account, at(server), area="server")
    assert "offers neither OAUTHBEARER nor XOAUTH2, but PLAIN LOGIN" in line


def test_a_server_without_tls(logged_in, account, serve):
    server = serve(speak(b"220 mx\r\n", {b"EHLO": b"250 AUTH XOAUTH2\r\n"}))
    line, _ = wrong(logged_in, account, at(server, "smtp"), area="server")
    assert "offers no TLS" in line
    assert not any(b"AUTH" in heard for heard in server.heard)


def test_a_certificate_of_somebody_else(logged_in, account, serve, fresh):
    server = serve(smtp(), Ca(fresh("other")))
    line, _ = wrong(logged_in, account, at(server), area="server")
    assert "the certificate of localhost is not accepted" in line


def test_a_server_that_is_not_there(logged_in, account):
    line, last = wrong(logged_in, account, "--server=imap://localhost:1",
                       area="server", code=TEMPFAIL)
    assert "cannot connect to localhost, port 1" in line
    assert last.startswith("Next: check host and port, or try"), last


def test_a_rival_at_the_server_sends_no_password(logged_in, account, serve):
    """Its message is what the rival makes of nothing."""
    server = serve(smtp(offers="PLAIN LOGIN"))
    wrong(logged_in, account, at(server), area="server")
    assert not any(b"AUTH" in heard for heard in server.heard)


def test_the_server_of_nobody_is_asked_for(logged_in, account):
    lines, _ = doctor(logged_in, account)
    assert f"ok       server: {NAME} has a token for {account}" in lines
    line = only(lines, "unsure   server: ")
    assert f"sasl-bearer doctor {account} --server=smtp://HOST:587" in line


def test_a_program_that_reads_is_asked_for_its_server(logged_in, account):
    lines, _ = doctor(logged_in, "--client=mbsync", account)
    line = only(lines, "unsure   server: ")
    assert f"sasl-bearer doctor --client=mbsync {account} " \
        "--server=imaps://HOST:993" in line


def test_what_the_program_needs_is_not_configured(logged_in, account):
    logged_in.extra = 'services = "smtp"'
    logged_in.configure()
    lines, _ = doctor(logged_in, "--client=mbsync", account)
    assert "mbsync needs imap, which is not among the services of " \
        f"{account}" in only(lines, "warning  server: ")
    assert not [line for line in lines if line.startswith("ok       server")]
    logged_in.extra = 'services = "smtp imap"'
    logged_in.configure()
    lines, _ = doctor(logged_in, "--client=mbsync", account)
    assert not [line for line in lines if line.startswith("warning  server")]


def test_what_the_program_needs_was_not_asked_for(logged_in, account):
    text = logged_in.conf.read_text()
    logged_in.conf.write_text(text.replace('"lab"', '"google"'))
    lines, _ = doctor(logged_in, "--client=mbsync", account, code=None)
    assert "mbsync needs imap, and that was not asked for in the login of " \
        f"{account}" in only(lines, "warning  server: ")


@pytest.mark.parametrize("has_server", [True, False])
def test_a_login_that_would_renew_takes_a_yes(
        has_server, logged_in, account, dovecot, provider):
    logged_in.expire(account)
    options = [f"--server=imap://localhost:{dovecot.imap_port}"] \
        if has_server else []
    lines, _ = doctor(logged_in, account, *options)
    line = only(lines, "unsure   server: ")
    assert "has ended, and a login would renew the token; --renew does" in line
    assert not provider.refreshes() and not dovecot.logins(account)
    lines, _ = doctor(logged_in, account, "--renew", *options)
    assert len(provider.refreshes()) == 1
    assert len(dovecot.logins(account)) == len(options)


@pytest.mark.toolonly
@pytest.mark.parametrize("url", ["localhost", "http://localhost", "smtp://"])
def test_a_server_that_is_no_url(site, url):
    done = site.tool("doctor", f"--server={url}", code=USAGE)
    assert "--server: " in done.stderr


def test_json_has_the_same(logged_in, account, dovecot):
    option = f"--server=imap://localhost:{dovecot.imap_port}"
    said = json.loads(
        logged_in.tool("doctor", "--json", option, account).stdout)
    assert said["ok"]
    areas = [finding["area"] for finding in said["findings"]]
    assert areas.count("module") == 3 and areas.count("server") == 3


# As the mail program: Postfix, in its root, as its user.

def test_postfix_loads_the_module_and_logs_in_from_its_root(
        logged_in, account, dovecot, make_postfix):
    postfix = make_postfix(logged_in, dovecot, account)
    found = examine(logged_in, account, "--postfix", postfix=postfix)
    queue = postfix.directory / "queue"
    found.must_say("ok", f"loads {logged_in.plugins / NAME} as postfix, in "
                   f"{queue}", area="module")
    found.must_say("ok", f"{account} is logged in to localhost, by "
                   f"OAUTHBEARER through {logged_in.plugins / NAME}",
                   area="server")
    assert dovecot.logins(account, "submission") == ["OAUTHBEARER"]


def test_postfix_has_what_was_renewed(
        logged_in, account, dovecot, make_postfix, provider):
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    found = examine(logged_in, account, "--postfix", postfix=postfix)
    found.must_say("unsure", "a login would renew the token", area="server")
    assert not provider.refreshes()
    found = examine(logged_in, account, "--postfix", "--renew",
                    postfix=postfix)
    found.must_say("ok", f"{account} is logged in", area="server")
    assert [r["status"] for r in provider.refreshes()] == [200]


@pytest.mark.toolonly
def test_pain_01_postfix_does_not_know_the_directory(
        logged_in, account, dovecot, make_postfix, fresh):
    """What root has in its own environment is of no interest."""
    postfix = make_postfix(logged_in, dovecot, account)
    other = fresh("other")
    main = postfix.directory / "main.cf"
    main.write_text(main.read_text().replace(
        f"SASL_PATH={logged_in.plugins}", f"SASL_PATH={other}"))
    found = examine(logged_in, account, "--postfix", postfix=postfix)
    found.must_say("wrong", f"libsasl2 looks in {other}", area="module")
    assert found.next.startswith(
        "add the directory to SASL_PATH in the environment of Postfix: ")


def test_what_postfix_may_not_read_is_no_fault_of_the_modules(
        make_site, account, dovecot, make_postfix):
    site = make_site(renewer=None)
    site.login(account)
    postfix = make_postfix(site, dovecot, account)
    found = examine(site, account, "--postfix", postfix=postfix)
    assert not found.of("wrong", "module"), found.text
    assert found.of("wrong", "configuration"), found.text
    found.must_say("ok", "OAUTHBEARER is chosen", area="module")
