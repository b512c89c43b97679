# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The image of packaging/container at work. Run by scripts/package-container.

    container.py ROOT IMAGE

ROOT is the image's file system, IMAGE what buildah-inspect(1) tells of it.
What runs there has its processes and mounts to itself; its network is that of
this program, which expects one with nothing in it but a loopback.
"""

import json
import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import ACCOUNT, part, start_servers, tell
from lab import process
from lab.installed import InstalledSite, System
from lab.process import Process, wait_for

_PORT = 25
_STARTED = "daemon started"
_PROGRAM = """
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
exec chroot "$@"
"""


class Container:
    """One that runs; what a container's engine does, by unshare(1)."""

    def __init__(self, root, image, log, environment):
        self.root = root
        self.config = image["OCIv1"]["config"]
        self.log_file = log
        for volume in self.config["Volumes"]:
            (root / volume.lstrip("/")).mkdir(parents=True, exist_ok=True)
        self.process = Process("container", [
            "unshare", "--mount", "--pid", "--fork", "--kill-child",
            "sh", "-euc", _PROGRAM, "sh", root, "env", "-i",
            *self.config["Env"],
            *(f"{name}={value}" for name, value in environment.items()),
            *self.config["Cmd"]], log)
        self.process.wait_ready(lambda: _STARTED in self.log())

    def log(self):
        """What it has said."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def first(self):
        """Its process 1, as it is called here."""
        pid = self.process.child.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text())

    def processes(self):
        """The names of all that run in it."""
        def space(pid):
            return os.readlink(f"/proc/{pid}/ns/pid")
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if space(entry.name) == space(self.first()):
                    found.append((entry / "comm").read_text().strip())
            except OSError:
                pass  # it has ended meanwhile
        return sorted(found)

    def end(self):
        """Sends it the signal of the image. Returns its exit status."""
        number = getattr(signal, self.config["StopSignal"])
        os.kill(self.first(), number)
        return self.process.child.wait(process.WAIT_S)


class Inside(System):
    """Runs programs in a container, as "podman exec" does."""

    def __init__(self, root):
        super().__init__(root)
        self.container = None

    def command(self, *words):
        if not self.container:
            return super().command(*words)
        return ["nsenter", f"--target={self.container.first()}", "--pid",
                "--mount", "--root", "--wdns=/", "--", *words]


def hand_in(subject):
    """One message, at the port that the image exposes."""
    with smtplib.SMTP("127.0.0.1", _PORT, timeout=30) as session:
        session.sendmail(ACCOUNT, ["you@example.com"],
                         f"From: {ACCOUNT}\nTo: you@example.com\n"
                         f"Subject: {subject}\n\nHello.\n")


def deliveries(container):
    """How attempts to deliver have ended."""
    return re.findall(r"postfix/smtp\[.*status=(\w+)", container.log())


def show(top, root, image):
    """The claims of the container file, one after the other."""
    provider, sink, dovecot = start_servers(top)
    provider.reset()
    inside = Inside(root)
    inside.trust(provider.ca)
    # Names without a name server.
    inside.path("/etc/hosts").write_text("127.0.0.1 localhost\n")
    inside.run("postconf", "-e", "smtp_host_lookup = native")
    site = InstalledSite(part(top, "site"), inside, provider)
    container = start(top, root, image, dovecot, "first")
    inside.container = container
    tell("3. The container runs. Its processes are "
         f"{', '.join(container.processes())}.")
    only_postfix(container)

    hand_in("before the login")
    wait_for("the first attempt", lambda: deliveries(container),
             detail=container.log)
    assert deliveries(container) == ["deferred"], container.log()
    tell("4. A message is handed in at port 25, and waits, for nobody has "
         "logged in.")
    tell(f"5. $ podman exec -it relay sasl-bearer login {ACCOUNT}")
    site.login(ACCOUNT)
    inside.run("postfix", "flush")
    sink.wait_for("before the login", detail=container.log)
    tell("6. It has arrived.")

    asked = len(provider.refreshes())
    site.make_due(ACCOUNT)
    wait_for("a renewal", lambda: provider.refreshes()[asked:])
    tell("7. A token that is due is renewed without any mail.")
    log = container.log()
    status = container.end()
    tell(f"8. {container.config['StopSignal']} ends it, with exit status "
         f"{status}.")
    assert status == 0, container.log()

    inside.container = container = start(top, root, image, dovecot, "second")
    site.expire(ACCOUNT)
    hand_in("after a restart")
    sink.wait_for("after a restart", detail=container.log)
    log += container.log()
    assert not [token for token in provider.issued() if token in log]
    assert container.end() == 0
    tell("9. Started again, it relays with a renewed token. No token is in "
         "what it says.")


def start(top, root, image, dovecot, name):
    """The container as its file says, with all of its variables."""
    return Container(root, image, top / f"{name}.log", {
        "RELAYHOST": f"[localhost]:{dovecot.submission_port}",
        "ACCOUNT": ACCOUNT, "MYNETWORKS": "127.0.0.0/8", "REFRESH_S": "1"})


def only_postfix(container):
    """No init system and no service but Postfix, which is process 1."""
    first = Path(f"/proc/{container.first()}/comm").read_text().strip()
    assert first == "master", first
    others = set(container.processes()) - {
        "master", "pickup", "qmgr", "postlogd", "start", "sleep",
        "sasl-bearer"}
    assert not others, others
    for path in ("usr/sbin/init", "usr/lib/systemd/systemd"):
        assert not (container.root / path).exists(), path


def main():
    """Exit status 0 if all of it is true."""
    root, image = Path(sys.argv[1]), Path(sys.argv[2])
    process.stop_all_at_exit()
    top = Path(tempfile.mkdtemp(prefix="sb-container-"))
    top.chmod(0o755)
    try:
        show(top, root, json.loads(image.read_text(encoding="utf-8")))
    except (AssertionError, OSError, LookupError, ValueError,
            subprocess.SubprocessError) as error:
        tell(f"container: FAILED: {error}")
        return 1
    finally:
        process.stop_all()
        shutil.rmtree(top)
    tell("container: passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
