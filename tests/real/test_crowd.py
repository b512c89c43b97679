# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""One account, fifty processes: one token request."""

import base64
import subprocess

from lab.clients import imtest_argv, many
from lab.process import spawn, wait_for

CROWD = 50


def test_fifty_logins_with_an_expired_token_make_one_request(
        logged_in, dovecot, account, provider):
    provider.set(tokenDelay=300)
    logged_in.expire(account)
    argv = imtest_argv("imtest", dovecot.imap_port, account, "XOAUTH2")
    outcomes = many([argv] * CROWD, logged_in.env, ". LOGOUT\r\n")
    failed = [o.text for o in outcomes if "Authenticated." not in o.text]
    assert not failed, f"{len(failed)} of {CROWD}, the first:\n{failed[0]}"
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert dovecot.logins(account, count=CROWD) == ["XOAUTH2"] * CROWD
    assert provider.account(account)["alive"]
    logged_in.expire(account)
    again, = many([argv], logged_in.env, ". LOGOUT\r\n")
    assert "Authenticated." in again.text, again.text


def sent_token(text):
    """The token in the message that saslhost printed."""
    lines = text.split()
    assert len(lines) == 2, text
    message = base64.b64decode(lines[1])
    return message.split(b"Bearer ")[1].strip(b"\1").decode()


def test_inside_the_renewal_window_nobody_waits_and_one_asks(
        logged_in, saslhost, account, provider):
    """The provider does not answer before all others have ended: whoever
    waited for the renewal would never end."""
    logged_in.make_due(account)
    old = logged_in.record(account)["access_token"]
    provider.hold()
    crowd = [spawn([saslhost, "XOAUTH2", "imap", "localhost", account],
                   env=logged_in.env, text=True, stdout=subprocess.PIPE,
                   stderr=subprocess.DEVNULL) for _ in range(CROWD)]
    try:
        wait_for(f"{CROWD - 1} of {CROWD} to end while the request is held",
                 lambda: sum(c.poll() is not None for c in crowd)
                 >= CROWD - 1, timeout_s=15)
        waiting = [c for c in crowd if c.poll() is None]
        assert len(waiting) == 1 and len(provider.renewals()) == 1
        provider.release()
        texts = [c.communicate(timeout=30)[0] for c in crowd]
    finally:
        provider.release()
        for child in crowd:
            child.kill()
            child.wait()
    assert [c.returncode for c in crowd] == [0] * CROWD
    new = logged_in.record(account)["access_token"]
    tokens = [sent_token(text) for text in texts]
    assert new != old
    assert tokens.count(old) == CROWD - 1 and tokens.count(new) == 1
    assert [r["status"] for r in provider.refreshes()] == [200]
    assert provider.account(account)["alive"]
