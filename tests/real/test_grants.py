# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Grants that need no person: client credentials in each way, managed
identity, and Google's service accounts. They renew by themselves, in mail
programs too, and a login only proves that they work.
"""

import json
import os
import pwd
import re
import secrets
import shutil
import stat
import time

import pytest

from lab.clients import imtest, imtest_argv, many, smtptest
from lab.faults import FullBacklog
from lab.google import Google
from lab.keys import make_certificate, make_key, sign
from lab.metadata import IDENTITY, RESOURCE
from lab.process import free_port, run
from lab.site import TOP
from lab.tuning import half_written, quoted, use

TEMPFAIL, CONFIG = 75, 78
CROWD = 10
SECRET = "b&o+d=y%s/ec&ret+=%26/"

_CONF = """\
provider "lab" {{
    token_endpoint = "{token_endpoint}"
    scope          = "mail"
}}
ca_file = "{ca}"
timeout = 20
{extra}
account "{account}" {{
{lines}}}
"""


def section(site, account, extra="", **options):
    """The whole configuration: one account, which needs no person."""
    owners = f'renewer = "{site.renewer}"\nreader = "{site.renewer}"\n' \
        if site.renewer else ""
    site.conf.write_text(_CONF.format(
        token_endpoint=site.provider.token_endpoint, ca=site.provider.ca.pem,
        account=account, extra=owners + extra, lines=quoted(options)),
        encoding="utf-8")


def secret_file(directory, text, name="secret"):
    """A file that only its owner may read."""
    path = directory / name
    path.write_text(text, encoding="ascii")
    path.chmod(0o600)
    return path


class Cluster:
    """What mounts tokens into a container: a directory whose files are links
    by way of ..data, which is swapped when a new token comes."""

    def __init__(self, directory, audience, client_id):
        self.mount = directory / "mount"
        self.mount.mkdir()
        self.mount.chmod(0o1777)
        self.file = self.mount / "token"
        self.key, self.public = make_key(directory)
        self.claims = {"iss": client_id, "sub": client_id, "aud": audience}
        self.rotate()
        self.file.symlink_to("..data/token")

    def rotate(self):
        """A new token in the place of the old one."""
        self.put(self.sign())

    def put(self, text):
        """The same with any text."""
        name = f"..{time.time_ns()}"
        (self.mount / name).mkdir()
        (self.mount / name / "token").write_text(text, encoding="ascii")
        (self.mount / name / "token").chmod(0o644)
        (self.mount / "..new").symlink_to(name)
        os.rename(self.mount / "..new", self.mount / "..data")

    def sign(self, **changes):
        """A token with an identity of its own."""
        now = int(time.time())
        claims = {**self.claims, "jti": secrets.token_hex(8), "iat": now,
                  "exp": now + 600, **changes}
        return sign(self.key, self.mount.parent,
                    {"alg": "RS256", "typ": "JWT"}, claims)


class Way:
    """One way to get tokens. options: of the account; asked(): how many
    requests there have been; again(): what somebody else does between two."""

    def __init__(self, options, asked, again=lambda: None, extra=""):
        self.options = options
        self.asked = asked
        self.again = again
        self.extra = extra


@pytest.fixture
def client(provider, account):
    """Registers the account's application. Its id."""
    def make(method, keys=(), **more):
        name = f"app-{account}"
        provider.add_app(name, account, method, keys, **more)
        return name
    return make


