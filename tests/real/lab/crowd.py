# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Host programs that log in at once: all are there before the first may go."""

import os
import time

from .plain import read_login
from .process import spawn, wait_for

_READY = b"here\n"

_WAIT = 'out=$1; shift; echo here; read -r gone; exec "$@" </dev/null ' \
    '>"$out" 2>"$out.err"'
"""Says that it is there, and becomes the host when the gate is gone."""


class Crowd:
    """So many logins of one account. Within `with`, which ends those that are
    still there."""

    def __init__(self, plain, count):
        self.plain = plain
        self.count = count
        self._directory = plain.directory / f"crowd{time.monotonic_ns()}"
        self._children = []

    def __enter__(self):
        self._directory.mkdir()
        return self

    def log_in(self, timeout_s):
        """What came of each, when all have ended."""
        gate, opener = os.pipe()
        ready, said = os.pipe()
        try:
            for number in range(self.count):
                self._children.append(spawn(
                    ["sh", "-c", _WAIT, "sh", self._out(number),
                     *self.plain.command],
                    env={**self.plain.env, "SASLHOST_LOG_LEVEL": "7"},
                    stdin=gate, stdout=said))
            self._wait_for_all(ready)
        finally:
            for end in (gate, opener, ready, said):
                os.close(end)
        deadline = time.monotonic() + timeout_s
        for child in self._children:
            child.wait(max(0, deadline - time.monotonic()))
        return [self._read(number) for number in range(self.count)]

    def _out(self, number):
        return self._directory / str(number)

    def _wait_for_all(self, ready):
        os.set_blocking(ready, False)
        came = bytearray()

        def look():
            try:
                came.extend(os.read(ready, 65536))
            except BlockingIOError:
                pass
            return len(came) == self.count * len(_READY)
        wait_for(f"{self.count} programs to be there", look)
        gone = sum(child.poll() is not None for child in self._children)
        assert not gone, f"{gone} of {self.count} did not wait"

    def _read(self, number):
        out = self._out(number)
        return read_login(self._children[number].returncode,
                          out.read_bytes(),
                          out.with_name(f"{out.name}.err").read_bytes())

    def __exit__(self, *_):
        for child in self._children:
            child.kill()
            child.wait()
