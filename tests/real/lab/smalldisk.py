# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A state directory on a disk of its own that can be filled.

The disk is mounted where only one little process sees it, and reached through
that process's /proc/PID/root: it goes when the process goes.
"""

import shutil
from pathlib import Path

from .process import Process

_SIZE = "96k"
_SHOW = 'mount -t tmpfs -o "size=$1,mode=755" lab "$2" && echo ready && ' \
    'exec sleep 3600'


class SmallDisk:
    """state: the directory on it, to be used as a site's."""

    def __init__(self, directory):
        self.process = Process("small disk", [
            "unshare", "--mount", "--propagation", "private", "sh", "-c",
            _SHOW, "sh", _SIZE, directory], directory.with_suffix(".log"))
        self.state = Path(
            f"/proc/{self.process.child.pid}/root{directory}")

    def start(self):
        """Returns once it can be used."""
        self.process.wait_ready(lambda: "ready" in self.process.tail())
        return self

    def take(self, state):
        """Copies a state directory onto it, owners and modes included."""
        shutil.copystat(state, self.state)
        for path in sorted(state.rglob("*")):
            copy = self.state / path.relative_to(state)
            if path.is_dir():
                copy.mkdir()
            else:
                shutil.copyfile(path, copy)
            shutil.copystat(path, copy)
            facts = path.stat()
            shutil.chown(copy, facts.st_uid, facts.st_gid)

    def fill(self):
        """To the last byte."""
        try:
            with open(self.state / "filler", "wb", buffering=0) as filler:
                while filler.write(b"x" * 4096):
                    pass
        except OSError:
            pass

    def free(self):
        """There is room again."""
        (self.state / "filler").unlink()

    def stop(self):
        """Ends it, with all that is on it."""
        self.process.stop()
