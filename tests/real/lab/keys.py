# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Private keys in files, certificates of them, and what they sign."""

import base64
import json

from .process import run

_KINDS = {
    "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
}


def _phrase(text):
    return ["-passin", f"pass:{text}"]


def make_key(directory, kind="rsa", passphrase=None):
    """A private key in key.pem, and its public half as PEM."""
    path = directory / "key.pem"
    lock = ["-aes256", "-pass", f"pass:{passphrase}"] if passphrase else []
    run(["openssl", "genpkey", *_KINDS[kind], "-out", path, *lock], check=True)
    path.chmod(0o600)
    return path, run(["openssl", "pkey", "-in", path, "-pubout",
                      *_phrase(passphrase)], check=True).stdout


def make_certificate(directory, key, days=30, passphrase=None):
    """A certificate of the key by itself; below zero days it is over."""
    path, request = directory / "certificate.pem", directory / "request"
    run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=mail relay",
         "-out", request, *_phrase(passphrase)], check=True)
    run(["openssl", "x509", "-req", "-in", request, "-signkey", key, "-days",
         str(days), "-out", path, *_phrase(passphrase)], check=True)
    return path


def coded(raw):
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def sign(key, directory, header, claims):
    """A compact JWS by RS256."""
    signed = ".".join(coded(json.dumps(part).encode())
                      for part in (header, claims))
    path, signature = directory / "signed", directory / "signature"
    path.write_text(signed, encoding="ascii")
    run(["openssl", "dgst", "-sha256", "-sign", key, "-out", signature, path],
        check=True)
    return f"{signed}.{coded(signature.read_bytes())}"
