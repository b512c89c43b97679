# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A name server on loopback that says about names what a test wants.

A stub resolver asks whom /etc/resolv.conf names, at port 53. So this one has
an address of its own in 127.0.0.0/8, and programs are run behind `prefix`,
where that file is another one. Both take root. It runs in threads, which
cannot stay behind.
"""

import random
import socket
import struct
import threading

from .process import STOP_S, run

A, CNAME, MX = 1, 5, 15

SILENT = "silent"
"""No answer at all."""
TRUNCATED = "truncated"
"""Over UDP an empty answer that is cut off; the records over TCP."""
STUCK = "stuck"
"""Truncated, and TCP takes the question and says nothing."""

_PORT = 53
_QR_RD_RA = 0x8180
_TC = 0x0200
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5


def _name(text):
    labels = [label.encode("latin-1") for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _record(kind, value):
    if kind == MX:
        data = struct.pack(">H", value[0]) + _name(value[1])
    elif kind == CNAME:
        data = _name(value)
    else:
        data = socket.inet_aton(value)
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def _question(packet):
    """(name, type, the question's bytes)"""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
        at += 1 + packet[at]
    kind, = struct.unpack(">H", packet[at + 1:at + 3])
    return ".".join(labels).lower(), kind, packet[12:at + 5]


class Nameserver:
    """zone: {name: {type: [values]}}. A missing name does not exist, a
    missing type has no records. Instead of a name's dict: a code, or one of
    the words above with records behind it: (TRUNCATED, {...}).

    questions: [(name, type, "udp" or "tcp")] so far.
    """

    def __init__(self, directory):
        self.address = ".".join(
            ["127"] + [str(random.randrange(1, 255)) for _ in range(3)])
        self.zone = {}
        self.questions = []
        self._over = threading.Event()
        self._conf = directory / "resolv.conf"
        self._udp = socket.socket(type=socket.SOCK_DGRAM)
        self._udp.bind((self.address, _PORT))
        self._tcp = socket.create_server((self.address, _PORT))
        self._threads = [threading.Thread(target=one, daemon=True)
                         for one in (self._serve_udp, self._serve_tcp)]

    def start(self, options="timeout:5 attempts:2"):
        """Begins to answer."""
        self.configure(options)
        for one in self._threads:
            one.start()
        return self

    def configure(self, options):
        """Options as in resolv.conf(5)."""
        self._conf.write_text(
            f"nameserver {self.address}\noptions {options}\n",
            encoding="ascii")

    def stop(self):
        """Ends it."""
        self._over.set()
        self._udp.close()
        self._tcp.close()
        for one in self._threads:
            one.join(STOP_S)
        assert not any(one.is_alive() for one in self._threads)

    @property
    def prefix(self):
        """What a command is put behind, to ask this server."""
        return ["unshare", "--mount", "sh", "-c",
                f"mount --bind {self._conf} /etc/resolv.conf"
                ' && exec "$@"', "sh"]

    def why_not(self):
        """Why this host cannot do that, or ''."""
        trial = run([*self.prefix, "true"])
        return trial.stderr.strip()[-200:] if trial.returncode else ""

    def _answer(self, packet, way):
        name, kind, asked = _question(packet)
        self.questions.append((name, kind, way))
        entry = self.zone.get(name, NXDOMAIN)
        word, records = entry if isinstance(entry, tuple) else (None, entry)
        if records == SILENT or (word == STUCK and way == "tcp"):
            return None
        flags, found = _QR_RD_RA, []
        if isinstance(records, int):
            flags |= records
        elif word and way == "udp":
            flags |= _TC
        else:
            found = [_record(kind, value) for value in records.get(kind, [])]
        head = struct.pack(">HHHHH", flags, 1, len(found), 0, 0)
        return packet[:2] + head + asked + b"".join(found)

    def _serve_udp(self):
        self._udp.settimeout(0.2)
        while not self._over.is_set():
            try:
                packet, sender = self._udp.recvfrom(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            answer = self._answer(packet, "udp")
            if answer:
                self._udp.sendto(answer, sender)

    def _serve_tcp(self):
        self._tcp.settimeout(0.2)
        while not self._over.is_set():
            try:
                connection, _ = self._tcp.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with connection:
                self._converse(connection)

    def _converse(self, connection):
        connection.settimeout(0.2)
        while not self._over.is_set():
            try:
                packet = connection.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if not packet:
                return
            answer = self._answer(packet[2:], "tcp")
            if answer:
                connection.sendall(struct.pack(">H", len(answer)) + answer)
