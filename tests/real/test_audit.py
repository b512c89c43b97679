# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The audit: a line for each event, at a log daemon played by the lab."""

import base64
import json
import os
import re
import socket

import pytest

from lab import clients, tunnels
from lab.faults import context_for
from lab.listener import Listener
from lab.process import run
from lab.tuning import tune

REAUTH_CODE = NOPERM_CODE = 77
CONFIG_CODE = 78
SASL_LOG_NOTE = 4


class Daemon:
    """What speaks as /dev/log does, in a directory that all may enter."""

    def __init__(self, directory):
        directory.chmod(0o755)
        self.path = directory / "log"
        self.directory = directory
        self.socket = None
        self.text = ""

    def start(self):
        """Listens."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.path.chmod(0o666)
        self.socket.setblocking(False)
        return self

    def stop(self):
        """Ends; the path goes with it."""
        self.lines()
        self.socket.close()
        self.path.unlink()
        self.socket = None

    def lines(self):
        """What came since it was asked last."""
        found = []
        while self.socket is not None:
            try:
                found.append(self.socket.recv(65536).decode())
            except BlockingIOError:
                break
        self.text += "".join(f"{line}\n" for line in found)
        return found

    def log(self):
        """All that came, to be searched for tokens."""
        self.lines()
        return self.text


@pytest.fixture
def daemon(fresh):
    """One that runs."""
    server = Daemon(fresh("log")).start()
    yield server
    if server.socket is not None:
        server.stop()


@pytest.fixture
def audited(make_site, daemon, provider):
    """A site whose audit goes there; no token may be in it."""
    site = make_site(extra=f'audit = "{daemon.path}"\nrevocation_endpoint = '
                     f'"{provider.url}/token/revocation"')
    yield site
    text = daemon.log()
    for token in provider.issued():
        assert token not in text, text


def must_be(line, event, account, outcome, process, uid=None):
    """One line in the form that the manual describes; its end."""
    priority = r"<86>" if outcome == "ok" else r"<8[45]>"
    found = re.fullmatch(
        priority + r"sasl-bearer\[(\d+)\]: "
        rf"event={event} account=(\S+) outcome={outcome} "
        rf"uid=(\d+) process={process}\[(\d+)\](.*)", line)
    assert found, line
    assert found[1] == found[4], line
    assert found[2] == account, line
    if uid is not None:
        assert int(found[3]) == uid, line
    return found[5]


@pytest.mark.toolonly
def test_login_renewals_and_logout_by_the_tool(
        audited, daemon, account, provider):
    audited.login(account)
    line, = daemon.lines()
    assert must_be(line, "login", account, "ok", "sasl-bearer",
                   os.geteuid()) == ""
    audited.tool("refresh", account)
    line, = daemon.lines()
    must_be(line, "renewal", account, "ok", "sasl-bearer")
    audited.token(account)
    audited.tool("status")
    assert daemon.lines() == []
    provider.set(outage={"status": 400, "body": '{"error":"invalid_grant"}',
                         "headers": {"Content-Type": "application/json"}})
    for _ in range(3):
        audited.tool("refresh", account, code=REAUTH_CODE)
    line, = daemon.lines()
    end = must_be(line, "renewal", account, "failed", "sasl-bearer")
    assert end.startswith(' status=reauth why="')
    provider.set(outage=None)
    audited.tool("logout", account)
    line, = daemon.lines()
    must_be(line, "logout", account, "ok", "sasl-bearer")


@pytest.mark.toolonly
def test_an_import(audited, daemon, account, provider):
    path = audited.directory / "theirs.json"
    path.write_text(json.dumps(
        {"refresh_token": provider.login(account)["refresh_token"],
         "access_token": "", "expiry": "0"}), encoding="ascii")
    audited.accounts.append(account)
    audited.configure()
    done = run([audited.objects.tool, "import", path, account],
               env=audited.env, input="")
    assert done.returncode == 0, done.stderr
    line, = daemon.lines()
    must_be(line, "import", account, "ok", "sasl-bearer")


@pytest.mark.toolonly
def test_a_name_forges_nothing(audited, daemon):
    name = 'x" outcome=ok uid=0 y="'
    audited.tool("login", name, code=None)
    line, = daemon.lines()
    assert ' account="x\\" outcome=ok uid=0 y=\\"" outcome=failed ' in line


def test_a_program_renews_and_is_refused(
        audited, daemon, dovecot, account, provider):
    audited.login(account)
    daemon.lines()
    clients.imtest(audited, dovecot, account).must_succeed()
    assert daemon.lines() == []
    audited.expire(account)
    clients.imtest(audited, dovecot, account).must_succeed()
    line, = daemon.lines()
    must_be(line, "renewal", account, "ok", "imtest")
    provider.revoke_access(account)
    clients.imtest(audited, dovecot, account).must_fail()
    line, = daemon.lines()
    end = must_be(line, "refusal", account, "failed", "imtest")
    assert end.startswith(' status=refused why="')


@pytest.mark.toolonly
def test_a_session_that_is_refused_twice(
        audited, daemon, dovecot, account):
    audited.login(account)
    daemon.lines()
    audited.edit_record(account, user_imap="other@contoso.com")
    tune(audited, account, user_imap="other@contoso.com")
    tunnels.connect(audited, "imap", f"localhost:{dovecot.imap_port}",
                    account, "--starttls", said="a LOGOUT\r\n",
                    code=NOPERM_CODE)
    first, renewal, second = daemon.lines()
    for line in (first, second):
        end = must_be(line, "refusal", account, "failed", "sasl-bearer")
        assert end.startswith(' status=refused why="')
    must_be(renewal, "renewal", account, "ok", "sasl-bearer")


def want_scope(challenge):
    """A POP3 server with TLS that minds every token with that challenge."""
    def behave(server, connection):
        with server.context.wrap_socket(connection, server_side=True) as tls, \
                tls.makefile("rwb", 0) as file:
            file.write(b"+OK hello\r\n")
            for line in file:
                word = line.split()[0].upper() if line.split() else b""
                file.write({b"CAPA": b"+OK\r\nSASL XOAUTH2\r\n.\r\n",
                            b"AUTH": b"+ \r\n" if len(line.split()) == 2
                            else challenge, b"": b"-ERR no\r\n"}.get(
                                word, challenge))
    return behave


@pytest.mark.toolonly
def test_a_session_that_is_refused_for_its_scope(
        audited, daemon, ca, account):
    audited.login(account)
    daemon.lines()
    for status in "insufficient_scope", "400":
        wanted = json.dumps({"status": status, "scope": "mail.send.as"})
        server = Listener(want_scope(
            b"+ " + base64.b64encode(wanted.encode()) + b"\r\n"))
        server.context = context_for(ca.cert, ca.key)
        server.start()
        try:
            tunnels.connect(audited, "pop", f"localhost:{server.port}",
                            account, code=CONFIG_CODE)
        finally:
            server.stop()
        line, = daemon.lines()
        end = must_be(line, "refusal", account, "failed", "sasl-bearer")
        assert end.startswith(' status=config why="'), line
        assert "mail.send.as" in end


@pytest.mark.toolonly
def test_grants_are_sealed(audited, daemon, account, fresh):
    audited.login(account)
    daemon.lines()
    directory = fresh("keys")
    directory.chmod(0o700)
    key = directory / "one"
    audited.tool("seal", f"--key-file={key}")
    line, = daemon.lines()
    assert must_be(line, "seal", account, "ok", "sasl-bearer") == ""
    audited.tool("seal")
    assert daemon.lines() == []
    key.write_bytes(os.urandom(32))
    audited.tool("seal", code=CONFIG_CODE)
    line, = daemon.lines()
    end = must_be(line, "seal", account, "failed", "sasl-bearer")
    assert end.startswith(' status=config why="')


def test_a_line_comes_out_of_postfixs_chroot(
        audited, daemon, make_postfix, dovecot, account):
    audited.login(account)
    daemon.lines()
    audited.expire(account)
    postfix = make_postfix(audited, dovecot, account)
    postfix.submit(f"audited {account}")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    line, = daemon.lines()
    must_be(line, "renewal", account, "ok", "smtp",
            audited.record_path(account).stat().st_uid)
    assert "audit:" not in postfix.log()


def test_no_audit_is_wanted(make_site, saslhost, account):
    site = make_site(extra="audit = none")
    site.login(account)
    site.expire_here(account)
    said = host(site, saslhost, account)
    assert "renewed the token" in said and "audit:" not in said


def test_without_a_daemon_the_programs_own_log_has_the_line(
        audited, daemon, saslhost, account):
    audited.login(account)
    daemon.stop()
    audited.expire_here(account)
    said = host(audited, saslhost, account)
    line, = [line for line in said.splitlines() if "audit:" in line]
    assert f"audit: event=renewal account={account} outcome=ok" in line
    level = int(re.match(r"log (\d+):", line)[1])
    assert level == SASL_LOG_NOTE
    daemon.start()


def host(site, saslhost, account):
    """What a program hears in its log while it logs in."""
    done = run([saslhost, "XOAUTH2", "imap", "mail.contoso.com", account],
               env={**site.env, "SASLHOST_LOG_LEVEL": "4"})
    assert done.returncode == 0, done.stderr
    site.keep("host", done.stderr)
    return done.stderr
