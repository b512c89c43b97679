# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The lab is what it claims to be, seen by a client that is not ours: curl."""

import pytest

from lab.process import run

pytestmark = pytest.mark.toolonly


def curl(ca, url, account, token, *more):
    """curl speaks both mechanisms by itself."""
    return run(["curl", "-sS", "--ssl-reqd", "--cacert", ca.pem,
                "--oauth2-bearer", token, "-u", account + ":", *more, url])


def imap(server, account, token):
    """Reads the first message."""
    return curl(server.ca, f"imap://localhost:{server.imap_port}/INBOX;"
                "MAILINDEX=1", account, token)


def smtp(server, account, token, message):
    """Sends a message."""
    return curl(server.ca, f"smtp://localhost:{server.submission_port}",
                account, token, "--mail-from", account,
                "--mail-rcpt", "you@example.com", "-T", message)


@pytest.fixture
def message(fresh):
    """A file with a message."""
    path = fresh("message") / "mail"
    path.write_text("Subject: from curl\n\nHello.\n", encoding="ascii")
    return path


def test_a_token_of_the_provider_opens_both_services(
        provider, dovecot, sink, account, message):
    token = provider.login(account)["access_token"]
    dovecot.put_mail(account, "in the box")
    read = imap(dovecot, account, token)
    sent = smtp(dovecot, account, token, message)
    assert "in the box" in read.stdout, read.stderr
    assert sent.returncode == 0, sent.stderr
    assert sink.having("from curl")


def test_nothing_else_is_taken(provider, dovecot, account, message):
    token = provider.login(account)["access_token"]
    other = "other-" + account
    assert imap(dovecot, account, "made-up").returncode == 67
    assert smtp(dovecot, account, "made-up", message).returncode == 67
    assert imap(dovecot, other, token).returncode == 67
    plain = run(["curl", "-sS", "--ssl-reqd", "--cacert", dovecot.ca.pem,
                 "-u", f"{account}:{token}",
                 f"imap://localhost:{dovecot.imap_port}/"])
    assert plain.returncode != 0
    assert not dovecot.logins(account)


def test_a_revoked_token_is_refused_at_once(provider, dovecot, account):
    token = provider.login(account)["access_token"]
    dovecot.put_mail(account, "in the box")
    assert imap(dovecot, account, token).returncode == 0
    provider.revoke_access(account)
    assert imap(dovecot, account, token).returncode == 67
    assert provider.account(account)["alive"]


def test_a_refresh_token_works_once(provider, account):
    first = provider.login(account)
    form = {"grant_type": "refresh_token",
            "refresh_token": first["refresh_token"]}
    second = provider.post("/token", form, "lab-public")
    assert second["refresh_token"] != first["refresh_token"]
    again = provider.post("/token", form, "lab-public")
    assert again["error"] == "invalid_grant"
    assert not provider.account(account)["alive"]
    assert [r["error"] for r in provider.refreshes()] \
        == [None, "invalid_grant"]
