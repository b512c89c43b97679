# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Programs without SASL plugins: those that take a session from
`sasl-bearer connect`, and those that take a token from a command."""

import os
import pty
import shlex
import subprocess

from .clients import Outcome
from .process import WAIT_S, run, spawn, wait_for


def connect_argv(site, protocol, address, account, *more):
    """The command line of `sasl-bearer connect`."""
    return [str(site.objects.tool), "connect", protocol, address, account,
            *more]


def connect(site, protocol, address, account, *more, said="", code=0,
            **variables):
    """`sasl-bearer connect` with `said` (text or bytes) as its whole input.
    Returns what came out, as bytes, and what it said to a person."""
    child = spawn(connect_argv(site, protocol, address, account, *more),
                  env={**site.env, **variables}, stdin=subprocess.PIPE,
                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                  **site.identity)
    try:
        out, words = child.communicate(
            said.encode() if isinstance(said, str) else said, 2 * WAIT_S)
    finally:
        child.kill()
        child.wait()
    words = words.decode()
    site.keep("connect", words)
    assert child.returncode == code, \
        f"{child.returncode}, not {code}\n{out[:2000]}\n{words}"
    return out, words


def _shell(argv):
    return " ".join(shlex.quote(word) for word in argv)


_FETCHMAILRC = """\
set no bouncemail
poll lab via localhost protocol {protocol}
  plugin "{plugin}"
  auth {auth}
  username "{account}" password "unused" sslproto ''
  fetchall nokeep
  mda "cat >> {mail}"
"""


def fetchmail(site, plugin, protocol, account, auth, code=0):
    """fetchmail -v fetches all into site.directory/fetched. It starts the
    plugin without a shell, and puts localhost for its %h."""
    rc = site.directory / "fetchmailrc"
    mail = site.directory / "fetched"
    rc.write_text(_FETCHMAILRC.format(
        protocol=protocol, plugin=" ".join(plugin), account=account, auth=auth,
        mail=mail), encoding="utf-8")
    rc.chmod(0o600)
    done = run(["fetchmail", "-v", "--nosyslog", "-f", rc, "--pidfile",
                site.directory / "fetchmail.pid"], env=site.env,
               timeout_s=2 * WAIT_S)
    text = done.stdout + done.stderr
    site.keep("fetchmail", text)
    return Outcome(done.returncode == code, text)


def fetched(site):
    """What fetchmail has brought."""
    path = site.directory / "fetched"
    return path.read_text(encoding="utf-8") if path.exists() else ""


_MBSYNCRC = """\
IMAPAccount lab
Tunnel "{tunnel}"

IMAPStore far
Account lab

MaildirStore near
Path {dir}/
Inbox {dir}/INBOX

