# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A TPM 2.0 without hardware: swtpm, with keys at persistent handles."""

import os
import shutil

from .process import Process, accepts, free_port, run

_KINDS = {"rsa": "rsa2048", "ec": "ecc256"}
_SIGNS = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign"


def missing():
    """What this machine lacks for it, or None."""
    for program in ("swtpm", "tpm2_create"):
        if not shutil.which(program):
            return f"there is no {program}"
    return None


class Tpm:
    """One running TPM. `env` is what programs need to find it."""

    def __init__(self, directory):
        self.directory = directory
        self.port = free_port()
        self.control_port = self.port + 1
        self.tcti = f"swtpm:host=127.0.0.1,port={self.port}"
        # Its libraries write to standard error of themselves otherwise.
        self.env = {"TPM2OPENSSL_TCTI": self.tcti, "TSS2_LOG": "all+NONE"}
        self.process = None

    def start(self):
        """Starts it, with a primary key to make others under."""
        self.process = Process(
            "swtpm", ["swtpm", "socket", "--tpm2", "--tpmstate",
                      f"dir={self.directory}", "--flags",
                      "not-need-init,startup-clear", "--server",
                      f"type=tcp,port={self.port},bindaddr=127.0.0.1",
                      "--ctrl", f"type=tcp,port={self.control_port},"
                      "bindaddr=127.0.0.1"],
            self.directory / "swtpm.log")
        self.process.wait_ready(lambda: accepts(self.control_port))
        self._tool("createprimary", "-Q", "-C", "o", "-c", "primary")
        return self

    def stop(self):
        """Ends it."""
        if self.process:
            self.process.stop()

    def make_key(self, kind, handle, password=None):
        """A key that can do nothing but sign, at a persistent handle
        (hexadecimal text). Its public half as PEM."""
        auth = ["-p", password] if password else []
        self._tool("create", "-Q", "-C", "primary", "-G", _KINDS[kind],
                   "-u", "public", "-r", "private", "-a", _SIGNS, *auth)
        self._tool("flushcontext", "-t")
        self._tool("load", "-Q", "-C", "primary", "-u", "public",
                   "-r", "private", "-c", "key")
        self._tool("evictcontrol", "-Q", "-C", "o", "-c", "key", handle)
        self._tool("flushcontext", "-t")
        self._tool("readpublic", "-Q", "-c", handle, "-f", "pem",
                   "-o", "public.pem")
        return (self.directory / "public.pem").read_text(encoding="ascii")

    def make_file(self, path, kind):
        """A key in a file that only this TPM can use. Its public half."""
        algorithm = {
            "ec": ["EC", "-pkeyopt", "group:P-256"],
            "rsa": ["RSA", "-pkeyopt", "bits:2048"],
        }[kind]
        both = ["-provider", "tpm2", "-provider", "default"]
        env = {**os.environ, **self.env}
        run(["openssl", "genpkey", *both, "-algorithm", *algorithm,
             "-out", path], check=True, env=env)
        return run(["openssl", "pkey", *both, "-in", path, "-pubout"],
                   check=True, env=env).stdout

    def _tool(self, verb, *arguments):
        run([f"tpm2_{verb}", *arguments], cwd=self.directory, check=True,
            env={**os.environ, "TPM2TOOLS_TCTI": self.tcti})
