# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A private Postfix whose smtp(8) runs chrooted as user postfix.

SASL options are Postfix's defaults, but for the one line that every recipe of
ours has: smtp_sasl_tls_security_options = noanonymous.
"""

import os
import re
import shutil
import smtplib

from .process import Process, accepts, free_port, run, wait_for

_MAIN = """\
compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
maillog_file = {dir}/maillog
maillog_file_prefixes = {dir}
multi_instance_enable = no
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example.com
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
relayhost = [localhost]:{port}
smtp_host_lookup = native
smtp_tls_security_level = {tls_level}
smtp_tls_CAfile = {ca}
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:{dir}/sasl_passwd
smtp_sasl_tls_security_options = noanonymous
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LANG=C
  {environment}
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
smtp unix - - y - - smtp
relay unix - - y - - smtp
"""

_JAIL_FILES = ("hosts", "resolv.conf", "services", "nsswitch.conf")


class Postfix:
    """One running Postfix that relays everything to localhost:relay_port.

    `password` is the right side of the entry in smtp_sasl_password_maps,
    LOGIN:PASSWORD, `key` its left side if not the relay host. `environment` is
    what smtp(8) gets to see. `options` stand in main.cf, in the place of those
    of that name; those named by `without` do not. `master` are lines that
    follow that of smtp.
    """

    def __init__(self, directory, ca, relay_port, password, environment,
                 tls_level="encrypt", options=None, without=(), key=None,
                 master=()):
        self.directory = directory
        self.queue = directory / "queue"
        self.ca = ca
        self.relay_port = relay_port
        self.password = password
        self.environment = environment
        self.tls_level = tls_level
        self.options = options or {}
        self.without = [without] if isinstance(without, str) else without
        self.key = key or f"[localhost]:{relay_port}"
        self.master = master
        self.port = free_port()
        self.process = None

    def start(self):
        """Starts it, and returns once it takes mail."""
        self.write()
        return self.launch()

    def launch(self):
        """The same as it is configured by now, after stop()."""
        env = dict(os.environ, MAIL_CONFIG=str(self.directory))
        run(["postfix", "-c", self.directory, "check"], check=True, env=env)
        self.process = Process(
            "postfix", ["/usr/lib/postfix/sbin/master", "-c", self.directory,
                        "-d"],
            self.directory / "master.out", env=env)
        self.process.wait_ready(lambda: accepts(self.port))
        return self

    def stop(self):
        """Ends it, smtp(8) included."""
        if self.process:
            self.process.stop()

    def write(self):
        """Writes its configuration, without starting it."""
        self._write_configuration()
        self._furnish_jail()

    def _write_configuration(self):
        self.directory.chmod(0o755)
        self.queue.mkdir()
        data = self.directory / "data"
        data.mkdir(mode=0o700)
        shutil.chown(data, "postfix")
        variables = "\n  ".join(
            f"{name}={value}" for name, value in self.environment.items())
        text = _MAIN.format(
            dir=self.directory, port=self.relay_port, ca=self.ca.pem,
            tls_level=self.tls_level, environment=variables)
        gone = [*self.options, *self.without]
        text = "".join(line for line in text.splitlines(keepends=True)
                       if line.split(" ")[0] not in gone)
        for name, value in self.options.items():
            text += f"{name} = {value}\n"
        (self.directory / "main.cf").write_text(text, encoding="ascii")
        smtp = "smtp unix - - y - - smtp\n"
        (self.directory / "master.cf").write_text(
            _MASTER.format(port=self.port).replace(
                smtp, smtp + "".join(f"{line}\n" for line in self.master)),
            encoding="ascii")
        passwords = self.directory / "sasl_passwd"
        passwords.write_text(
            f"{self.key} {self.password}\n", encoding="ascii")
        passwords.chmod(0o600)

    def _furnish_jail(self):
        etc = self.queue / "etc"
        etc.mkdir()
        for name in _JAIL_FILES:
            shutil.copy(f"/etc/{name}", etc / name)

    # Use.

    def submit(self, subject, count=1, sender="me@contoso.com"):
        """Hands in messages; each has its own recipient and queue file."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as session:
            for number in range(count):
                session.sendmail(
                    sender, [f"rcpt{number}@example.com"],
                    f"From: {sender}\nTo: rcpt{number}@example.com\n"
                    f"Subject: {subject}\n\nHello.\n")

    def retry(self):
        """What `postqueue -f` does: deferred mail is tried again now."""
        run(["postqueue", "-c", self.directory, "-f"], check=True)

    def log(self):
        """The mail log."""
        path = self.directory / "maillog"
        if not path.exists():
            return ""
        return path.read_text(encoding="utf-8", errors="replace")

    def deliveries(self):
        """The delivery attempts: a list of (status, words)."""
        return re.findall(
            r"postfix/(?:smtp|relay)[^ ]*: .*status=(\w+) \((.*)\)$",
            self.log(), re.MULTILINE)

    def wait_for_deliveries(self, count):
        """Until that many attempts have ended; returns all of them."""
        return wait_for(
            f"{count} delivery attempts of Postfix",
            lambda: len(self.deliveries()) >= count and self.deliveries(),
            detail=lambda: self.log()[-6000:])

    def warnings(self):
        """The warnings that smtp(8) logged."""
        return re.findall(r"postfix/smtp\[\d+\]: warning: (.*)$",
                          self.log(), re.MULTILINE)
