# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A certificate authority for one run, and a leaf for this machine."""

from .process import run

NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"


class Ca:
    """Files: ca.pem (what clients trust), leaf.pem and leaf.key. env: the
    environment that makes them."""

    def __init__(self, directory, env=None):
        self.pem = directory / "ca.pem"
        self.cert = directory / "leaf.pem"
        self.key = directory / "leaf.key"
        self._make(directory, {"env": env} if env else {})

    def _make(self, directory, more):
        ca_key = directory / "ca.key"
        request = directory / "leaf.csr"
        names = directory / "leaf.ext"
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-nodes"]
        run(["openssl", "req", "-x509", *new_key, "-keyout", ca_key,
             "-out", self.pem, "-days", "30", "-subj", "/CN=Lab CA",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
            check=True, **more)
        run(["openssl", "req", *new_key, "-keyout", self.key,
             "-out", request, "-subj", "/CN=localhost"], check=True, **more)
        names.write_text(f"subjectAltName={NAMES}\n", encoding="ascii")
        run(["openssl", "x509", "-req", "-in", request, "-CA", self.pem,
             "-CAkey", ca_key, "-CAcreateserial", "-days", "30",
             "-extfile", names, "-out", self.cert], check=True, **more)
        self.pem.chmod(0o644)
