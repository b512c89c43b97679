# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the engine refuses to take from a token endpoint, or to send to one."""

import json

import pytest

from lab.ca import Ca

pytestmark = pytest.mark.toolonly


@pytest.fixture
def expired(logged_in, account):
    """A site whose next use of the account must ask the endpoint."""
    logged_in.expire(account)
    return logged_in


def must_fail(site, account, *words):
    """`token` fails, keeps the grant, and says these words."""
    grant = site.grant(account)["refresh_token"]
    done = site.tool("token", account, code=None)
    assert done.returncode and not done.stdout, done.stdout
    for word in words:
        assert word in done.stderr, done.stderr
    assert site.grant(account)["refresh_token"] == grant


def test_a_redirect_is_not_followed(expired, account, provider):
    provider.set(outage={"status": 307, "headers": {
        "Location": provider.url + "/lab/elsewhere"}})
    must_fail(expired, account)
    assert len(provider.renewals()) == 1


@pytest.mark.parametrize("body", [
    json.dumps({"access_token": "x" * 70000, "token_type": "Bearer",
                "expires_in": 3600}),
    json.dumps({"access_token": "x", "token_type": "mac",
                "expires_in": 3600}),
    json.dumps({"access_token": "a\nb", "token_type": "Bearer",
                "expires_in": 3600}),
    json.dumps({"token_type": "Bearer"}),
    "<html>please sign in to the hotel's network</html>",
    "",
], ids=["too long", "not bearer", "not a token", "no token", "html",
        "empty"])
def test_an_answer_that_is_not_one_is_not_stored(
        body, expired, account, provider):
    before = expired.record(account)["access_token"]
    provider.set(outage={"status": 200, "body": body, "headers": {
        "Content-Type": "application/json"}})
    must_fail(expired, account)
    assert expired.record(account)["access_token"] == before


def test_a_certificate_of_another_authority_is_not_trusted(
        expired, account, fresh, provider):
    other = Ca(fresh("other"))
    text = expired.conf.read_text()
    expired.conf.write_text(text.replace(str(provider.ca.pem),
                                         str(other.pem)))
    must_fail(expired, account, "certificate")
    assert provider.renewals() == []


def test_nothing_but_https_is_a_token_endpoint(expired, account):
    text = expired.conf.read_text()
    expired.conf.write_text(text.replace("https://", "http://"))
    said = expired.tool("token", account, code=78).stderr
    assert "https" in said and f"{expired.conf}, line " in said


def test_it_works_again_afterwards(expired, account, provider):
    provider.set(outage={"status": 200, "body": "{"})
    must_fail(expired, account)
    provider.set(outage=None)
    expired.login(account)
    assert expired.token(account)
