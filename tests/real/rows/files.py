# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What may happen to the files of an account, and to those who use them."""

import copy
import fcntl
import os
import shutil
import stat
import time
from pathlib import Path

from lab import inject
from lab.ca import Ca
from lab.kill import kill, read_trace
from lab.plain import KINDS
from lab.rotation import LIFETIME_S, Rotation

from .table import FILES, Impossible, NotApplicable, Unmet, row

_DUE_S = 600
_ROUNDS = 60
_PERSON, _OTHER, _GROUP = 4711, 4712, 4713
_DAY_S = 86400
_TIME_SHIM = "libfaketime.so.1"


def _kinds(bench):
    return KINDS if bench.is_ours else ("file",)


# System calls that fail.

FAILS = row(FILES, "disk full, quota, I/O error, read-only, at write, fsync, "
            "rename, fsync of the directory",
            "the token just obtained is used, the old file is whole, a "
            "warning; with a rotated refresh token, space is made sure of "
            "*before* asking")


def _try(bench, kind, pick):
    """Faults that `pick` makes of a renewal's calls; what was tried."""
    reference = bench.subject(kind=kind).plain
    reference.use()
    found = inject.calls(reference)
    if not found:
        raise NotApplicable("it makes no call on the account's files")
    wanted = pick(found)
    wrong = inject.try_all(lambda _: bench.subject(kind=kind).plain, wanted)
    if wrong:
        raise Unmet(f"{len(wrong)} of {len(wanted)} trials: {wrong[0]}")
    return len(wanted)


@FAILS.case(each={"an I/O error at each call": "EIO",
                  "a full disk at each call": "ENOSPC",
                  "a quota at each call": "EDQUOT",
                  "a read-only disk at each call": "EROFS"})
def _(bench, error):
    """With a token that is over, and one that is not."""
    def pick(found):
        wanted = [fault for fault in inject.faults(found, (error,))]
        kept = wanted if error in ("EIO", "ENOSPC") else []
        return [(fault, -10) for fault in wanted] + \
            [(fault, _DUE_S) for fault in kept]
    for kind in _kinds(bench):
        if kind != "sealed":  # whose calls are those of a plain one
            _try(bench, kind, pick)
    return "used or kept, a sentence, nothing lost"


@FAILS.case("a disk that stays broken from a call on")
def _(bench):
    def pick(found):
        return [(fault, -10) for fault in inject.lasting(found)]
    for kind in _kinds(bench):
        _try(bench, kind, pick)
    return "used, a sentence; lost only if no byte could be written, and told"


@FAILS.case("a disk that is full before it is asked")
def _(bench):
    for kind in _kinds(bench):
        if kind == "sealed":  # whose calls are those of a plain one
            continue
        subject = bench.subject(kind=kind)
        log = subject.plain.directory / "strace"
        bench.endpoint.begin(bench.endpoint.good)
        subject.plain.use([*inject.strace(subject.plain, log), "-e",
                           "inject=write,pwrite64:error=ENOSPC:when=1+"])
        if bench.endpoint.asked:
            raise Unmet("a refresh token is used up for one that cannot be "
                        "saved")
        subject.login().renewed()
    return "nobody is asked"


# SIGKILL.

KILLED = row(FILES, "killed (SIGKILL) at every system call of the sequence",
             "old or new, whole; a rotated token is never only in memory "
             "after the answer has been acted on; stale temporary files are "
             "cleared by the next renewer")


@KILLED.case("killed at random calls")
def _(bench):
    """A few rounds; test_kill.py and tests/kill meet every call."""
    if not bench.is_ours:
        return _kill_other(bench)
    report = kill(bench.directory / "killed", bench.objects, bench.host,
                  bench.endpoint, _ROUNDS, seed=_ROUNDS)
    if report.wrong:
        raise Unmet(f"{len(report.wrong)} of {report.rounds} rounds: "
                    f"{report.wrong[0]}")
    return "old or new, recovered, or told of; nothing left behind: " \
        "{} rounds, {} of {} calls".format(report.rounds, *report.reach())


