# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""A relay while the token endpoint is out of order and says for how long."""

import time

import pytest

from lab.process import wait_for

RETRY_AFTER_S = 6
"""Long enough for a second delivery to be tried within it, even here."""


@pytest.fixture
def outage(logged_in, account, provider):
    """503 with Retry-After, to whoever asks. The token is over."""
    logged_in.expire(account)
    provider.set(outage={
        "status": 503, "body": "",
        "headers": {"Retry-After": str(RETRY_AFTER_S)}})
    return logged_in


def attempt(postfix, number, word):
    """The delivery attempt of that number has ended with that status."""
    (*_, (status, words)) = postfix.wait_for_deliveries(number)
    assert status == word, postfix.log()
    return words


def test_mail_waits_for_as_long_as_the_endpoint_said(
        outage, make_postfix, dovecot, sink, account, provider):
    """One request, then none before the time, and the mail after it."""
    postfix = make_postfix(outage, dovecot, account)
    postfix.submit(f"outage {account}")
    attempt(postfix, 1, "deferred")
    asked_at = time.monotonic()
    (first,) = [line for line in postfix.warnings() if "SASL" in line]
    assert account in first and "503" in first, first
    assert len(provider.renewals()) == 1

    postfix.retry()
    attempt(postfix, 2, "deferred")
    assert time.monotonic() - asked_at < RETRY_AFTER_S, "too slow to tell"
    assert len(provider.renewals()) == 1
    second = [line for line in postfix.warnings() if "SASL" in line][1]
    assert account in second and "503" in second, second

    provider.set(outage=None)
    over_at = asked_at + RETRY_AFTER_S + 1
    wait_for("the end of the time", lambda: time.monotonic() > over_at)
    postfix.retry()
    attempt(postfix, 3, "sent")
    sink.wait_for(f"outage {account}")
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert len(provider.renewals()) == 2
