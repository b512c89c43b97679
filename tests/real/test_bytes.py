# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The bytes on the wire, seen by sasl-sample-client and a program of ours."""

import base64

import pytest

from lab.clients import sample_client
from lab.process import run

XOAUTH2_ERROR = b'{"status":"401","schemes":"bearer","scope":"mail"}'
OAUTHBEARER_ERROR = b'{"status":"invalid_token"}'

VECTORS = [
    ("XOAUTH2", "someuser@example.com",
     "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg",
     "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxb"
     "VRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="),
    ("XOAUTH2", "me@contoso.example", "TOKEN",
     "dXNlcj1tZUBjb250b3NvLmV4YW1wbGUBYXV0aD1CZWFyZXIgVE9LRU4BAQ=="),
]


@pytest.mark.parametrize("mechanism, user, token, message", VECTORS)
def test_xoauth2_is_the_vector_byte_for_byte(
        mechanism, user, token, message, site):
    site.put_record(user, token)
    said, outcome = sample_client(site, user, mechanism, replies=[b""])
    assert len(said) > 1, outcome.text
    assert said[1] == base64.b64decode(message), outcome.text


@pytest.mark.parametrize("user, header", [
    ("me@contoso.example", b"n,a=me@contoso.example,"),
    ("a,b=c@example.org", b"n,a=a=2Cb=3Dc@example.org,"),
])
def test_oauthbearer_names_user_host_and_token(user, header, site, saslhost):
    site.put_record(user, "TOKEN")
    done = run([saslhost, "OAUTHBEARER", "imap", "imap.example", user],
               env=site.env)
    assert done.returncode == 0, done.stderr
    message = base64.b64decode(done.stdout.split()[1])
    assert message == header + b"\1host=imap.example\1auth=Bearer TOKEN\1\1"


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_the_token_is_not_in_the_command_line_of_the_protocol(
        mechanism, site, account):
    site.put_record(account, "TOKEN")
    said, outcome = sample_client(site, account, mechanism)
    assert said, outcome.text
    assert said[0].rstrip(b"\0") == mechanism.encode()
    assert len(said) == 1 or b"TOKEN" not in said[0]


@pytest.mark.parametrize("mechanism, challenge, answer", [
    ("XOAUTH2", XOAUTH2_ERROR, b""),
    ("OAUTHBEARER", OAUTHBEARER_ERROR, b"\1"),
])
def test_the_error_challenge_gets_the_right_answer_and_a_second_none(
        mechanism, challenge, answer, site, account):
    site.put_record(account, "TOKEN")
    said, outcome = sample_client(
        site, account, mechanism, replies=[b"", challenge, b'{"more":1}'])
    assert len(said) == 3, outcome.text
    assert said[2] == answer, outcome.text
    assert "refused" in site.record(account)


@pytest.mark.parametrize("service", ["smtp", "imap", "pop", "ldap"])
def test_every_service_is_served(service, site, account, saslhost):
    site.put_record(account, "TOKEN")
    done = run([saslhost, "XOAUTH2", service, "localhost", account,
                "not needed"], env=site.env)
    assert done.returncode == 0, done.stderr
    assert base64.b64decode(done.stdout.split()[1]) \
        == f"user={account}\1auth=Bearer TOKEN\1\1".encode()
    assert "password was asked for" not in done.stderr


def test_a_message_too_long_for_the_protocol_is_refused(
        site, account, saslhost):
    site.put_record(account, "t" * 9200)
    done = run([saslhost, "XOAUTH2", "smtp", "localhost", account],
               env=site.env)
    assert done.returncode
    assert "9216" in done.stderr, done.stderr


def test_a_byte_that_is_not_of_a_token_is_never_sent(
        site, account, saslhost):
    site.put_record(account, "TOK\1EN")
    done = run([saslhost, "XOAUTH2", "imap", "localhost", account],
               env=site.env)
    assert done.returncode
    assert account in done.stderr, done.stderr
    assert "TOK" not in done.stdout + done.stderr


def test_a_shared_mailbox_is_presented_by_service(site, account, saslhost):
    site.put_record(account, "TOKEN", user_imap="shared@contoso.com")
    users = {}
    for service in ("imap", "smtp"):
        done = run([saslhost, "XOAUTH2", service, "localhost", account],
                   env=site.env)
        assert done.returncode == 0, done.stderr
        message = base64.b64decode(done.stdout.split()[1])
        users[service] = message.split(b"\1")[0]
    assert users == {"imap": b"user=shared@contoso.com",
                     "smtp": b"user=" + account.encode()}


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_the_sample_client_sends_a_renewed_token(
        mechanism, logged_in, account, provider):
    logged_in.expire(account)
    said, outcome = sample_client(
        logged_in, account, mechanism, replies=[b""])
    assert len(said) > 1, outcome.text
    new = logged_in.record(account)["access_token"]
    assert provider.account(account)["access"] == [new]
    assert f"auth=Bearer {new}\1\1".encode() in said[1]


def test_the_sample_client_without_account_sends_nothing(site, account):
    said, outcome = sample_client(
        site, account, "XOAUTH2", replies=[b""])
    assert "no mechanism available" not in outcome.text
    assert f"sasl-bearer login {account}" in outcome.text, outcome.text
    assert len(said) <= 1, said
