# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""README.md as somebody new carries it out, from the package to the first
message, and an upgrade while Postfix runs. Run by scripts/package-life.

    newcomer.py ROOT NEWER

ROOT is a directory that chroot(1) can enter, where the first command was
carried out already. The configuration and the other commands are those of
README.md, as they stand. What is of the lab: the endpoints in the
configuration, with the id and the tenant that everybody has to put there; and
that the mail server of Microsoft 365 is on loopback, in a network that has
nothing else. NEWER is a directory in ROOT, with the packages to upgrade to.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from demo import part, tell
from lab import ca, process
from lab.dovecot import Dovecot
from lab.doctor import doctor_fix
from lab.installed import InstalledPostfix, InstalledSite, System
from lab.provider import DEVICE_GRANT, Provider
from lab.site import TOP
from lab.sink import Sink

_CLIENT, _TENANT = "5d2f4c9e-7a35-4b86-9c0d-1f7a8b3c4260", "lab.invalid"
_SERVER, _PORT = "smtp.office365.com", 587
_ENDPOINTS = """
provider "office365" {{
    token_endpoint  = "{0.token_endpoint}"
    device_endpoint = "{0.device_endpoint}"
}}
"""
_README = (TOP / "README.md").read_text(encoding="utf-8")


def section(title):
    """Of README.md."""
    return re.search(rf"^## {title}\n(.*?)^## ", _README,
                     re.MULTILINE | re.DOTALL)[1]


def commands():
    """The four."""
    block = re.search(r"^    apt install .*\n(?:    .*\n)*",
                      section("As a package"), re.MULTILINE)[0]
    return [line.strip() for line in block.splitlines()]


def configuration():
    """What it says that /etc/sasl-bearer.conf is."""
    block = re.search(r"^ +default_provider.*\n(?: +\S.*\n)*",
                      section("Postfix and Microsoft 365"), re.MULTILINE)[0]
    for name, value in (("client_id", _CLIENT), ("tenant", _TENANT)):
        block, count = re.subn(rf'({name} *= )".*"', rf'\1"{value}"', block)
        assert count == 1, block
    return re.sub(r"^ +", "", block, flags=re.MULTILINE)


class Site(InstalledSite):
    """Configured as README.md says."""

    def configure(self):
        self.conf = self.system.path("/etc/sasl-bearer.conf")
        self.conf.write_text(
            configuration() + _ENDPOINTS.format(self.provider),
            encoding="utf-8")


class Relay(InstalledPostfix):
    """Nothing is said to doctor but what README.md says."""

    def _mend(self):
        shown, after = doctor_fix(self.site, None)
        assert after.code == 0, shown + after.text
        return shown, after.text


def start_servers(top):
    """The world outside."""
    ca.NAMES += f",DNS:{_SERVER}"
    authority = ca.Ca(part(top, "ca"))
    provider = Provider(part(top, "provider"), authority).start()
    provider.control(
        "client", client_id=_CLIENT, keys=[], redirect_uris=[],
        grant_types=[DEVICE_GRANT, "refresh_token"], response_types=[],
        token_endpoint_auth_method="none", application_type="native")
    sink = Sink().start()
    dovecot = Dovecot(part(top, "dovecot"), authority, provider, sink)
    dovecot.submission_port = _PORT
    return provider, sink, dovecot.start()


class Hosts:
    """Of a system, where the mail server is here meanwhile."""

    def __init__(self, system):
        self.path = system.path("/etc/hosts")
        self.before = self.path.read_bytes() if self.path.exists() else None

    def __enter__(self):
        self.path.write_text(f"127.0.0.1 localhost {_SERVER}\n")

    def __exit__(self, *_):
        if self.before is None:
            self.path.unlink()
        else:
            self.path.write_bytes(self.before)


def first_message(site, postfix, sink, steps):
    """Three commands, and what they say. Returns the account."""
    login, doctor, send = steps
    account = login.split()[-1]
    assert login == f"sasl-bearer login {account}"
    said = site.login(account)
    tell(f"# {login}\n{said.strip()}")
    assert doctor == "sasl-bearer doctor --postfix --fix"
    postfix.start()
    tell(f"# {doctor}\n{postfix.mended.strip()}")
    tell(f"# {send}")
    site.system.run("sh", "-c", send)
    sink.wait_for("hello", detail=postfix.log)
    tell("The message has arrived.")
    return account


def upgrade(site, postfix, account, newer):
    """Newer packages, and two messages more: one that finds processes which
    began with the older ones, and one after the reload."""
    with site.conf.open("a", encoding="utf-8") as conf:
        conf.write("# An administrator's own words.\n")
    before = site.kept()
    site.system.upgrade(newer)
    assert site.kept() == before
    tell("The packages were upgraded while Postfix ran. Configuration, grant "
         "and record are what they were.")
    asked = len(site.provider.refreshes())
    for count, prepare in enumerate((lambda: None, postfix.reload), 2):
        prepare()
        site.expire(account)
        postfix.submit(f"message {count}", sender=account)
        assert [status for status, _ in postfix.wait_for_deliveries(count)] \
            == ["sent"] * count, postfix.log()
    assert [request["status"] for request in
            site.provider.refreshes()[asked:]] == [200, 200]
    tell("Two messages more were relayed, before and after a reload, each "
         "with a token renewed by the same grant.")


def show(top, root, newer):
    """The whole story. Raises AssertionError where it does not come true."""
    _, *steps = commands()
    provider, sink, dovecot = start_servers(top)
    provider.reset()
    system = System(root)
    system.trust(provider.ca)
    site = Site(part(top, "site"), system, provider)
    postfix = Relay(system, part(top, "postfix"), _PORT, site)
    try:
        with Hosts(system):
            account = first_message(site, postfix, sink, steps)
            upgrade(site, postfix, account, newer)
            assert len(dovecot.logins(account)) >= 3
            log = postfix.log()
            assert not [token for token in provider.issued() if token in log]
    finally:
        postfix.stop()
        system.distrust()


def main():
    """Exit status 0 if all of it is true."""
    root, newer = sys.argv[1:]
    process.stop_all_at_exit()
    top = Path(tempfile.mkdtemp(prefix="sb-newcomer-"))
    top.chmod(0o755)
    try:
        show(top, root, newer)
    except (AssertionError, OSError, LookupError, ValueError,
            subprocess.SubprocessError) as error:
        tell(f"newcomer: FAILED: {error}")
        return 1
    finally:
        process.stop_all()
        shutil.rmtree(top)
    tell("newcomer: passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