def _kill_other(bench):
    """Another module, at each of its calls on the token file."""
    subject = bench.subject()
    found = inject.calls(subject.plain)
    for name, at, rest in found:
        subject = bench.subject()
        log = subject.plain.directory / "strace"
        before = bench.endpoint.current(subject.name)
        subject.plain.use([*inject.strace(subject.plain, log),
                           "-e", f"inject={name}:signal=KILL:when={at}"])
        written = read_trace(log).find("write", str(subject.plain.grant))
        rotated = bench.endpoint.current(subject.name) != before
        subject.plain.use()
        if bench.endpoint.current(subject.name) is None \
                and not (rotated and not written):
            raise Unmet(f"the account is lost, killed at {name}({rest[:60]}")
        subject.check_files()
    if not found:
        raise NotApplicable("it makes no call on the account's files")
    return "old or new, nothing left behind"


# Owners and modes.

MODES = row(FILES, "modes: 0600 file owned by another user; after renewal",
            "owner, group, mode kept")


@MODES.case(each={"a grant and a record of another user": "plain",
                  "a token file of another user": "file"})
def _(bench, kind):
    _needs_root()
    if kind == "plain":
        bench.ours_only("it has no such files")
    subject = bench.subject(kind=kind)
    files = {subject.plain.grant, subject.plain.record}
    for path in files:
        os.chown(path, _PERSON, _GROUP)
        path.chmod(0o600)
    seen = subject.login().renewed()
    for path in files:
        facts = path.stat()
        is_now = (facts.st_uid, facts.st_gid, stat.S_IMODE(facts.st_mode))
        if is_now != (_PERSON, _GROUP, 0o600):
            raise Unmet(f"{is_now[0]}:{is_now[1]} {is_now[2]:04o}")
    return f"{seen}, kept"


def _needs_root():
    if os.geteuid() != 0:
        raise Impossible("only root can give a file to somebody else")


WRITABLE = row(FILES, "group- or world-writable file or directory",
               "refused with the path and the command that mends it")


def _part(subject, part):
    plain = subject.plain
    return {"record": plain.record, "grant": plain.grant,
            "state": plain.state, "tokens": plain.state / "tokens",
            "grants": plain.state / "grants"}[part]


@WRITABLE.case(each={
    "a record of the group": ("plain", "record", 0o660),
    "a grant of everybody": ("plain", "grant", 0o602),
    "a token file of the group": ("file", "grant", 0o660),
    "a token file of everybody": ("file", "grant", 0o606),
    "the state directory": ("plain", "state", 0o777),
    "the directory of records": ("plain", "tokens", 0o770),
    "the directory of grants": ("plain", "grants", 0o702),
    "the directory of a token file": ("file", "state", 0o777)})
def _(bench, value):
    kind, part, mode = value
    if kind == "plain":
        bench.ours_only("it has no such files")
    subject = bench.subject(kind=kind)
    path = _part(subject, part)
    path.chmod(mode)
    subject.login().failed("ACCESS", str(path), "chmod go-w")
    if bench.endpoint.current(subject.name) is None:
        raise Unmet("the token was renewed")
    path.chmod(mode & ~0o022)
    subject.login().renewed()
    return "refused, and works when mended"


# Things that are no files.

STRANGE = row(FILES, "file is a symlink, FIFO, device, directory, 100 MB",
              "refused at once (never blocks on a FIFO)")


def _put_link(path):
    aside = path.parents[2] / f"aside{time.monotonic_ns()}"
    path.rename(aside)
    path.symlink_to(aside)


def _put_directory(path):
    path.unlink()
    path.mkdir(mode=0o700)


def _put_fifo(path):
    path.unlink()
    os.mkfifo(path, 0o600)


def _put_device(path):
    _needs_root()
    path.unlink()
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))


def _put_100_mb(path):
    os.truncate(path, 100 << 20)


_STRANGE = {"a symbolic link": _put_link, "a FIFO": _put_fifo,
            "a device": _put_device, "a directory": _put_directory,
            "100 MB": _put_100_mb}


def _remove(path):
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() \
        else path.unlink()


@STRANGE.case(each={f"a record that is {name}": put
                    for name, put in _STRANGE.items()})
def _(bench, put):
    bench.ours_only("it has no records")
    subject = bench.subject(_DUE_S)
    put(subject.plain.record)
    _refused_at_once(subject, subject.plain.record, put)
    _remove(subject.plain.record)
    subject.login().renewed()
    return "refused"


