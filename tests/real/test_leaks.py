# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""No secret is written anywhere but where it belongs, also where somebody leaks:
endpoints, proxies and mail servers that say again what they were told, and files
with secrets on the wrong line."""

import base64
import json
import re
import socket

import pytest

from lab.faults import context_for
from lab.keys import make_certificate, make_key
from lab.leaky import LEAKS, LeakyMail
from lab.leaf import Leaf
from lab.listener import Listener
from lab.process import run
from lab.proxy import Proxy
from lab.secrets import mark, odd_mark
from lab.yard import (ACCESS, ACCOUNT, REFRESH, judge,  # noqa: F401
                      make_yard, server, yard)

pytestmark = pytest.mark.toolonly

_ALL_LEVELS = "7"
_GOOD_S = 3000
_LINE = 65536
_PUBLIC_BYTES = 304
"""So many bytes of an RSA key of 2048 bits are heads and its public half."""


# Endpoints that say again what they were told.

@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("auth", ["none", "body", "basic"])
def test_an_answer_with_a_secret_is_not_shown(leak, auth, make_yard, server):
    yard = make_yard(client=auth != "none",
                     lines="" if auth == "none" else
                     f'client_auth = "{auth}"')
    yard.log_in()
    server.leak = LEAKS[leak]
    yard.tool("refresh", "-v", "--force", ACCOUNT)
    asked = len(server.requests)
    assert asked
    yard.tool("doctor", "--renew", ACCOUNT)
    # What was remembered, and where that is shown.
    yard.tool("status", "-v", "--json", ACCOUNT)
    yard.tool("doctor", "--report", ACCOUNT)
    yard.tool("token", ACCOUNT, out=ACCESS)


@pytest.mark.parametrize("leak", LEAKS)
def test_a_command_on_attention_is_told_no_secret(leak, make_yard, server):
    """Neither in its arguments nor in its environment, which it shows."""
    yard = make_yard(client=True)
    told = yard.directory / "told"
    yard.configure(
        f'client_secret_file = "{yard.directory}/client_secret"\n'
        f"on_attention = 'env >>{told}; env'\n")
    yard.log_in(granted_at=1, renewed_at=1)
    server.leak = LEAKS[leak]
    tape = yard.tool("refresh", "-v", "--force", ACCOUNT)
    if not told.exists():
        # Trouble that passes is not told; this is.
        yard.grant.unlink()
        tape = yard.tool("refresh", "--force", ACCOUNT)
    assert b"ATTENTION=begins" in told.read_bytes(), tape.err
    assert b"ATTENTION_ACCOUNT=" + ACCOUNT.encode() in tape.err
    server.leak = None
    yard.log_in(granted_at=1, renewed_at=1)
    yard.tool("refresh", "-v", "--force", ACCOUNT, code=0)
    assert b"ATTENTION=ends" in told.read_bytes()


@pytest.mark.parametrize("leak", LEAKS)
def test_an_answer_to_other_verbs_is_not_shown(
        leak, yard, server, saslhost):
    server.leak, server.leaks_at = LEAKS[leak], "/revoke"
    yard.tool("logout", "-v", ACCOUNT)
    server.leaks_at = "/token"
    yard.log_in()
    _host(yard, saslhost)
    token = yard.judge.add("refresh token", mark())
    path = yard.secret_file("mutt", json.dumps({
        "registration": "lab", "email": ACCOUNT, "refresh_token": token,
        "access_token": "old"}))
    yard.tool("import", "-v", path, ACCOUNT)
    assert [one for one in server.requests if one[0] == "/revoke"]


@pytest.mark.parametrize("leak", [
    name for name in LEAKS if "description" in name or "page" in name])
def test_an_answer_to_a_login_is_not_shown(leak, make_yard, server):
    yard = make_yard(client=True)
    server.leak = LEAKS[leak]
    yard.tool("login", "--device", "-v", ACCOUNT)
    assert server.requests[-1][0] == "/token"
    server.leaks_at = "/device"
    yard.tool("login", "--device", "-v", ACCOUNT)
    assert server.requests[-1][0] == "/device"


def test_a_certificate_with_a_secret_in_its_name(yard, server, fresh, ca):
    name = f"{server.refresh_token.lower()}.example.com"
    leaf = Leaf(fresh("leaf"), ca, f"DNS:{name}")
    context = context_for(leaf.cert, leaf.key)

    def greet(_, connection):
        context.wrap_socket(connection, server_side=True).close()
    other = Listener(greet).start()
    try:
        _move(yard, server.url, f"https://localhost:{other.port}")
        yard.tool("refresh", "-v", "--force", ACCOUNT)
    finally:
        other.stop()
    assert other.connections


def _move(yard, url, to):
    """The account was logged in somewhere else."""
    for path in (yard.conf, yard.grant):
        path.write_text(path.read_text().replace(url, to))


# What else proves who the application is.

def _secret_of_key(path, passphrase):
    """The bytes of a key behind its public half."""
    done = run(["openssl", "pkey", "-in", path, "-outform", "DER", "-passin",
                f"pass:{passphrase}", "-out", f"{path}.der"], check=True)
    assert done.returncode == 0
    der = path.with_name(path.name + ".der")
    raw = der.read_bytes()
    der.unlink()
    return raw[_PUBLIC_BYTES:]


def _with_key(yard, passphrase, pin):
    """The application signs; its key has that passphrase, and pin is what is
    in the file for it."""
    path, _ = make_key(yard.directory, "rsa", passphrase)
    yard.judge.add("key", _secret_of_key(path, passphrase))
    yard.judge.add("passphrase", pin)
    if pin != passphrase:
        yard.judge.add("passphrase", passphrase)
    certificate = make_certificate(yard.directory, path,
                                   passphrase=passphrase)
    pin_file = yard.secret_file("pin", pin + "\n")
    yard.configure(f'client_key = "{path}"\n'
                   f'client_key_pin_file = "{pin_file}"\n'
                   f'client_certificate = "{certificate}"\n')


@pytest.mark.parametrize("leak", [None, "a description", "a page",
                                  "the whole form as description"])
def test_a_key_and_what_it_signs_are_not_shown(leak, yard, server):
    passphrase = mark(30)
    _with_key(yard, passphrase, passphrase)
    server.leak = leak and LEAKS[leak]
    yard.tool("refresh", "-v", "--force", ACCOUNT, code=None if leak else 0)
    assert "client_assertion" in server.requests[-1][1]
    _show_all(yard)


def test_a_wrong_passphrase_is_not_shown(yard, server, saslhost):
    _with_key(yard, mark(30), mark(30))
    yard.tool("refresh", "-v", "--force", ACCOUNT)
    _host(yard, saslhost)
    _show_all(yard)
    assert server.requests == []


@pytest.mark.parametrize("spoil", ["whole", "cut", "garbage"])
def test_a_service_accounts_key_is_not_shown(spoil, yard, server):
    path, _ = make_key(yard.directory, "rsa")
    yard.judge.add("key", _secret_of_key(path, ""))
    text = json.dumps({
        "type": "service_account", "private_key": path.read_text(),
        "private_key_id": "1", "client_email": "m@p.iam.gserviceaccount.com",
        "token_uri": f"{server.url}/token"})
    text = {"whole": text, "cut": text[:len(text) // 2],
            "garbage": text.replace("\\n", "", 3)}[spoil]
    key = yard.secret_file("service.json", text)
    yard.configure(f'grant = "service_account"\n'
                   f'service_account_file = "{key}"\n')
    server.leak = LEAKS["a description"]
    yard.grant.unlink()
    yard.tool("login", "-v", ACCOUNT)
    yard.tool("refresh", "-v", "--force", ACCOUNT)
    _show_all(yard)
    assert server.requests if spoil == "whole" else not server.requests


def test_a_token_of_another_issuer_is_not_shown(yard, server):
    token = ".".join(["eyJhbGciOiJSUzI1NiJ9", mark(), mark()])
    path = yard.secret_file(
        "assertion", yard.judge.add("federated token", token))
    yard.configure(f'client_assertion_file = "{path}"\n')
    for leak in (None, "a description", "the code of an error"):
        server.leak = leak and LEAKS[leak]
        yard.tool("refresh", "-v", "--force", ACCOUNT)
    assert "client_assertion" in server.requests[-1][1]


# Proxies.

@pytest.mark.parametrize("refusal", [None, "407 Who", "403 No"])
@pytest.mark.parametrize("by", ["option", "environment"])
def test_a_proxys_password_is_not_shown(by, refusal, yard, saslhost):
    proxy = Proxy(refusal)
    password = yard.judge.add("proxy password", mark())
    url = f"http://mailhost:{password}@127.0.0.1:{proxy.port}"
    env = {"https_proxy": url} if by == "environment" else {}
    if by == "option":
        yard.configure(f'proxy = "{url}"\n')
    where = {rf"127\.0\.0\.1:{proxy.port}\]": {"proxy password"}}
    proxy.start()
    try:
        yard.tool("refresh", "-v", "--force", ACCOUNT, env=env, also=where)
        yard.log_in()
        yard.run([saslhost, "XOAUTH2", "smtp", "mail.contoso.com", ACCOUNT],
                 env={**env, "SASLHOST_LOG_LEVEL": _ALL_LEVELS}, out=ACCESS,
                 also=where)
    finally:
        proxy.stop()
    assert proxy.heads
    _show_all(yard, env)


# Secrets on a wrong line of a file.

_WRONG_LINES = {
    "a secret for its file": 'client_secret_file = "{}"',
    "a relative one": 'client_secret_file = "./{}"',
    "no such option": 'client_secret = "{}"',
    "nor that": 'refresh_token = "{}"',
    "a secret as a name": '"{}" = "x"',
    "a bare secret": "{}",
    "no quote": 'client_secret_file = "{}',
    "no equals sign": 'client_secret_file "{}"',
    "a choice": 'client_auth = "{}"',
    "a number": 'timeout = "{}"',
    "a section": 'provider "{}" {{',
    "an account's provider": 'account "you@contoso.com" '
                             '{{ provider = "{}" }}',
    "a pin": 'client_key_pin_file = "{}"',
    "a key": 'grant_key = "{}"',
    "a key's URI": 'client_key = "pkcs11:token=x;pin-value={}"',
    "a date": 'client_secret_expires = "{}"',
    "a proxy": 'proxy = "ftp://me:{}@localhost"',
    "a proxy without a scheme": 'proxy = "me:{}@localhost:1"',
    "an address": 'issuer = "http://me:{}@localhost/"',
    "behind a value": 'client_id = "app" {}',
}


@pytest.mark.parametrize("line", _WRONG_LINES)
def test_a_secret_on_a_wrong_line_is_not_shown(line, yard, saslhost):
    secret = yard.judge.add("client secret", mark())
    yard.configure(_WRONG_LINES[line].format(secret) + "\n")
    yard.tool("token", "-v", ACCOUNT, out=ACCESS)
    yard.tool("refresh", "-v", ACCOUNT)
    yard.tool("doctor")
    _host(yard, saslhost)
    _show_all(yard)


@pytest.mark.parametrize("spoil", [
    lambda text: text[:-40], lambda text: text.replace(":", "", 1),
    lambda text: text.replace('"refresh_token": "', '"refresh_token": ', 1),
    lambda text: text + text, lambda text: text.replace("{", "", 1),
    lambda text: text.replace("access_token ", "access_token", 1),
    lambda text: text.replace("access_token ", "", 1),
    lambda text: text.replace("\n", " ", 2),
    lambda text: text.replace("_at ", "_at x", 9)])
def test_a_spoilt_file_is_not_shown(spoil, yard, saslhost):
    for path in (yard.grant, yard.record):
        path.write_text(spoil(path.read_text()))
        for verb in (("token", "-v"), ("refresh", "-v", "--force"),
                     ("logout", "-v")):
            yard.tool(*verb, ACCOUNT, out=ACCESS)
        _host(yard, saslhost)
        _show_all(yard)
        yard.log_in()


def _show_all(yard, env=None):
    """What is in force, and how it stands."""
    for verb in ("config", "status"):
        for more in ((), ("--json",), ("-v", ACCOUNT)):
            yard.tool(verb, *more, env=env)


# Token files of sasl-xoauth2.

@pytest.mark.parametrize("spoil", [None, "cut", "no quote", "leak"])
def test_a_token_file_keeps_its_secrets(spoil, yard, server, saslhost):
    text = json.dumps({
        "access_token": yard.judge.add("access token", mark()),
        "refresh_token": server.login(), "expiry": "1", "client_id": "app",
        "client_secret": yard.judge.add("client secret", odd_mark()),
        "token_endpoint": f"{server.url}/token"})
    if spoil == "cut":
        text = text[:text.index(server.refresh_token) + 30]
    if spoil == "no quote":
        text = text.replace(f'"{server.refresh_token}"',
                            server.refresh_token)
    server.leak = LEAKS["a description"] if spoil == "leak" else None
    path = yard.secret_file("state/token.json", text)
    where = {r"/state/\.?token\.json(\.tmp)?$": ACCESS | REFRESH}
    yard.run([saslhost, "XOAUTH2", "smtp", "mail.contoso.com", ACCOUNT, path],
             env={"SASLHOST_LOG_LEVEL": _ALL_LEVELS}, out=ACCESS, also=where)


# Mail servers that do.

@pytest.mark.parametrize("where", ["challenge", "reply"])
@pytest.mark.parametrize("protocol", ["imap", "pop", "smtp"])
def test_a_mail_server_that_shows_the_token(protocol, where, yard, ca):
    yard.log_in(_GOOD_S)
    mail = LeakyMail(ca, protocol, where).start()
    try:
        yard.tool("connect", "-v", protocol, f"localhost:{mail.port}",
                  ACCOUNT, said=b"QUIT\r\n")
    finally:
        mail.stop()
    assert mail.connections


@pytest.mark.parametrize("where", ["challenge", "reply"])
def test_doctor_at_a_mail_server_that_shows_the_token(where, yard, ca):
    """The message with the token is on the pipe of the probe, and nowhere
    else."""
    yard.log_in(_GOOD_S)
    mail = LeakyMail(ca, "smtp", where).start()
    try:
        for more in ((), ("--json",), ("--report",)):
            yard.tool("doctor", "-v", *more, ACCOUNT,
                      f"--server=smtps://localhost:{mail.port}",
                      also={r"^pipe:": ACCESS})
    finally:
        mail.stop()
    assert mail.connections


@pytest.mark.parametrize("how", ["scope", "status", "schemes", "text"])
def test_a_challenge_that_shows_the_token(how, yard, saslhost):
    token = yard.log_in(_GOOD_S)
    challenge = token if how == "text" else json.dumps(
        {"status": "401", how: token})
    _host(yard, saslhost, challenge)


# In somebody else's process.

def _host(yard, saslhost, *challenges, **variables):
    """A login in a program, which alone may say the token."""
    env = {"SASLHOST_LOG_LEVEL": _ALL_LEVELS, **variables}
    if challenges:
        path = yard.secret_file("challenges", b"".join(
            base64.b64encode(one.encode()) + b"\n" for one in challenges))
        env["SASLHOST_CHALLENGES"] = str(path)
    return yard.run([saslhost, "XOAUTH2", "smtp", "mail.contoso.com",
                     ACCOUNT], env=env, out=ACCESS)


def test_a_program_says_how_it_renewed_but_no_secret(yard, saslhost):
    tape = _host(yard, saslhost)
    assert tape.code == 0
    said = tape.err.decode()
    assert re.search("^log [4-7]: ", said, re.MULTILINE), said


def test_no_program_gets_other_settings_of_its_dumps(
        yard, saslhost, make_yard):
    """The module is a guest: what it finds it leaves."""
    ours = _host(yard, saslhost)
    other = make_yard()
    (other.directory / "plugins" / "libsaslbearer.so").unlink()
    theirs = _host(other, saslhost)
    assert ours.code == 0 != theirs.code
    assert [one.arguments for one in ours.settings()] \
        == [one.arguments for one in theirs.settings()]


class _Datagrams:
    """Takes what is sent to a socket of syslog's kind. Within `with`."""

    def __init__(self, path):
        self._path = str(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __enter__(self):
        self._socket.bind(self._path)
        self._socket.setblocking(False)
        return self

    def __exit__(self, *_):
        self._socket.close()

    def taken(self):
        """All that has come."""
        came = []
        try:
            while True:
                came.append(self._socket.recv(_LINE))
        except BlockingIOError:
            return b"\n".join(came)


_SYSLOG = """
set -e
dev=$1; shift
mkdir -p "$dev/old"
mount --rbind /dev "$dev/old"
mount -t tmpfs lab /dev
for name in null zero urandom random tty; do
	ln -s "$dev/old/$name" "/dev/$name"
done
ln -s "$dev/log" /dev/log
exec "$@"
"""


def test_syslog_gets_no_secret(yard, server, saslhost, fresh):
    """libsasl2 sends what it is given to syslog, at every level."""
    directory = fresh("dev")
    with _Datagrams(directory / "log") as log:
        for leak in (None, "a description", "a page"):
            yard.log_in()
            server.leak = leak and LEAKS[leak]
            yard.run(["unshare", "--mount", "--propagation", "private",
                      "sh", "-c", _SYSLOG, "sh", directory, saslhost,
                      "XOAUTH2", "smtp", "mail.contoso.com", ACCOUNT],
                     env={"SASLHOST_SYSLOG": "1",
                          "SASLHOST_LOG_LEVEL": _ALL_LEVELS}, out=ACCESS)
        came = log.taken()
    assert b"the endpoint" in came or b"renew" in came, came
    assert yard.judge.find(came) == set(), came
