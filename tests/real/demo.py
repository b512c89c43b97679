# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The main job, told in a dozen lines. Run by scripts/demo.

    demo.py [--installed ROOT]

With ROOT the programs are not those of the tree but those that are installed in
that system, "/" or a directory that chroot(1) can enter; see lab/installed.py.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lab import process
from lab.ca import Ca
from lab.dovecot import Dovecot
from lab.installed import InstalledPostfix, InstalledSite, System
from lab.postfix import Postfix
from lab.provider import Provider
from lab.sink import Sink
from lab.site import Objects, Site

ACCOUNT = "me@contoso.com"
SUBJECT = "relayed with OAuth 2.0"


def tell(text):
    """One line of narration, at once."""
    print(text, flush=True)


def part(top, name):
    """An empty directory for one server."""
    path = top / name
    path.mkdir()
    return path


def start_servers(top):
    """The world outside: provider, mail server, the message's destination."""
    ca = Ca(part(top, "ca"))
    provider = Provider(part(top, "provider"), ca).start()
    tell(f"1. An OpenID provider runs at {provider.url} (device login, "
         "refresh tokens good for one use).")
    sink = Sink().start()
    dovecot = Dovecot(part(top, "dovecot"), ca, provider, sink).start()
    tell("2. A Dovecot submission server runs on port "
         f"{dovecot.submission_port}. It takes XOAUTH2 and OAUTHBEARER, no "
         "password, and asks the provider about every token.")
    return provider, sink, dovecot


class Built:
    """The programs of the tree, beside a Postfix that is configured for them
    from nothing."""

    def site(self, top, provider):
        """Where the account will be."""
        return Site(part(top, "site"), Objects(part(top, "objects")), provider)

    def postfix(self, top, site, dovecot):
        """Started."""
        return Postfix(part(top, "postfix"), site.provider.ca,
                       dovecot.submission_port, f"{ACCOUNT}:unused",
                       site.variables).start()

    def clear(self):
        """Nothing is left that would not go with the directory."""


class Installed:
    """The programs of a whole system, and its own Postfix."""

    def __init__(self, root):
        self.system = System(root)
        self.postfixes = []

    def site(self, top, provider):
        """Where the account will be."""
        self.system.trust(provider.ca)
        return InstalledSite(part(top, "site"), self.system, provider)

    def postfix(self, top, site, dovecot):
        """Started."""
        assert not site.variables
        self.postfixes.append(
            InstalledPostfix(self.system, part(top, "postfix"),
                             dovecot.submission_port, site))
        postfix = self.postfixes[-1].start()
        tell("   $ sasl-bearer doctor --postfix --fix "
             f"--server=smtp://localhost:{dovecot.submission_port}")
        for line in postfix.mended.splitlines():
            tell(f"      {line}")
        return postfix

    def clear(self):
        """The account stays, for who looks at it next."""
        for postfix in self.postfixes:
            postfix.stop()
        self.system.distrust()


def log_in(top, world, provider):
    """What an administrator does once."""
    site = world.site(top, provider)
    tell(f"3. $ sasl-bearer login {ACCOUNT}")
    for line in site.login(ACCOUNT).strip().splitlines():
        tell(f"      {line}")
    tell("   (the code was typed in and approved by the lab)")
    return site


def configure(top, world, site, dovecot):
    """A stock Postfix that has nothing to send yet."""
    postfix = world.postfix(top, site, dovecot)
    tell("4. Postfix runs, smtp(8) chrooted as user postfix; relayhost = "
         f"[localhost]:{dovecot.submission_port}, "
         "smtp_sasl_tls_security_options = noanonymous.")
    return postfix


def relay(postfix):
    """One message, which arrives."""
    postfix.submit(SUBJECT)
    tell("6. One message is handed to Postfix. Its log:")
    deliveries = postfix.wait_for_deliveries(1)
    for line in postfix.log().splitlines():
        if re.search(r"postfix/smtp\[", line):
            tell("      " + line.split("postfix/", 1)[1])
    assert deliveries[0][0] == "sent", "Postfix could not deliver"


def smtp_root(postfix):
    """The root directory that a running smtp(8) of this Postfix sees."""
    for link in Path("/proc").glob("[0-9]*/root"):
        try:
            name = (link.parent / "comm").read_text().strip()
            root = link.resolve()
        except OSError:
            continue
        if name == "smtp" and root == postfix.queue:
            return root
    raise AssertionError("no chrooted smtp(8) of this Postfix is running")


def show(top, world):
    """The whole story. Raises AssertionError where it does not come true."""
    provider, sink, dovecot = start_servers(top)
    provider.reset()
    site = log_in(top, world, provider)
    postfix = configure(top, world, site, dovecot)
    old = site.record(ACCOUNT)
    site.expire(ACCOUNT)
    tell("5. The cached access token is made to expire: the record says so, "
         "and the provider calls it inactive.")
    asked = len(provider.refreshes())
    relay(postfix)
    root = smtp_root(postfix)
    requests = provider.refreshes()[asked:]
    new = site.record(ACCOUNT)
    assert [r["status"] for r in requests] == [200], requests
    assert new["access_token"] != old["access_token"]
    tell(f"7. The provider answered {len(requests)} refresh request; the "
         f"record has a new token. smtp(8), whose root is {root}, made it.")
    *_, mechanism = dovecot.logins(ACCOUNT)
    tell(f"8. Dovecot logged: {ACCOUNT} logged in by {mechanism}.")
    sink.wait_for(SUBJECT)
    assert site.grant(ACCOUNT)["refresh_token"] \
        in provider.account(ACCOUNT)["refresh"]
    tell("9. The message has arrived, and the refresh token that replaced the "
         "old one is saved.")
    log = postfix.log()
    assert not [token for token in provider.issued() if token in log]
    tell("10. No token is in Postfix's log.")


def main():
    """Exit status 0 if the message arrived."""
    parser = argparse.ArgumentParser(description="Shows the main job.")
    parser.add_argument("--installed", metavar="ROOT",
                        help="the system to use instead of this tree")
    root = parser.parse_args().installed
    world = Installed(root) if root else Built()
    process.stop_all_at_exit()
    top = Path(tempfile.mkdtemp(prefix="sb-demo-"))
    top.chmod(0o755)
    try:
        show(top, world)
    except (AssertionError, OSError, LookupError, ValueError,
            subprocess.SubprocessError) as error:
        tell(f"demo: FAILED: {error}")
        return 1
    finally:
        process.stop_all()
        world.clear()
        shutil.rmtree(top)
    tell("demo: passed: the message reached an OAuth-only server although "
         "the token had expired.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
