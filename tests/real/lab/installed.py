# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A system on which sasl-bearer is installed like any other package.

It lies in a directory, as debootstrap makes one, or is this machine itself, "/".
Its Postfix is the distribution's, put right by `sasl-bearer doctor --fix`, and
its certificates are in the system's bundle. Nothing is told by a variable.
"""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

from .doctor import doctor_fix
from .postfix import Postfix
from .process import Process, run
from .provider import PUBLIC, SCOPE
from .site import Site

_CONF = """\
default_provider = "lab"
client_id = "{client_id}"
renewer   = "postfix"
provider "lab" {{
    token_endpoint  = "{token_endpoint}"
    device_endpoint = "{device_endpoint}"
    scope           = "{scope}"
}}
"""

# What the lab needs: names without a name server, a log without a daemon, and
# a name for a machine that may have none. The rest is doctor's work.
_MAIN = {
    "smtp_host_lookup": "native",
    "maillog_file": "/var/log/postfix-lab.log",
    "myhostname": "relay.example.com",
    "mydestination": "",
    "inet_interfaces": "loopback-only",
}

_UPGRADE_S = 300
"""How long an upgrade may take. A bound, not a claim."""

_CHANGED = ("main.cf", "master.cf")
_LAB_CA = "usr/local/share/ca-certificates/mail-lab.crt"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class System:
    """Runs programs of the system in `root`, as root of that system."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.env = {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": "/root",
                    "DEBIAN_FRONTEND": "noninteractive"}

    def path(self, inside):
        """Where a file of the system lies, seen from here."""
        return self.root / str(inside).lstrip("/")

    def command(self, *words):
        """The words that run a program there."""
        if self.root == Path("/"):
            return list(words)
        return ["chroot", str(self.root), *words]

    def run(self, *words, **more):
        """Runs it, and wants it to succeed."""
        return run(self.command(*words), env=self.env, check=True, **more)

    def trust(self, ca):
        """Puts an authority into the system's bundle."""
        place = self.path(_LAB_CA)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ca.pem, place)
        self.run("update-ca-certificates")

    def upgrade(self, packages):
        """Installs what lies in a directory there."""
        self.run("sh", "-c", f"apt-get install -y -q {packages}/*.deb",
                 timeout_s=_UPGRADE_S)

    def distrust(self):
        """Takes it out again."""
        self.path(_LAB_CA).unlink(missing_ok=True)
        self.run("update-ca-certificates", "--fresh")


class InstalledSite(Site):
    """The configuration and the state of that system, at their places."""

    def __init__(self, directory, system, provider):
        self.system = system
        tool = directory / "sasl-bearer"
        words = " ".join(system.command("/usr/bin/sasl-bearer"))
        tool.write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="ascii")
        tool.chmod(0o755)
        super().__init__(directory, SimpleNamespace(tool=tool), provider,
                         without_module=True)
        self.state = system.path("/var/lib/sasl-bearer")

    @property
    def variables(self):
        """None: that is the point."""
        return {}

    @property
    def env(self):
        """The system's."""
        return self.system.env

    def kept(self):
        """What is an administrator's: by path owner, mode and contents."""
        paths = [self.conf, *self.state.rglob("*")]
        return {path: (path.stat().st_uid, path.stat().st_gid,
                       path.stat().st_mode,
                       path.is_file() and path.read_bytes())
                for path in paths}

    def configure(self):
        """Writes /etc/sasl-bearer.conf there."""
        self.conf = self.system.path("/etc/sasl-bearer.conf")
        self.conf.write_text(_CONF.format(
            client_id=PUBLIC, scope=SCOPE,
            token_endpoint=self.provider.token_endpoint,
            device_endpoint=self.provider.device_endpoint), encoding="utf-8")


class InstalledPostfix(Postfix):
    """The Postfix of that system. Mail is handed in by sendmail(1)."""

    def __init__(self, system, directory, relay_port, site):
        super().__init__(directory, None, relay_port, None, {})
        self.system = system
        self.site = site
        self.mended = None  # what doctor said
        self.queue = system.path("/var/spool/postfix")

    def start(self):
        """Starts it as its service does, and returns once it takes mail."""
        self._log().unlink(missing_ok=True)
        for name in _CHANGED:
            shutil.copy(self._etc(name), self.directory / name)
        self.system.run("postconf", "-e", *(
            f"{name} = {value}" for name, value in _MAIN.items()))
        # No port of this machine is needed, and another may have it.
        self.system.run("postconf", "-M#", "smtp/inet")
        self.system.run("/usr/lib/postfix/configure-instance.sh", "-")
        self.system.run("postfix", "check")
        # "postfix start-fg" would put it out of reach, in another group.
        self.process = Process(
            "postfix", self.system.command(
                "/usr/lib/postfix/sbin/master", "-d"),
            self.directory / "master.out", env=self.system.env)
        self.process.wait_ready(lambda: "daemon started" in self.log())
        self.mended = "".join(self._mend())
        return self

    def _mend(self):
        """As an administrator does, who says yes; what is shown."""
        shown, after = doctor_fix(
            self.site, None, f"--server=smtp://localhost:{self.relay_port}")
        assert after.code == 0, shown + after.text
        return shown, after.text

    def stop(self):
        """Ends it, and leaves its configuration as it was."""
        if self.process is None:
            return
        super().stop()
        self.process = None
        for name in _CHANGED:
            shutil.copy(self.directory / name, self._etc(name))
        for path in self._etc("").glob("*.before-*"):
            path.unlink()
        self._etc("sasl_passwd").unlink()
        self._log().unlink(missing_ok=True)

    def reload(self):
        """As an administrator does after an upgrade."""
        self.system.run("postfix", "reload")

    def submit(self, subject, count=1, sender="me@contoso.com"):
        """Hands in messages."""
        for number in range(count):
            recipient = f"rcpt{number}@example.com"
            self.system.run("sendmail", "-f", sender, recipient, input=(
                f"From: {sender}\nTo: {recipient}\n"
                f"Subject: {subject}\n\nHello.\n"))

    def log(self):
        """The mail log."""
        if not self._log().exists():
            return ""
        return self._log().read_text(encoding="utf-8", errors="replace")

    def _log(self):
        return self.system.path(_MAIN["maillog_file"])

    def _etc(self, name):
        return self.system.path("/etc/postfix") / name
