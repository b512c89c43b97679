# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a token endpoint, or what is on the way to it, may do."""

import email.utils
import json
import socket
import time

from lab.ca import NAMES as LOOPBACK
from lab.ca import Ca
from lab.faults import (FLOODS, FullBacklog, after_request, context_for, drip,
                        never_answer, reply)
from lab.leaf import Leaf, Stapler
from lab.listener import Listener, hang_up, in_turn, listen_silently
from lab.process import free_port, run
from lab.proxy import PASSWORD, USER, Proxy
from lab.secrets import mark

from .table import ENDPOINT, Impossible, Unmet, row

_DUE_S = 600
_MEGABYTE = 1 << 20
_PAUSE_S = 300
_FLAT_KB = 60_000
_NEW = f"a-new-token-{mark()}"
_TEN_YEARS_S = 10 * 366 * 86400


def _both(bench, reaction, *words, **options):
    """An expired token and a good one meet the same trouble."""
    bench.subject(**options).login().failed(reaction, *words)
    seen = bench.subject(_DUE_S, **options).login()
    return f"{reaction}, {seen.kept(*words)}"


def _answers(answer, status=200):
    """The endpoint gives that JSON."""
    return reply(status, ["Content-Type: application/json"],
                 answer if isinstance(answer, bytes)
                 else json.dumps(answer).encode())


def _token(**changes):
    """An answer with a token; None leaves a field out."""
    answer = {"access_token": _NEW, "token_type": "Bearer",
              "expires_in": 3600, **changes}
    return {name: value for name, value in answer.items()
            if value is not Ellipsis}


def _answered(bench, answer, subject=None):
    """A login with an expired token, when the endpoint answers so."""
    bench.endpoint.begin(_answers(answer))
    subject = subject or bench.subject()
    bench.endpoint.access[subject.name] = _NEW
    return subject.login()


SLOW = row(ENDPOINT, "answers after 5 s", "renewed")


@SLOW.case("an answer after 5 s")
def _(bench):
    good = bench.endpoint.good

    def late(endpoint, connection):
        time.sleep(5)
        good(endpoint, connection)
    bench.endpoint.begin(late)
    return bench.subject(timeout_s=10).login().renewed()


HANGS = row(ENDPOINT, "accepts and never answers; drips a byte a second; TLS "
            "handshake hangs; `ftp:` port that never speaks",
            "AGAIN at the deadline, kept")


@HANGS.case(each={"never answers": never_answer, "drips": drip,
                  "the handshake hangs": listen_silently})
def _(bench, behaviour):
    bench.endpoint.begin(behaviour)
    return _both(bench, "AGAIN", "did not answer within 2 seconds")


@HANGS.case("an FTP port")
def _(bench):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        subject = bench.subject()
        subject.move(f"ftp://127.0.0.1:{port}/")
        subject.login().failed("CONFIG", "https://")
        done = _elsewhere(bench, f"https://127.0.0.1:{port}/", "AGAIN",
                          "within 2 seconds")
    return f"{done}; an ftp: address is refused when it is read"


def _elsewhere(bench, url, reaction, *words, **options):
    """Accounts whose endpoint is another one."""
    def moved(left_s):
        subject = bench.subject(left_s, **options)
        subject.move(url)
        return subject
    moved(-60).login().failed(reaction, *words)
    seen = moved(_DUE_S).login()
    return f"{reaction}, {seen.kept(*words)}"


BREAKS = row(ENDPOINT, "closes at once; cuts the body; refuses the connection",
             "AGAIN, one retry inside the deadline, kept")


@after_request
def _cut(_endpoint, tls):
    tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"acc")


@BREAKS.case("closes at once")
def _(bench):
    bench.endpoint.begin(hang_up)
    return _both_retry(bench)


def _both_retry(bench):
    """Either login tries it twice."""
    done = _both(bench, "AGAIN")
    if bench.is_ours and bench.endpoint.asked != 4:
        raise Unmet(f"{bench.endpoint.asked} connections for two logins")
    return f"{done}, one retry"


@BREAKS.case("closes the first time")
def _(bench):
    bench.endpoint.begin(in_turn(hang_up, bench.endpoint.good))
    return bench.subject().login().renewed()


@BREAKS.case("cuts the body")
def _(bench):
    bench.endpoint.begin(_cut)
    return _both_retry(bench)