class Ways:
    """Makes each of them, by its name."""

    def __init__(self, request):
        self.get = request.getfixturevalue
        self.provider = self.get("provider")
        self.client = self.get("client")
        self.directory = self.get("fresh")("way")

    def _of_client(self, name, again=lambda: None, **options):
        return Way({"provider": "lab", "grant": "client_credentials",
                    "client_id": name, **options},
                   lambda: len(self.provider.requests()), again)

    def body(self):
        """A secret in the body."""
        return self._of_client(
            self.client("client_secret_post", client_secret=SECRET),
            client_secret_file=secret_file(self.directory, SECRET + "\n"))

    def basic(self):
        """A secret by HTTP Basic."""
        return self._of_client(
            self.client("client_secret_basic", client_secret=SECRET),
            client_auth="basic",
            client_secret_file=secret_file(self.directory, SECRET))

    def certificate(self):
        """A key with its certificate, as Microsoft wants it."""
        key, public = make_key(self.directory)
        name = self.client("private_key_jwt", [public],
                           token_endpoint_auth_signing_alg="PS256")
        return self._of_client(
            name, client_key=key, client_assertion_alg="PS256",
            client_certificate=make_certificate(self.directory, key))

    def key(self):
        """A key of P-256."""
        key, public = make_key(self.directory, "ec")
        return self._of_client(
            self.client("private_key_jwt", [public],
                        token_endpoint_auth_signing_alg="ES256"),
            client_key=key)

    def federated(self):
        """A token of somebody else, mounted."""
        name = f"app-{self.get('account')}"
        cluster = Cluster(self.directory, self.provider.token_endpoint, name)
        self.client("private_key_jwt", [cluster.public],
                    token_endpoint_auth_signing_alg="RS256")
        return self._of_client(name, cluster.rotate,
                               client_assertion_file=cluster.file)

    def identity(self):
        """The identity of the machine."""
        service = self.get("metadata")
        return Way({"grant": "managed_identity", "resource": RESOURCE,
                    "identity_endpoint": service.url},
                   lambda: len(service.asked))

    def google(self):
        """Google's service account, with the preset's scope."""
        service = self.get("google")
        return Way(
            {"provider": "google", "grant": "service_account",
             "service_account_file": service.file},
            lambda: service.asked,
            extra=f'provider "google" {{\n'
                  f'    token_endpoint = "{service.url}"\n}}\n')


@pytest.fixture
def make_way(request):
    """Makes a way by its name."""
    return lambda name: getattr(Ways(request), name)()


@pytest.fixture
def said(saslhost, account):
    """What the module logs, once, when it has no token to send."""
    def say(site):
        done = run([saslhost, "XOAUTH2", "imap", "localhost", account],
                   env=site.env)
        site.keep("saslhost", done.stdout + done.stderr)
        assert done.returncode != 0, "the module found a token"
        lines = [line for line in done.stderr.splitlines()
                 if line.startswith("log ")]
        assert len(lines) == 1 and account in lines[0], done.stderr
        assert "logged in" not in lines[0], lines[0]
        return lines[0]
    return say


@pytest.fixture
def make_grants(make_site, account):
    """Makes a site of one account that gets its tokens in that way."""
    def make(way, extra="", renewer="root", **more):
        site = make_site(renewer=renewer)
        section(site, account, way.extra + extra, **{**way.options, **more})
        return site
    return make


ALL = pytest.mark.parametrize("name", [
    "body", "basic", "certificate", "key", "federated", "identity", "google"])


def forget(site, account):
    """As if nobody had ever asked."""
    site.record_path(account).unlink()
    site.grant_path(account).unlink()


def must_fail(site, account, code, *words, verb="token", **variables):
    """One sentence, with that exit code, that sends nobody to log in."""
    done = use(site, verb, account, code=code, **variables)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    for word in ("logged in", "sasl-bearer login"):
        assert word not in done.stderr, done.stderr
    assert half_written(site.state) == []
    return done


# Every way.

@ALL
@pytest.mark.toolonly
def test_a_login_proves_it_and_tokens_follow(
        name, make_way, make_grants, account):
    way = make_way(name)
    site = make_grants(way)
    said = site.tool("login", account)
    assert f"{account} is logged in" in said.stdout
    assert "renews itself" in said.stdout
    assert way.asked() == 1
    first = site.token(account)
    assert way.asked() == 1
    site.expire_here(account)
    way.again()
    assert site.token(account) != first
    assert way.asked() == 2
    assert site.grant(account)["kind"] == way.options["grant"]
    assert "refresh_token" not in site.grant(account)
    status = json.loads(site.tool("status", "--json").stdout)
    assert account in json.dumps(status)


@ALL
def test_the_module_renews_by_itself(
        name, make_way, make_grants, account, dovecot):
    way = make_way(name)
    site = make_grants(way)
    site.tool("login", account)
    site.expire_here(account)
    way.again()
    imtest(site, dovecot, account).must_succeed()
    assert way.asked() == 2
    # And where nobody has ever logged in: the configuration is enough.
    forget(site, account)
    way.again()
    smtptest(site, dovecot, account, "OAUTHBEARER").must_succeed()
    assert way.asked() == 3
    assert dovecot.logins(account, count=2) == ["XOAUTH2", "OAUTHBEARER"]


