# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""No secret is written anywhere but where it belongs: every verb, and what the
module does in a program, under strace; with servers that say again what they
were told, and files with secrets on the wrong line."""

import base64
import json
import os
import re
import socket
import urllib.error
import urllib.parse
import urllib.request

import pytest

from lab import tap
from lab.faults import context_for
from lab.keys import make_certificate, make_key
from lab.leaky import LEAKS, Leaky, LeakyMail
from lab.leaf import Leaf
from lab.listener import Listener
from lab.process import run
from lab.proxy import Proxy
from lab.secrets import RUN, Judge, forms, mark, odd_mark
from lab.yard import ACCESS, ACCOUNT, REFRESH, Yard

pytestmark = pytest.mark.toolonly

_ALL_LEVELS = "7"
_GOOD_S = 3000
_LINE = 65536
_PUBLIC_BYTES = 304
"""So many bytes of an RSA key of 2048 bits are heads and its public half."""


@pytest.fixture
def judge():
    """Knows nothing yet."""
    return Judge()


@pytest.fixture
def server(ca, judge):
    """A provider that knows how to leak."""
    made = Leaky(ca, judge)
    yield made.start()
    made.stop()


@pytest.fixture
def make_yard(fresh, objects, ca, server):
    """Makes installations."""
    def make(**more):
        return Yard(fresh("yard"), objects, ca, server, **more)
    return make


@pytest.fixture
def yard(make_yard):
    """One with a public client, whose token is over."""
    made = make_yard()
    made.log_in()
    return made


# The judge.

@pytest.mark.parametrize("secret", [odd_mark(), mark(), os.urandom(32)],
                         ids=["odd", "plain", "bytes"])
def test_the_judge_finds_every_form_and_every_part(secret, judge):
    judge.add("it", secret)
    found = forms(secret)
    assert len(found) > 15
    for form in found:
        for at in {0, len(form) // 3, len(form) - RUN}:
            for before in range(RUN):
                text = b"." * before + form[at:at + RUN] + b"..."
                assert judge.find(text) == {"it"}, (form, at, before)


def test_the_judge_finds_what_encoders_make(judge):
    secret = judge.add("it", odd_mark())
    long = f"client:{secret}@host"
    for made in (
            base64.b64encode(long.encode()),
            base64.urlsafe_b64encode(long.encode()), long.encode().hex(),
            json.dumps({"a": long}), json.dumps(json.dumps(long)),
            run(["python3", "-c", "import sys, urllib.parse as u; "
                 "print(u.urlencode({'a': sys.argv[1]}))", long]).stdout):
        assert judge.find(made) == {"it"}, made


def test_the_judge_is_not_alarmed_by_others(judge):
    judge.add("it", mark())
    for other in (mark(5000), odd_mark(5000), os.urandom(100000)):
        assert judge.find(other) == set()


_PLANT = """
import os, socket, sys
s = sys.argv[1].encode()
how = sys.argv[2]
if how == "descriptor":
    os.write(2, s)
elif how == "two pieces":
    os.write(1, s[:12]); os.writev(1, [s[12:14], s[14:]])
elif how == "datagram":
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendmsg([b"<13>x: ", s])
elif how == "file":
    f = os.open("left", os.O_WRONLY | os.O_CREAT, 0o644); os.write(f, s)