@BREAKS.case("refuses the connection")
def _(bench):
    port = free_port()
    done = _elsewhere(bench, f"https://127.0.0.1:{port}/", "AGAIN",
                      "connect")
    subject = bench.subject()
    subject.move(f"https://127.0.0.1:{port}/")
    log = subject.plain.directory / "strace"
    subject.login(["strace", "-f", "-qq", "-o", log, "-e", "trace=connect"]
                  ).failed("AGAIN", "connect")
    tried = log.read_text(errors="replace").count(f"htons({port})")
    if tried != 2:
        raise Unmet(f"connects {tried} times")
    return f"{done}, one retry"


TROUBLE = row(ENDPOINT, "500, 502, 503, 504", "AGAIN with back-off, kept")


@TROUBLE.case(each={str(status): status for status in (500, 502, 503, 504)})
def _(bench, status):
    bench.endpoint.begin(reply(status, [], b"<html>sorry</html>"))
    bench.subject().login().failed("AGAIN", str(status))
    subject = bench.subject(_DUE_S)
    seen = subject.login()
    seen.kept(str(status))
    asked = bench.endpoint.asked
    subject.login()
    if bench.endpoint.asked != asked:
        raise Unmet("asks again at once")
    return "AGAIN with back-off, kept"


WAIT = row(ENDPOINT, "429 or 503 with Retry-After (seconds or date)",
           "AGAIN, nobody asks again before that time, in any process")

_AN_HOUR = {"in seconds": lambda: "3600", "as a date": lambda:
            email.utils.formatdate(time.time() + 3600, usegmt=True)}


@WAIT.case(each={f"{status} {form}": (status, when)
                 for status in (429, 503) for form, when in _AN_HOUR.items()})
def _(bench, how):
    status, when = how
    bench.endpoint.begin(reply(status, [f"Retry-After: {when()}"]))
    subject = bench.subject()
    subject.login().failed("AGAIN", str(status))
    bench.endpoint.mend()
    again = subject.login()
    if bench.endpoint.asked:
        raise Unmet("asks again at once")
    again.failed("AGAIN", "not asked again for 3")
    return "AGAIN, and nobody asks for an hour"


NOT_A_TOKEN = row(
    ENDPOINT, "200 with HTML, empty, bad JSON, an array, a number, 10,000 "
    "nested arrays, NUL in a string, trailing text",
    'AGAIN ("answered with something that is not a token response"), kept')


@NOT_A_TOKEN.case(each={
    "HTML": b"<html>please sign in to the hotel's network</html>",
    "empty": b"", "bad JSON": b'{"access_token": "x', "an array": b"[1, 2]",
    "a number": b"42", "nested arrays": b"[" * 10000 + b"]" * 10000,
    "NUL in a string": b'{"access_token": "a\0b", "token_type": '
                       b'"Bearer", "expires_in": 3600}',
    "trailing text": b'{"access_token": "a", "token_type": "Bearer", '
                     b'"expires_in": 3600} and so on'})
def _(bench, body):
    bench.endpoint.begin(_answers(body))
    return _both(bench, "AGAIN", "not a token response")


FLOOD = row(ENDPOINT, "100 MB body, or one without end",
            "AGAIN at the cap, memory flat")


@FLOOD.case(each=FLOODS)
def _(bench, behaviour):
    bench.endpoint.begin(behaviour)
    seen = bench.subject().login(measure=True)
    if seen.peak_kb > _FLAT_KB:
        raise Unmet(f"{'success' if seen.code == 0 else 'failure'}, "
                    f"{seen.peak_kb >> 10} MB of memory")
    return seen.failed("AGAIN") + " at the cap, memory flat"


REAUTH = row(ENDPOINT, "`invalid_grant`",
             "REAUTH, remembered, nobody asks again until login")


def _error(code, status=400, text="made up"):
    return _answers({"error": code, "error_description": text}, status)


@REAUTH.case("invalid_grant")
def _(bench):
    bench.endpoint.begin(_error("invalid_grant"))
    subject = bench.subject()
    subject.login().failed("REAUTH", "sasl-bearer login", subject.name) \
        if bench.is_ours else subject.login().failed("REAUTH")
    bench.endpoint.mend()
    subject.login().failed("REAUTH")
    if bench.endpoint.asked:
        raise Unmet("asks again each time")
    subject.plain.log_in()
    subject.login().renewed()
    return "REAUTH, remembered until a login"


CONFIG = row(ENDPOINT, "`invalid_client`, `unauthorized_client`, "
             "`invalid_scope`", "CONFIG, remembered with a short back-off")


@CONFIG.case(each={code: code for code in (
    "invalid_client", "unauthorized_client", "invalid_scope")})
