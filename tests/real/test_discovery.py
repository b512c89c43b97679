# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A provider that is known by its issuer alone: discovery, what is refused of
it, and that it is not asked at every renewal.
"""

import json

import pytest

from lab.issuer import OAUTH, OIDC, Issuer

pytestmark = pytest.mark.toolonly

TEMPFAIL, CONFIG = 75, 78

_CONF = """\
client_id = "{client}"
ca_file = "{ca}"
timeout = 20
renewer = "postfix"
reader = "postfix"
account "{account}" {{ issuer = "{issuer}" }}
"""


def know_by(site, account, issuer):
    """A configuration of nothing but an issuer and an application."""
    if account not in site.accounts:
        site.accounts.append(account)
    site.conf.write_text(_CONF.format(
        client=site.client, ca=site.provider.ca.pem, account=account,
        issuer=issuer), encoding="utf-8")


@pytest.fixture
def discovered(site, account, issuer):
    """A site in which the account has logged in by issuer."""
    know_by(site, account, issuer.url)
    site.login(account)
    return site


def edit_grant(site, account, **changes):
    """Changes members of the grant in place."""
    grant = {**site.grant(account), **changes}
    with open(site.grant_path(account), "w", encoding="utf-8") as file:
        json.dump(grant, file)


def must_refuse(site, account, code, *words):
    """A login fails before a person is troubled, and says these words."""
    said = site.tool("login", account, code=code).stderr
    for word in words:
        assert word in said, said
    assert said.count("\n") == 1
    assert not site.grant_path(account).exists()


def test_the_lab_provider_is_found_by_its_own_document(
        site, account, provider):
    """The document of a certified provider, as it is."""
    know_by(site, account, provider.url)
    site.login(account)
    first = site.token(account)
    site.expire(account)
    assert site.token(account) != first
    assert len(provider.refreshes()) == 1


def test_a_renewal_does_not_ask_the_issuer_again(
        discovered, account, issuer, provider):
    assert issuer.asked == [OIDC]
    for _ in range(2):
        discovered.expire(account)
        assert discovered.token(account)
    assert issuer.asked == [OIDC]
    assert len(provider.refreshes()) == 2


def test_a_renewal_works_while_the_issuer_is_away(
        discovered, account, issuer):
    """Whether what it said is still fresh, or more than a day old."""
    issuer.stop()
    discovered.expire(account)
    assert discovered.token(account)
    edit_grant(discovered, account, discovered_at=1)
    discovered.expire(account)
    assert discovered.token(account)


def test_what_was_found_long_ago_is_asked_for_anew(
        discovered, account, issuer):
    edit_grant(discovered, account, discovered_at=1)
    discovered.expire(account)
    assert discovered.token(account)
    assert issuer.asked == [OIDC, OIDC]
    assert discovered.grant(account)["discovered_at"] > 1


def test_without_an_openid_document_rfc_8414s_is_taken(
        site, account, issuer):
    """It stands between the host and the path of the issuer."""
    name = issuer.url + "/mail"
    issuer.documents = {OAUTH + "/mail": issuer.document(name)}
    know_by(site, account, name)
    site.login(account)
    assert issuer.asked == ["/mail" + OIDC, OAUTH + "/mail"]


@pytest.mark.parametrize("change", ["another", "slash"])
def test_a_document_for_another_issuer_is_refused(
        change, site, account, issuer):
    other = {"another": "https://login.example.com",
             "slash": issuer.url + "/"}[change]
    issuer.documents[OIDC] = issuer.document(other)
    know_by(site, account, issuer.url)
    must_refuse(site, account, CONFIG, f'"{other}"', f'"{issuer.url}"')


def test_an_issuer_without_tls_is_refused(site, account, issuer):
    know_by(site, account, issuer.url.replace("https://", "http://"))
    must_refuse(site, account, CONFIG, f"{site.conf}, line ", "https://")
    assert issuer.asked == []


@pytest.mark.parametrize("member", [
    "token_endpoint", "device_authorization_endpoint"])
def test_an_endpoint_without_tls_is_refused(member, site, account, issuer):
    issuer.documents[OIDC] = issuer.document(
        **{member: "http://localhost/endpoint"})
    know_by(site, account, issuer.url)
    must_refuse(site, account, CONFIG, member, "https://")


def test_a_document_without_a_token_endpoint_is_refused(
        site, account, issuer):
    issuer.documents[OIDC] = issuer.document(token_endpoint=None)
    know_by(site, account, issuer.url)
    must_refuse(site, account, CONFIG, "token_endpoint")


def test_an_issuer_without_any_document_is_refused(site, account, issuer):
    issuer.documents.clear()
    know_by(site, account, issuer.url)
    must_refuse(site, account, CONFIG, issuer.url, "404")
    assert issuer.asked == [OIDC, OAUTH]


@pytest.mark.parametrize("answer, word", [
    ((200, "<html>please sign in to the hotel's network</html>"), "not JSON"),
    ((200, '{"issuer":'), "cut off"),
    ((503, "{}"), "503"),
    ((429, "{}"), "429"),
], ids=["html", "cut off", "trouble", "too many"])
def test_trouble_that_passes_is_told_from_a_mistake(
        answer, word, site, account, issuer):
    issuer.documents[OIDC] = answer
    know_by(site, account, issuer.url)
    must_refuse(site, account, TEMPFAIL, word, "localhost")
    assert issuer.asked == [OIDC]


def test_a_redirected_document_is_not_followed(site, account, issuer):
    issuer.documents[OIDC] = (302, "")
    know_by(site, account, issuer.url)
    must_refuse(site, account, CONFIG, "redirect")
    assert issuer.asked == [OIDC]


def test_another_issuer_for_an_account_is_asked_at_the_next_renewal(
        discovered, account, issuer, ca, provider):
    """Endpoints of one issuer are never used for another."""
    second = Issuer(ca, provider).start()
    try:
        second.documents[OIDC] = (503, "")
        know_by(discovered, account, second.url)
        discovered.expire(account)
        done = discovered.tool("token", account, code=None)
        assert done.returncode and not done.stdout
        assert second.asked == [OIDC] and issuer.asked == [OIDC]
        assert provider.refreshes() == []
    finally:
        second.stop()
