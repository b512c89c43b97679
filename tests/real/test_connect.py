# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""`sasl-bearer connect`: a session that is logged in already, for fetchmail,
mbsync and whatever else has no OAuth of its own."""

import base64
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from lab import clients, tunnels
from lab.ca import Ca
from lab.faults import only_tls_1_1
from lab.listener import hang_up, listen_silently
from lab.mailserver import in_tls, speak
from lab.process import WAIT_S, spawn
from lab.tuning import tune

pytestmark = pytest.mark.toolonly

TEMPFAIL, CONFIG, NOPERM, DATAERR, NOUSER = 75, 78, 77, 65, 67

LOGOUT = "a LOGOUT\r\n"

RELAY_SILENCE_S = 10
"""How long a server is waited for when a client has ended its input."""

IMAP = ("imap", "imap_port", "imaps_port", LOGOUT, b"* PREAUTH [CAPABILITY ")
POP = ("pop", "pop_port", "pops_port", "USER x\r\nPASS y\r\nQUIT\r\n",
       b"+OK logged in already")
SMTP = ("smtp", "submission_port", "submissions_port", "QUIT\r\n",
        b"220 localhost ESMTP")

each_protocol = pytest.mark.parametrize(
    "protocol", [IMAP, POP, SMTP], ids=lambda row: row[0])


def target(server, protocol, starttls):
    """HOST:PORT and the options for it."""
    name = protocol[1 if starttls else 2]
    address = f"localhost:{getattr(server, name)}"
    return address, ["--starttls"] if starttls else []


def service(protocol):
    """As Dovecot calls it in its log."""
    return {"imap": "imap", "pop": "pop3", "smtp": "submission"}[protocol[0]]


# Logging in.

@each_protocol
@pytest.mark.parametrize("starttls", [True, False],
                         ids=["starttls", "tls first"])
def test_a_session_is_handed_over_logged_in(
        protocol, starttls, logged_in, dovecot, account, provider):
    address, more = target(dovecot, protocol, starttls)
    out, words = tunnels.connect(logged_in, protocol[0], address, account,
                                 *more, said=protocol[3])
    assert out.startswith(protocol[4]), out
    assert words == ""
    assert dovecot.logins(account, service(protocol)) == ["OAUTHBEARER"]
    assert provider.refreshes() == []


def test_imap_is_told_what_it_may_still_do(logged_in, dovecot, account):
    out, _ = tunnels.connect(logged_in, "imap",
                             f"localhost:{dovecot.imap_port}", account,
                             "--starttls", said=LOGOUT)
    greeting = out.split(b"\r\n")[0]
    assert b" IMAP4rev1 " in greeting and b" IDLE" in greeting
    for word in (b"AUTH=", b"SASL-IR", b"STARTTLS", b"LOGINDISABLED"):
        assert word not in greeting
    assert account.encode() in greeting


def test_smtp_sees_neither_auth_nor_starttls_and_may_authenticate(
        logged_in, dovecot, account, sink):
    out, _ = tunnels.connect(
        logged_in, "smtp", f"localhost:{dovecot.submission_port}", account,
        "--starttls", said="EHLO me.example\r\nAUTH PLAIN AG1lAHg=\r\n"
        f"MAIL FROM:<{account}>\r\nRCPT TO:<you@example.com>\r\nDATA\r\n"
        "Subject: by hand\r\n\r\nHello.\r\n.\r\nQUIT\r\n")
    assert b"\r\n250" in out and b"PIPELINING" in out
    assert not re.search(rb"250.(AUTH|STARTTLS)", out), out
    assert b"\r\n235 " in out and b"\r\n354 " in out
    sink.wait_for("Subject: by hand")


def test_pop_takes_any_password_and_passes_the_rest(
        logged_in, dovecot, account):
    dovecot.put_mail(account, "for pop")
    out, _ = tunnels.connect(
        logged_in, "pop", f"localhost:{dovecot.pop_port}", account,
        "--starttls", said="CAPA\r\nSTLS\r\nUSER me\r\nPASS x\r\nSTAT\r\n"
        "RETR 1\r\nQUIT\r\n")
    assert b"\r\nUSER\r\n" in out and b"SASL" not in out
    assert b"\r\n-ERR " in out
    assert b"Subject: for pop\r\n" in out


def test_an_expired_token_is_renewed_first(
        logged_in, dovecot, account, provider):
    logged_in.expire(account)
    tunnels.connect(logged_in, "imap", f"localhost:{dovecot.imap_port}",
                    account, "--starttls", said=LOGOUT)
    assert [r["status"] for r in provider.refreshes()] == [200]


@each_protocol
def test_a_revoked_token_is_renewed_and_the_login_repeated(
        protocol, logged_in, dovecot, account, provider):
    provider.revoke_access(account)
    address, more = target(dovecot, protocol, True)
    out, words = tunnels.connect(logged_in, protocol[0], address, account,
                                 *more, said=protocol[3])
    assert out.startswith(protocol[4]), out
    assert words == ""
    assert len(provider.refreshes()) == 1
    assert dovecot.logins(account, service(protocol)) == ["OAUTHBEARER"]


def name_user(site, account, option, user):
    """Another user name to present, now and after each renewal."""
    tune(site, account, **{option: user})
    site.edit_record(account, **{option: user})


def test_the_user_of_the_service_is_presented(
        logged_in, dovecot, account, provider):
    """Dovecot takes the token's user, so this one must be refused."""
    name_user(logged_in, account, "user_imap", "shared@contoso.com")
    out, words = tunnels.connect(
        logged_in, "imap", f"localhost:{dovecot.imap_port}", account,
        "--starttls", said=LOGOUT, code=NOPERM)
    assert "shared@contoso.com" in words
    assert out.startswith(b"* BYE ") and out.count(b"\r\n") == 1


