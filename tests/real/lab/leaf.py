# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Certificates of the lab's authority that no client should accept, and a
server that staples what the authority says of one."""

import subprocess
from pathlib import Path

from .process import accepts, free_port, run, spawn, wait_for


class Leaf:
    """Files: cert and key. names: the subjectAltName. days: how long it is
    good; below zero it is over."""

    def __init__(self, directory, ca, names, days=30):
        self.cert = directory / "leaf.pem"
        self.key = directory / "leaf.key"
        request = directory / "leaf.csr"
        extensions = directory / "leaf.ext"
        run(["openssl", "req", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key,
             "-out", request, "-subj", "/CN=localhost"], check=True)
        extensions.write_text(f"subjectAltName={names}\n", encoding="ascii")
        run(["openssl", "x509", "-req", "-in", request, "-CA", ca.pem,
             "-CAkey", ca.pem.with_name("ca.key"), "-CAcreateserial",
             "-days", str(days), "-extfile", extensions, "-out", self.cert],
            check=True)


class Stapler:
    """openssl's own server with that leaf and an OCSP response (RFC 6066, 8).
    It answers no request; was_asked() says whether one came. Within `with`."""

    def __init__(self, leaf, ca, revoked):
        self.port = free_port()
        self.url = f"https://localhost:{self.port}/token"
        self._leaf = leaf
        self._directory = Path(leaf.cert).parent
        self._log = self._directory / "log"
        self._response = self._directory / "staple.der"
        self._ask(ca, revoked)
        self._child = None

    def _ask(self, ca, revoked):
        serial = run(["openssl", "x509", "-in", self._leaf.cert, "-noout",
                      "-serial"], check=True).stdout.strip().split("=")[1]
        index = self._directory / "index"
        state, when = ("R", "260101000000Z") if revoked else ("V", "")
        index.write_text(f"{state}\t491231235959Z\t{when}\t{serial}\t"
                         "unknown\t/CN=localhost\n", encoding="ascii")
        run(["openssl", "ocsp", "-index", index, "-CA", ca.pem, "-issuer",
             ca.pem, "-cert", self._leaf.cert, "-rsigner", ca.pem, "-rkey",
             ca.pem.with_name("ca.key"), "-ndays", "1", "-respout",
             self._response], check=True)

    def __enter__(self):
        with open(self._log, "wb") as log:
            self._child = spawn(
                ["openssl", "s_server", "-accept", f"127.0.0.1:{self.port}",
                 "-cert", self._leaf.cert, "-key", self._leaf.key,
                 "-status_file", self._response, "-www"],
                stdout=log, stderr=log, stdin=subprocess.PIPE)
        wait_for("openssl's server", lambda: accepts(self.port))
        return self

    def was_asked(self):
        """Whether a handshake came to its end: its server counts them."""
        said = run(["openssl", "s_client", "-connect",
                    f"127.0.0.1:{self.port}", "-quiet"],
                   input="GET / HTTP/1.0\r\n\r\n").stdout
        for line in said.splitlines():
            if "server accepts that finished" in line:
                return int(line.split()[0]) > 1  # the other one is this
        raise AssertionError(said)

    def __exit__(self, *_):
        self._child.kill()
        self._child.wait()
