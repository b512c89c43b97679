# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a process has in its memory, and what of that a core dump would hold.

The kernel's own rule is applied to the living process (core(5)): a mapping that
is marked `dd` is left out. So nothing hangs on where this machine puts dumps.
"""

import base64
import dataclasses
import re
import urllib.parse
from pathlib import Path

_PIECE = 16
"""Bytes that no other text has by chance. A secret is looked for in pieces, for
the first bytes of freed memory belong to the allocator."""

_RANGE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)")
_UNREADABLE = ("[vvar]", "[vvar_vclock]", "[vsyscall]")


@dataclasses.dataclass
class Mapping:
    """One mapping: its name, its flags (smaps' VmFlags) and its bytes."""
    name: str
    start: int
    flags: set
    data: bytes


def read_memory(pid):
    """Every mapping of a process that can be read."""
    found = []
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as mem:
        for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
            head = _RANGE.fullmatch(line)
            if head:
                low, high = int(head[1], 16), int(head[2], 16)
                data = b""
                if head[3].startswith("r") and head[4] not in _UNREADABLE:
                    mem.seek(low)
                    data = mem.read(high - low)
                found.append(Mapping(head[4], low, set(), data))
            elif line.startswith("VmFlags:"):
                found[-1].flags.update(line.split()[1:])
    return found


def dumped(mappings):
    """Those that would be in a core dump."""
    return [mapping for mapping in mappings if "dd" not in mapping.flags]


def _forms(secret):
    """The ways in which a secret passes through a renewal."""
    yield "plain", secret.encode()
    quoted = urllib.parse.quote(secret, safe="")
    if quoted != secret:
        yield "percent-encoded", quoted.encode()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + secret.encode())
        yield "base64", coded[4:-4]


def find(secret, mappings):
    """(form, mapping, offset, what stands there) of each piece of a secret."""
    return [(form, mapping.name or hex(mapping.start), at,
             mapping.data[max(at - 40, 0):at + 60])
            for form, text in _forms(secret)
            for start in range(0, len(text) - _PIECE + 1, _PIECE)
            for mapping in mappings
            for at in _places(text[start:start + _PIECE], mapping.data)]


def _places(piece, data):
    at = data.find(piece)
    while at >= 0:
        yield at
        at = data.find(piece, at + 1)


def status(pid, name):
    """A line of /proc/PID/status."""
    text = Path(f"/proc/{pid}/status").read_text()
    return re.search(rf"^{name}:\s+(.*)$", text, re.MULTILINE)[1]
