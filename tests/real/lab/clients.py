# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Programs that log in through libsasl2, each run once to its end.

Each function returns an Outcome. What was said is kept with the site and
searched for tokens, but for programs that print the dialogue by design.
"""

import base64
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .process import WAIT_S, run, spawn, wait_for

_CYRUS = Path("/usr/lib/cyrus/bin")


@dataclass
class Outcome:
    """How it ended, and everything that was printed."""

    ok: bool
    text: str

    def must_succeed(self):
        """Fails the test unless the login succeeded."""
        assert self.ok, self.text
        return self

    def must_fail(self, *words):
        """Fails the test unless the login failed, in these words."""
        assert not self.ok, self.text
        for word in words:
            assert word in self.text, f"no {word!r} in:\n{self.text}"
        return self


def imtest_argv(program, port, account, mechanism, password="unused"):
    """The command line of imtest and smtptest."""
    return [str(_CYRUS / program), "-t", "", "-m", mechanism, "-u", account,
            "-a", account, "-w", password, "-p", str(port), "localhost"]


def _cyrus(site, program, port, account, mechanism, goodbye, password):
    argv = imtest_argv(program, port, account, mechanism, password)
    done = run(argv, env=site.env, input=goodbye, **site.identity)
    text = done.stdout + done.stderr
    return Outcome("Authenticated." in text, text)


def imtest(site, server, account, mechanism="XOAUTH2", password="unused"):
    """imtest: IMAP with STARTTLS. It prints what it sends, token included."""
    return _cyrus(site, "imtest", server.imap_port, account, mechanism,
                  ". LOGOUT\r\n", password)


def smtptest(site, server, account, mechanism="XOAUTH2", password="unused"):
    """smtptest: submission with STARTTLS. As talkative as imtest."""
    return _cyrus(site, "smtptest", server.submission_port, account,
                  mechanism, "QUIT\r\n", password)


_MBSYNCRC = """\
IMAPAccount lab
Host localhost
Port {port}
User {account}
PassCmd "echo '{password}'"
SSLType STARTTLS
CertificateFile {ca}
AuthMechs {mechanism}

IMAPStore far
Account lab

MaildirStore near
Path {dir}/
Inbox {dir}/INBOX

Channel lab
Far :far:
Near :near:
Patterns INBOX
Sync Pull
Create Near
SyncState *
"""


_STUCK = "Error performing SASL authentication step"


def mbsync(site, server, account, mechanism="XOAUTH2", password="unused"):
    """mbsync pulls the INBOX into site.directory/mail.

    mbsync 1.4 does not end when a mechanism fails after the server's first
    "+": it says so, and waits for the server to give up, which takes Dovecot
    minutes. Then the lab ends it.
    """
    mail = site.directory / "mail"
    mail.mkdir(exist_ok=True)
    if site.person:
        shutil.chown(mail, site.identity["user"])
    rc = site.directory / "mbsyncrc"
    rc.write_text(_MBSYNCRC.format(
        port=server.imap_port, account=account, mechanism=mechanism,
        password=password, ca=server.ca.pem, dir=mail), encoding="utf-8")
    path = site.keep("mbsync", "")
    with open(path, "wb") as out:
        child = spawn(["mbsync", "-c", rc, "lab"], env=site.env,
                      stdout=out, stderr=out, **site.identity)
    try:
        wait_for("mbsync to end", lambda: child.poll() is not None
                 or _STUCK in path.read_text(encoding="utf-8"),
                 detail=path.read_text)
    finally:
        child.kill()
        status = child.wait()
    return Outcome(status == 0, path.read_text(encoding="utf-8"))


def pulled(site, subject):
    """Whether mbsync has brought a message with that subject."""
    return any(f"Subject: {subject}" in path.read_text(encoding="utf-8")
               for path in (site.directory / "mail").rglob("*")
               if path.is_file() and path.parent.name in ("new", "cur"))


def encode(raw):
    """A line as the sample programs speak it."""
    return "S: " + base64.b64encode(raw).decode() + "\n"


def sample_client(site, account, mechanism, replies=(), service="imap",
                  host="localhost", offered=None):
    """sasl-sample-client against a server that says `replies` (bytes each).

    Returns (messages, outcome): the decoded C: lines, the first being the
    mechanism's name and, after a NUL, an initial response if there is one.
    """
    argv = ["sasl-sample-client", "-s", service, "-n", host,
            "-u", account, "-a", account]
    if mechanism:
        argv += ["-m", mechanism]
    said = encode((offered or mechanism).encode())
    said += "".join(encode(reply) for reply in replies)
    done = run(argv, env=site.env, input=said)
    messages = [base64.b64decode(line[3:])
                for line in done.stdout.splitlines() if line[:3] == "C: "]
    text = done.stdout + done.stderr
    return messages, Outcome(bool(messages), text)


def viewer(site):
    """What saslpluginviewer says of the client plugins."""
    return run(["saslpluginviewer", "-c"], env=site.env).stdout


def many(argvs, env, goodbye=""):
    """Starts all commands before it waits for any; their Outcomes (ok means
    the exit code 0)."""
    children = [spawn(
        argv, env=env, text=True, errors="replace", stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for argv in argvs]
    outcomes = []
    try:
        for child in children:
            text, _ = child.communicate(goodbye, timeout=2 * WAIT_S)
            outcomes.append(Outcome(child.returncode == 0, text))
    finally:
        for child in children:
            child.kill()
            child.wait()
    return outcomes
