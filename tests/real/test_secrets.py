# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""No secret is written anywhere but where it belongs: every verb, in all its
ways, under strace; test_leaks.py has what happens where somebody leaks."""

import base64
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from lab.leaky import LEAKS
from lab.process import run
from lab.secrets import RUN, forms, mark, odd_mark
from lab.yard import (ACCESS, ACCOUNT, REFRESH, judge,  # noqa: F401
                      make_yard, server, yard)

pytestmark = pytest.mark.toolonly

_GOOD_S = 3000


# The judge.

@pytest.mark.parametrize("secret", [odd_mark(), mark(), os.urandom(32)],
                         ids=["odd", "plain", "bytes"])
def test_the_judge_finds_every_form_and_every_part(secret, judge):
    judge.add("it", secret)
    found = forms(secret)
    assert len(found) >= 14
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
