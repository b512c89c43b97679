# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What may happen between here and a token endpoint, each on loopback.

The endpoint stands before the provider: an account is logged in through it,
and then it begins to misbehave.
"""

import shutil
import socket
import ssl

import pytest

from lab.ca import Ca
from lab.faults import (FLOODS, Endpoint, FullBacklog, context_for, drip,
                        good_answer, never_answer, only_tls_1_1, reply)
from lab.leaf import Leaf
from lab.listener import hang_up, in_turn, listen_silently, relay
from lab.process import WAIT_S, free_port
from lab.proxy import PASSWORD, USER, Proxy
from lab.tuning import (drop_option, half_written, measured,  # noqa: F401
                        no_temporary_file_stays, tune, use)

TEMPFAIL, CONFIG = 75, 78
MAX_PEAK_KB = 100_000


@pytest.fixture
def endpoint(provider):
    """A token endpoint that hands everything on to the provider."""
    server = Endpoint(provider).start()
    yield server
    server.stop()


@pytest.fixture
def made(make_site, account, endpoint):
    """A site whose account was logged in through the endpoint. Its token is
    over, so that the next use asks."""
    site = make_site(accounts=[account])
    tune(site, account, token_endpoint=endpoint.url)
    site.login(account)
    site.expire(account)
    endpoint.begin(endpoint.behaviour)
    return site


def must_fail(site, account, code, *words, **variables):
    """The tool ends with that code and one sentence that has these words. The
    login is as it was. Returns the sentence."""
    grant = site.grant(account)["refresh_token"]
    done = use(site, "token", account, code=code, **variables)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and account in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert site.grant(account)["refresh_token"] == grant
    assert grant in site.provider.account(account)["refresh"]
    assert half_written(site.state) == []
    return done.stderr


# Deadlines.

NO_END = pytest.mark.parametrize("behaviour", [
    never_answer, drip, listen_silently,
], ids=["no answer", "a drip", "no handshake"])


@pytest.mark.toolonly
@NO_END
def test_the_deadline_ends_every_wait(behaviour, made, account, endpoint):
    tune(made, account, token_endpoint=endpoint.url, timeout=2,
         connect_timeout=100)
    endpoint.begin(behaviour)
    must_fail(made, account, TEMPFAIL, f"localhost:{endpoint.port}",
              "did not answer within 2 seconds")
    assert endpoint.connections == 1


@pytest.mark.toolonly
@NO_END
def test_a_token_inside_its_window_is_handed_out_after_the_deadline(
        behaviour, made, account, endpoint):
    tune(made, account, token_endpoint=endpoint.url, timeout=2,
         connect_timeout=100)
    made.make_due(account)
    endpoint.begin(behaviour)
    done = use(made, "token", account)
    assert done.stdout.strip() == made.record(account)["access_token"]
    assert done.stderr.count("\n") == 1, done.stderr
    for word in (account, "within 2 seconds", "meanwhile"):
        assert word in done.stderr
    assert endpoint.connections == 1


@pytest.fixture
def slow_to_connect(made, account, endpoint):
    """A second for a connection, and two minutes for all the rest."""
    tune(made, account, token_endpoint=endpoint.url, timeout=120,
         connect_timeout=1)
    return made


@pytest.mark.toolonly
def test_a_connection_has_a_deadline_of_its_own(
        slow_to_connect, account, endpoint):
    endpoint.stop()
    with FullBacklog(endpoint.port):
        must_fail(slow_to_connect, account, TEMPFAIL,
                  f"localhost:{endpoint.port}", timeout_s=WAIT_S)


@pytest.mark.toolonly
def test_a_handshake_counts_as_connecting(
        slow_to_connect, account, endpoint):
    endpoint.begin(listen_silently)
    must_fail(slow_to_connect, account, TEMPFAIL,
              f"localhost:{endpoint.port}", timeout_s=WAIT_S)
    assert endpoint.connections == 1


@pytest.mark.toolonly
def test_the_sentence_does_not_name_a_deadline_that_is_not_over(
        slow_to_connect, account, endpoint):
    endpoint.begin(listen_silently)
    said = must_fail(slow_to_connect, account, TEMPFAIL, timeout_s=WAIT_S)
    assert "120 seconds" not in said and "119 seconds" not in said


# The cap.

@pytest.mark.toolonly
@pytest.mark.parametrize("kind", FLOODS)
def test_an_endless_answer_is_not_taken_in(
        kind, made, account, endpoint, fresh):
    peak = fresh("peak") / "kb"
    endpoint.begin(FLOODS[kind])
    must_fail(made, account, TEMPFAIL, f"localhost:{endpoint.port}",
              prefix=measured(peak))
    assert endpoint.heads, "the flood was not reached"
    assert int(peak.read_text()) < MAX_PEAK_KB


# TLS.

@pytest.fixture
def lenient(fresh):
    """Variables with which OpenSSL itself would take TLS 1.1."""
    path = fresh("openssl") / "openssl.cnf"
    path.write_text(
        "openssl_conf = init\n[init]\nssl_conf = ssl\n[ssl]\n"
        "system_default = all\n[all]\nMinProtocol = TLSv1\n"
        "CipherString = DEFAULT@SECLEVEL=0\n", encoding="ascii")
    return {"OPENSSL_CONF": str(path)}


@pytest.mark.toolonly
def test_tls_1_1_is_refused_even_where_openssl_would_take_it(
        made, account, endpoint, lenient):
    only_tls_1_1(endpoint.context)
    endpoint.begin(good_answer())
    must_fail(made, account, TEMPFAIL, f"localhost:{endpoint.port}",
              **lenient)
    assert endpoint.heads == []
    # That server does talk, to who lets it.
    context = only_tls_1_1(ssl.create_default_context(
        cafile=made.provider.ca.pem))
    with socket.create_connection(("127.0.0.1", endpoint.port)) as plain, \
            context.wrap_socket(plain, server_hostname="localhost") as tls:
        assert tls.version() == "TLSv1.1"


@pytest.mark.toolonly
@pytest.mark.parametrize("names, days, word", [
    ("DNS:elsewhere.example.com,IP:127.0.0.2", 30, "name"),
    ("DNS:localhost,IP:127.0.0.1", -1, "expired"),
], ids=["another name", "expired"])
def test_a_certificate_that_is_not_right_gets_no_request(
        names, days, word, made, account, endpoint, fresh):
    leaf = Leaf(fresh("leaf"), made.provider.ca, names, days)
    endpoint.context = context_for(leaf.cert, leaf.key)
    endpoint.begin(good_answer())
    must_fail(made, account, CONFIG, "certificate", word)
    assert endpoint.heads == []


@pytest.mark.toolonly
@pytest.mark.parametrize("option", ["token_endpoint", "device_endpoint"])
def test_an_endpoint_without_tls_is_refused_when_it_is_read(
        option, make_site, account, provider):
    site = make_site(accounts=[account])
    tune(site, account, **{option: f"http://localhost:{provider.port}/x"})
    line = 1 + [option in text and "http://" in text for text in
                site.conf.read_text().splitlines()].index(True)
    said = site.tool("config", account, code=CONFIG).stderr
    assert f"{site.conf}, line {line}:" in said
    assert option in said and "https://" in said
    assert provider.requests() == []


# Redirects.

@pytest.mark.toolonly
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status, made, account, endpoint, provider):
    target = Endpoint(provider).start()
    try:
        target.begin(good_answer())
        endpoint.begin(reply(status, [
            f"Location: https://127.0.0.1:{target.port}/token"]))
        must_fail(made, account, CONFIG, f"127.0.0.1:{target.port}",
                  str(status))
        assert target.connections == 0
        assert len(endpoint.heads) == 1
    finally:
        target.stop()


# Proxies.

@pytest.fixture
def make_proxy():
    """Starts proxies."""
    proxies = []

    def make(refusal=None):
        proxies.append(Proxy(refusal).start())
        return proxies[-1]
    yield make
    for one in proxies:
        one.stop()


@pytest.fixture
def through(logged_in, account):
    """Gives the account a proxy, and its token an end."""
    def configure(url):
        tune(logged_in, account, proxy=url)
        logged_in.expire(account)
        return logged_in
    return configure


def expected(provider):
    """What a proxy must have been asked for."""
    return [f"CONNECT localhost:{provider.port} HTTP/1.1"]


@pytest.mark.toolonly
def test_a_renewal_goes_through_the_proxy(
        make_proxy, through, account, provider):
    proxy = make_proxy()
    site = through(proxy.url_with_password)
    assert site.token(account) in provider.account(account)["access"]
    assert proxy.requests == expected(provider)
    assert "Proxy-Authorization: Basic" in proxy.heads[0]


@pytest.mark.toolonly
def test_a_proxy_is_not_told_the_client_secret(
        make_proxy, made, account, endpoint, fresh):
    proxy = make_proxy()
    path = fresh("secret") / "secret"
    path.write_text("the client's secret", encoding="ascii")
    path.chmod(0o600)
    tune(made, account, token_endpoint=endpoint.url, proxy=proxy.url,
         client_auth="basic", client_secret_file=path)
    endpoint.begin(good_answer())
    use(made, "token", account)
    assert "\r\nAuthorization: Basic " in endpoint.heads[0]
    assert len(proxy.heads) == 1
    assert "authorization" not in proxy.heads[0].lower()


@pytest.mark.toolonly
@pytest.mark.parametrize("refusal, words", [
    ("403 No", ("does not help",)),
    ("407 Who are you", ("wants a password",)),
    ("302 Elsewhere", ("does not help",)),
])
def test_a_proxy_that_refuses_is_named_without_its_password(
        refusal, words, make_proxy, through, account, provider):
    proxy = make_proxy(refusal)
    site = through(proxy.url_with_password)
    said = must_fail(site, account, CONFIG, f"127.0.0.1:{proxy.port}", *words)
    assert not any(word in said for word in (PASSWORD, "sesame", USER))
    assert proxy.requests and provider.renewals() == []


@pytest.mark.toolonly
def test_a_proxy_that_is_not_there_is_named_without_its_password(
        through, account, provider):
    port = free_port()
    site = through(f"http://{USER}:{PASSWORD}@127.0.0.1:{port}")
    said = must_fail(site, account, None, "127.0.0.1", str(port), "proxy")
    assert not any(word in said for word in (PASSWORD, "sesame", USER))
    assert provider.renewals() == []


@pytest.mark.toolonly
def test_config_shows_a_proxy_without_its_password(through, account):
    site = through(f"http://{USER}:{PASSWORD}@127.0.0.1:3128")
    said = use(site, "config", account).stdout
    assert "127.0.0.1:3128" in said
    assert "sesame" not in said and USER not in said


@pytest.mark.toolonly
def test_the_proxy_of_the_environment_is_used_where_none_is_set(
        make_proxy, logged_in, account, provider):
    proxy = make_proxy()
    logged_in.expire(account)
    use(logged_in, "token", account, https_proxy=proxy.url)
    assert proxy.requests == expected(provider)
    assert len(provider.refreshes()) == 1


@pytest.mark.toolonly
def test_proxy_none_ignores_the_environment(
        make_proxy, through, account, provider):
    proxy = make_proxy("403 No")
    site = through("none")
    use(site, "token", account, https_proxy=proxy.url, ALL_PROXY=proxy.url)
    assert proxy.connections == 0
    assert len(provider.refreshes()) == 1


# Certificates to trust.

@pytest.fixture
def anchors(fresh, provider):
    """A directory with the right certificate among other things, which only
    root may enter."""
    directory = fresh("anchors")
    shutil.copy(provider.ca.pem, directory / "lab.pem")
    shutil.copy(Ca(fresh("other")).pem, directory / "another.crt")
    (directory / "README").write_text("Not a certificate.", encoding="ascii")
    (directory / "old").mkdir()
    directory.chmod(0o700)
    return directory


@pytest.fixture
def with_directory(make_site, account, anchors):
    """A site with ca_dir and without ca_file, whose token is over."""
    site = make_site(accounts=[account])
    drop_option(site, "ca_file")
    tune(site, account, ca_dir=anchors)
    site.login(account)
    site.expire(account)
    return site


@pytest.mark.toolonly
def test_ca_dir_instead_of_ca_file(
        with_directory, account, anchors, provider):
    site = with_directory
    assert site.token(account) in provider.account(account)["access"]
    (anchors / "lab.pem").unlink()
    site.expire(account)
    must_fail(site, account, CONFIG, "certificate")


def test_ca_dir_outside_of_the_chroot(
        with_directory, make_postfix, dovecot, account, provider):
    postfix = make_postfix(with_directory, dovecot, account)
    postfix.submit("ca_dir")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    assert [r["status"] for r in provider.refreshes()] == [200]


@pytest.mark.toolonly
@pytest.mark.parametrize("option", ["ca_file", "ca_dir"])
def test_missing_certificates_are_named_by_their_path(
        option, with_directory, account, anchors):
    missing = anchors / "no-such-thing"
    tune(with_directory, account, **{option: missing})
    must_fail(with_directory, account, CONFIG, str(missing))


# Connections that break.

@pytest.mark.toolonly
def test_a_connection_that_breaks_at_once_is_tried_once_more(
        made, account, endpoint, provider):
    endpoint.begin(in_turn(hang_up, relay(provider.port)))
    assert made.token(account) in provider.account(account)["access"]
    assert endpoint.connections == 2
    assert len(provider.refreshes()) == 1


@pytest.mark.toolonly
def test_no_connection_is_tried_a_third_time(made, account, endpoint):
    endpoint.begin(hang_up)
    must_fail(made, account, TEMPFAIL, f"localhost:{endpoint.port}")
    assert endpoint.connections == 2
