# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""Troubles of users, produced on purpose, and the line that status has for
each: what a person reads there must be enough to go on."""

import json
import re
import time

import pytest

from lab import clients
from lab.process import run, wait_for
from test_pains_postfix import retried, submit
from test_status import (CRITICAL, DAY_S, NOPERM, OK, TEMPFAIL, WARNING,
                         edit_grant, facts, outage, plugin)

_DRAFT_SIZE = 32768
"""A renewal makes sure of so much space before it asks."""

PERSON = 65534


def call_it(site, name):
    """The lab's provider under the name of a preset, whose rules then hold."""
    site.conf.write_text(site.conf.read_text().replace(
        'provider "lab" {', f'provider "{name}" {{').replace(
        'provider = "lab"', f'provider = "{name}"'))


def notes(site, code):
    """The lines below the account in the table, after the one that each account
    has."""
    said = site.tool("status", code=code).stdout.splitlines()
    assert said[0].split() == ["ACCOUNT", "STATE", "VALID", "UNTIL", "LAST",
                               "RENEWAL"]
    assert all(line.startswith("    ") for line in said[2:]), said
    assert "; renews " in said[2], said
    return [line.strip() for line in said[3:]]


def local(when):
    """A time as status has it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(when))


# 2: somebody must log in again, and nobody knew.

def _in_testing(site, account, provider):
    """Google says so in the answer to each request."""
    call_it(site, "google")
    provider.set(outage={
        "status": 200, "headers": {"Content-Type": "application/json"},
        "body": json.dumps({
            "access_token": "a-token-for-a-week", "expires_in": 3600,
            "token_type": "Bearer", "refresh_token_expires_in": 604799})})
    site.tool("refresh", account)
    provider.set(outage=None)


def _testing_words(account):
    return 'a login 7 days after it was made while the application is in ' \
        '"Testing"; publish it in the provider\'s console, and run: ' \
        f'sasl-bearer login {account}'


@pytest.mark.toolonly
def test_pain_02_seven_days_of_a_google_application_in_testing(
        logged_in, account, provider):
    _in_testing(logged_in, account, provider)
    end = logged_in.grant(account)["refresh_expires_at"]
    assert notes(logged_in, OK) == [
        f"log in by {local(end)}: Google ends {_testing_words(account)}"]
    plugin(logged_in, code=OK)
    plugin(logged_in, "--warning=8d", code=WARNING)


@pytest.mark.toolonly
def test_pain_02_seven_days_of_a_google_application_are_over(
        logged_in, account, provider):
    _in_testing(logged_in, account, provider)
    week = 7 * DAY_S + 60
    edit_grant(logged_in, account, **{
        name: logged_in.grant(account)[name] - week
        for name in ("granted_at", "renewed_at", "refresh_expires_at")})
    logged_in.expire_here(account)
    outage(provider, 400, error="invalid_grant",
           error_description="Token has been expired or revoked.")
    logged_in.tool("refresh", account, code=NOPERM)
    why, said = notes(logged_in, NOPERM)
    assert why == f"Google has ended it: it ends {_testing_words(account)}"
    assert "invalid_grant" in said
    plugin(logged_in, code=CRITICAL)


@pytest.mark.toolonly
def test_pain_02_ninety_days_without_use(logged_in, account):
    call_it(logged_in, "office365")
    last = int(time.time()) - 88 * DAY_S
    edit_grant(logged_in, account, granted_at=last - DAY_S, renewed_at=last)
    logged_in.expire_here(account)
    day = time.strftime("%Y-%m-%d", time.gmtime(last))
    assert notes(logged_in, OK) == [
        f"use it by {local(last + 90 * DAY_S)}: not used since {day}, and "
        "Microsoft 365 ends a login that is unused for 90 days; run: "
        f"sasl-bearer refresh {account}"]
    plugin(logged_in, code=WARNING)
    logged_in.tool("refresh", account)
    assert notes(logged_in, OK) == []
    plugin(logged_in, code=OK)


@pytest.mark.toolonly
def test_pain_02_more_than_ninety_days_without_use(logged_in, account):
    call_it(logged_in, "office365")
    last = int(time.time()) - 91 * DAY_S
    edit_grant(logged_in, account, granted_at=last, renewed_at=last)
    logged_in.expire_here(account)
    why, = notes(logged_in, OK)
    assert why.endswith("ends a login that is unused for 90 days; run: "
                        f"sasl-bearer login {account}")
    plugin(logged_in, code=CRITICAL)


@pytest.mark.toolonly
@pytest.mark.parametrize("description,cause", [
    ("AADSTS50173: The provided grant has expired due to it being revoked, a "
     "fresh auth token is needed.",
     "the login was revoked after a password change or reset"),
    ("AADSTS700082: The refresh token has expired due to inactivity.",
     "the login has expired: it was not used for too long"),
    ("AADSTS50076: Due to a configuration change made by your administrator, "
     "you must use multi-factor authentication.",
     "the provider wants a second factor: a policy or the place has "
     "changed")])
def test_pain_02_the_cause_is_named(
        description, cause, logged_in, account, provider):
    outage(provider, 400, error="invalid_grant",
           error_description=description)
    logged_in.tool("refresh", account, code=NOPERM)
    why, = notes(logged_in, NOPERM)
    assert why.startswith(f"{account} must be logged in (run: sasl-bearer "
                          f"login {account}): ")
    assert cause in why
    needs = facts(logged_in, account)["needs"]
    assert (needs["who"], needs["now"], needs["by"]) == ("login", True, None)
    assert needs["text"] == why


# 14: a refresh token is lost.

def test_pain_14_a_killed_renewal_is_told_of_and_what_came_of_it(
        logged_in, account, provider, dovecot):
    """What a kill leaves between the answer and the first byte on the disk:
    the space that was made sure of, and a refresh token that is spent."""
    draft = logged_in.grant_path(account).with_name(f".{account}.tmp")
    draft.write_bytes(b"\0" * _DRAFT_SIZE)
    draft.chmod(0o600)
    began = local(draft.stat().st_mtime)
    logged_in.expire_here(account)
    assert notes(logged_in, OK) == [
        f"the renewal of {began} ended before an answer was saved; the next "
        "one shows whether a new refresh token is lost with it"]
    provider.revoke_grant(account)
    clients.imtest(logged_in, dovecot, account).must_fail()
    why, = notes(logged_in, NOPERM)
    assert re.match(
        f"{re.escape(account)} must be logged in .*the renewal of .* was "
        "killed, or could not write, before the provider's answer was saved, "
        "and a new refresh token in it is lost", why), why


# 20: the network fails for a while.

def test_pain_20_mail_goes_on_while_the_provider_does_not_answer(
        logged_in, account, provider, dovecot):
    logged_in.make_due(account)
    provider.set(outage={"status": 503})
    clients.imtest(logged_in, dovecot, account).must_succeed()
    until = int(logged_in.record(account)["expires_at"])
    said, meanwhile = notes(logged_in, TEMPFAIL)
    assert said.startswith(f"the token of {account} cannot be renewed: ")
    assert "503" in said
    assert re.fullmatch(
        r"this passes by itself, and is tried again at a use from "
        r"\d{4}-\d\d-\d\d \d\d:\d\d; mail goes on with the token until "
        + local(until), meanwhile), meanwhile
    assert facts(logged_in, account)["needs"] is None
    plugin(logged_in, code=WARNING)
    logged_in.expire_here(account)
    assert notes(logged_in, TEMPFAIL)[1].endswith("; mail waits meanwhile")
    plugin(logged_in, code=CRITICAL)
    provider.set(outage=None)
    logged_in.tool("refresh", "--force", account)
    assert notes(logged_in, OK) == []


def test_pain_20_mail_waits_and_goes_out_when_the_provider_answers(
        logged_in, account, provider, make_postfix, dovecot):
    """Nobody does anything for it but Postfix, which tries again."""
    provider.set(outage={"status": 503})
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    assert submit(postfix, "pain 20", "deferred")
    said = [line for line in postfix.warnings() if "SASL" in line][0]
    assert re.search(rf"the token of {account} cannot be renewed: localhost:"
                     r"\d+ has trouble \(HTTP status 503\); try again later",
                     said), said
    provider.set(outage=None)
    wait_for("the message to go out", lambda: retried(postfix) == "sent",
             detail=postfix.log)
    assert notes(logged_in, OK) == []


# 22: another program wants the token, or somebody else owns the file.

@pytest.mark.toolonly
def test_pain_22_another_program_reads_and_renews_nothing(
        logged_in, account, provider):
    """It is in the group of the readers. The grant is not for it."""
    who = {"env": logged_in.env, "user": PERSON, "group": "postfix",
           "extra_groups": []}
    tool = logged_in.objects.tool
    done = run([tool, "token", account], **who)
    assert done.stdout.strip() == logged_in.record(account)["access_token"]
    said = run([tool, "status", account], **who).stdout
    assert f"{account}: valid\n" in said
    assert "not known to this user, who may not read the grant" in said
    before = logged_in.record_path(account).read_bytes()
    logged_in.expire_here(account)
    over = logged_in.record_path(account).read_bytes()
    done = run([tool, "token", account], **who)
    assert done.returncode and before != over
    assert "which this user may not do" in done.stderr
    assert logged_in.record_path(account).read_bytes() == over
    assert provider.refreshes() == []


@pytest.mark.toolonly
@pytest.mark.parametrize("spoil,words", [
    (lambda path: path.chmod(0o666), "others may write to {path}, so it "
     "cannot be trusted; run: chmod go-w {path}"),
    (lambda path: (path.unlink(), path.symlink_to("/dev/null")),
     "{path}")])
def test_pain_22_a_file_of_somebody_else_is_named_with_the_remedy(
        spoil, words, logged_in, account):
    path = logged_in.record_path(account)
    spoil(path)
    why, = notes(logged_in, None)
    assert words.format(path=path) in why
    needs = facts(logged_in, account)["needs"]
    assert (needs["who"], needs["now"]) == ("administrator", True)
    plugin(logged_in, code=CRITICAL)