@each_protocol
def test_a_refusal_ends_in_the_servers_words(
        protocol, logged_in, dovecot, account, provider):
    """One renewal, and then no more: the token is not what it minds."""
    name = "pop" if protocol is POP else protocol[0]
    name_user(logged_in, account, f"user_{name}", "other@contoso.com")
    address, more = target(dovecot, protocol, True)
    out, words = tunnels.connect(logged_in, protocol[0], address, account,
                                 *more, said=protocol[3], code=NOPERM)
    assert words.count("\n") == 1
    assert "Authentication failed" in words, words
    assert "Authentication failed" in out.decode()
    assert out.count(b"\n") == 1
    assert len(provider.refreshes()) == 1


def test_an_ended_grant_asks_for_a_login(
        logged_in, dovecot, account, provider):
    logged_in.expire(account)
    provider.revoke_grant(account)
    out, words = tunnels.connect(
        logged_in, "imap", f"localhost:{dovecot.imap_port}", account,
        "--starttls", said=LOGOUT, code=NOPERM)
    assert "sasl-bearer login" in words
    assert b"sasl-bearer login" in out
    assert not dovecot.logins(account)


def test_an_unknown_account_is_nobody(site, dovecot):
    _, words = tunnels.connect(
        site, "imap", f"localhost:{dovecot.imap_port}", "no@example.com",
        "--starttls", code=NOUSER)
    assert "no@example.com" in words


def test_a_token_of_five_thousand_bytes_passes(
        site, dovecot, account, provider):
    """Dovecot itself takes no more than 8192 octets of base64."""
    provider.set(tokenBits=30000)
    site.login(account)
    assert len(site.record(account)["access_token"]) == 5000
    for protocol in (IMAP, POP, SMTP):
        address, more = target(dovecot, protocol, False)
        out, _ = tunnels.connect(site, protocol[0], address, account, *more,
                                 said=protocol[3])
        assert out.startswith(protocol[4]), out


# Whom it trusts.

OFFERS = {
    "imap": speak(b"* OK hello\r\n", {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN\r\n"
        b"%t OK\r\n"}),
    "pop": speak(b"+OK hello\r\n", {
        b"CAPA": b"+OK\r\nSASL PLAIN LOGIN\r\n.\r\n"}),
    "smtp": speak(b"220 hello\r\n", {
        b"EHLO": b"250-hello\r\n250 AUTH PLAIN LOGIN\r\n"}),
}


