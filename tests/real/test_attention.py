# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""on_attention: a command at a change, once over all processes, and never in a
mail program."""

import fcntl
import os
import subprocess
import time
from pathlib import Path

import pytest

from lab import clients
from lab.process import spawn, wait_for
from test_status import edit_grant

TEMPFAIL, NOPERM = 75, 77
CROWD = 8

_SCRIPT = """\
#!/bin/sh
{{ env | grep '^ATTENTION'; echo "UID=$(id -u)"; echo; }} >>'{log}'
if test -e '{log}.fails'; then exit 3; fi
"""


class Told:
    """What the command was run with, and how often."""

    def __init__(self, directory):
        self.log = directory / "told"
        self.script = directory / "tell"
        self.fails = directory / "told.fails"
        directory.chmod(0o777)
        self.script.write_text(_SCRIPT.format(log=self.log))
        self.script.chmod(0o755)

    def all(self):
        """A dict of each time."""
        if not self.log.exists():
            return []
        return [dict(line.split("=", 1) for line in one.splitlines())
                for one in self.log.read_text().split("\n\n") if one.strip()]

    def events(self):
        """How each of them began."""
        return [one["ATTENTION"] for one in self.all()]


@pytest.fixture
def told(fresh):
    """A script, and what it has written."""
    return Told(fresh("told"))


@pytest.fixture
def site(make_site, told):
    """A site with that script."""
    return make_site(extra=f'on_attention = "{told.script}"')


@pytest.mark.toolonly
def test_a_change_is_told_once_in_both_directions(
        logged_in, told, account, provider):
    logged_in.tool("refresh", account)
    assert told.all() == []
    provider.revoke_grant(account)
    for _ in range(3):
        logged_in.tool("refresh", account, code=NOPERM)
    logged_in.expire_here(account)
    logged_in.tool("refresh", "--due", code=NOPERM)
    begins, = told.all()
    assert begins["ATTENTION"] == "begins"
    assert begins["ATTENTION_ACCOUNT"] == account
    assert begins["ATTENTION_STATE"] == "failing"
    assert begins["ATTENTION_WHO"] == "login"
    assert begins["ATTENTION_BY"] == ""
    assert f"sasl-bearer login {account}" in begins["ATTENTION_WHY"]
    assert begins["ATTENTION_TEXT"].startswith(
        f"{account} needs somebody now: ")
    assert begins["UID"] == str(os.geteuid())
    logged_in.login(account)
    _, ends = told.all()
    assert ends["ATTENTION"] == "ends"
    assert ends["ATTENTION_TEXT"] == f"{account} is well again"
    assert ends["ATTENTION_VALID_UNTIL"] \
        == logged_in.record(account)["expires_at"]
    logged_in.login(account)
    logged_in.tool("refresh", account)
    assert told.events() == ["begins", "ends"]
    provider.revoke_grant(account)
    logged_in.tool("refresh", "--force", account, code=NOPERM)
    assert told.events() == ["begins", "ends", "begins"]


@pytest.mark.toolonly
def test_many_at_once_tell_it_once(logged_in, told, account, provider):
    provider.revoke_grant(account)
    logged_in.expire_here(account)
    for _ in range(2):
        crowd = [spawn([logged_in.objects.tool, "refresh", "--due"],
                       env=logged_in.env, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL) for _ in range(CROWD)]
        assert [one.wait(60) for one in crowd] == [NOPERM] * CROWD
    assert told.events() == ["begins"]


@pytest.mark.toolonly
def test_trouble_that_passes_is_no_change(
        logged_in, told, account, provider):
    provider.set(outage={"status": 503})
    logged_in.tool("refresh", "--force", account, code=TEMPFAIL)
    logged_in.expire_here(account)
    logged_in.tool("refresh", "--force", account, code=TEMPFAIL)
    assert told.all() == []
    provider.set(outage=None)
    provider.revoke_grant(account)
    logged_in.tool("refresh", "--force", account, code=NOPERM)
    # Nor is it well when the provider does not answer.
    provider.set(outage={"status": 503})
    logged_in.tool("refresh", "--force", account, code=TEMPFAIL)
    assert told.events() == ["begins"]


@pytest.mark.toolonly
def test_what_is_near_is_told_before(logged_in, told, account):
    end = int(time.time()) + 2 * 86400
    edit_grant(logged_in, account, refresh_expires_at=end)
    logged_in.tool("refresh", "--due")
    begins, = told.all()
    assert begins["ATTENTION_BY"] == str(end)
    assert begins["ATTENTION_STATE"] == "valid"


@pytest.mark.toolonly
def test_what_is_over_before_it_is_told_is_not_told(
        logged_in, told, account):
    """Somebody logs in while the one who tells waits for the lock."""
    edit_grant(logged_in, account,
               refresh_expires_at=int(time.time()) + 2 * 86400)
    path = (logged_in.grant_path(account).parent / f"{account}.lock").resolve()
    with open(path, "r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        child = spawn([logged_in.objects.tool, "refresh", "--due"],
                      env=logged_in.env, stdout=subprocess.DEVNULL)
        try:
            fds = Path(f"/proc/{child.pid}/fd")
            wait_for("somebody who waits for the lock", lambda: any(
                os.path.realpath(fd) == str(path) for fd in fds.iterdir()))
            edit_grant(logged_in, account, refresh_expires_at=0)
            fcntl.flock(held, fcntl.LOCK_UN)
            assert child.wait(60) == 0
        finally:
            child.kill()
            child.wait()
    assert told.all() == []


@pytest.mark.toolonly
def test_a_command_that_fails_is_told_of_and_run_again(
        logged_in, told, account, provider):
    provider.revoke_grant(account)
    told.fails.touch()
    for _ in range(2):
        said = logged_in.tool("refresh", "--force", account,
                              code=NOPERM).stderr
        assert f"on_attention has failed for {account}" in said
        assert "exited with 3" in said
    told.fails.unlink()
    for _ in range(2):
        said = logged_in.tool("refresh", account, code=NOPERM).stderr
        assert "on_attention" not in said
    assert told.events() == ["begins"] * 3


def test_no_mail_program_runs_it(logged_in, told, dovecot, account, provider):
    provider.revoke_grant(account)
    logged_in.expire_here(account)
    clients.imtest(logged_in, dovecot, account).must_fail()
    logged_in.tool("token", account, code=NOPERM)
    logged_in.tool("status", account, code=NOPERM)
    assert told.all() == []
    logged_in.tool("refresh", "--due", code=NOPERM)
    assert told.events() == ["begins"]
    logged_in.login(account)
    clients.imtest(logged_in, dovecot, account).must_succeed()


def test_a_server_that_refuses_every_token_is_told(
        logged_in, told, dovecot, account, provider):
    """Whether another token helps shows at its use."""
    clients.imtest(logged_in, dovecot, account).must_succeed()
    provider.revoke_access(account)
    clients.imtest(logged_in, dovecot, account).must_fail()
    logged_in.tool("refresh", "--due")
    assert told.all() == []
    provider.revoke_access(account)
    clients.imtest(logged_in, dovecot, account).must_fail()
    # A minute has to pass; then nobody sees afterwards that it was refused.
    while_ago = int(time.time()) - 100
    logged_in.edit_record(account, obtained_at=while_ago)
    edit_grant(logged_in, account, forced_at=while_ago)
    logged_in.tool("refresh", "--due")
    begins, = told.all()
    assert begins["ATTENTION_WHO"] == "administrator"
    assert begins["ATTENTION_STATE"] == "refused"
    logged_in.tool("refresh", "--force", account)
    assert told.events() == ["begins"]
    edit_grant(logged_in, account, forced_at=1)
    logged_in.tool("refresh", account)
    assert told.events() == ["begins", "ends"]


@pytest.mark.toolonly
def test_a_person_runs_ones_own(make_site, told, account, provider):
    site = make_site(person=True, extra=f'on_attention = "{told.script}"')
    site.login(account)
    provider.revoke_grant(account)
    site.tool("refresh", account, code=NOPERM)
    begins, = told.all()
    assert begins["UID"] == str(site.identity["user"])


@pytest.mark.toolonly
def test_nobody_runs_what_somebody_else_has_configured(
        make_site, told, account, provider):
    """Root takes nothing of such a configuration: test_pains_state.py."""
    site = make_site(person=True, extra=f'on_attention = "{told.script}"')
    site.login(account)
    os.chown(site.conf, 54321, 54321)
    provider.revoke_grant(account)
    said = site.tool("refresh", account, code=NOPERM).stderr
    assert "on_attention is not run" in said and "54321" in said
    assert told.all() == []
    os.chown(site.conf, 0, 0)
    site.tool("refresh", account, code=NOPERM)
    assert told.events() == ["begins"]


@pytest.mark.toolonly
def test_the_examples_of_the_manual_are_commands(
        make_site, fresh, account, provider):
    """What sasl-bearer.conf(5) shows, with a mail(1) of the lab's."""
    directory = fresh("bin")
    mail = directory / "mail"
    mail.write_text(f'#!/bin/sh\n{{ echo "$@"; cat; }} >{directory}/mailed\n')
    mail.chmod(0o755)
    site = make_site(
        extra="on_attention = 'echo \"$ATTENTION_TEXT\" | "
        "mail -s \"sasl-bearer: $ATTENTION_ACCOUNT\" root'")
    site.login(account)
    site.more_env = {"PATH": f"{directory}:{os.environ['PATH']}"}
    provider.revoke_grant(account)
    site.tool("refresh", account, code=NOPERM)
    mailed = (directory / "mailed").read_text().splitlines()
    assert mailed[0] == f"-s sasl-bearer: {account} root"
    assert mailed[1].startswith(f"{account} needs somebody now: ")
