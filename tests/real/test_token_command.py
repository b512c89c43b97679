# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""`sasl-bearer token` as the command from which msmtp and mutt take a token."""

import pytest

from lab import tunnels

pytestmark = pytest.mark.toolonly

each_mechanism = pytest.mark.parametrize(
    "mechanism", ["oauthbearer", "xoauth2"])


@each_mechanism
@pytest.mark.parametrize("starttls", [True, False],
                         ids=["starttls", "tls first"])
def test_msmtp_sends(mechanism, starttls, logged_in, dovecot, account, sink):
    subject = f"by msmtp for {account}"
    tunnels.msmtp(logged_in, dovecot, account, mechanism, subject,
                  starttls).must_succeed()
    sink.wait_for(f"Subject: {subject}")
    assert dovecot.logins(account) == [mechanism.upper()]


def test_msmtp_gets_a_renewed_token(
        logged_in, dovecot, account, provider, sink):
    logged_in.expire(account)
    subject = f"renewed for {account}"
    tunnels.msmtp(logged_in, dovecot, account, "oauthbearer",
                  subject).must_succeed()
    sink.wait_for(f"Subject: {subject}")
    assert len(provider.refreshes()) == 1


def test_msmtp_shows_why_there_is_no_token(
        logged_in, dovecot, account, provider):
    logged_in.expire(account)
    provider.revoke_grant(account)
    tunnels.msmtp(logged_in, dovecot, account, "oauthbearer",
                  "never").must_fail("sasl-bearer login")


@each_mechanism
def test_mutt_sends(mechanism, logged_in, dovecot, account, sink):
    subject = f"by mutt for {account}"
    tunnels.mutt_send(logged_in, dovecot, account, mechanism,
                      subject).must_succeed()
    sink.wait_for(f"Subject: {subject}")
    assert dovecot.logins(account, "submission") == [mechanism.upper()]


@each_mechanism
def test_mutt_reads(mechanism, logged_in, dovecot, account):
    dovecot.put_mail(account, "for mutt")
    outcome, copied = tunnels.mutt_read(logged_in, dovecot, account,
                                        mechanism)
    assert "Subject: for mutt" in copied, outcome.text
    assert dovecot.logins(account, "imap") == [mechanism.upper()]


def test_mutt_gets_a_renewed_token(logged_in, dovecot, account, provider):
    dovecot.put_mail(account, "for mutt")
    logged_in.expire(account)
    outcome, copied = tunnels.mutt_read(logged_in, dovecot, account,
                                        "oauthbearer")
    assert "Subject: for mutt" in copied, outcome.text
    assert len(provider.refreshes()) == 1