def refused(site, server, account, protocol, *more, code, host="localhost",
            **variables):
    """The attempt fails with one sentence, and no token has been sent."""
    _, words = tunnels.connect(site, protocol, f"{host}:{server.port}",
                               account, *more, code=code, **variables)
    assert words.count("\n") == 1, words
    secret = site.record(account)["access_token"]
    for line in server.heard:
        for word in line.split():
            try:
                word = base64.b64decode(word, validate=True)
            except ValueError:
                pass
            assert secret.encode() not in word
    return words


STRIPPED = {
    "imap": speak(b"* OK hello\r\n", {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n%t OK\r\n",
        b"STARTTLS": b"%t BAD unknown command\r\n"}),
    "pop": speak(b"+OK hello\r\n", {
        b"CAPA": b"+OK\r\nSASL XOAUTH2\r\n.\r\n",
        b"STLS": b"-ERR unknown command\r\n"}),
    "smtp": speak(b"220 hello\r\n", {
        b"EHLO": b"250-hello\r\n250 AUTH XOAUTH2\r\n"}),
}


@pytest.mark.parametrize("protocol", STRIPPED)
def test_without_starttls_nothing_is_sent(
        protocol, logged_in, account, serve):
    server = serve(STRIPPED[protocol])
    words = refused(logged_in, server, account, protocol, "--starttls",
                    code=CONFIG)
    assert "no TLS" in words
    assert not any(b"AUTH" in line.upper() for line in server.heard)


def test_a_preauth_before_tls_is_not_believed(logged_in, account, serve):
    server = serve(speak(b"* PREAUTH come in\r\n", {}))
    refused(logged_in, server, account, "imap", "--starttls", code=NOPERM)
    assert server.heard == []


INJECTED = {
    "imap": speak(b"* OK hello\r\n", {
        b"STARTTLS": b"%t OK go\r\n* CAPABILITY IMAP4rev1\r\n"}),
    "pop": speak(b"+OK hello\r\n", {b"STLS": b"+OK go\r\n+OK more\r\n"}),
    "smtp": speak(b"220 hello\r\n", {
        b"EHLO": b"250-hello\r\n250 STARTTLS\r\n",
        b"STARTTLS": b"220 go\r\n250 more\r\n"}),
}


@pytest.mark.parametrize("protocol", INJECTED)
def test_an_answer_before_tls_is_not_taken_for_one_after_it(
        protocol, logged_in, account, serve):
    words = refused(logged_in, serve(INJECTED[protocol]), account, protocol,
                    "--starttls", code=DATAERR)
    assert "before TLS" in words


def test_a_certificate_of_another_authority_is_refused(
        logged_in, account, serve, fresh):
    server = serve(in_tls(STRIPPED["imap"]), Ca(fresh("other")))
    words = refused(logged_in, server, account, "imap", code=CONFIG)
    assert "certificate of localhost" in words
    assert server.heard == []


def test_a_certificate_of_another_name_is_refused(
        logged_in, account, serve):
    """127.0.0.2 is this machine too, but is not in the certificate."""
    server = serve(in_tls(OFFERS["imap"]), host="127.0.0.2")
    words = refused(logged_in, server, account, "imap", code=CONFIG,
                    host="127.0.0.2")
    assert "certificate of 127.0.0.2" in words
    assert server.heard == []


def test_tls_1_1_is_refused(logged_in, account, serve):
    """OpenSSL itself would take it here."""
    lenient = logged_in.directory / "openssl.cnf"
    lenient.write_text(
        "openssl_conf = o\n[o]\nssl_conf = s\n[s]\nsystem_default = d\n"
        "[d]\nMinProtocol = TLSv1\nCipherString = DEFAULT@SECLEVEL=0\n",
        encoding="ascii")
    server = serve(in_tls(STRIPPED["imap"]))
    only_tls_1_1(server.context)
    words = refused(logged_in, server, account, "imap", code=TEMPFAIL,
                    OPENSSL_CONF=str(lenient))
    assert "no TLS" in words