Channel lab
Far :far:
Near :near:
Patterns INBOX
Sync All
Create Near
SyncState *
"""


def mbsync(site, tunnel):
    """mbsync syncs the INBOX with site.directory/mail."""
    mail = site.directory / "mail"
    mail.mkdir(exist_ok=True)
    rc = site.directory / "mbsyncrc"
    rc.write_text(_MBSYNCRC.format(tunnel=_shell(tunnel), dir=mail),
                  encoding="utf-8")
    done = run(["mbsync", "-c", rc, "lab"], env=site.env,
               timeout_s=2 * WAIT_S)
    text = done.stdout + done.stderr
    site.keep("mbsync", text)
    return Outcome(done.returncode == 0, text)


_MSMTPRC = """\
account lab
host localhost
port {port}
tls on
tls_starttls {starttls}
tls_trust_file {ca}
auth {auth}
user {account}
from {account}
passwordeval "{command}"
"""


def msmtp(site, server, account, auth, subject, starttls=True):
    """msmtp sends a message, its token from `sasl-bearer token`."""
    rc = site.directory / "msmtprc"
    rc.write_text(_MSMTPRC.format(
        port=server.submission_port if starttls else server.submissions_port,
        starttls="on" if starttls else "off", ca=server.ca.pem, auth=auth,
        account=account,
        command=_shell([str(site.objects.tool), "token", account])),
        encoding="utf-8")
    rc.chmod(0o600)
    done = run(["msmtp", "-C", rc, "-a", "lab", "you@example.com"],
               env=site.env, timeout_s=2 * WAIT_S,
               input=f"From: {account}\nTo: you@example.com\n"
               f"Subject: {subject}\n\nHello.\n")
    text = done.stdout + done.stderr
    site.keep("msmtp", text)
    return Outcome(done.returncode == 0, text)


_MUTTRC = """\
set ssl_ca_certificates_file = "{ca}"
set ssl_force_tls = yes
set ssl_verify_host = yes
set imap_user = "{account}"
set imap_authenticators = "{mechanism}"
set imap_oauth_refresh_command = "{command}"
set smtp_authenticators = "{mechanism}"
set smtp_oauth_refresh_command = "{command}"
set smtp_url = "smtp://{user}@localhost:{smtp}/"
set from = "{account}"
set use_from = yes
set use_envelope_from = yes
set hostname = "contoso.com"
set copy = no
set confirmappend = no
set confirmcreate = no
set delete = yes
set quit = yes
set header_cache = ""
set sleep_time = 0
set folder = "{dir}"
set spoolfile = "{dir}/none"
unset record
unset wait_key
"""


def _muttrc(site, server, account, mechanism):
    rc = site.directory / "muttrc"
    rc.write_text(_MUTTRC.format(
        ca=server.ca.pem, account=account, mechanism=mechanism,
        user=account.replace("@", "%40"), smtp=server.submission_port,
        dir=site.directory,
        command=_shell([str(site.objects.tool), "token", account])),
        encoding="utf-8")
    return rc


def mutt_send(site, server, account, mechanism, subject):
    """mutt sends a message in batch mode."""
    done = run(["mutt", "-n", "-F", _muttrc(site, server, account, mechanism),
                "-s", subject, "--", "you@example.com"], env=site.env,
               input="Hello.\n", timeout_s=2 * WAIT_S)
    text = done.stdout + done.stderr
    site.keep("mutt", text)
    return Outcome(done.returncode == 0, text)


def mutt_read(site, server, account, mechanism, tunnel=""):
    """mutt opens the INBOX as mutt_open() does. tunnel: mutt's option of that
    name."""
    return mutt_open(
        site, _muttrc(site, server, account, mechanism), site.env,
        "-f", f"imap://{account.replace('@', '%40')}@localhost:"
        f"{server.imap_port}/INBOX", "-e", f'set tunnel="{tunnel}"')


def mutt_open(site, rc, env, *more, program="mutt"):
    """mutt opens a mailbox on a terminal, copies all of it into an mbox in
    site.directory, and quits. Returns (outcome, text of the mbox)."""
    box = site.directory / "copied"
    screen = site.keep("mutt-screen", "")
    argv = [program, "-n", "-F", str(rc), *more,
            "-e", f"push <tag-pattern>~A<enter><tag-prefix><copy-message>"
            f"<kill-line>{box}<enter><exit>"]
    main, side = pty.openpty()
    child = spawn(argv, env={**env, "TERM": "vt100"}, stdin=side,
                  stdout=side, stderr=side, start_new_session=True)
    os.close(side)
    os.set_blocking(main, False)
    try:
        wait_for("mutt to end",
                 lambda: _drain(main, screen) or child.poll() is not None,
                 detail=screen.read_text)
    finally:
        child.kill()
        status = child.wait()
        os.close(main)
    text = screen.read_text(encoding="utf-8", errors="replace")
    copied = box.read_text(encoding="utf-8") if box.exists() else ""
    return Outcome(status == 0, text), copied


def _drain(main, screen):
    """Takes what mutt has drawn, so that it does not wait for us."""
    try:
        with open(screen, "ab") as file:
            file.write(os.read(main, 65536))
    except OSError:
        pass
    return False
