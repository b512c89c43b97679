# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""`login you@domain`: the provider is found by the domain's mail hosts, and
the tool says how. Its name server is the lab's.
"""

import signal
import time

import pytest

from lab.nameserver import (CNAME, MX, NXDOMAIN, SERVFAIL, SILENT, STUCK,
                            TRUNCATED, Nameserver)
from lab.process import WAIT_S, spawn, wait_for
from lab.tuning import use

pytestmark = pytest.mark.toolonly

TEMPFAIL, CONFIG, CANCELLED = 75, 78, 130
BOUND_S = 15
PROMPT_S = 4
"""The search is given 8 seconds, and looks for Ctrl-C four times a second.
Bounds, not claims."""

ME = "me@contoso.com"
MAIL = "contoso-com.mail.protection.outlook.com"
FILTER = "mx0a-00000001.pphosted.com"
PRESETS = ("office365", "office365-gcc-high", "office365-dod",
           "office365-china", "outlook", "office365-hve", "google", "yahoo",
           "aol", "fastmail", "zoho", "yandex", "mailru")


@pytest.fixture(scope="module")
def the_nameserver(top):
    """One for all tests here."""
    directory = top / "nameserver"
    directory.mkdir()
    server = Nameserver(directory).start()
    yield server
    server.stop()


@pytest.fixture
def nameserver(the_nameserver):
    """It knows nothing, and was asked nothing."""
    why = the_nameserver.why_not()
    if why:
        pytest.skip(f"no mounts here: {why}")
    the_nameserver.zone = {}
    the_nameserver.questions = []
    return the_nameserver


@pytest.fixture
def bare(site, nameserver):
    """A site that names neither a provider nor an application, asking this
    name server: login(address, code, *arguments) returns what it said, on
    stdout and on stderr."""
    site.conf.write_text(f'ca_file = "{site.provider.ca.pem}"\n',
                         encoding="utf-8")

    def login(address, code, *arguments):
        done = use(site, "login", address, *arguments, code=code,
                   prefix=nameserver.prefix)
        site.keep("stdout", done.stdout)
        return done.stdout, done.stderr
    login.site = site
    return login


def test_the_mail_host_of_a_domain_tells_its_provider(bare, nameserver):
    nameserver.zone = {"contoso.com": {MX: [(0, MAIL)]}}
    out, err = bare(ME, CONFIG)
    assert out == f"{ME} is at Microsoft 365: the mail of contoso.com " \
                  f"goes to {MAIL} (MX)\n"
    assert "no client_id" in err and "Microsoft 365" in err
    assert nameserver.questions == [("contoso.com", MX, "udp")]


def test_a_provider_that_is_named_is_not_looked_for(bare, nameserver):
    out, err = bare(ME, CONFIG, "--provider", "google")
    assert out == "" and "Google" in err
    assert nameserver.questions == []


def test_a_domain_of_a_provider_is_not_looked_up(bare, nameserver):
    out, _ = bare("me@gmail.com", CONFIG)
    assert out == "me@gmail.com is at Google: gmail.com is a domain of " \
                  "Google\n"
    assert nameserver.questions == []


def test_a_filter_hides_the_provider(bare, nameserver):
    nameserver.zone = {"contoso.com": {MX: [(10, FILTER)]}}
    out, err = bare(ME, CONFIG)
    assert out == ""
    for word in ("contoso.com", FILTER, "filter", "--provider", *PRESETS):
        assert word in err, err


def test_autodiscover_tells_what_a_filter_hides(bare, nameserver):
    nameserver.zone = {
        "contoso.com": {MX: [(10, FILTER)]},
        "autodiscover.contoso.com": {CNAME: ["autodiscover.outlook.com"]}}
    out, _ = bare(ME, CONFIG)
    assert "is at Microsoft 365: autodiscover.contoso.com is an alias of " \
           "autodiscover.outlook.com" in out


@pytest.mark.parametrize("zone, code, words", [
    (NXDOMAIN, CONFIG, ["contoso.com does not exist"]),
    ({}, CONFIG, ["no MX records", "--provider"]),
    ({MX: [(0, "")]}, CONFIG, ["takes no mail (RFC 7505)"]),
    ({MX: [(5, "mail.contoso.com")]}, CONFIG,
     ["goes to mail.contoso.com (MX)", "--provider", "issuer"]),
    (SERVFAIL, TEMPFAIL, ["contoso.com", "--provider"]),
], ids=["no domain", "no hosts", "no mail", "own host", "trouble"])
def test_what_was_seen_instead_is_told(zone, code, words, bare, nameserver):
    nameserver.zone = {"contoso.com": zone}
    out, err = bare(ME, code)
    assert out == "" and err.count("\n") == 1
    for word in words:
        assert word in err, err


def test_a_truncated_answer_is_asked_for_over_tcp(bare, nameserver):
    nameserver.zone = {
        "contoso.com": (TRUNCATED, {MX: [(1, "aspmx.l.google.com")]})}
    out, _ = bare(ME, CONFIG)
    assert f"{ME} is at Google: " in out
    assert [way for _, _, way in nameserver.questions] == ["udp", "tcp"]


@pytest.mark.parametrize("zone, ways", [
    (SILENT, {"udp"}), ((STUCK, {}), {"udp", "tcp"})],
    ids=["over UDP", "over TCP"])
def test_a_name_server_that_says_nothing_is_given_up(
        zone, ways, bare, nameserver):
    """libc's resolver would wait for ever over TCP."""
    nameserver.zone = {"contoso.com": zone}
    begun = time.monotonic()
    out, err = bare(ME, TEMPFAIL)
    assert time.monotonic() - begun < BOUND_S
    assert out == "" and "contoso.com" in err and "--provider" in err
    assert {way for _, _, way in nameserver.questions} == ways


