# SPDX-FileCopyrightText: 2026 the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Certificates of the lab's authority that no client should accept."""

from .process import run


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