@pytest.mark.parametrize("host, listens", [
    ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("localhost", "127.0.0.1"),
])
def test_addresses_and_names_are_verified_each_in_its_way(
        host, listens, logged_in, account, serve):
    """Whoever answers there, it is reached, and its certificate is good."""
    server = serve(in_tls(OFFERS["imap"]), host=listens)
    words = refused(logged_in, server, account, "imap", code=CONFIG,
                    host=host)
    assert "PLAIN" in words


@pytest.mark.parametrize("protocol", OFFERS)
def test_a_server_that_offers_passwords_alone_is_named_with_what_it_offers(
        protocol, logged_in, account, serve):
    server = serve(in_tls(OFFERS[protocol]))
    words = refused(logged_in, server, account, protocol, code=CONFIG)
    assert "PLAIN LOGIN" in words and "XOAUTH2" in words


@pytest.mark.parametrize("behaviour", [
    listen_silently, in_tls(listen_silently)], ids=["tcp", "tls"])
def test_a_server_that_never_answers_ends_at_the_deadline(
        behaviour, logged_in, account, serve):
    tune(logged_in, account, timeout=2, connect_timeout=2)
    words = refused(logged_in, serve(behaviour), account, "imap",
                    code=TEMPFAIL)
    assert "did not answer in time" in words


def test_a_server_that_talks_for_ever_ends_at_the_deadline_too(
        logged_in, account, serve):
    def chatter(_server, connection):
        while True:
            connection.sendall(b"* OK\r\n" * 20000)
    tune(logged_in, account, timeout=2, connect_timeout=2)
    refused(logged_in, serve(in_tls(chatter)), account, "imap",
            code=TEMPFAIL)


def test_an_endless_line_is_not_taken_in(logged_in, account, serve):
    def flood(_server, connection):
        while True:
            connection.sendall(b"x" * 65536)
    words = refused(logged_in, serve(in_tls(flood)), account, "imap",
                    code=DATAERR)
    assert "longer than" in words


def test_a_server_that_hangs_up_is_passing_trouble(
        logged_in, account, serve):
    refused(logged_in, serve(hang_up), account, "imap", code=TEMPFAIL)
    words = refused(logged_in, serve(in_tls(hang_up)), account, "imap",
                    code=TEMPFAIL)
    assert "hung up" in words


def test_a_web_server_is_not_taken_for_a_mail_server(
        logged_in, account, serve):
    server = serve(in_tls(speak(b"HTTP/1.1 400 Bad Request\r\n", {})))
    words = refused(logged_in, server, account, "imap", code=DATAERR)
    assert "does not speak IMAP" in words


# After the hand-over.

DATA = bytes(range(256)) * (6 << 12)
"""Six megabytes of every byte that there is."""