@ALL
def test_ten_at_once_make_one_request(
        name, make_way, make_grants, account, dovecot):
    way = make_way(name)
    site = make_grants(way)
    site.tool("login", account)
    site.expire_here(account)
    way.again()
    argv = imtest_argv("imtest", dovecot.imap_port, account, "XOAUTH2")
    outcomes = many([argv] * CROWD, site.env, ". LOGOUT\r\n")
    failed = [o.text for o in outcomes if "Authenticated." not in o.text]
    assert not failed, f"{len(failed)} of {CROWD}, the first:\n{failed[0]}"
    assert way.asked() == 2


def test_the_chroot_signs_with_a_key_that_it_cannot_read(
        make_way, make_grants, make_postfix, account, dovecot, sink):
    way = make_way("certificate")
    site = make_grants(way, renewer="postfix")
    key = way.options["client_key"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.stat().st_uid == 0
    site.tool("login", account)
    site.expire_here(account)
    postfix = make_postfix(site, dovecot, account)
    postfix.submit(f"signed {account}")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    sink.wait_for(f"signed {account}")
    assert way.asked() == 2
    # Without any login: smtp(8) makes both files.
    forget(site, account)
    another = make_postfix(site, dovecot, account)
    another.submit(f"alone {account}")
    (status, _), = another.wait_for_deliveries(1)
    assert status == "sent", another.log()
    sink.wait_for(f"alone {account}")
    assert way.asked() == 3
    facts = site.record_path(account).stat()
    assert stat.S_IMODE(facts.st_mode) & 0o007 == 0
    assert shutil.which("postfix") and facts.st_uid != 0


def test_without_a_state_directory_nothing_is_asked(
        make_way, make_grants, account, said):
    way = make_way("body")
    site = make_grants(way)
    assert "there is no state directory yet; make it" in said(site)
    assert way.asked() == 0


# A secret.

@pytest.fixture
def with_secret(make_way, make_grants):
    """A way by secret, and its site."""
    way = make_way("body")
    return way, make_grants(way)


def test_a_wrong_secret_is_said_once_and_asked_once(
        with_secret, account, said):
    way, site = with_secret
    site.tool("login", account)
    site.expire_here(account)
    way.options["client_secret_file"].write_text("wrong", encoding="ascii")
    must_fail(site, account, CONFIG, account, "invalid_client", "secret")
    assert way.asked() == 2
    assert "invalid_client" in said(site)
    assert way.asked() == 2
    # The right one is another request, and need not wait.
    way.options["client_secret_file"].write_text(SECRET, encoding="ascii")
    site.token(account)
    assert way.asked() == 3


@pytest.mark.toolonly
def test_a_login_with_a_wrong_secret_leaves_nothing(with_secret, account):
    way, site = with_secret
    way.options["client_secret_file"].write_text("wrong", encoding="ascii")
    must_fail(site, account, CONFIG, "invalid_client", verb="login")
    assert not site.record_path(account).exists()
    assert not site.grant_path(account).exists()


@pytest.mark.toolonly
@pytest.mark.parametrize("option, name", [
    ("client_secret_file", "body"), ("client_key", "certificate"),
    ("service_account_file", "google")])
def test_it_can_be_a_credential_of_systemd(
        option, name, make_way, make_grants, account):
    way = make_way(name)
    path = way.options[option]
    site = make_grants(way, **{option: f"credential:{path.name}"})
    must_fail(site, account, CONFIG, "LoadCredential", verb="login")
    site.more_env = {"CREDENTIALS_DIRECTORY": str(path.parent)}
    site.tool("login", account)
    site.tool("refresh", account)
    assert way.asked() == 2


# A certificate.

def test_an_expired_certificate_is_not_sent(
        make_way, make_grants, account, said):
    way = make_way("certificate")
    site = make_grants(way)
    site.tool("login", account)
    site.expire_here(account)
    key = way.options["client_key"]
    make_certificate(key.parent, key, days=-1)
    must_fail(site, account, CONFIG, account, "certificate", "expired")
    assert "expired" in said(site)
    assert way.asked() == 1
    make_certificate(key.parent, key)
    site.token(account)
    assert way.asked() == 2


# An application belongs to one tenant.

@pytest.mark.parametrize("tenant", ["organizations", "common", "consumers"])
def test_a_tenant_of_all_is_not_asked(
        tenant, make_way, make_grants, account, said):
    way = make_way("body")
    nobody = f"http://127.0.0.1:{free_port()}"
    site = make_grants(way, f'proxy = "{nobody}"\n', provider="office365",
                       tenant=tenant)
    must_fail(site, account, CONFIG, "grant client_credentials wants the "
              "tenant's own name", str(site.conf), verb="login")
    for name in ("tokens", "grants"):
        (site.state / name).mkdir(parents=True, exist_ok=True)
    assert "the tenant's own name" in said(site)
    site = make_grants(way, f'proxy = "{nobody}"\n', provider="office365",
                       tenant="contoso.com")
    must_fail(site, account, TEMPFAIL, "proxy", verb="login")


# A token of another issuer.

@pytest.fixture
def mounted(provider, account, fresh, client, make_grants):
    """A cluster, and the site of a container in it."""
    name = f"app-{account}"
    cluster = Cluster(fresh("cluster"), provider.token_endpoint, name)
    client("private_key_jwt", [cluster.public],
           token_endpoint_auth_signing_alg="RS256")
    return cluster, make_grants(Way(
        {"provider": "lab", "grant": "client_credentials", "client_id": name,
         "client_assertion_file": cluster.file}, None))


@pytest.fixture
def jailed(mounted, make_postfix, account, dovecot):
    """The cluster and a chrooted Postfix, which renews."""
    cluster, site = mounted
    text = site.conf.read_text()
    site.conf.write_text(text.replace('"root"', '"postfix"'))
    site.tool("login", account)
    return cluster, site, make_postfix(site, dovecot, account)


def test_the_chroot_reads_the_file_at_each_use(
        jailed, account, dovecot, sink, provider):
    cluster, site, postfix = jailed
    for number in (1, 2):
        cluster.rotate()
        site.expire_here(account)
        postfix.submit(f"mounted {number} {account}")
        statuses = [s for s, _ in postfix.wait_for_deliveries(number)]
        assert statuses == ["sent"] * number, postfix.log()
        sink.wait_for(f"mounted {number} {account}")
    assert [r["status"] for r in provider.requests()] == [200] * 3
    assert len(dovecot.logins(account, count=2)) == 2
    # One process, which was in its chroot when the second token came.
    pids = re.findall(r"postfix/smtp\[(\d+)\]: .*status=sent", postfix.log())
    assert len(set(pids)) == 1, postfix.log()


def test_a_file_that_the_chroot_may_not_read_is_said(
        jailed, account, provider):
    cluster, site, postfix = jailed
    cluster.rotate()
    cluster.file.chmod(0o600)
    site.expire_here(account)
    postfix.submit(f"unreadable {account}")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "deferred", postfix.log()
    said = [line for line in postfix.warnings() if account in line]
    assert len(said) == 1, postfix.log()
    assert str(cluster.file) in said[0], said
    assert f"user id {pwd.getpwnam('postfix').pw_uid}" in said[0], said
    cluster.file.chmod(0o644)
    postfix.retry()
    statuses = [status for status, _ in postfix.wait_for_deliveries(2)]
    assert statuses == ["deferred", "sent"], postfix.log()
    assert len(provider.requests()) == 2


@pytest.mark.toolonly
def test_a_replayed_token_is_refused_by_the_provider(
        mounted, account, provider):
    cluster, site = mounted
    site.tool("login", account)
    site.expire_here(account)
    must_fail(site, account, CONFIG, account, "invalid_client")
    # A new one at the same place is another try, once the pause is over.
    cluster.rotate()
    must_fail(site, account, CONFIG, "not asked again")
    site.tool("refresh", "--force", account)
    assert [r["status"] for r in provider.requests()] == [200, 401, 200]


@pytest.mark.toolonly
def test_a_token_that_is_over_is_refused_by_the_provider(
        mounted, account, provider):
    cluster, site = mounted
    now = int(time.time())
    cluster.put(cluster.sign(iat=now - 7200, exp=now - 3600))
    must_fail(site, account, CONFIG, "invalid_client", verb="login")
    assert [r["status"] for r in provider.requests()] == [401]


def test_a_missing_file_is_waited_for_by_nobody(
        mounted, account, dovecot, provider, said):
    cluster, site = mounted
    site.tool("login", account)
    site.expire_here(account)
    (cluster.mount / "..data").unlink()
    must_fail(site, account, CONFIG, account, str(cluster.file),
              "there is no file", "not done so yet")
    assert "there is no file" in said(site)
    assert len(provider.requests()) == 1
    cluster.rotate()
    imtest(site, dovecot, account).must_succeed()
    assert len(provider.requests()) == 2


@pytest.mark.toolonly
@pytest.mark.parametrize("text", ["", "\n", "<html>", "a b", "x" * 20_000])
def test_what_is_no_token_is_not_sent(text, mounted, account, provider):
    cluster, site = mounted
    cluster.put(text)
    done = must_fail(site, account, None, str(cluster.file), verb="login")
    assert done.returncode != 0
    assert provider.requests() == []


# The identity of the machine.

@pytest.fixture
def on_azure(make_way, make_grants):
    """The site of a machine at Azure."""
    return make_grants(make_way("identity"), "connect_timeout = 1\n")


@pytest.mark.toolonly
def test_an_identity_is_chosen_by_its_client_id(
        make_way, make_grants, account, metadata):
    way = make_way("identity")
    site = make_grants(way, client_id=IDENTITY)
    site.tool("login", account)
    assert metadata.asked == [{
        "api-version": "2018-02-01", "resource": RESOURCE,
        "client_id": IDENTITY}]
    site = make_grants(way, client_id=IDENTITY.replace("6", "1"))
    must_fail(site, account, CONFIG, "Identity not found", verb="login")


@pytest.mark.toolonly
def test_no_proxy_comes_between(on_azure, account, metadata):
    nobody = f"http://127.0.0.1:{free_port()}"
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        use(on_azure, "login", account, **{name: nobody})
    with open(on_azure.conf, "a", encoding="utf-8") as conf:
        conf.write(f'proxy = "{nobody}"\n')
    on_azure.tool("login", account)
    assert len(metadata.asked) == 4


@pytest.mark.toolonly
@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_its_trouble_passes(status, on_azure, account, metadata):
    on_azure.tool("login", account)
    on_azure.expire_here(account)
    metadata.failures = [status]
    must_fail(on_azure, account, TEMPFAIL, account, str(status), "again")
    done = must_fail(on_azure, account, TEMPFAIL, "not asked again for")
    assert status != 429 or "again for 7 s" in done.stderr \
        or "again for 6 s" in done.stderr
    assert len(metadata.asked) == 2


def test_no_service_is_said_at_once(
        make_way, make_grants, account, said):
    nowhere = f"http://127.0.0.1:{free_port()}/token"
    site = make_grants(make_way("identity"), identity_endpoint=nowhere)
    must_fail(site, account, TEMPFAIL, "Azure", verb="login")
    for name in ("tokens", "grants"):
        (site.state / name).mkdir(parents=True, exist_ok=True)
    assert "a managed identity exists only on a machine of Azure" \
        in said(site)


@pytest.mark.toolonly
def test_a_silent_service_costs_the_timeout(on_azure, account, metadata):
    with open(on_azure.conf, "r+", encoding="utf-8") as conf:
        text = conf.read().replace("timeout = 20", "timeout = 2")
        conf.seek(0)
        conf.write(text)
        conf.truncate()
    metadata.hold()
    must_fail(on_azure, account, TEMPFAIL, "within 2 seconds", "Azure",
              verb="login")


@pytest.mark.toolonly
def test_an_address_that_swallows_everything_costs_the_connection(
        make_way, make_grants, account):
    way = make_way("identity")
    with FullBacklog(free_port()) as hole:
        site = make_grants(
            way, identity_endpoint=f"http://127.0.0.1:{hole.port}/token")
        # Not the 20 s of the timeout: it has 3 s for a connection.
        must_fail(site, account, TEMPFAIL, "within 3 seconds", "Azure",
                  verb="login")
        site = make_grants(
            way, "connect_timeout = 1\n",
            identity_endpoint=f"http://127.0.0.1:{hole.port}/token")
        must_fail(site, account, TEMPFAIL, "within 1 second", "Azure",
                  verb="login")


@pytest.mark.toolonly
def test_another_resource_is_refused_in_its_words(
        make_way, make_grants, account):
    site = make_grants(make_way("identity"), resource="https://example.com/")
    must_fail(site, account, CONFIG, "AADSTS500011", verb="login")


# Google.

@pytest.fixture
def at_google(make_way, make_grants):
    """The site of a service account."""
    return make_grants(make_way("google"))


@pytest.mark.toolonly
def test_it_stands_for_the_account_or_for_the_subject(
        make_way, make_grants, account, google):
    way = make_way("google")
    site = make_grants(way)
    site.tool("login", account)
    google.mailboxes.append("sales@example.com")
    site = make_grants(way, subject="sales@example.com")
    site.tool("login", account)
    assert [claims["sub"] for claims in google.claims] \
        == [account, "sales@example.com"]


@pytest.mark.toolonly
def test_a_mailbox_that_is_not_delegated_is_said(at_google, account, google):
    google.mailboxes.clear()
    must_fail(at_google, account, CONFIG, "unauthorized_client",
              verb="login")
    assert google.asked == 1


@pytest.mark.toolonly
@pytest.mark.parametrize("skew_s", [-7200, 7200])
def test_a_clock_that_is_wrong_is_no_matter_of_a_login(
        skew_s, at_google, account, google):
    at_google.tool("login", account)
    at_google.expire_here(account)
    google.skew_s = skew_s
    must_fail(at_google, account, CONFIG, "invalid_grant", "Invalid JWT")


@pytest.mark.toolonly
def test_a_subject_that_is_no_address_is_said(make_way, make_grants, account):
    site = make_grants(make_way("google"), subject="sales")
    must_fail(site, account, CONFIG, "Invalid email or User ID",
              verb="login")


@pytest.mark.toolonly
@pytest.mark.parametrize("change, words", [
    ({"type": "authorized_user"}, "service account"),
    ({"private_key": "none"}, "private_key"),
    ({"client_email": None}, "client_email"),
])
def test_another_file_is_none(change, words, at_google, account, google):
    members = json.loads(google.file.read_text(encoding="utf-8"))
    members.update(change)
    google.file.write_text(json.dumps(members), encoding="utf-8")
    must_fail(at_google, account, CONFIG, str(google.file), words,
              verb="login")
    assert google.asked == 0


@pytest.mark.toolonly
def test_the_key_of_another_account_is_refused(at_google, account, google):
    members = json.loads(google.file.read_text(encoding="utf-8"))
    key, _ = make_key(google.directory)
    members["private_key"] = key.read_text(encoding="ascii")
    google.file.write_text(json.dumps(members), encoding="utf-8")
    must_fail(at_google, account, CONFIG, "Invalid JWT Signature",
              verb="login")


# The manual.

def examples():
    """The configurations that the manual page shows."""
    page = (TOP / "man" / "sasl-bearer.conf.5").read_text(encoding="utf-8")
    blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page,
                        re.DOTALL | re.MULTILINE)
    return [block for block in blocks if ' = "' in block]


@pytest.mark.toolonly
def test_every_example_of_the_manual_is_a_configuration(make_site):
    site = make_site(renewer=None)
    assert len(examples()) > 5
    for text in examples():
        site.conf.write_text(text, encoding="utf-8")
        accounts = re.findall(r'account "(.*?)"', text)
        for arguments in [[], *([account] for account in accounts)]:
            done = site.tool("config", *arguments, code=None)
            assert done.returncode == 0, text + done.stderr


# All of them.

@ALL
@pytest.mark.toolonly
def test_options_for_people_do_not_go_with_it(
        name, make_way, make_grants, account):
    way = make_way(name)
    site = make_grants(way)
    for options in (["--browser"], ["--device"], ["--for", "smtp"]):
        done = site.tool("login", *options, account, code=CONFIG)
        assert way.options["grant"] in done.stderr, done.stderr
    assert way.asked() == 0


@pytest.mark.toolonly
def test_a_logout_of_it_is_undone_by_its_use(with_secret, account):
    way, site = with_secret
    site.tool("login", account)
    site.tool("logout", account)
    assert not site.record_path(account).exists()
    assert site.token(account)
    assert way.asked() == 2