def _(bench, code):
    bench.endpoint.begin(_error(code, 401 if code == "invalid_client"
                                else 400))
    subject = bench.subject()
    subject.login().failed("CONFIG")
    bench.endpoint.mend()
    for passed_s in (0, _PAUSE_S - 30):
        subject.age("until", -passed_s, "failure")
        subject.login().failed("CONFIG")
        if bench.endpoint.asked:
            raise Unmet(f"asks again after {passed_s} s")
    subject.age("until", -30, "failure")
    subject.login().renewed()
    return "CONFIG, remembered for five minutes, then asked again"


QUIET = row(ENDPOINT, "an error object with status 200", "as that error")


@QUIET.case(each={"invalid_grant with 200": ("invalid_grant", "REAUTH"),
                  "invalid_scope with 200": ("invalid_scope", "CONFIG"),
                  "temporarily_unavailable with 200":
                  ("temporarily_unavailable", "AGAIN")})
def _(bench, how):
    code, reaction = how
    bench.endpoint.begin(_error(code, 200))
    return bench.subject().login().failed(reaction)


NO_LIFE = row(ENDPOINT, "no `expires_in`",
              "one hour assumed, said at debug level")


@NO_LIFE.case("no expires_in")
def _(bench):
    subject = bench.subject()
    seen = _answered(bench, _token(expires_in=...), subject)
    done = seen.renewed()
    subject.check_lifetime(3600)
    if bench.is_ours:
        subject.set_left(-60)
        said = subject.plain.tool("token", "-v", subject.name).stderr
        if "an hour is assumed" not in said:
            raise Unmet("nothing is said of the hour that is assumed")
    return f"{done}, one hour assumed"


FORMS = row(ENDPOINT, "`expires_in` as string or float", "understood")


@FORMS.case(each={"a string": "3600", "a float": 3600.0})
def _(bench, value):
    subject = bench.subject()
    done = _answered(bench, _token(expires_in=value), subject).renewed()
    subject.check_lifetime(3600)
    return "understood" if done else done


ODD_LIFE = row(ENDPOINT, "`expires_in` 0, negative, beyond 10 years",
               "0 and negative: DATA; beyond: capped")


@ODD_LIFE.case(each={"0": 0, "negative": -5})
def _(bench, value):
    return _answered(bench, _token(expires_in=value)).failed("DATA")


@ODD_LIFE.case(each={"20 years": 20 * 365 * 86400, "1e30": 1e30})
def _(bench, value):
    subject = bench.subject()
    _answered(bench, _token(expires_in=value), subject).renewed()
    if subject.lifetime() > _TEN_YEARS_S:
        raise Unmet("not capped")
    subject.login().renewed()
    return "capped"


LATER = row(ENDPOINT, "a time past 2038", "works everywhere, in files too")


@LATER.case("15 years")
def _(bench):
    """Whoever has written such a time."""
    subject = bench.subject()
    subject.set_left(15 * 365 * 86400, fresh=True)
    seen = subject.login()
    if seen.code or seen.token != subject.old:
        raise Unmet("the file is unreadable then")
    if bench.is_ours and subject.plain.status()["expires_at"] < 1 << 31:
        raise Unmet("status shows another time")
    return "works, in files too"


NO_TOKEN = row(ENDPOINT, "`access_token` missing, null, an object, with "
               "control bytes, CR LF or ^A in it",
               "DATA; never sent to a mail server")


@NO_TOKEN.case(each={
    "no access token": ..., "a null access token": None,
    "an object as access token": {"a": 1}, "a control byte": "a\x07b",
    "CR LF": "a\r\nRSET\r\nb", "^A": "a\x01b",
    "an empty access token": ""})
def _(bench, value):
    seen = _answered(bench, _token(access_token=value))
    if seen.code == 0 and seen.token is not None:
        raise Unmet("stored and sent")
    return seen.failed("DATA")


NO_REFRESH = row(ENDPOINT, "`refresh_token` empty or null",
                 "the old one kept")


@NO_REFRESH.case(each={"an empty refresh token": "",
                       "a null refresh token": None})
def _(bench, value):
    subject = bench.subject()
    _answered(bench, _token(refresh_token=value), subject).renewed()
    return "the old one kept"


TYPE = row(ENDPOINT, "`token_type` not bearer", "DATA")


@TYPE.case(each={"mac": "mac", "DPoP": "DPoP", "a number as type": 1})
def _(bench, value):
    return _answered(bench, _token(token_type=value)).failed("DATA")