@pytest.fixture
def echo(serve):
    """An IMAP server that takes any token, and then sends back every byte
    that it gets until it has had all that a test sends."""
    def behave(server, connection):
        connection.sendall(b"* OK hello\r\n")
        for line in server.lines(connection):
            tag, *words = line.split()
            if words[0] == b"CAPABILITY":
                connection.sendall(
                    b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n")
            connection.sendall(tag + b" OK\r\n")
            if words[0] == b"CAPABILITY" and len(server.heard) > 2:
                break
        left = len(DATA)
        while left > 0:
            taken = connection.recv(65536)
            left -= len(taken)
            connection.sendall(taken)
        connection.unwrap()
    return serve(in_tls(behave))


def test_bytes_pass_both_ways_untouched(logged_in, account, echo):
    out, _ = tunnels.connect(logged_in, "imap", f"localhost:{echo.port}",
                             account, said=DATA)
    greeting, rest = out.split(b"\r\n", 1)
    assert greeting.startswith(b"* PREAUTH")
    assert rest == DATA


def test_a_client_that_ends_its_input_still_gets_its_answers(
        logged_in, account, serve):
    """The server looks for a good-bye, which must not come before."""
    def behave(server, connection):
        connection.sendall(b"* OK hello\r\n")
        for line in server.lines(connection):
            tag, command = line.split()[:2]
            if command == b"CAPABILITY":
                connection.sendall(
                    b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n")
            if command == b"LOGOUT":
                connection.settimeout(1)
                with pytest.raises(TimeoutError):
                    connection.recv(1)
            connection.sendall(tag + b" OK\r\n")
            if command == b"LOGOUT":
                return
    server = serve(in_tls(behave))
    out, _ = tunnels.connect(logged_in, "imap", f"localhost:{server.port}",
                             account, said="x NOOP\r\ny LOGOUT\r\n")
    assert out.endswith(b"x OK\r\ny OK\r\n")


def falls_silent(answers):
    """Gives these answers, one to each line, and says nothing more."""
    def behave(server, connection):
        left = list(answers)
        connection.sendall(left.pop(0))
        for line in server.lines(connection):
            if left:
                connection.sendall(left.pop(0).replace(
                    b"%t", line.split()[0]))
    return in_tls(behave)


OFFER = b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n%t OK\r\n"


@pytest.mark.parametrize("protocol, answers, said", [
    ("imap", (b"* OK hello\r\n", OFFER, b"%t OK\r\n", OFFER),
     "x NOOP\r\n"),
    ("smtp", (b"220 hello\r\n", b"250 AUTH XOAUTH2\r\n",
              b"235 welcome\r\n"), "EHLO x\r\n"),
])
def test_silence_after_the_clients_end_is_the_end(
        protocol, answers, said, logged_in, account, serve):
    """Also where the client's last word has no answer yet."""
    server = serve(falls_silent(answers))
    with Open(logged_in, protocol, f"localhost:{server.port}",
              account) as session:
        assert session.greeting
        session.child.stdin.write(said.encode())
        session.child.stdin.close()
        session.child.wait(WAIT_S + RELAY_SILENCE_S)


class Open:
    """A session whose client is still there. Within `with`."""

    def __init__(self, site, *arguments):
        self.child = spawn(
            tunnels.connect_argv(site, *arguments), env=site.env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, bufsize=0)
        self.greeting = self.child.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            pipe.close()


@pytest.fixture
def opened(logged_in, dovecot, account):
    """An IMAP session."""
    with Open(logged_in, "imap", f"localhost:{dovecot.imap_port}", account,
              "--starttls") as session:
        assert session.greeting.startswith(b"* PREAUTH")
        yield session


def test_the_servers_end_is_the_end(opened):
    """Though the client says no more and has not ended its input."""
    opened.child.stdin.write(LOGOUT.encode())
    assert opened.child.wait(WAIT_S) == 0
    assert b"\r\na OK Logout completed" in opened.child.stdout.read()


def test_a_client_that_is_gone_takes_the_session_along(opened):
    """At once: nobody waits for answers that nobody reads."""
    opened.child.stdout.close()
    opened.child.stdin.close()
    assert opened.child.wait(RELAY_SILENCE_S - 2) == 0


def test_a_signal_ends_a_session(opened):
    opened.child.terminate()
    assert opened.child.wait(WAIT_S) == -signal.SIGTERM


def test_no_time_is_spent_while_nothing_happens(opened):
    """In a second of silence the process does not run."""
    def spent():
        stat = Path(f"/proc/{opened.child.pid}/stat").read_text()
        return sum(int(word) for word in stat.rsplit(")", 1)[1].split()[11:13])
    before = spent()
    time.sleep(1)
    assert spent() - before <= 2, "a busy loop"


def test_the_token_is_forgotten_when_the_session_begins(
        opened, logged_in, account):
    """Not in any memory of the process that can be written, but for what
    OpenSSL keeps of what it has sent and received."""
    token = logged_in.record(account)["access_token"].encode()
    memory = []
    with open(f"/proc/{opened.child.pid}/maps", encoding="ascii") as maps, \
            open(f"/proc/{opened.child.pid}/mem", "rb", 0) as file:
        for line in maps:
            area, rights = line.split()[:2]
            if "[v" in line or not rights.startswith("rw"):
                continue
            begin, end = (int(word, 16) for word in area.split("-"))
            file.seek(begin)
            memory.append(file.read(end - begin))
    assert account.encode() in b"".join(memory), "not its memory"
    assert not any(token in area for area in memory)


def test_a_slow_reader_does_not_make_the_memory_grow(
        logged_in, account, serve, fresh):
    """Sixteen megabytes for a client that reads when they have been sent,
    or cannot be."""
    done = threading.Event()

    def behave(server, connection):
        connection.sendall(b"* OK hello\r\n")
        for line in server.lines(connection):
            tag, command = line.split()[:2]
            if command == b"CAPABILITY":
                connection.sendall(
                    b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n")
            connection.sendall(tag + b" OK\r\n")
            if command == b"CAPABILITY" and len(server.heard) > 2:
                break
        connection.settimeout(2)
        try:
            for _ in range(256):
                connection.sendall(b"x" * 65536)
        except OSError:
            done.set()
        connection.recv(1)
    server = serve(in_tls(behave))
    with Open(logged_in, "imap", f"localhost:{server.port}",
              account) as session:
        assert done.wait(WAIT_S), "it was all taken"
        status = Path(f"/proc/{session.child.pid}/status").read_text()
        peak_kb = int(re.search(r"VmHWM:\s+(\d+)", status).group(1))
        assert peak_kb < 40_000


# The programs that it is for.

def imap_plugin(site, dovecot, account, host="localhost"):
    """What fetchmail and mbsync run."""
    return tunnels.connect_argv(site, "imap",
                                f"{host}:{dovecot.imap_port}", account,
                                "--starttls")


def test_fetchmail_fetches_by_imap(logged_in, dovecot, account):
    for subject in ("one by fetchmail", "two by fetchmail"):
        dovecot.put_mail(account, subject)
    plugin = imap_plugin(logged_in, dovecot, account, "%h")
    tunnels.fetchmail(logged_in, plugin, "imap", account,
                      "external").must_succeed()
    mail = tunnels.fetched(logged_in)
    assert "Subject: one by fetchmail" in mail
    assert "Subject: two by fetchmail" in mail
    tunnels.fetchmail(logged_in, plugin, "imap", account, "external",
                      code=1).must_succeed()  # 1: there is no more mail


def test_fetchmail_fetches_by_pop(logged_in, dovecot, account):
    dovecot.put_mail(account, "popped by fetchmail")
    plugin = tunnels.connect_argv(
        logged_in, "pop", f"localhost:{dovecot.pop_port}", account,
        "--starttls")
    tunnels.fetchmail(logged_in, plugin, "pop3", account,
                      "password").must_succeed()
    assert "Subject: popped by fetchmail" in tunnels.fetched(logged_in)
    assert dovecot.logins(account, "pop3") == ["OAUTHBEARER"]


def test_fetchmail_is_told_why_there_is_no_session(
        logged_in, dovecot, account, provider):
    logged_in.expire(account)
    provider.revoke_grant(account)
    outcome = tunnels.fetchmail(
        logged_in, imap_plugin(logged_in, dovecot, account), "imap", account,
        "external")
    outcome.must_fail("sasl-bearer login")


def test_mbsync_syncs_both_ways_through_a_tunnel(
        logged_in, dovecot, account):
    dovecot.put_mail(account, "by tunnel")
    tunnel = imap_plugin(logged_in, dovecot, account)
    tunnels.mbsync(logged_in, tunnel).must_succeed()
    assert clients.pulled(logged_in, "by tunnel")
    new = logged_in.directory / "mail" / "INBOX" / "new" / "2.lab"
    new.write_text(f"From: {account}\nSubject: pushed\n\n" + "x\n" * 500_000,
                   encoding="ascii")
    tunnels.mbsync(logged_in, tunnel).must_succeed()
    far = dovecot.directory / "home" / account / "Maildir"
    assert any("Subject: pushed" in path.read_text(encoding="utf-8")[:500]
               for path in far.rglob("*") if path.parent.name in
               ("new", "cur"))
    assert dovecot.logins(account, "imap", 2) == ["OAUTHBEARER"] * 2


def test_mutt_reads_through_a_tunnel(logged_in, dovecot, account):
    dovecot.put_mail(account, "for mutt's tunnel")
    tunnel = " ".join(imap_plugin(logged_in, dovecot, account))
    outcome, copied = tunnels.mutt_read(
        logged_in, dovecot, account, "none", tunnel=tunnel)
    assert "Subject: for mutt's tunnel" in copied, outcome.text
