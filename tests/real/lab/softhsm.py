# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A PKCS#11 token without hardware: SoftHSM."""

import glob
import shutil
from pathlib import Path

from .process import run

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
SPIES = "/usr/lib/*/pkcs11-spy.so"
PIN = "123456"
_LABEL = "mail relay"
_KINDS = {"rsa": "RSA:2048", "ec": "EC:prime256v1"}


def missing():
    """What this machine lacks for it, or None."""
    for program in ("softhsm2-util", "pkcs11-tool"):
        if not shutil.which(program):
            return f"there is no {program}"
    return None if MODULE.exists() else f"there is no {MODULE}"


class SoftHsm:
    """One token, its PIN in pin_file. Keys are made inside and stay there."""

    def __init__(self, directory):
        self.directory = directory
        tokens = directory / "tokens"
        tokens.mkdir()
        conf = directory / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {tokens}\n"
                        "objectstore.backend = file\n", encoding="utf-8")
        self.env = {"SOFTHSM2_CONF": str(conf)}
        self.pin_file = directory / "pin"
        self.pin_file.write_text(PIN + "\n", encoding="ascii")
        self.pin_file.chmod(0o600)
        run(["softhsm2-util", "--init-token", "--free", "--label", _LABEL,
             "--pin", PIN, "--so-pin", "87654321"], env=self.env, check=True)

    def make_key(self, kind):
        """`kind` is rsa or ec; also its label. Its public half as PEM."""
        der = self.directory / f"{kind}.der"
        tool = ["pkcs11-tool", "--module", MODULE, "--token-label", _LABEL,
                "--login", "--pin", PIN, "--label", kind]
        run([*tool, "--keypairgen", "--key-type", _KINDS[kind]],
            env=self.env, check=True)
        run([*tool, "--read-object", "--type", "pubkey", "--output-file", der],
            env=self.env, check=True)
        return run(["openssl", "pkey", "-pubin", "-inform", "DER", "-in", der],
                   check=True).stdout

    def uri(self, kind, more="", module=MODULE):
        """The key's URI; `more` goes behind it, from an ampersand on."""
        label = _LABEL.replace(" ", "%20")
        return f"pkcs11:token={label};object={kind};type=private" \
               f"?module-path={module}{more}"

    def spy(self):
        """OpenSC's module that stands before the token and notes each call;
        the variables that it wants, and where it notes them."""
        notes = self.directory / "calls"
        return glob.glob(SPIES)[0], notes, {
            **self.env, "PKCS11SPY": str(MODULE),
            "PKCS11SPY_OUTPUT": str(notes)}
