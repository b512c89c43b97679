# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""The option reader: a group of people who use tokens that another renews.

Nothing is added to the system: the groups are some that every system has, and
the tool renews under the renewer's id with the groups that a test wants.
"""

import grp
import pwd
import stat
from dataclasses import dataclass

import pytest

from lab.process import run

pytestmark = pytest.mark.toolonly

RENEWER, READER = "postfix", "mail"


@dataclass
class Facts:
    """Of a file: whose it is, and who may read it."""

    user: str
    group: str
    mode: int

    @classmethod
    def of(cls, path):
        """As the file is now."""
        facts = path.stat()
        return cls(pwd.getpwuid(facts.st_uid).pw_name,
                   grp.getgrgid(facts.st_gid).gr_name,
                   stat.S_IMODE(facts.st_mode))


@pytest.fixture
def with_reader(make_site):
    """A site whose renewer is not in the group of the readers."""
    assert RENEWER not in grp.getgrnam(READER).gr_mem, "not this test's system"
    site = make_site()
    original = site.configure

    def configure():
        original()
        text = site.conf.read_text().replace(
            f'reader = "{RENEWER}"', f'reader = "{READER}"')
        assert f'reader = "{READER}"' in text
        site.conf.write_text(text, encoding="utf-8")
    site.configure = configure
    return site


def renew(site, account, *groups):
    """A renewal by the renewer, with these groups beside the primary one."""
    user = pwd.getpwnam(RENEWER)
    done = run([site.objects.tool, "refresh", account], env=site.env,
               user=user.pw_uid, group=user.pw_gid,
               extra_groups=[grp.getgrnam(name).gr_gid for name in groups])
    site.keep("refresh", done.stdout + done.stderr)
    assert done.returncode == 0, done.stderr


def test_a_login_gives_the_record_to_the_readers(with_reader, account):
    """And to nobody else; the grant is not for readers at all."""
    with_reader.login(account)
    assert Facts.of(with_reader.record_path(account)) \
        == Facts(RENEWER, READER, 0o640)
    grant = Facts.of(with_reader.grant_path(account))
    assert (grant.user, grant.mode) == (RENEWER, 0o600)


def test_a_login_warns_of_a_renewer_who_is_no_reader(with_reader, account):
    said = with_reader.login(account)
    assert f"usermod -aG {READER} {RENEWER}" in said, said


def test_a_login_does_not_warn_of_the_renewers_own_group(site, account):
    assert "usermod" not in site.login(account)


def test_a_renewer_among_the_readers_keeps_them(
        with_reader, account, provider):
    with_reader.login(account)
    before = with_reader.record(account)["access_token"]
    renew(with_reader, account, READER)
    assert Facts.of(with_reader.record_path(account)) \
        == Facts(RENEWER, READER, 0o640)
    assert with_reader.record(account)["access_token"] != before
    assert len(provider.refreshes()) == 1


def test_a_renewer_who_is_no_reader_shuts_the_record(
        with_reader, account, provider):
    """It cannot give the file to that group, so no other may get to read."""
    with_reader.login(account)
    before = with_reader.record(account)["access_token"]
    renew(with_reader, account)
    facts = Facts.of(with_reader.record_path(account))
    assert facts.user == RENEWER
    assert not facts.mode & (stat.S_IRGRP | stat.S_IRWXO), facts
    assert with_reader.record(account)["access_token"] != before
    assert len(provider.refreshes()) == 1


def test_readers_read_and_others_do_not(with_reader, account):
    """Not by the mode alone, but by somebody who tries."""
    with_reader.login(account)
    path = with_reader.record_path(account)

    def can_read(group):
        return run(["test", "-r", path], user=65534,
                   group=grp.getgrnam(group).gr_gid,
                   extra_groups=[]).returncode == 0
    assert can_read(READER)
    assert not can_read("nogroup")
    assert not run(["cat", with_reader.grant_path(account)], user=65534,
                   group=grp.getgrnam(READER).gr_gid,
                   extra_groups=[]).stdout
