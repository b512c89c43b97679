# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Child processes that cannot outlive the tests, free ports, bounded waits."""

import atexit
import ctypes
import os
import random
import signal
import socket
import subprocess
import time

WAIT_S = 30
"""How long anything is waited for before a test fails. A bound, not a claim."""

STOP_S = 10
"""How long a server may take to end when asked, before it is killed."""

_PORTS = (12000, 32000)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None)
_running = []


class Timeout(AssertionError):
    """What was waited for did not happen."""


def wait_for(what, probe, timeout_s=WAIT_S, detail=None):
    """Polls `probe` until it returns something true, and returns that.

    `what` names the thing in the failure; `detail()` is printed with it, for
    instance the end of a log.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            more = "\n" + detail() if detail else ""
            raise Timeout(f"waited {timeout_s} s for {what}{more}")
        time.sleep(0.05)


def free_port():
    """A port that nobody listens on. Each is handed out once.

    Not one of those that the kernel gives to clients: such a port could be
    taken before the server that it is meant for has started.
    """
    while True:
        port = random.randrange(*_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in free_port.given:
            free_port.given.add(port)
            return port


free_port.given = set()


def accepts(port):
    """Whether somebody listens on a loopback port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _die_with_parent():
    """In the child: a test run that is killed takes its servers with it. And
    signals are heard, also where a shell runs the tests in the background."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    _libc.signal(signal.SIGINT, None)
    _libc.signal(signal.SIGHUP, None)


def spawn(argv, **more):
    """A child with no terminal that ends with this process, come what may."""
    more.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen([str(word) for word in argv],
                            preexec_fn=_die_with_parent, **more)


class Process:
    """One server, leader of a process group of its own."""

    def __init__(self, name, argv, log, env=None, cwd=None):
        self.name = name
        self.log = log
        with open(log, "ab") as out:
            self.child = spawn(argv, stdout=out, stderr=out, env=env, cwd=cwd,
                               start_new_session=True)
        _running.append(self)

    def wait_ready(self, probe, timeout_s=WAIT_S):
        """Until `probe` is true; at once an error if the server has died."""
        def look():
            if self.child.poll() is not None:
                raise AssertionError(
                    f"{self.name} ended with {self.child.returncode}:\n"
                    + self.tail())
            return probe()
        wait_for(f"{self.name} to be ready", look, timeout_s, self.tail)

    def tail(self, size=4000):
        """The end of what the server has said."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()[-size:]

    def stop(self):
        """Ends the server and whatever it started. May be called twice."""
        if self in _running:
            _running.remove(self)
        self._signal(signal.SIGTERM)
        try:
            self.child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self.child.wait()
        self._reap()

    def _signal(self, number):
        try:
            os.killpg(self.child.pid, number)
        except ProcessLookupError:
            pass

    def _reap(self):
        """Collects the server's own children, which are ours by now."""
        deadline = time.monotonic() + STOP_S
        while time.monotonic() < deadline:
            try:
                if os.waitpid(-self.child.pid, os.WNOHANG)[0] == 0:
                    time.sleep(0.01)
            except ChildProcessError:
                return


def stop_all():
    """Ends every server that is still running, the last started first."""
    while _running:
        _running[-1].stop()


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def stop_all_at_exit():
    """Makes sure of stop_all() on a normal end, an exception and a signal.

    The children of a server that has ended become ours, to be collected: not
    every machine has an init that does it.
    """
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    atexit.register(stop_all)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)


def run(argv, timeout_s=WAIT_S, check=False, **more):
    """Runs a command to its end, with no terminal, output as text."""
    if "input" not in more:
        more["stdin"] = subprocess.DEVNULL
    done = subprocess.run(
        [str(word) for word in argv], timeout=timeout_s, text=True,
        errors="replace", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        check=False, preexec_fn=_die_with_parent, **more)
    if check and done.returncode:
        raise AssertionError(
            f"{argv[0]} ended with {done.returncode}:\n"
            f"{done.stdout}{done.stderr}")
    return done