ROTATION = row(ENDPOINT, "rotation",
               "new one on disk before the access token is used")


@ROTATION.case("rotation")
def _(bench):
    subject = bench.subject()
    log = subject.plain.directory / "strace"
    seen = subject.login(["strace", "-f", "-y", "-qq", "-s", "100", "-o", log,
                          "-e", "trace=write,pwrite64,fsync,rename,renameat,"
                          "renameat2"])
    seen.renewed()
    lines = log.read_text(errors="replace").splitlines()
    saved = max((at for at, line in enumerate(lines)
                 if "rename" in line and line.endswith("= 0")
                 and subject.plain.grant.name in line), default=None)
    used = next(at for at, line in enumerate(lines) if "XOAUTH2" in line)
    if saved is None or saved > used:
        raise Unmet("the access token is used before the save")
    if not any("fsync(" in line for line in lines[:saved]):
        raise Unmet("the new one is not made durable")
    return "on disk before it is used"


REDIRECT = row(ENDPOINT, "redirect (301, 302, 307, 308; to another host, to "
               "http, to file)", "not followed, CONFIG, the target's host "
               "named")


@REDIRECT.case(each={
    **{str(status): (status, "https://other.example.com/token")
       for status in (301, 302, 307, 308)},
    "to http": (307, "http://other.example.com/token"),
    "to file": (307, "file:///etc/hostname")})
def _(bench, how):
    status, target = how
    words = ["other.example.com"] if "example" in target else []
    bench.endpoint.begin(reply(status, [f"Location: {target}"]))
    return _both(bench, "CONFIG", *words) + ", not followed"


@REDIRECT.case("to another port")
def _(bench):
    bodies = []

    def take(listener, connection):
        with listener.context.wrap_socket(connection,
                                          server_side=True) as tls:
            bodies.append(tls.recv(65536))
    other = Listener(take).start()
    other.context = context_for(bench.ca.cert, bench.ca.key)
    try:
        bench.endpoint.begin(reply(307, [
            f"Location: https://localhost:{other.port}/token"]))
        seen = bench.subject().login()
    finally:
        other.stop()
    if other.connections:
        raise Unmet("followed with the secret in the body"
                    if any(bodies) else "followed")
    return seen.failed("CONFIG", "localhost") + ", not followed"


CLEAR = row(ENDPOINT, "`http://` endpoint", "refused when the configuration "
            "is read (loopback too, unless an explicit test option)")


@CLEAR.case("http")
def _(bench):
    subject = bench.subject()
    with socket.create_server(("127.0.0.1", 0)) as clear:
        port = clear.getsockname()[1]
        subject.move(f"http://127.0.0.1:{port}/token")
        clear.settimeout(0)
        try:
            seen = subject.login()
            why = ""
        except Unmet as unmet:
            why = str(unmet)
        try:
            clear.accept()
            raise Unmet("accepted")
        except BlockingIOError:
            pass
    if why:
        raise Unmet(why)
    return seen.failed("CONFIG", "https") + ", refused"


CERTIFICATE = row(ENDPOINT, "certificate expired, wrong name, unknown issuer, "
                  "revoked by an OCSP staple",
                  "CONFIG or AGAIN, which and why")


def _with_leaf(bench, leaf, *words):
    before = len(bench.endpoint.requests)
    bench.endpoint.context = context_for(leaf.cert, leaf.key)
    try:
        seen = bench.subject().login()
    finally:
        bench.endpoint.context = context_for(bench.ca.cert, bench.ca.key)
    if len(bench.endpoint.requests) != before:
        raise Unmet("accepted, and the secret sent")
    return seen.failed("CONFIG", "certificate", *words)


@CERTIFICATE.case(each={
    "expired": (LOOPBACK, -1, "expired"),
    "wrong name": ("DNS:elsewhere.example.com", 30, "name")})
def _(bench, how):
    names, days, word = how
    leaf = Leaf(bench.fresh("leaf"), bench.ca, names, days)
    return _with_leaf(bench, leaf, word)


@CERTIFICATE.case("unknown issuer")
def _(bench):
    return _with_leaf(bench, Ca(bench.fresh("ca")), "issuer")


@CERTIFICATE.case("revoked by a staple")
def _(bench):
    leaf = Leaf(bench.fresh("leaf"), bench.ca, LOOPBACK)
    with Stapler(leaf, bench.ca, revoked=True) as server:
        subject = bench.subject()
        subject.move(server.url)
        seen = subject.login()
        if server.was_asked():
            raise Unmet("accepted, and the secret sent")
        return seen.failed("CONFIG", "certificate", "revoked")


