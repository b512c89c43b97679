# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The lab's servers as fixtures, and two watchers over all tests.

One watcher searches every log for the tokens that the provider handed out. The
other is `--without-module`: it leaves the module out of its plugin directory
and turns every result round, so that a test which would pass without the thing
it tests is found.
"""

import base64
import itertools
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from lab import process
from lab.ca import Ca
from lab.dovecot import Dovecot
from lab.google import Google
from lab.issuer import OIDC, Issuer
from lab.mailserver import MailServer
from lab.metadata import Metadata
from lab.postfix import Postfix
from lab.process import run
from lab.provider import Provider
from lab.scripted import Scripted, device_answer
from lab.sink import Sink
from lab.site import Objects, Site, debian_plugin

_names = itertools.count(1)


def pytest_addoption(parser):
    """--without-module, see above."""
    parser.addoption(
        "--without-module", action="store_true",
        help="leave the module out; every test must then fail")


def pytest_configure(config):
    """Servers end with the run, however it ends."""
    config.addinivalue_line(
        "markers", "toolonly: needs no module, left out of --without-module")
    process.stop_all_at_exit()


def pytest_collection_modifyitems(config, items):
    """Without the module, only what uses the module is of interest."""
    if not config.getoption("--without-module"):
        return
    kept = [i for i in items if not i.get_closest_marker("toolonly")]
    config.hook.pytest_deselected(
        items=[i for i in items if i not in kept])
    items[:] = kept


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Without the module, a failed assertion is what must come."""
    outcome = yield
    report = outcome.get_result()
    if not item.config.getoption("--without-module") or report.when != "call":
        return
    if report.outcome == "passed":
        report.outcome = "failed"
        report.longrepr = "passes although the module is left out"
    elif call.excinfo and call.excinfo.errisinstance(AssertionError):
        report.outcome = "passed"
        report.longrepr = None


@pytest.fixture(scope="session")
def top():
    """A directory that goes with the run. Short: sockets are made in it."""
    path = Path(tempfile.mkdtemp(prefix="sb-"))
    path.chmod(0o755)
    yield path
    process.stop_all()
    shutil.rmtree(path)


@pytest.fixture
def fresh(top):
    """Makes empty directories."""
    def make(name):
        path = top / f"{name}{next(_names)}"
        path.mkdir()
        return path
    return make


def _made(path):
    path.mkdir()
    return path


@pytest.fixture(scope="session")
def objects(top):
    """What was built."""
    return Objects(_made(top / "objects"))


@pytest.fixture(scope="session")
def ca(top):
    """The certificate authority of this run."""
    return Ca(_made(top / "ca"))


@pytest.fixture(scope="session")
def the_provider(top, ca):
    """The provider process; tests take `provider`."""
    provider = Provider(_made(top / "provider"), ca).start()
    yield provider
    provider.stop()


@pytest.fixture
def provider(the_provider):
    """The OpenID provider, its knobs as they were, its counts at zero."""
    the_provider.reset()
    yield the_provider
    the_provider.reset()


@pytest.fixture(scope="session")
def sink():
    """Where Dovecot relays to."""
    sink = Sink().start()
    yield sink
    sink.stop()


@pytest.fixture(scope="session")
def dovecot(top, ca, the_provider, sink):
    """IMAP and submission with STARTTLS, OAuth only."""
    server = Dovecot(_made(top / "dovecot"), ca, the_provider, sink).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def clear_dovecot(top, ca, the_provider, sink):
    """The same without TLS: no client may send it a token by default."""
    server = Dovecot(_made(top / "clear"), ca, the_provider, sink,
                     tls=False).start()
    yield server
    server.stop()


@pytest.fixture
def account():
    """A login that no other test has used."""
    return f"user{next(_names)}@contoso.com"


@pytest.fixture
def metadata(provider, account):
    """The metadata service; its tokens are the provider's."""
    service = Metadata(lambda: provider.login(account)["access_token"])
    yield service.start()
    service.stop()


@pytest.fixture
def entra(ca):
    """A stand-in for Microsoft's endpoints; an empty form is refused."""
    server = Scripted(ca).start()
    server.answers["/device"] = device_answer()
    yield server
    server.stop()