def _refused_at_once(subject, path, put):
    """Not one request, and the thing itself as it was."""
    requests = len(subject.bench.endpoint.requests)
    kind = stat.S_IFMT(path.lstat().st_mode)
    subject.login(intact=False, deadline_s=2).failed("ACCESS", str(path))
    if len(subject.bench.endpoint.requests) != requests:
        raise Unmet("it was renewed all the same")
    if stat.S_IFMT(path.lstat().st_mode) != kind:
        raise Unmet("the file was replaced")
    if put is _put_link and not path.is_symlink():
        raise Unmet("the link was replaced")


@STRANGE.case(each={f"a grant that is {name}": put
                    for name, put in _STRANGE.items()})
def _(bench, put):
    bench.ours_only("it has no grants")
    subject = bench.subject()
    put(subject.plain.grant)
    _refused_at_once(subject, subject.plain.grant, put)
    subject.set_left(_DUE_S)
    subject.login(intact=False).kept(str(subject.plain.grant))
    _remove(subject.plain.grant)
    return "refused, the token kept"


@STRANGE.case(each={f"a token file that is {name}": put
                    for name, put in _STRANGE.items()})
def _(bench, put):
    subject = bench.subject(kind="file")
    put(subject.plain.grant)
    _refused_at_once(subject, subject.plain.grant, put)
    return "refused"


# Contents.

SPOILT = row(FILES, "empty, cut, garbage, NUL, CR LF, from a later version",
             "DATA; other accounts go on")