elif how == "file that is gone":
    f = os.open("gone", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(f, s); os.unlink("gone")
elif how == "name":
    os.close(os.open(s.decode(), os.O_WRONLY | os.O_CREAT, 0o600))
elif how == "child":
    os.system("true " + s.decode())
elif how == "grandchild":
    os.fork() or os.fork() or os.write(2, s)
elif how == "environment":
    os.environ["SECRET"] = s.decode(); os.system("true")
"""


@pytest.mark.parametrize("how", [
    "descriptor", "two pieces", "datagram", "file", "file that is gone",
    "name", "child", "grandchild", "environment"])
def test_the_tap_sees_what_is_planted(how, yard, judge):
    secret = judge.add("it", mark())
    planted = yard.directory / "secret"
    planted.write_text(secret)
    program = f"import sys; sys.argv = ['x', open('secret').read(), {how!r}]" \
        + _PLANT
    with pytest.raises(AssertionError, match="it"):
        yard.run(["sh", "-c", 'cd "$1" && exec /usr/bin/python3 -c "$2"',
                  "sh", yard.directory, program])


# Every verb.

def _login(yard):
    """By code, with success and with a denial."""
    for more in ((), ("-v",)):
        yard.tool("login", "--device", *more, ACCOUNT, code=0)
    yard.tool("login", ACCOUNT, "--provider=nobody", "-v")


def _import(yard):
    """Each form of a file, and what is typed."""
    ring = yard.directory / ".gnupg"
    ring.mkdir(mode=0o700)
    # Its agent would stay behind.
    (ring / "gpg.conf").write_text("no-autostart\n")
    for name, text in _imported(yard.judge).items():
        path = yard.secret_file(name, text)
        # What is armored goes to gpg, by a pipe.
        also = {"^pipe:": ACCESS | REFRESH} if name == "armor" else None
        for more in ((), ("-v",), ("-v", "--dry-run")):
            yard.tool("import", *more, path, ACCOUNT, also=also)
    token = yard.judge.add("refresh token", mark())
    for more in ((), ("-v",), ("-v", "--dry-run")):
        yard.tool("import", *more, ACCOUNT, said=token.encode() + b"\n",
                  code=0)


def _imported(judge):
    """Name -> text of files with tokens, good and damaged."""
    refresh = judge.add("refresh token", mark())
    access = judge.add("access token", mark())
    secret = judge.add("client secret", odd_mark())
    mutt = json.dumps({"registration": "lab", "email": ACCOUNT,
                       "access_token": access, "refresh_token": refresh,
                       "access_token_expiration": "2026-01-01T00:00:00"})
    xoauth2 = json.dumps({"access_token": access, "refresh_token": refresh,
                          "expiry": "1", "client_id": "app",
                          "client_secret": secret})
    return {
        "mutt": mutt, "xoauth2": xoauth2,
        "mutt.cut": mutt[:mutt.index(refresh) + 30],
        "xoauth2.cut": xoauth2[:xoauth2.index(secret[:9]) + 30],
        "line.end": xoauth2.replace(refresh, f"{refresh[:24]}\n"
                                    + refresh[24:]),
        "no.quote": xoauth2.replace(f'"{refresh}"', f'"{refresh}'),
        "bare": xoauth2.replace(f'"{refresh}"', refresh),
        "behind": xoauth2 + " " + refresh, "before": refresh + xoauth2,
        "name": json.dumps({refresh: access, access: 1}),
        "number": xoauth2.replace('"1"', f'"{access}"'),
        "endpoint": json.dumps({
            "refresh_token": refresh, "client_id": "app",
            "token_endpoint": f"https://me:{refresh}@localhost:1/"}),
        "text": f"{refresh}\n{access}\n",
        "armor": f"-----BEGIN PGP MESSAGE-----\n\n{refresh}\n{access}\n"
        "-----END PGP MESSAGE-----\n",
        "nul": xoauth2.replace(refresh, refresh[:24] + "\0" + refresh[24:]),
        "control": xoauth2.replace(refresh, refresh + "\\u0001"),
    }


def _token(yard):
    """Kept, renewed, and of nobody."""
    for more in ((), ("-v",)):
        yard.log_in()
        yard.tool("token", *more, ACCOUNT, code=0, out=ACCESS)
        yard.tool("token", *more, ACCOUNT, code=0, out=ACCESS)
    yard.tool("token", "-v", "nobody@contoso.com")


def _status(yard):
    for more in ((), ("-v",), ("--json",), ("--json", "-v"),
                 ("--nagios", "--warning=7d", "--critical=1h"),
                 ("--prometheus",), ("--prometheus", "-v")):
        yard.tool("status", *more)
        yard.tool("status", *more, ACCOUNT)
        yard.tool("status", *more, ACCOUNT, "nobody@contoso.com")
    yard.at_terminal(_look_twice, "status", "--watch", "-v")


def _look_twice(screen):
    """The table was drawn a second time; then Ctrl-C."""
    screen.wait_for(f"(?s){ACCOUNT}.*\033\\[H.*{ACCOUNT}")
    screen.type("\3")


def _refresh(yard):
    for more in ((), ("-v",), ("-v", "--due"), ("-v", "--force")):
        yard.tool("refresh", *more, ACCOUNT, code=0)


def _logout(yard):
    for more in ((), ("-v",), ("-v", "--anyway"), ("--all", "-v")):
        yard.log_in()
        yard.tool("logout", *more, *(() if "--all" in more else (ACCOUNT,)),
                  code=0)
        yard.tool("logout", "-v", ACCOUNT)


def _connect(yard):
    """The mail server's own ways are further below."""
    yard.tool("connect", "-v", "imap", "localhost:1", ACCOUNT)


def _explain(yard):
    for text in _with_secrets(yard):
        for more in ((), ("-v",), ("--json",)):
            yard.tool("explain", *more, said=text.encode())


def _with_secrets(yard):
    """Texts that people paste."""
    add = yard.judge.add
    access, refresh = add("access token", mark()), add("refresh token", mark())
    secret = add("client secret", mark())
    basic = base64.b64encode(f"app:{secret}".encode()).decode()
    message = f"user=me@contoso.com\1auth=Bearer {access}\1\1"
    return [
        f"Authorization: Bearer {access}", f"Authorization: Basic {basic}",
        f'{{"error": "invalid_grant", "refresh_token": "{refresh}"}}',
        f"POST /token grant_type=refresh_token&refresh_token={refresh}"
        f"&client_secret={secret}&client_id=app AADSTS7000215",
        f"https://localhost/?code={access}&state=abc&error=access_denied",
        "AUTH XOAUTH2 " + base64.b64encode(message.encode()).decode(),
        f"535 5.7.3 Authentication unsuccessful auth=Bearer {access}",
        f"invalid_grant: the token {refresh} is unknown", access,
        f"AADSTS700082 {access[:24]}... has expired",
        f"curl -d client_secret='{secret}' -u app:{secret} failed: 401"]


def _config(yard):
    for more in ((), ("-v",), ("--json",)):
        yard.tool("config", *more, code=0)
        yard.tool("config", *more, ACCOUNT, code=0)


def _seal(yard):
    """With no key of its own, one that is there, one that it makes, and one
    that is lost."""
    for more in ((), ("-v",)):
        yard.tool("seal", *more)
        yard.tool("seal", *more, "nobody@contoso.com")
    there = yard.secret_file(
        "there.key", yard.judge.add("grant key", os.urandom(32)))
    yard.tool("seal", "-v", f"--key-file={there}", code=0)
    made = yard.directory / "made.key"
    tape = yard.tool("seal", "-v", f"--key-file={made}", code=0)
    yard.judge.add("grant key", made.read_bytes())
    yard.judge_tape(tape, set(), {r"/made\.key$": {"grant key"}})
    there.write_bytes(yard.judge.add("grant key", os.urandom(32)))
    for more in ((), ("-v",)):
        yard.tool("seal", *more)
        yard.tool("seal", "-v", f"--key-file={there}")
    made.write_bytes(yard.judge.add("grant key", os.urandom(32)))
    for more in ((), ("-v",), ("-v", f"--key-file={there}")):
        yard.tool("seal", *more)


def _doctor(yard):
    """With a token and a login that are good, and with a renewal."""
    for more in (("-v",), ("--json",), ("--renew", "--report")):
        yard.tool("doctor", *more, code=0)
    yard.tool("doctor", "-v", ACCOUNT, code=0)
    yard.tool("doctor", "-v", "nobody@contoso.com")


def _completion(yard):
    for kind in ("bash", "zsh", "fish", "accounts", "providers"):
        for more in ((), ("-v",)):
            yard.tool("completion", *more, kind, code=0)
    yard.tool("completion", "tcsh")


DRIVEN = {"login": _login, "import": _import, "token": _token,
          "status": _status, "refresh": _refresh, "logout": _logout,
          "connect": _connect, "explain": _explain, "config": _config,
          "seal": _seal, "doctor": _doctor, "completion": _completion}
"""Verb -> a function that runs it in a yard, in all its ways."""


def test_every_verb_is_driven(objects):
    said = run([objects.tool, "--help"], check=True).stdout
    verbs = set(re.findall(r"^  ([a-z]+) ", said, re.MULTILINE))
    assert len(verbs) > 5, said
    assert verbs == set(DRIVEN), \
        f"add to DRIVEN a function that runs {verbs ^ set(DRIVEN)} under " \
        "the tap, with success and failures, with -v and --json"


_KINDS = ("public", "confidential", "sealed")
_ONE_KIND = ("import", "explain", "config", "completion")
"""Verbs to which it is the same how an account is logged in."""


@pytest.mark.parametrize("verb,kind", [
    (verb, kind) for verb in DRIVEN for kind in _KINDS
    if kind == "confidential" or verb not in _ONE_KIND])
def test_a_verb_shows_no_secret(verb, kind, make_yard):
    yard = make_yard(client=kind != "public", sealed=kind == "sealed")
    if kind == "sealed":
        yard.tool("login", "--device", ACCOUNT, code=0)
        if verb == "token":
            yard.log_in = lambda: None
    else:
        yard.log_in()
    DRIVEN[verb](yard)
    assert len(yard.judge.known) > 1 or verb == "config"


_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = /var/spool/postfix
relayhost = [mail.example.com]:587
smtp_sasl_password_maps = hash:$config_directory/sasl_passwd
"""


def test_doctor_shows_no_password_of_a_mail_program(make_yard):
    """Neither those in Postfix's map, which postmap prints on a pipe and --fix
    writes anew, nor what stands in mbsync's configuration."""
    yard = make_yard(client=True)
    yard.log_in(_GOOD_S)
    add = yard.judge.add
    ours, others = add("password", odd_mark()), add("password", mark())
    token = add("access token", mark())
    conf = yard.directory / "postfix"
    conf.mkdir()
    (conf / "main.cf").write_text(_MAIN_CF)
    (conf / "master.cf").write_text("smtp unix - - y - - smtp\n")
    yard.secret_file(conf / "sasl_passwd", (
        f"mail.example.com:587 {ACCOUNT}:{ours}\n"
        f"other.example.com you:{others}\n  {others}\n"
        f"third.example.com me@example.org:{token}\n"))
    yard.secret_file(yard.directory / ".mbsyncrc", (
        f"IMAPAccount x\nHost h\nUser {ACCOUNT}\n"
        f'PassCmd "echo {ours}"\n'))
    yard.more_env["MAIL_CONFIG"] = str(conf)
    also = {"^pipe:": {"password", "access token"},
            "stdout": {"password", "access token"},
            r"/\.?sasl_passwd": {"password", "access token"}}
    near = "--server=smtp://localhost:1"
    for more in ((), ("-v",), ("--json",), ("--fix",)):
        yard.tool("doctor", "--postfix", near, *more, ACCOUNT, also=also)
        yard.tool("doctor", "--mbsync", "--server=imaps://localhost:1",
                  *(one for one in more if one != "--fix"), ACCOUNT)

    def agree(screen):
        screen.wait_for(r"\[y/N\]")
        screen.type("yes\n")
    for _ in range(2):
        said = yard.at_terminal(agree, "doctor", "--postfix", "--fix", near,
                                also=also)
        assert "******" in said or "smtp_sasl_auth_enable is yes" in said, said
        if f"the entry of [mail.example.com]:587 logs in as {ACCOUNT}" in said:
            break
    assert ours in (conf / "sasl_passwd").read_text()
    assert f"logs in as {ACCOUNT}" in said, said


_INLINE = "inline:{{ {{ [mail.example.com]:587 = {login}:{word} }} }}"
_STATIC = "proxy:static:{login}:{word}"
_UNION = "unionmap:{{ static:{login}, static:{word} }}"
_PATTERN = "pcre:{{ {{ /mail/ {login}:{word} }} }}, statik:{login}:{word}"


@pytest.mark.parametrize("maps, said", [
    (_INLINE, f"the entry of [mail.example.com]:587 logs in as {ACCOUNT}"),
    (_STATIC, f"the entry of mail.example.com logs in as {ACCOUNT}"),
    (_UNION, "unionmap:... is not looked into"),
    (_PATTERN, "no tables of the type 'statik' (statik:...)")])
def test_doctor_shows_no_password_that_stands_in_main_cf(
        maps, said, make_yard):
    """A table whose name is what it holds is named by its type, and no program
    is given it."""
    yard = make_yard(client=True)
    yard.log_in(_GOOD_S)
    word = yard.judge.add("password", mark())
    conf = yard.directory / "postfix"
    conf.mkdir()
    maps = maps.format(login=ACCOUNT, word=word)
    (conf / "main.cf").write_text(
        "relayhost = [mail.example.com]:587\n"
        f"smtp_sasl_password_maps = {maps}\n")
    (conf / "master.cf").write_text(
        f"smtp unix - - y - - smtp\n  -o smtp_generic_maps=static:{word}\n")
    yard.more_env["MAIL_CONFIG"] = str(conf)
    also = {"^pipe:": {"password"}, r"/\.?(main|master)\.cf": {"password"}}
    near = "--server=smtp://localhost:1"
    for more in ((), ("--report",), ("--json",), ("--fix",)):
        # postconf prints it on a pipe, which is its standard output.
        tape = yard.tool("doctor", "--postfix", near, *more, ACCOUNT,
                         out={"password"}, also=also)
        text = tape.out.decode()
        assert not yard.judge.find(tape.out), text
        assert more == ("--report",) or said in text, text
        assert more != ("--fix",) or maps.partition(":")[0] + ":..." \
            in text.replace("proxy:static:", "proxy:"), text


def _visit(address):
    """What the page says there, also where it is one of trouble."""
    try:
        with urllib.request.urlopen(address) as page:
            return page.read()
    except urllib.error.HTTPError as trouble:
        return trouble.read()


# What a person types.

def test_a_token_that_is_typed_is_not_shown(yard):
    token = yard.judge.add("refresh token", mark())

    def talk(screen):
        screen.wait_for("(?i)refresh token.*:")
        screen.type(token)
    yard.at_terminal(talk, "import", "-v", ACCOUNT)


def test_the_applications_secret_is_not_shown(yard, server):
    yard.configure('client_auth = "basic"\n')
    secret = yard.judge.add("client secret", odd_mark())

    def talk(screen):
        screen.wait_for("(?i)secret.*:")
        screen.type(secret)
    yard.at_terminal(talk, "login", "--device", "--ask", "-v", ACCOUNT)
    assert server.requests


@pytest.mark.parametrize("leak", [None, "a description", "a page",
                                  "the whole form as description"])
@pytest.mark.parametrize("by", ["visit", "paste"])
def test_a_login_by_browser_shows_no_secret(by, leak, make_yard, server):
    """state and the challenge are in the address; the code, which is good
    once, comes back; the verifier stays here."""
    yard = make_yard(client=True)
    code = yard.judge.add("authorization code", mark())
    server.leak = leak and LEAKS[leak]

    def talk(screen):
        address = screen.wait_for(r"(?m)^(https://\S+)\r?$")[1]
        query = dict(urllib.parse.parse_qsl(
            urllib.parse.urlsplit(address).query))
        back = f"{query['redirect_uri']}?" + urllib.parse.urlencode(
            {"code": code, "state": query["state"]})
        if by == "visit":
            said.append(_visit(back))
        else:
            screen.wait_for("paste here")
            screen.type(back)
    said = []
    # An address that is pasted is seen by who pastes it, as in the browser.
    yard.at_terminal(talk, "login", "--browser", "-v", ACCOUNT,
                     echoed={"authorization code"} if by == "paste" else
                     set())
    assert [one for one in server.requests if "code_verifier" in one[1]]
    assert not yard.judge.find(b"".join(said))


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