@pytest.fixture
def issuer(ca, provider):
    """An issuer with a good OpenID document; its endpoints are the lab's."""
    server = Issuer(ca, provider).start()
    server.documents[OIDC] = server.document()
    yield server
    server.stop()


@pytest.fixture
def serve(ca):
    """Starts mail servers of a few lines."""
    started = []

    def make(behaviour, authority=ca, host="127.0.0.1"):
        started.append(MailServer(authority, behaviour, host).start())
        return started[-1]
    yield make
    for one in started:
        one.stop()


@pytest.fixture
def google(fresh, ca, provider, account):
    """Google; its tokens are the lab's provider's."""
    service = Google(fresh("google"), ca,
                     lambda: provider.login(account)["access_token"],
                     [account])
    yield service.start()
    service.stop()


@pytest.fixture
def make_site(request, fresh, objects, provider):
    """Makes sites; afterwards nothing they printed may hold a token."""
    sites = []

    def make(**more):
        more.setdefault("without_module",
                        request.config.getoption("--without-module"))
        sites.append(Site(fresh("site"), objects, provider, **more))
        return sites[-1]
    yield make
    for one in sites:
        for server in one.servers:
            server.stop()
    texts = [text for one in sites for text in _printed(one)]
    _assert_no_token(provider.issued(), texts)


@pytest.fixture
def site(make_site):
    """A site of the public client."""
    return make_site()


@pytest.fixture
def logged_in(site, account):
    """A site in which `account` has logged in by device code."""
    site.login(account)
    return site


@pytest.fixture
def new_postfix(fresh, ca):
    """Makes Postfix instances for a site and an account, not written yet."""
    def make(site, server, account, password="unused", **more):
        return Postfix(
            fresh("postfix"), ca, server.submission_port,
            f"{account}:{password}", site.variables, **more)
    return make


@pytest.fixture
def make_postfix(new_postfix):
    """Starts Postfix instances for a site and an account."""
    def make(site, *arguments, **more):
        postfix = new_postfix(site, *arguments, **more)
        site.servers.append(postfix)
        return postfix.start()
    return make


@pytest.fixture
def make_postfix_files(new_postfix):
    """The same, configured and never started."""
    def make(*arguments, **more):
        postfix = new_postfix(*arguments, **more)
        postfix.write()
        return postfix
    return make


@pytest.fixture(scope="session")
def saslhost(top):
    """The little SASL program, built."""
    program = top / "saslhost"
    source = Path(__file__).with_name("saslhost.c")
    run([*os.environ.get("CC", "cc").split(), "-std=c11", "-D_GNU_SOURCE", source,
         "-o", program, "-lsasl2"], check=True)
    return program


def _printed(site):
    """(name, text) of everything a site's programs and servers logged."""
    for path in site.outputs.iterdir():
        yield path.name, path.read_text(encoding="utf-8", errors="replace")
    for server in site.servers:
        yield str(server.directory), server.log()


def _forms(token):
    """How a token can look in a log: itself, or inside base64, where its
    bytes fall on one of three positions."""
    yield token
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + token.encode()).decode()
        yield coded[4:-4]


def _assert_no_token(tokens, texts):
    for name, text in texts:
        for token in tokens:
            for form in _forms(token):
                assert form not in text, f"a token is in {name}:\n{text}"


@pytest.fixture(scope="session", autouse=True)
def nothing_left(top):
    """No process of ours is there when the run ends."""
    yield
    process.stop_all()
    left = Path("/proc/thread-self/children").read_text().split()
    commands = [Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
                for pid in left]
    assert not [c for c in commands if c], commands


@pytest.fixture
def add_passwords(fresh):
    """Puts Debian's PLAIN and LOGIN beside the module, to be loaded before
    or after it: libsasl2 takes the directories of SASL_PATH in order."""
    def add(site, ours_first=True):
        theirs = fresh("theirs")
        for name in ("libplain.so", "liblogin.so"):
            (theirs / name).symlink_to(debian_plugin(name))
        site.sasl_path = [site.plugins, theirs] if ours_first \
            else [theirs, site.plugins]
    return add
