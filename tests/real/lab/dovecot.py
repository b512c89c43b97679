# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Dovecot, IMAP, POP3 and submission, that takes nothing but OAuth 2.0.

Every token is introspected at the provider at every login: nothing is cached,
so a token that the provider has revoked is refused at once.
"""

import re
import time

from .process import Process, accepts, free_port
from .provider import INTROSPECTOR, SECRETS

_LOG_S = 2
"""How much later a login may stand in the log."""

_CONF = """\
instance_name = sasl-bearer-lab
protocols = imap pop3 submission
listen = 127.0.0.1
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/dovecot.log
login_log_format_elements = user=<%u> method=%m
ssl = {ssl}
{ssl_files}
disable_plaintext_auth = no
auth_mechanisms = xoauth2 oauthbearer
auth_failure_delay = 0
auth_cache_size = 0
auth_verbose = yes
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {dir}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={dir}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop_port}
  }}
  inet_listener pop3s {{
    port = {pops_port}
    ssl = yes
  }}
}}
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {submission_port}
  }}
  inet_listener submissions {{
    port = {submissions_port}
    ssl = yes
  }}
}}
# Its penalty makes repeated failures look like a hang.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
submission_relay_host = 127.0.0.1
submission_relay_port = {sink_port}
submission_relay_trusted = yes
mail_max_userip_connections = 0
default_vsz_limit = 512M
"""

_OAUTH2 = """\
introspection_mode = post
introspection_url = https://{id}:{secret}@localhost:{port}/token/introspection
username_attribute = sub
active_attribute = active
active_value = true
tls_ca_cert_file = {ca}
"""


class Dovecot:
    """One running Dovecot: imap_port, pop_port and submission_port, where
    TLS comes with STARTTLS, and imaps_port, pops_port and submissions_port,
    where it comes first.

    With tls=False it has no STARTTLS and offers its mechanisms in the clear:
    what a client must not fall for.
    """

    def __init__(self, directory, ca, provider, sink, tls=True):
        self.directory = directory
        self.ca = ca
        self.provider = provider
        self.sink = sink
        self.tls = tls
        self.imap_port = free_port()
        self.pop_port = free_port()
        self.submission_port = free_port()
        self.imaps_port = free_port() if tls else 0
        self.pops_port = free_port() if tls else 0
        self.submissions_port = free_port() if tls else 0
        self.process = None

    def start(self):
        """Starts it, and returns once its ports answer."""
        for name in ("run", "state", "home"):
            (self.directory / name).mkdir()
        (self.directory / "home").chmod(0o777)
        self._write_oauth2()
        conf = self.directory / "dovecot.conf"
        conf.write_text(self._conf(), encoding="ascii")
        self.process = Process("dovecot", ["/usr/sbin/dovecot", "-F", "-c",
                                           conf],
                               self.directory / "dovecot.out")
        self.process.wait_ready(
            lambda: accepts(self.imap_port) and accepts(self.pop_port)
            and accepts(self.submission_port))
        return self

    def stop(self):
        """Ends it."""
        if self.process:
            self.process.stop()

    def _conf(self):
        files = f"ssl_cert = <{self.ca.cert}\nssl_key = <{self.ca.key}"
        return _CONF.format(
            dir=self.directory, ssl="yes" if self.tls else "no",
            ssl_files=files if self.tls else "",
            imap_port=self.imap_port, imaps_port=self.imaps_port,
            pop_port=self.pop_port, pops_port=self.pops_port,
            submission_port=self.submission_port,
            submissions_port=self.submissions_port,
            sink_port=self.sink.port)

    def _write_oauth2(self):
        path = self.directory / "oauth2.conf"
        path.write_text(_OAUTH2.format(
            id=INTROSPECTOR, secret=SECRETS[INTROSPECTOR],
            port=self.provider.port, ca=self.ca.pem), encoding="ascii")
        path.chmod(0o600)

    def log(self):
        """Everything it has logged."""
        path = self.directory / "dovecot.log"
        if not path.exists():
            return ""
        return path.read_text(encoding="utf-8", errors="replace")

    def logins(self, user, service=None, count=1):
        """The mechanisms by which a user has logged in, in order. A client
        may be told before the log is: so many are waited for, for a while."""
        deadline = time.monotonic() + _LOG_S
        while True:
            found = re.findall(
                r"(imap|pop3|submission)-login: Info: Login: user=<([^>]*)>, "
                r"method=(\w+)", self.log())
            methods = [method for where, name, method in found
                       if name == user and service in (None, where)]
            if len(methods) >= count or time.monotonic() > deadline:
                return methods
            time.sleep(0.05)

    def put_mail(self, user, subject):
        """A message into the user's INBOX, as a delivery agent would."""
        maildir = self.directory / "home" / user / "Maildir"
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True, exist_ok=True)
        (maildir / "new" / f"1.{abs(hash(subject))}.lab").write_text(
            f"From: lab@example.com\nTo: {user}\n"
            f"Subject: {subject}\n\nHello.\n",
            encoding="ascii")
        for path in (maildir.parent, *maildir.parent.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