@CERTIFICATE.case("good by a staple")
def _(bench):
    """The other half: a good staple changes nothing."""
    leaf = Leaf(bench.fresh("leaf"), bench.ca, LOOPBACK)
    with Stapler(leaf, bench.ca, revoked=False) as server:
        subject = bench.subject()
        subject.move(server.url)
        subject.login()
        if not server.was_asked():
            raise Unmet("a good certificate is refused")
    return "CONFIG"


CA_FILES = row(ENDPOINT, "no CA bundle to be found", "CONFIG, the paths tried")


@CA_FILES.case("no bundle")
def _(bench):
    bench.ours_only("where its certificates are is libcurl's to say")
    subject = bench.subject()
    text = subject.plain.conf.read_text()
    missing = subject.plain.directory / "no-such.pem"
    subject.plain.conf.write_text(text.replace(str(bench.ca.pem),
                                               str(missing)))
    return subject.login().failed("CONFIG", str(missing)) + ", the path named"


_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
            "/etc/ssl/cert.pem", "/usr/local/share/certs/ca-root-nss.crt")

_HIDE = """
set -e
for directory in /etc/ssl /etc/pki /usr/local/share/certs; do
	[ ! -d "$directory" ] || mount -t tmpfs nothing "$directory"
done
exec "$@"
"""

_HIDDEN = ("unshare", "--mount", "--propagation", "private", "sh", "-c", _HIDE,
           "sh")


@CA_FILES.case("no bundle of the system")
def _(bench):
    bench.ours_only("where its certificates are is libcurl's to say")
    if run([*_HIDDEN, "true"]).returncode:
        raise Impossible("nothing can be mounted in a namespace of its own")
    for left_s in (-60, _DUE_S):
        subject = bench.subject(left_s)
        text = subject.plain.conf.read_text()
        subject.plain.conf.write_text(
            text.replace(f'ca_file = "{bench.ca.pem}"\n', ""))
        seen = subject.login(_HIDDEN)
        words = (*_BUNDLES, "install ca-certificates or set ca_file")
        done = seen.failed("CONFIG", *words) if left_s < 0 \
            else f"{done}, {seen.kept(*words)}"
    if bench.endpoint.asked:
        raise Unmet("the endpoint was connected to")
    return f"{done}, the paths named"


NO_HOST = row(ENDPOINT, "name does not resolve; no route", "AGAIN, kept")


@NO_HOST.case("does not resolve")
def _(bench):
    return _elsewhere(bench, "https://no-such-host.invalid/token", "AGAIN",
                      "no-such-host.invalid")


@NO_HOST.case(each={"no route to the network": "ENETUNREACH",
                    "no route to the host": "EHOSTUNREACH"})
def _(bench, error):
    address = f"127.0.0.1:{bench.endpoint.port}"
    for left_s in (-60, _DUE_S):
        subject = bench.subject(left_s)
        log = subject.plain.directory / "strace"
        seen = subject.login(["strace", "-f", "-qq", "-o", log, "-e",
                              "trace=connect", "-e",
                              f"inject=connect:error={error}"])
        tried = log.read_text(errors="replace")
        if f"htons({bench.endpoint.port})" not in tried:
            raise Unmet("it does not connect")
        done = seen.failed("AGAIN", address) if left_s < 0 \
            else f"{done}, {seen.kept(address)}"
    return done


@NO_HOST.case("drops packets")
def _(bench):
    with FullBacklog(free_port()) as wall:
        return _elsewhere(bench, f"https://127.0.0.1:{wall.port}/", "AGAIN")


PROXIES = row(ENDPOINT, "proxy refuses, asks for a password",
              "CONFIG, the proxy named without its password")


@PROXIES.case(each={"refuses": ("403 No", "does not help"),
                    "asks for a password": ("407 Who are you", "password")})
def _(bench, how):
    refusal, word = how
    proxy = Proxy(refusal).start()
    try:
        subject = bench.subject(proxy=proxy.url_with_password)
        subject.use_proxy(proxy.url_with_password)
        seen = subject.login()
    finally:
        proxy.stop()
    if PASSWORD in seen.text or USER in seen.text:
        raise Unmet("the proxy's password is in the log")
    if not proxy.heads:
        raise Unmet("the proxy was not used")
    return seen.failed("CONFIG", f"127.0.0.1:{proxy.port}", word) + ", named"