def test_ctrl_c_ends_the_search(bare, nameserver):
    nameserver.zone = {"contoso.com": SILENT}
    site = bare.site
    path = site.keep("login", "")
    with open(path, "wb") as out:
        child = spawn([*nameserver.prefix, site.objects.tool, "login", ME],
                      env=site.env, stdout=out, stderr=out)
    try:
        wait_for("a question", lambda: nameserver.questions)
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        assert child.wait(WAIT_S) == CANCELLED
        assert time.monotonic() - begun < PROMPT_S
    finally:
        child.kill()
        child.wait()
    assert "interrupted" in path.read_text()


@pytest.mark.parametrize("name", [
    "me", "me@localhost", "me@m\u00fcller.example.com", "me@192.0.2.1x_"])
def test_nothing_is_asked_about_what_is_no_domain(name, bare, nameserver):
    out, err = bare(name, CONFIG)
    assert out == "" and "--provider" in err
    assert nameserver.questions == []


def test_the_provider_that_was_found_is_remembered(
        site, account, nameserver, provider):
    """A login with endpoints changed to the lab's; then with no network: the
    domain is asked about once."""
    nameserver.zone = {"contoso.com": {MX: [(0, MAIL)]}}
    text = site.conf.read_text().replace(
        'provider "lab"', 'provider "office365"')
    site.conf.write_text(text, encoding="utf-8")
    path = site.keep("login", "")
    with open(path, "wb") as out:
        child = spawn([*nameserver.prefix, site.objects.tool, "login",
                       account, "--device"],
                      env=site.env, stdout=out, stderr=out)
    try:
        # pylint: disable-next=protected-access
        provider.approve(site._user_code(child, path), account)
        assert child.wait(WAIT_S) == 0, path.read_text()
    finally:
        child.kill()
        child.wait()
    assert f"{account} is at Microsoft 365: " in path.read_text()
    nameserver.zone = {}
    site.expire(account)
    assert site.token(account)
    assert [name for name, _, _ in nameserver.questions] == ["contoso.com"]
