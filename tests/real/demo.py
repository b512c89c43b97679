# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The main job, told in a dozen lines. Run by scripts/demo."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lab import process
from lab.ca import Ca
from lab.dovecot import Dovecot
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


def log_in(top, provider):
    """What an administrator does once."""
    site = Site(part(top, "site"), Objects(part(top, "objects")), provider)
    tell(f"3. $ sasl-bearer login {ACCOUNT}")
    for line in site.login(ACCOUNT).strip().splitlines():
        tell(f"      {line}")
    tell("   (the code was typed in and approved by the lab)")
    return site


def relay(top, site, dovecot):
    """A stock Postfix with one message to send."""
    postfix = Postfix(part(top, "postfix"), provider_ca(site),
                      dovecot.submission_port, f"{ACCOUNT}:unused",
                      site.variables).start()
    site.servers.append(postfix)
    tell("5. Postfix runs, smtp(8) chrooted as user postfix; relayhost = "
         f"[localhost]:{dovecot.submission_port}, "
         "smtp_sasl_tls_security_options = noanonymous.")
    postfix.submit(SUBJECT)
    tell("6. One message is handed to Postfix. Its log:")
    deliveries = postfix.wait_for_deliveries(1)
    for line in postfix.log().splitlines():
        if re.search(r"postfix/smtp\[", line):
            tell("      " + line.split("postfix/", 1)[1])
    assert deliveries[0][0] == "sent", "Postfix could not deliver"
    return postfix


def provider_ca(site):
    """The CA that clients of this lab trust."""
    return site.provider.ca


def smtp_root(postfix):
    """The root directory that a running smtp(8) of this Postfix sees."""
    for link in Path("/proc").glob("[0-9]*/root"):
        try:
            name = (link.parent / "comm").read_text().strip()
            root = link.resolve()
        except OSError:
            continue
        if name == "smtp" and root == postfix.directory / "queue":
            return root
    raise AssertionError("no chrooted smtp(8) of this Postfix is running")


def show(top):
    """The whole story. Raises AssertionError where it does not come true."""
    provider, sink, dovecot = start_servers(top)
    provider.reset()
    site = log_in(top, provider)
    old = site.record(ACCOUNT)
    site.expire(ACCOUNT)
    tell("4. The cached access token is made to expire: the record says so, "
         "and the provider calls it inactive.")
    asked = len(provider.refreshes())
    postfix = relay(top, site, dovecot)
    root = smtp_root(postfix)
    requests = provider.refreshes()[asked:]
    new = site.record(ACCOUNT)
    assert [r["status"] for r in requests] == [200], requests
    assert new["access_token"] != old["access_token"]
    tell(f"7. The provider answered {len(requests)} refresh request; the "
         f"record has a new token. smtp(8), whose root is {root}, made it.")
    mechanism, = dovecot.logins(ACCOUNT)
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
    process.stop_all_at_exit()
    top = Path(tempfile.mkdtemp(prefix="sb-demo-"))
    top.chmod(0o755)
    try:
        show(top)
    except (AssertionError, OSError, LookupError, ValueError,
            subprocess.SubprocessError) as error:
        tell(f"demo: FAILED: {error}")
        return 1
    finally:
        process.stop_all()
        shutil.rmtree(top)
    tell("demo: passed: the message reached an OAuth-only server although "
         "the token had expired.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
