# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Clients that sign with a private key: in a file, a token and a TPM. The
provider verifies with a library of its own."""

import os

import pytest

from lab import softhsm, tpm
from lab.keys import make_certificate, make_key
from lab.process import free_port
from lab.tuning import quoted

CONFIG = 78
PASSPHRASE = "correct horse"
_CONF = """\
provider "lab" {{
    token_endpoint = "{token_endpoint}"
    scope          = "mail"
}}
ca_file = "{ca}"
account "{account}" {{
    provider = "lab"
{lines}}}
"""

pytestmark = pytest.mark.toolonly


@pytest.fixture
def key_site(make_site, provider, account):
    """Makes a site of one account, which needs no person. env: for the
    programs; the rest are options."""
    def make(env=None, **options):
        site = make_site(accounts=[account])
        site.conf.write_text(_CONF.format(
            token_endpoint=provider.token_endpoint,
            ca=provider.ca.pem, account=account, lines=quoted(options)),
            encoding="utf-8")
        site.more_env = env or {}
        return site
    return make


@pytest.fixture
def key_client(key_site, provider, account):
    """Makes a site whose client signs with the key: PEM is its public half."""
    def make(public, alg, **more):
        name = f"app-{account}"
        provider.add_client(name, public, alg)
        return key_site(grant="client_credentials", client_id=name,
                        client_assertion_alg=alg, **more)
    return make


def renewed(provider):
    """What the provider took and answered."""
    return [(r["grant"], r["status"]) for r in provider.requests()]


def assert_renews(site, account, provider):
    """The first token and another one, each for a request."""
    site.tool("login", account)
    first = site.token(account)
    site.tool("refresh", account)
    assert site.token(account) != first
    assert renewed(provider) == [("client_credentials", 200)] * 2


@pytest.mark.parametrize("kind,alg", [
    ("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")])
def test_a_key_in_a_file(kind, alg, key_client, fresh, account, provider):
    key, public = make_key(fresh("key"), kind)
    site = key_client(public, alg, client_key=key)
    assert_renews(site, account, provider)


def test_an_encrypted_key_with_its_certificate(
        key_client, fresh, account, provider):
    directory = fresh("key")
    key, public = make_key(directory, "rsa", PASSPHRASE)
    pin = directory / "pin"
    pin.write_text(PASSPHRASE + "\n", encoding="ascii")
    pin.chmod(0o600)
    site = key_client(public, "PS256", client_key=f"file:{key}",
                      client_key_pin_file=pin,
                      client_certificate=make_certificate(
                          directory, key, passphrase=PASSPHRASE))
    assert_renews(site, account, provider)


def test_another_key_is_refused_by_the_provider(
        key_client, fresh, account, provider):
    _, public = make_key(fresh("key"), "ec")
    key, _ = make_key(fresh("key"), "ec")
    site = key_client(public, "ES256", client_key=key)
    done = site.tool("login", account, code=CONFIG)
    assert "invalid_client" in done.stderr
    assert [r["status"] for r in provider.requests()] == [401]


def test_a_certificate_that_has_expired_is_not_sent(
        key_client, fresh, account, provider):
    directory = fresh("key")
    key, public = make_key(directory, "rsa")
    site = key_client(
        public, "PS256", client_key=key,
        client_certificate=make_certificate(directory, key, days=-1))
    done = site.tool("login", account, code=CONFIG)
    assert "expired on 20" in done.stderr
    assert provider.requests() == []


@pytest.fixture
def token(fresh):
    """A SoftHSM token."""
    reason = softhsm.missing()
    if reason:
        pytest.skip(f"{reason}, so no PKCS#11 token can be made")
    return softhsm.SoftHsm(fresh("hsm"))


@pytest.mark.parametrize("kind,alg", [
    ("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")])
def test_a_key_in_a_token(kind, alg, token, key_client, account, provider):
    site = key_client(token.make_key(kind), alg, env=token.env,
                      client_key=token.uri(kind),
                      client_key_pin_file=token.pin_file)
    assert_renews(site, account, provider)


def test_a_pin_named_by_the_uri(token, key_client, account, provider):
    bare = token.directory / "bare"
    bare.write_text(softhsm.PIN, encoding="ascii")
    bare.chmod(0o600)
    site = key_client(token.make_key("ec"), "ES256", env=token.env,
                      client_key=token.uri("ec", f"&pin-source=file:{bare}"))
    assert_renews(site, account, provider)


def test_what_is_wrong_with_a_token_is_said(
        token, key_client, account, provider):
    public = token.make_key("ec")
    wrong = token.directory / "wrong"
    wrong.write_text("999999\n", encoding="ascii")
    wrong.chmod(0o600)
    uri, pin = token.uri("ec"), token.pin_file
    for options, sentence in [
            ({"client_key": uri}, "wants a PIN"),
            ({"client_key": uri, "client_key_pin_file": wrong},
             "refuses the PIN"),
            ({"client_key": token.uri("none"), "client_key_pin_file": pin},
             "no private key at pkcs11:"),
            ({"client_key": uri.replace("mail", "snail"),
              "client_key_pin_file": pin}, "token is not present"),
            ({"client_key": uri.replace("softhsm/", "nowhere/"),
              "client_key_pin_file": pin}, "module-path"),
    ]:
        site = key_client(public, "ES256", env=token.env, **options)
        done = site.tool("login", account, code=CONFIG)
        assert sentence in done.stderr
        assert done.stderr.count("\n") == 1, done.stderr
    assert provider.requests() == []


def test_a_refused_pin_is_given_once(token, key_client, account, provider):
    public = token.make_key("ec")
    wrong = token.directory / "wrong"
    wrong.write_text("999999\n", encoding="ascii")
    wrong.chmod(0o600)
    spy, notes, env = token.spy()
    options = {"client_key": token.uri("ec", module=spy),
               "client_key_pin_file": wrong}
    site = key_client(public, "ES256", env=env, **options)
    # Three accounts of one process, and the key that all of them sign with.
    more = [f"{n}-{account}" for n in (1, 2)]
    section = site.conf.read_text().partition("account ")[2]
    with open(site.conf, "a", encoding="utf-8") as conf:
        for name in more:
            conf.write("account " + section.replace(account, name, 1))
    for name in ("tokens", "grants"):
        (site.state / name).mkdir(parents=True)
    done = site.tool("refresh", account, *more, code=CONFIG)
    assert done.stderr.count("refuses the PIN") == 3, done.stderr
    calls = notes.read_text(encoding="utf-8", errors="replace")
    assert calls.count("C_Login\n") == 1, calls
    assert calls.count("CKR_PIN_INCORRECT") == 1, calls
    assert provider.requests() == []
    # Another process tries it once more: there it may be another PIN.
    wrong.write_text(softhsm.PIN, encoding="ascii")
    wrong.chmod(0o600)
    notes.unlink()
    site.tool("login", account)
    assert "C_Login\n" in notes.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def chip(fresh):
    """A TPM."""
    reason = tpm.missing()
    if reason:
        pytest.skip(f"{reason}, so no TPM can be run")
    one = tpm.Tpm(fresh("tpm")).start()
    yield one
    one.stop()


@pytest.mark.parametrize("kind,alg", [
    ("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")])
def test_a_key_in_a_tpm(kind, alg, chip, key_client, account, provider):
    public = chip.make_key(kind, "0x81000001")
    site = key_client(public, alg, env=chip.env,
                      client_key="handle:0x81000001")
    assert_renews(site, account, provider)


@pytest.mark.parametrize("kind,alg", [
    ("rsa", "RS256"), ("rsa", "PS256"), ("ec", "ES256")])
def test_a_file_that_only_the_tpm_can_use(
        kind, alg, chip, key_client, account, provider, fresh):
    path = chip.directory / "wrapped.pem"
    public = chip.make_file(path, kind)
    assert "BEGIN TSS2 PRIVATE KEY" in path.read_text(encoding="ascii")
    site = key_client(public, alg, env=chip.env, client_key=path)
    assert_renews(site, account, provider)
    another = tpm.Tpm(fresh("tpm")).start()
    site.more_env = another.env
    done = site.tool("refresh", account, code=None)
    another.stop()
    assert done.returncode == CONFIG, done.stderr
    assert str(path) in done.stderr
    assert len(provider.requests()) == 2


def test_a_tpms_key_with_a_password(chip, key_client, account, provider):
    public = chip.make_key("ec", "0x81000002", password="tpm-password")
    pin, wrong = chip.directory / "pin", chip.directory / "wrong"
    pin.write_text("tpm-password\n", encoding="ascii")
    pin.chmod(0o600)
    wrong.write_text("another\n", encoding="ascii")
    wrong.chmod(0o600)
    uri = "handle:0x81000002?pass"
    site = key_client(public, "ES256", env=chip.env, client_key=uri,
                      client_key_pin_file=wrong)
    done = site.tool("login", account, code=CONFIG)
    assert "refuses its PIN" in done.stderr
    site = key_client(public, "ES256", env=chip.env, client_key=uri,
                      client_key_pin_file=pin)
    assert_renews(site, account, provider)


def test_a_tpm_that_is_not_there(key_client, fresh, account, provider):
    reason = tpm.missing()
    if reason:
        pytest.skip(f"{reason}, so OpenSSL may have no provider for a TPM")
    _, public = make_key(fresh("key"), "ec")
    tcti = f"swtpm:host=127.0.0.1,port={free_port()}"
    site = key_client(public, "ES256", env={"TPM2OPENSSL_TCTI": tcti},
                      client_key="handle:0x81000001")
    done = site.tool("login", account, code=CONFIG)
    assert "the TPM of handle:0x81000001 cannot be opened" in done.stderr
    assert "TPM2OPENSSL_TCTI" in done.stderr
    # Its libraries have much to say of themselves.
    assert done.stderr.count("\n") == 1
    if not os.path.exists("/dev/tpmrm0"):
        site.more_env = {}
        done = site.tool("login", account, code=CONFIG)
        assert "cannot be opened (/dev/tpmrm0: " in done.stderr
    assert provider.requests() == []


def test_a_handle_without_key(chip, key_client, account, provider):
    public = chip.make_key("ec", "0x81000003")
    site = key_client(public, "ES256", env=chip.env,
                      client_key="handle:0x81000004")
    done = site.tool("login", account, code=CONFIG)
    assert "no private key at handle:0x81000004" in done.stderr
    assert provider.requests() == []
