# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Many at once, and the same for long.

Where module and host were built for it (CFLAGS=-fsanitize=thread), the threads
are watched by ThreadSanitizer, which ends the host with a code of its own.
"""

import re
import subprocess
import time

from lab.crowd import Crowd
from lab.listener import hang_up

from .table import LOAD, Unmet, row

_MANY_TIMES = 10_000
_GROWTH_KB = 1024
_PATIENCE_S = 60
_CROWD_S = 120
TSAN = "exitcode=66"

CROWD = row(LOAD, "50, 500 processes, expired token, rotation with reuse "
            "detection", "one request, no failure")


@CROWD.case(each={"50 processes": 50, "500 processes": 500})
def _(bench, count):
    good = bench.endpoint.good

    def slow(endpoint, connection):
        time.sleep(0.2)
        good(endpoint, connection)
    bench.endpoint.begin(slow)
    subject = bench.subject(timeout_s=30)
    with Crowd(subject.plain, count) as crowd:
        try:
            logins = crowd.log_in(_CROWD_S)
        except subprocess.TimeoutExpired:
            raise Unmet(f"blocked, over {_CROWD_S} s") from None
    new = bench.endpoint.access.get(subject.name)
    failures = count - sum(login.code == 0 and login.token == new
                           for login in logins)
    if failures or len(bench.endpoint.requests) != 1:
        dead = bench.endpoint.current(subject.name) is None
        raise Unmet(f"{len(bench.endpoint.requests)} requests, {failures} "
                    "failures" + (", the login is revoked" if dead else ""))
    subject.check_intact()
    subject.check_files()
    return f"one request, {count} logins"


THREADS = row(LOAD, "16 threads, one and many accounts, through init, use, "
              "done and init again", "clean under ThreadSanitizer")

_THREADS = 16


@THREADS.case(each={"threads one account": 1, "threads many accounts": 8})
def _(bench, count):
    bench.ours_only("its accounts are files, one a program")
    first = bench.subject(timeout_s=10)
    names = [first.name] + [first.add() for _ in range(count - 1)]
    done = first.plain.use(env={
        "SASLHOST_THREADS": str(_THREADS), "SASLHOST_USERS": ",".join(names),
        "TSAN_OPTIONS": TSAN}, timeout_s=_PATIENCE_S)
    if "ThreadSanitizer" in done.text:
        raise Unmet(done.text[done.text.index("ThreadSanitizer"):])
    if done.code:
        raise Unmet(f"{done.code} threads failed: {done.text[:2000]}")
    if len(bench.endpoint.requests) != count:
        raise Unmet(f"{len(bench.endpoint.requests)} requests for {count} "
                    "accounts")
    return "clean"


FLAT = row(LOAD, "10,000 logins in one process", "memory flat")


@FLAT.case("with a good token")
def _(bench):
    subject = bench.subject()
    subject.set_left(3000, fresh=True)
    return _flat(subject, _MANY_TIMES)


@FLAT.case("with a renewal that fails each time")
def _(bench):
    bench.endpoint.begin(hang_up)
    return _flat(bench.subject(600), _MANY_TIMES)


def _flat(subject, times):
    seen = subject.login(env={"SASLHOST_TIMES": str(times)}, taped=False,
                         deadline_s=_PATIENCE_S)
    if seen.code:
        raise Unmet(f"SASL code -{seen.code}")
    peaks = [int(kb) for kb in re.findall(r"^peak (\d+)$", seen.text, re.M)]
    if len(peaks) != 10:
        raise Unmet(f"ended after {len(peaks)} tenths")
    if peaks[-1] - peaks[1] > _GROWTH_KB:
        raise Unmet(f"{peaks[-1] - peaks[1]} kB more after {times} logins")
    return "flat"