_SPOILT = {
    "empty": lambda text: b"",
    "cut": lambda text: text[:len(text) // 2],
    "garbage": lambda text: bytes(range(255, 0, -1)),
    "a NUL": lambda text: text.replace(b"e", b"\0", 1),
    "CR LF": lambda text: text.replace(b"\n", b"\r\n"),
    "from a later version": lambda text: text.replace(
        b"sasl-bearer-token 1", b"sasl-bearer-token 9").replace(
        b'"format": 1', b'"format": 9'),
}


def _spoil(path, how):
    path.write_bytes(how(path.read_bytes()))


def _neighbour(subject):
    """Another account in the same state directory."""
    plain = copy.copy(subject.plain)
    plain.name = f"other-{subject.name}"
    plain.log_in()
    return plain


@SPOILT.case(each={f"a record, {name}": how for name, how in _SPOILT.items()})
def _(bench, how):
    bench.ours_only("it has no records")
    subject = bench.subject()
    other = _neighbour(subject)
    _spoil(subject.plain.record, how)
    before = subject.plain.record.read_bytes()
    seen = subject.plain.use()
    _must_be_data(seen, subject.plain.record)
    if subject.plain.record.read_bytes() != before:
        raise Unmet("the file was changed")
    return _goes_on(other)


def _must_be_data(seen, path):
    if seen.code != 1 or len(seen.lines) != 1:
        raise Unmet(f"code {seen.code}: {seen.text}")
    if str(path) not in seen.text:
        raise Unmet(f"the path is not named: {seen.text}")


def _goes_on(other):
    seen = other.use()
    if seen.code != 0 or seen.token != other.endpoint.access[other.name]:
        raise Unmet(f"the other account fails: {seen.text}")
    return "DATA, others go on"


# JSON takes a CR as white space; nothing is wrong with such a file.
@SPOILT.case(each={f"a grant, {name}": how for name, how in _SPOILT.items()
                   if name != "CR LF"})
def _(bench, how):
    bench.ours_only("it has no grants")
    subject = bench.subject()
    other = _neighbour(subject)
    _spoil(subject.plain.grant, how)
    _must_be_data(subject.plain.use(), subject.plain.grant)
    subject.set_left(_DUE_S)
    seen = subject.plain.use()
    if seen.token != subject.old or len(seen.lines) != 1:
        raise Unmet(f"the token is not kept: {seen.text}")
    return _goes_on(other) + ", the token kept"


@SPOILT.case(each={f"a token file, {name}": how
                   for name, how in _SPOILT.items()
                   if name not in ("CR LF", "from a later version")})
def _(bench, how):
    subject = bench.subject(kind="file")
    _spoil(subject.plain.grant, how)
    before = subject.plain.grant.read_bytes()
    subject.login(intact=False).failed("DATA", str(subject.plain.grant))
    if subject.plain.grant.read_bytes() != before:
        raise Unmet("the file was changed")
    return "DATA"


# Names.

NAMES = row(FILES, "account names `../x`, `a/b`, empty, `.`, 4096 bytes, "
            "control bytes, not UTF-8",
            "never outside the directory; a sentence")

_STRANGER = "a-token-of-somebody-else"


@NAMES.case(each={
    "a name that leads up, ../x": "../x",
    "a name that leads out, ../../outside": "../../outside",
    "a name that leads down, a/b": "a/b",
    "an empty name": "", "a name that is a dot": ".",
    "a name that is two dots": "..", "a name of 4096 bytes": "a" * 4096,
    "a name with a control byte": "me\x01you@contoso.com",
    "a name with a newline": "me\nyou",
    "a name that is not UTF-8": os.fsdecode(b"\xff\xfe@contoso.com")})
def _(bench, name):
    """A record stands wherever such a name could lead."""
    bench.ours_only("it is given a path, not a name")
    plain = bench.subject().plain
    plain.put_record(_STRANGER, _DUE_S)
    text = plain.record.read_bytes()
    (plain.state / "tokens" / "a").mkdir()
    for path in ("x", "tokens/x", "tokens/a/b", "../outside", "../x",
                 "tokens/a/record"):
        (plain.state / path).write_bytes(text)
    before = sorted(plain.directory.rglob("*"))
    other = copy.copy(plain)
    other.name = name
    seen = other.use()
    if seen.code == 0 or seen.token:
        raise Unmet("it logs in by a file that is not the account's")
    if len(seen.lines) != 1:
        raise Unmet(f"no sentence: {seen.text!r}")
    if sorted(plain.directory.rglob("*")) != before:
        raise Unmet("it made or removed files")
    return "refused"


# Locks.

HUNG = row(FILES, "lock held by a process that hangs",
           "deadline, then AGAIN, kept")


@HUNG.case(each={"the lock of an account": "plain",
                 "the lock of a token file": "file"})
def _(bench, kind):
    bench.ours_only("it takes no lock")
    subject = bench.subject(kind=kind)
    with open(subject.plain.lock, "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        began = time.monotonic()
        subject.login().failed("AGAIN", str(subject.plain.lock), "fuser")
        if time.monotonic() - began < 1:
            raise Unmet("it did not wait")
        subject.set_left(_DUE_S)
        seen = subject.login()
        if seen.code != 0 or seen.token != subject.old:
            raise Unmet(f"a good token was not used: {seen.text}")
    seen.subject.login().renewed()
    return "AGAIN at the deadline, kept"


# The clock.

CLOCK = row(FILES, "clock set back or forward by days; suspended for a day",
            "no token taken for valid that is not; no storm")


def _shim():
    """Debian's libfaketime, which lies to one program about the time."""
    found = sorted(Path("/usr/lib").glob(f"*/faketime/{_TIME_SHIM}"))
    if not found:
        raise Impossible("faketime is not installed")
    return str(found[0])


def _at(offset_s):
    """The environment of a program for which it is so much later. The clock
    of timeouts goes on as it does when a machine is suspended."""
    return {"LD_PRELOAD": _shim(), "FAKETIME": f"{offset_s:+d}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1"}


class _Ages:
    """A bench whose endpoint's certificate is good at all those times."""

    def __init__(self, bench):
        directory = bench.directory / f"ages{time.monotonic_ns()}"
        directory.mkdir(parents=True)
        self.bench = copy.copy(bench)
        self.bench.ca = Ca(directory, env={**os.environ,
                                           **_at(-10 * _DAY_S)})
        self.bench.endpoint = Rotation(self.bench.ca).start()

    def __enter__(self):
        return self.bench

    def __exit__(self, *_):
        self.bench.endpoint.stop()


def _logins(subject, offset_s, count):
    """That many logins at that time; how many requests they made."""
    before = len(subject.bench.endpoint.requests)
    for _ in range(count):
        seen = subject.login(env=_at(offset_s))
        if seen.code != 0 or not seen.token:
            raise Unmet(f"{offset_s} s: {seen.text}")
    return len(subject.bench.endpoint.requests) - before, seen.token


@CLOCK.case(each={"the clock set back by days": -3 * _DAY_S,
                  "the clock set forward by days": 3 * _DAY_S,
                  "the clock set back by an hour": -3600 - 600,
                  "the clock set forward by an hour": 3600 + 600})
def _(bench, offset_s):
    """A good token, then another time, then the right time again."""
    with _Ages(bench) as ages:
        subject = ages.subject(3000)
        for step, offset in (("moved", offset_s), ("set right", 0)):
            asked, token = _logins(subject, offset, 6)
            if asked > 1:
                raise Unmet(f"{step}: {asked} requests of 6 logins")
            # With the clock set back the old token is in truth still good.
            good = {ages.endpoint.access.get(subject.name),
                    subject.old if offset_s < 0 else None}
            if token not in good:
                raise Unmet(f"{step}: an old token was taken for valid")
    return "renewed once, no storm"


@CLOCK.case("an old token, and the clock set back into its lifetime")
def _(bench):
    """It was obtained in what is now the future."""
    with _Ages(bench) as ages:
        subject = ages.subject(-2 * _DAY_S)
        asked, token = _logins(subject, -2 * _DAY_S - LIFETIME_S - 900, 6)
        if asked != 1 or token == subject.old:
            raise Unmet(f"{asked} requests; the old token is "
                        + ("used" if token == subject.old else "not used"))
    return "renewed once"


@CLOCK.case("suspended for a day while it asks")
def _(bench):
    """The answer comes, and the token in it has been over for long."""
    with _Ages(bench) as ages:
        subject = ages.subject()
        stamp = subject.plain.directory / "time"
        stamp.write_text("+0")
        good = ages.endpoint.behaviour

        def sleep_first(endpoint, connection):
            stamp.write_text(f"+{_DAY_S}")
            good(endpoint, connection)
        ages.endpoint.begin(sleep_first)
        env = {**_at(0), "FAKETIME_TIMESTAMP_FILE": str(stamp)}
        del env["FAKETIME"]
        seen = subject.login(env=env)
        if seen.code == 0 and seen.token:
            raise Unmet("a token was used that is over")
        seen.failed("AGAIN", "was over when it came")
        ages.endpoint.begin(good)
        asked, token = _logins(subject, _DAY_S, 6)
        if asked != 1 or token != ages.endpoint.access[subject.name]:
            raise Unmet(f"then {asked} requests of 6 logins")
    return "AGAIN, then renewed once"


# Users.

SHARED = row(FILES, "two programs of different users share an account",
             "both work, or a sentence names the mode to set")


def _as(user, *groups):
    return {"user": user, "group": groups[0] if groups else user,
            "extra_groups": list(groups)}


def _share(bench, mode):
    """An account of _PERSON's, whose group may read the record."""
    _needs_root()
    bench.ours_only("a token file has one owner")
    subject = bench.subject()
    plain = subject.plain
    for path in (plain.directory, *plain.directory.rglob("*")):
        os.chown(path, _PERSON, _GROUP)
    for path in (plain.directory, bench.directory, bench.directory.parent,
                 bench.objects.plugin.parent, bench.host.parent,
                 bench.ca.pem.parent):
        path.chmod(path.stat().st_mode | 0o055)
    for path, bits in ((plain.state, mode), (plain.state / "tokens", mode)):
        path.chmod(bits)
    plain.conf.chmod(0o644)
    plain.record.chmod(0o640)
    return subject


@SHARED.case("one renews, one of its group reads")
def _(bench):
    subject = _share(bench, 0o750)
    subject.login(**_as(_PERSON, _GROUP)).renewed()
    seen = subject.login(**_as(_OTHER, _GROUP))
    if seen.token != bench.endpoint.access[subject.name]:
        raise Unmet(f"the other program fails: {seen.text}")
    facts = subject.plain.record.stat()
    if (facts.st_uid, facts.st_gid) != (_PERSON, _GROUP):
        raise Unmet("the record has another owner now")
    return "both work"


@SHARED.case("one that may only read finds a token that is over")
def _(bench):
    subject = _share(bench, 0o750)
    subject.login(**_as(_OTHER, _GROUP)).failed(
        "ACCESS", str(subject.plain.state), "renewer", "reader")
    return "a sentence names the options"


@SHARED.case("one that may not read")
def _(bench):
    subject = _share(bench, 0o750)
    subject.login(**_as(_PERSON, _GROUP)).renewed()
    subject.login(**_as(_OTHER)).failed(
        "ACCESS", str(subject.plain.state), "reader")
    return "a sentence names the option"


@SHARED.case("root and another renew in turn")
def _(bench):
    subject = _share(bench, 0o750)
    for identity in ({}, _as(_PERSON, _GROUP), {}, _as(_PERSON, _GROUP)):
        subject.set_left(-60)
        subject.login(**identity).renewed()
    return "both work"
