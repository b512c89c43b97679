# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A stock Postfix relays through OAuth 2.0, its smtp(8) in a chroot."""

import os
import pwd
import stat

import pytest

REFUSAL = "said: 535 5.7.8 Authentication failed."


def statuses(postfix, count):
    """The status of so many delivery attempts."""
    return [status for status, _ in postfix.wait_for_deliveries(count)]


def test_a_good_token_delivers(
        logged_in, make_postfix, dovecot, sink, account, provider):
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit(f"good {account}")
    assert statuses(postfix, 1) == ["sent"], postfix.log()
    sink.wait_for(f"good {account}")
    assert dovecot.logins(account) == ["OAUTHBEARER"]
    assert provider.refreshes() == []


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_an_expired_token_is_renewed_inside_the_chroot(
        mechanism, logged_in, make_postfix, dovecot, sink, account, provider):
    logged_in.expire(account)
    old = logged_in.record(account)["access_token"]
    postfix = make_postfix(logged_in, dovecot, account, options={
        "smtp_sasl_mechanism_filter": mechanism.lower()})
    postfix.submit(f"expired {account}")
    assert statuses(postfix, 1) == ["sent"], postfix.log()
    sink.wait_for(f"expired {account}")
    assert dovecot.logins(account) == [mechanism]
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert logged_in.record(account)["access_token"] != old


def test_a_renewal_keeps_owners_and_modes_and_saves_the_rotated_token(
        logged_in, make_postfix, dovecot, account, provider):
    def owners():
        found = {}
        for path in (logged_in.record_path(account),
                     logged_in.grant_path(account)):
            facts = os.stat(path)
            found[path.parent.name] = (facts.st_uid, facts.st_gid,
                                       oct(stat.S_IMODE(facts.st_mode)))
        return found
    before = owners()
    user = pwd.getpwnam("postfix")
    assert before["tokens"] == (user.pw_uid, user.pw_gid, "0o640")
    assert before["grants"][0] == user.pw_uid
    assert before["grants"][2] == "0o600"
    old = logged_in.grant(account)["refresh_token"]
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("owners")
    assert statuses(postfix, 1) == ["sent"], postfix.log()
    assert owners() == before
    new = logged_in.grant(account)["refresh_token"]
    assert new != old
    assert provider.account(account)["refresh"] == [new]


def test_a_refused_token_defers_in_the_servers_words_and_the_next_is_new(
        logged_in, make_postfix, dovecot, sink, account, provider):
    provider.revoke_access(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit(f"refused {account}")
    (status, words), = postfix.wait_for_deliveries(1)
    assert status == "deferred" and REFUSAL in words, postfix.log()
    said = [line for line in postfix.warnings() if "SASL" in line]
    assert len(said) == 1 and account in said[0], said
    assert provider.refreshes() == []
    postfix.retry()
    assert statuses(postfix, 2) == ["deferred", "sent"], postfix.log()
    sink.wait_for(f"refused {account}")
    assert len(provider.refreshes()) == 1


def test_no_account_is_said_once_in_a_plain_sentence(
        site, make_postfix, dovecot, account):
    postfix = make_postfix(site, dovecot, account, "not used")
    postfix.submit("no account")
    assert statuses(postfix, 1) == ["deferred"]
    said = [line for line in postfix.warnings() if "SASL" in line]
    assert len(said) == 1, said
    assert account in said[0] and "sasl-bearer login" in said[0]


def test_a_server_without_tls_never_sees_a_token(
        logged_in, make_postfix, dovecot, clear_dovecot, account):
    careful = make_postfix(logged_in, dovecot, account, tls_level="may")
    careful.submit("with tls")
    assert statuses(careful, 1) == ["sent"], careful.log()
    postfix = make_postfix(logged_in, clear_dovecot, account,
                           tls_level="may")
    postfix.submit("without tls")
    assert statuses(postfix, 1) == ["deferred"]
    seen = [line for line in clear_dovecot.log().splitlines()
            if "submission-login" in line]
    assert seen and all("no auth attempts" in line for line in seen), seen


def test_twenty_messages_at_once_make_one_request(
        logged_in, make_postfix, dovecot, sink, account, provider):
    provider.set(tokenDelay=300)
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit(f"twenty {account}", count=20)
    assert statuses(postfix, 20) == ["sent"] * 20, postfix.log()
    sink.wait_for(f"twenty {account}", 20)
    assert len(provider.refreshes()) == 1
    assert provider.account(account)["alive"]


def test_an_outage_defers_and_says_why_and_the_mail_goes_out_later(
        logged_in, make_postfix, dovecot, account, provider):
    provider.set(outage={"status": 400, "body": '{"error":"invalid_scope"}',
                         "headers": {"Content-Type": "application/json"}})
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("outage")
    assert statuses(postfix, 1) == ["deferred"]
    said = [line for line in postfix.warnings() if "SASL" in line]
    assert len(said) == 1 and account in said[0], said
    provider.set(outage=None)
    logged_in.login(account)
    postfix.retry()
    assert statuses(postfix, 2) == ["deferred", "sent"], postfix.log()


@pytest.mark.parametrize("first", ["ours first", "theirs first"])
def test_plain_and_login_beside_it_change_nothing(
        first, logged_in, add_passwords, make_postfix, dovecot, account):
    add_passwords(logged_in, ours_first=first == "ours first")
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("beside others")
    assert statuses(postfix, 1) == ["sent"], postfix.log()


def test_a_broken_configuration_is_reported_with_file_and_line(
        logged_in, make_postfix, dovecot, account):
    logged_in.expire(account)
    good = logged_in.conf.read_text()
    logged_in.conf.write_text(good + "no_such_option = 1\n")
    line = len(good.splitlines()) + 1
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("broken")
    assert statuses(postfix, 1) == ["deferred"]
    said = [text for text in postfix.warnings() if "SASL" in text]
    assert len(said) == 1, said
    assert f"{logged_in.conf}, line {line}:" in said[0], said
