# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a mail server may say instead of yes."""

import contextlib
import json
import socket

from .table import MAIL_SERVER, Unmet, row

_GOOD_S = 3000
_MINUTE_S = 60
_CONTINUE = 1


def _challenge(**fields):
    return json.dumps(fields).encode()


def _good(bench, **options):
    """An account with a good token."""
    subject = bench.subject(**options)
    subject.set_left(_GOOD_S, fresh=True)
    return subject


def _refuse(subject, challenge, *more):
    """A login whose token meets that challenge; and what it answered."""
    seen = subject.login(challenges=[challenge, *more])
    if seen.token is None:
        raise Unmet("no token was sent")
    return seen


def _must_answer(seen, answer=b""):
    """The mechanism lets the server finish, and says why in one line."""
    code, said = seen.replies[0]
    if code != _CONTINUE or said != answer:
        raise Unmet(f"ends the exchange (SASL code {code})" if code < 0
                    else "is taken as success" if code == 0
                    else f"answers {said!r}")
    if len(seen.lines) != 1:
        raise Unmet(f"{len(seen.lines)} lines were logged, not one")


ERROR = row(MAIL_SERVER, 'error challenge, `status` 400, 401, "invalid_token"',
            "answered as the mechanism wants, token marked, next attempt "
            "renews once")


@ERROR.case(each={f"status {status}": status
                  for status in ("400", "401", "invalid_token")})
def _(bench, status):
    subject = _good(bench)
    seen = _refuse(subject, _challenge(status=status, schemes="bearer",
                                       scope="https://mail.example.com/"))
    if not seen.replies or seen.replies[0][0] < 0:
        raise Unmet("ends the exchange" + (
            ", and refreshes" if bench.endpoint.requests else ""))
    _must_answer(seen)
    before = len(bench.endpoint.requests)
    subject.login().renewed()
    subject.old = bench.endpoint.access[subject.name]
    subject.login().renewed()
    if len(bench.endpoint.requests) != before + 1:
        raise Unmet("the next attempt does not renew once")
    return "answered, marked, renewed once"


AGAIN = row(MAIL_SERVER, "the same again and again",
            "one forced renewal a minute at most")


@AGAIN.case("again and again")
def _(bench):
    subject = _good(bench)
    for minute in (1, 2):
        for _attempt in range(6):
            subject.login(challenges=[_challenge(status="401")])
        if len(bench.endpoint.requests) != minute:
            raise Unmet(f"{len(bench.endpoint.requests)} forced renewals in "
                        f"six attempts in each of {minute} minutes")
        if bench.is_ours:
            subject.age("forced_at", -_MINUTE_S)
    return "one forced renewal in six attempts, and one a minute later"


SCOPE = row(MAIL_SERVER, "`insufficient_scope`, or another scope wanted",
            "CONFIG, the scope named")


_ANOTHER = "mail.send.as"


@contextlib.contextmanager
def _auditor(bench):
    """A log daemon's socket."""
    path = bench.fresh("log") / "log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as daemon:
        daemon.bind(str(path))
        daemon.settimeout(1)
        yield daemon


def _refuse_audited(bench, challenge, forget_scope=False):
    """A login whose token meets that challenge, and the reaction by the audit.
    forget_scope: what the token was granted is not known."""
    with _auditor(bench) as daemon:
        subject = _good(bench, audit=daemon.getsockname())
        if forget_scope:
            grant = json.loads(subject.plain.grant.read_text())
            del grant["scope"]
            subject.plain.grant.write_text(json.dumps(grant))
        seen = _refuse(subject, challenge)
        _must_answer(seen)
        if not bench.is_ours:
            return seen, None
        line = daemon.recv(65536).decode()
    return seen, line.partition(" status=")[2].split()[0].upper()


@SCOPE.case(each={
    "insufficient_scope": _challenge(status="insufficient_scope",
                                     scope=_ANOTHER),
    "another scope": _challenge(status="401", scope=_ANOTHER),
    "another scope beside the granted one":
    _challenge(status="400", scope=f"MAIL {_ANOTHER}")})
def _(bench, challenge):
    seen, reaction = _refuse_audited(bench, challenge)
    for word in (_ANOTHER, "set scope", "log the account in again"):
        if word not in seen.lines[0]:
            raise Unmet(f"the line lacks {word!r}: {seen.lines[0]}")
    if reaction != "CONFIG":
        raise Unmet(f"answered, the scope named, but {reaction}")
    return "answered, CONFIG, the scope named"


@SCOPE.case("the granted scope wanted")
def _(bench):
    """Some servers name it whatever they mind: it is not what is wrong."""
    bench.ours_only("what its token was granted is not in its file")
    for scope, forget in (("MAIL", False), ("https://host/mail", False),
                          (_ANOTHER, True)):
        _, reaction = _refuse_audited(
            bench, _challenge(status="400", scope=scope), forget)
        if reaction != "REFUSED":
            raise Unmet(f"{scope} is wanted: {reaction}")
    return "a token refused like any other"


JUNK = row(MAIL_SERVER, "challenge is not JSON, empty, 1 MB, `{}`, an array",
           "bounded, answered, one sentence")


@JUNK.case(each={"not JSON": b"no, and I shall not say why", "1 MB":
                 b'{"status": "' + b"4" * (1 << 20) + b'"}',
                 "{}": b"{}", "an array": b'["401"]'})
def _(bench, challenge):
    seen = _refuse(_good(bench), challenge)
    _must_answer(seen)
    if len(seen.text) > 4096:
        raise Unmet(f"{len(seen.text)} bytes are logged")
    return "bounded, answered, one sentence"


@JUNK.case("an empty one")
def _(bench):
    """After the client's last word an empty step is the success (RFC 4422, 3);
    no token is marked for it, and the server's final answer decides."""
    subject = _good(bench)
    seen = _refuse(subject, b"")
    if seen.code != 0 or not seen.replies or seen.replies[0][0] != 0 \
            or seen.replies[0][1]:
        raise Unmet(f"SASL code {seen.replies}")
    if seen.lines:
        raise Unmet(f"a sentence although nothing is wrong: {seen.text}")
    if subject.login().token != subject.old or bench.endpoint.requests:
        raise Unmet("the token is taken for refused")
    return "a success, unless the server's final answer is another"


SECOND = row(MAIL_SERVER, "a second challenge", "refused")


@SECOND.case("a second one")
def _(bench):
    seen = _refuse(_good(bench), _challenge(status="401"),
                   _challenge(status="401"))
    if len(seen.replies) < 2 or seen.replies[1][0] >= 0 \
            or seen.replies[1][1]:
        raise Unmet(f"it is answered: {seen.replies[1:]}")
    return "refused"


EARLY = row(MAIL_SERVER, "a challenge before the first response", "refused")


@EARLY.case("an early one")
def _(bench):
    seen = _good(bench).login(env={"SASLHOST_EARLY": "1"},
                              challenges=[_challenge(status="401")])
    if seen.replies and seen.replies[0][0] >= 0:
        raise Unmet("the token is sent all the same")
    return "refused"
