# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Every byte that a program and its children write, and to where.

strace records the calls, one file a thread, all strings in hex. What is
written to one place counts as one stream, in the order of its pieces, so that
nothing hides by being written in two.
"""

import dataclasses
import os
import pty
import re
import select
import signal
import subprocess

from .process import WAIT_S, wait_for

_WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2", "sendto",
           "sendmsg", "sendmmsg", "vmsplice")
_MOVES = ("splice", "tee", "sendfile", "copy_file_range")
_NAMES = ("rename", "renameat", "renameat2", "link", "linkat", "symlink",
          "symlinkat", "mkdir", "mkdirat", "unlink", "unlinkat", "mknod",
          "mknodat", "setxattr", "fsetxattr", "memfd_create", "connect",
          "bind")
_OPENS = ("open", "openat", "openat2", "creat")
_CORE = ("setrlimit", "prlimit64", "prctl")
_OTHERS = ("execve", "execveat", "umask", "fchmod", "chmod", "fchmodat")

_STRACE = ["strace", "-ff", "-v", "-qq", "-xx", "-yy", "-s", "4000000",
           "-e", "signal=none", "-e", "trace=" + ",".join(
               "?" + name for name in (*_WRITES, *_MOVES, *_NAMES, *_OPENS,
                                       *_CORE, *_OTHERS))]

_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\w+)(?:<(.*)>)?", re.DOTALL)
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_PLACE = re.compile(r"\b(\d+)<((?:->|<->|[^<>])*)>")
_STANDARD = {"1": "stdout", "2": "stderr"}
_HEX = re.compile(r"(?:\\x[0-9a-f]{2})+")

def _unhex(text):
    return bytes.fromhex(text.replace("\\x", ""))


def _plain(text):
    return _HEX.sub(lambda found: os.fsdecode(_unhex(found[0])), text)


def _where(place):
    return _STANDARD.get(place[1]) or _plain(place[2])


@dataclasses.dataclass
class Call:
    """One system call. place: what its descriptor is: stdout, stderr, a path
    or such as TCP:[...]. strings: those of its arguments, as bytes."""
    process: int
    name: str
    place: str
    strings: list
    arguments: str
    failed: bool

    @property
    def data(self):
        """What was written, the pieces of one call together."""
        return b"".join(self.strings)

    @property
    def mode(self):
        """The mode of a file that is made, else None."""
        if self.name in _OPENS and "O_CREAT" in self.arguments:
            return int(self.arguments.split(", ")[-1].rstrip(")}"), 8)
        return None


def _read(path, process):
    for line in path.read_text("ascii").splitlines():
        found = _CALL.match(line)
        if not found:
            continue
        name, arguments, result, opened = found.groups()
        place = _PLACE.search(arguments)
        yield Call(process, name,
                   _plain(opened or "") if name in _OPENS
                   else _where(place) if place else "",
                   [_unhex(text) for text in _STRING.findall(arguments)],
                   arguments, result.startswith("-") or result == "?")


class Tape:
    """The calls of one run. code: how it ended; out, err: what came to its
    standard output and error, as bytes."""

    def __init__(self, directory, code, out, err):
        self.code, self.out, self.err = code, out, err
        self.calls = []
        for path in sorted(directory.glob("calls.*")):
            self.calls += _read(path, int(path.suffix[1:]))

    def streams(self):
        """(place, bytes) of all that was written, one for each place and
        process, and (name of the call, bytes) of names and arguments."""
        streams = {}
        for call in self.calls:
            if call.name in _WRITES:
                where = call.process, call.place
                streams[where] = streams.get(where, b"") + call.data
        yield from ((place, data) for (_, place), data in streams.items())
        for call in self.calls:
            if call.name in _NAMES + _OPENS:
                yield call.name, b" ".join(call.strings)

    def executed(self):
        """(argv and environment, as one) of the programs that were started,
        the first one left out, whose are the test's."""
        started = [call for call in self.calls
                   if call.name.startswith("exec") and not call.failed]
        return [b"\n".join(call.strings) for call in started[1:]]

    def moved(self):
        """Calls that copy bytes which strace cannot show."""
        return [call for call in self.calls
                if call.name in _MOVES and not call.failed]

    def made(self):
        """(path, mode) of files that were made, with O_CREAT."""
        return [(call.place, call.mode) for call in self.calls
                if call.mode is not None and not call.failed]

    def settings(self):
        """Calls that change what a core dump has."""
        return [call for call in self.calls if call.name in _CORE
                and is_setting(call)]


def is_setting(call):
    """Does it change the limit of core dumps, or whether there are any?
    prlimit64 with NULL is how a limit is only read."""
    if call.name == "prctl":
        return "PR_SET_DUMPABLE" in call.arguments
    return "RLIMIT_CORE, {" in call.arguments


def no_dump(call):
    """It rules core dumps out."""
    if call.name == "prctl":
        return re.search(r"PR_SET_DUMPABLE, (0|SUID_DUMP_DISABLE)",
                         call.arguments) is not None
    return "rlim_cur=0, rlim_max=0" in call.arguments and not call.failed


class Screen:
    """A command at a terminal of its own. said: what the terminal has shown,
    what is typed included where it is echoed."""

    def __init__(self, argv, directory, env):
        directory.mkdir()
        self.directory = directory
        self.said = ""
        words = [*taped(directory), *[str(word) for word in argv]]
        self._pid, self._near = pty.fork()
        if self._pid == 0:
            # Who runs the tests in the background ignores it.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvpe(words[0], words, env)

    def wait_for(self, pattern):
        """Until that is shown; the match."""
        return wait_for(pattern, lambda: self._read() and
                        re.search(pattern, self.said), detail=lambda:
                        self.said)

    def _read(self):
        while select.select([self._near], [], [], 0)[0]:
            try:
                taken = os.read(self._near, 4096)
            except OSError:
                return True
            if not taken:
                return True
            self.said += taken.decode("utf-8", "replace")
        return True

    def type(self, text):
        """Keys, and Enter."""
        os.write(self._near, text.encode() + b"\n")

    def end(self):
        """Waits for the end; the tape."""
        status = wait_for("the end", lambda: self._read() and
                          os.waitpid(self._pid, os.WNOHANG)[0] and "ended",
                          detail=lambda: self.said)
        self._read()
        os.close(self._near)
        assert status
        return Tape(self.directory, None, self.said.encode(), b"")

    def kill(self):
        """Ends it, where it has not ended."""
        try:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass


def taped(directory):
    """The command before another one that makes a tape of it there."""
    return [*_STRACE, "-o", str(directory / "calls"), "--"]


def listen(argv, directory, code=None, said=b"", **more):
    """Runs a command to its end with `said` as its input; its tape. The
    directory, which is made, is for strace."""
    directory.mkdir()
    done = subprocess.run(
        [*taped(directory), *[str(word) for word in argv]], input=said,
        capture_output=True, timeout=2 * WAIT_S, check=False, **more)
    assert code is None or done.returncode == code, \
        f"{argv}: {done.returncode}, not {code}\n" \
        f"{done.stdout.decode(errors='replace')}" \
        f"{done.stderr.decode(errors='replace')}"
    return Tape(directory, done.returncode, done.stdout, done.stderr)
