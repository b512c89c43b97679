# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""imtest, smtptest and mbsync against a Dovecot that takes only OAuth."""

import pytest

from lab import clients

REFUSALS = {
    clients.imtest: "NO [AUTHENTICATIONFAILED] Authentication failed.",
    clients.smtptest: "535 5.7.8 Authentication failed.",
    clients.mbsync: "NO [AUTHENTICATIONFAILED] Authentication failed.",
}

NO_TOKEN = "not used"
"""A password that cannot be taken for a token: those have no blanks."""

each_client = pytest.mark.parametrize(
    "client", REFUSALS, ids=lambda function: function.__name__)
each_mechanism = pytest.mark.parametrize(
    "mechanism", ["XOAUTH2", "OAUTHBEARER"])


def asked_to_log_in(client, site, dovecot, account):
    """The login fails, and mbsync shows the module's sentence. imtest and
    smtptest show the words of the SASL code alone."""
    outcome = client(site, dovecot, account, password=NO_TOKEN)
    if client is clients.mbsync:
        outcome.must_fail(account, "sasl-bearer login")
    else:
        outcome.must_fail("Authentication failed.")
        assert "no mechanism available" not in outcome.text


@each_client
@each_mechanism
def test_a_good_token_logs_in(
        client, mechanism, logged_in, dovecot, account, provider):
    before = logged_in.record(account)
    client(logged_in, dovecot, account, mechanism).must_succeed()
    assert dovecot.logins(account) == [mechanism]
    assert provider.refreshes() == []
    assert logged_in.record(account) == before


def test_mbsync_brings_the_mail(logged_in, dovecot, account):
    dovecot.put_mail(account, "for mbsync")
    clients.mbsync(logged_in, dovecot, account).must_succeed()
    assert clients.pulled(logged_in, "for mbsync")


@each_client
@each_mechanism
def test_an_expired_token_is_renewed_on_the_way(
        client, mechanism, logged_in, dovecot, account, provider):
    logged_in.expire(account)
    old = logged_in.record(account)["access_token"]
    client(logged_in, dovecot, account, mechanism).must_succeed()
    assert dovecot.logins(account) == [mechanism]
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert logged_in.record(account)["access_token"] != old
    client(logged_in, dovecot, account, mechanism).must_succeed()
    assert len(provider.refreshes()) == 1


@each_client
@each_mechanism
def test_a_refused_token_ends_in_the_servers_words_and_the_next_is_new(
        client, mechanism, logged_in, dovecot, account, provider):
    provider.revoke_access(account)
    client(logged_in, dovecot, account, mechanism).must_fail(
        REFUSALS[client])
    assert provider.refreshes() == []
    client(logged_in, dovecot, account, mechanism).must_succeed()
    assert len(provider.refreshes()) == 1
    assert dovecot.logins(account) == [mechanism]


@each_client
def test_no_account_fails_and_sends_nothing(client, site, dovecot, account):
    asked_to_log_in(client, site, dovecot, account)
    assert not dovecot.logins(account)


@each_client
def test_a_token_of_two_thousand_bytes_passes(
        client, site, dovecot, account, provider):
    provider.set(tokenBits=12000)
    site.login(account)
    assert len(site.record(account)["access_token"]) == 2000
    client(site, dovecot, account).must_succeed()


@each_client
def test_a_revoked_grant_asks_for_a_new_login_and_is_not_tried_again(
        client, logged_in, dovecot, account, provider):
    logged_in.expire(account)
    provider.revoke_grant(account)
    asked_to_log_in(client, logged_in, dovecot, account)
    asked_to_log_in(client, logged_in, dovecot, account)
    assert [r["error"] for r in provider.refreshes()] == ["invalid_grant"]
    logged_in.login(account)
    client(logged_in, dovecot, account).must_succeed()


def test_a_token_in_its_renewal_window_is_renewed_and_both_work(
        logged_in, dovecot, account, provider):
    logged_in.make_due(account)
    clients.imtest(logged_in, dovecot, account).must_succeed()
    assert len(provider.refreshes()) == 1
    assert int(logged_in.record(account)["renew_at"]) > 0
    clients.imtest(logged_in, dovecot, account).must_succeed()
    assert len(provider.refreshes()) == 1


def test_an_outage_inside_the_renewal_window_is_invisible(
        logged_in, dovecot, account, provider):
    provider.set(outage={"status": 503})
    logged_in.make_due(account)
    clients.imtest(logged_in, dovecot, account).must_succeed()
    assert dovecot.logins(account) == ["XOAUTH2"]
    assert provider.renewals()


def test_retry_after_is_obeyed_by_the_next_process(
        logged_in, dovecot, account, provider):
    logged_in.expire(account)
    provider.set(outage={"status": 429, "headers": {"Retry-After": "600"}})
    clients.imtest(logged_in, dovecot, account).must_fail()
    assert len(provider.renewals()) == 1
    clients.mbsync(logged_in, dovecot, account).must_fail(account)
    assert len(provider.renewals()) == 1


@each_client
def test_a_person_without_rights_has_files_of_their_own(
        client, make_site, dovecot, account, provider):
    site = make_site(person=True)
    site.login(account)
    site.expire(account)
    client(site, dovecot, account).must_succeed()
    assert len(provider.refreshes()) == 1
    for path in (site.record_path(account), site.grant_path(account)):
        facts = path.stat()
        assert facts.st_uid == site.identity["user"]
        assert facts.st_mode & 0o7 == 0, oct(facts.st_mode)
