# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What is on the disk: sealed, for root's eyes only, and whole whatever
happens in between."""

import fcntl
import os
import shutil
import stat

import pytest

from lab.process import spawn, wait_for
from lab.provider import BASIC, BODY
from lab.smalldisk import SmallDisk
from lab.tuning import (drop_option, failing, half_written,  # noqa: F401
                        no_temporary_file_stays, temporary, use)

TEMPFAIL, CONFIG = 75, 78
MAGIC = b"sasl-bearer-sealed-grant "
KEY_LENGTH = 32


def write_key(path, length=KEY_LENGTH):
    """Random bytes, for root alone."""
    path.write_bytes(os.urandom(length))
    path.chmod(0o600)
    return path


@pytest.fixture
def key(fresh):
    """A key in a directory that only root may enter."""
    directory = fresh("key")
    directory.chmod(0o700)
    return write_key(directory / "grant.key")


@pytest.fixture
def sealed(make_site, account, key):
    """A site with a grant_key, its account logged in and its token over."""
    site = make_site(extra=f'grant_key = "{key}"')
    site.login(account)
    site.expire(account)
    return site


def must_be_sealed(site, account):
    """Nothing that a thief could use is in the grant."""
    raw = site.grant_path(account).read_bytes()
    assert raw.startswith(MAGIC)
    tokens = site.provider.account(account)["refresh"]
    assert len(tokens) == 1 and tokens[0].encode() not in raw
    for word in (b"refresh_token", b"client_id", account.encode()):
        assert word not in raw


def must_fail(site, account, code, *words, **variables):
    """One sentence, no question to the endpoint, the grant as it was."""
    before = site.grant_path(account).read_bytes()
    asked = len(site.provider.renewals())
    done = use(site, "token", account, code=code, **variables)
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and account in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr
    assert len(site.provider.renewals()) == asked
    assert site.grant_path(account).read_bytes() == before
    assert half_written(site.state) == []


def must_work(site, account, **variables):
    """A renewal succeeds, and the login lives on with what is saved."""
    done = use(site, "token", account, **variables)
    facts = site.provider.account(account)
    assert done.stdout.strip() in facts["access"] and facts["alive"]
    assert half_written(site.state) == []
    return done


def must_deliver(postfix, provider):
    """A message goes out, after one renewal."""
    postfix.submit("sealed")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    assert [r["status"] for r in provider.refreshes()] == [200]


# Sealed grants.

@pytest.mark.toolonly
def test_a_sealed_grant_holds_no_token_and_renews(sealed, account, provider):
    for _ in range(2):
        must_be_sealed(sealed, account)
        sealed.expire_here(account)
        must_work(sealed, account)
    assert len(provider.refreshes()) == 2


def test_the_chroot_opens_and_seals_with_a_key_that_it_cannot_reach(
        sealed, make_postfix, dovecot, account, provider, key):
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.stat().st_uid == 0
    before = sealed.grant_path(account).read_bytes()
    must_deliver(make_postfix(sealed, dovecot, account), provider)
    assert sealed.grant_path(account).read_bytes() != before
    must_be_sealed(sealed, account)
    # What smtp(8) sealed, the tool can open.
    sealed.expire_here(account)
    must_work(sealed, account)


@pytest.mark.toolonly
def test_an_open_grant_is_sealed_by_the_next_renewal(
        logged_in, account, key):
    with open(logged_in.conf, "a", encoding="utf-8") as conf:
        conf.write(f'grant_key = "{key}"\n')
    assert not logged_in.grant_path(account).read_bytes().startswith(MAGIC)
    logged_in.expire(account)
    must_work(logged_in, account)
    must_be_sealed(logged_in, account)


@pytest.mark.toolonly
def test_another_key_opens_nothing_and_spoils_nothing(sealed, account, key):
    right = key.read_bytes()
    write_key(key)
    must_fail(sealed, account, CONFIG, "another key", "grant_key")
    key.write_bytes(right)
    must_work(sealed, account)


@pytest.mark.toolonly
def test_no_key_opens_nothing_and_says_which_option_is_missing(
        sealed, account):
    drop_option(sealed, "grant_key")
    must_fail(sealed, account, CONFIG, "sealed", "grant_key",
              str(sealed.grant_path(account)))


@pytest.mark.toolonly
def test_a_sealed_grant_is_of_no_use_to_another_account(sealed, account):
    other = f"other.{account}"
    sealed.login(other)
    sealed.expire_here(other)
    shutil.copyfile(sealed.grant_path(account), sealed.grant_path(other))
    must_fail(sealed, other, CONFIG, "another account")


@pytest.mark.toolonly
@pytest.mark.parametrize("place", ["ciphertext", "nonce", "tag"])
def test_a_changed_byte_is_noticed(place, sealed, account):
    path = sealed.grant_path(account)
    head, body = path.read_text().splitlines()
    at = {"nonce": 3, "ciphertext": len(body) // 2, "tag": -6}[place]
    at %= len(body)
    changed = "A" if body[at] != "A" else "B"
    path.write_text(f"{head}\n{body[:at]}{changed}{body[at + 1:]}\n")
    must_fail(sealed, account, CONFIG, "damaged")


@pytest.mark.toolonly
@pytest.mark.parametrize("length", [0, KEY_LENGTH - 1, KEY_LENGTH + 1])
def test_a_key_of_another_length_is_no_key(length, sealed, account, key):
    write_key(key, length)
    must_fail(sealed, account, CONFIG, "grant_key", str(key),
              f"{length} bytes")


@pytest.mark.toolonly
def test_a_missing_key_is_named_by_its_path(sealed, account, key):
    key.unlink()
    must_fail(sealed, account, CONFIG, str(key))


@pytest.mark.toolonly
def test_a_login_needs_a_good_key_before_anybody_is_bothered(
        make_site, account, key, provider):
    write_key(key, KEY_LENGTH - 1)
    site = make_site(accounts=[account], extra=f'grant_key = "{key}"')
    said = site.tool("login", account, code=CONFIG)
    assert str(key) in said.stderr and "http" not in said.stdout
    assert provider.requests() == []


@pytest.mark.toolonly
def test_the_key_can_be_a_credential_of_systemd(sealed, account, key):
    given = {"CREDENTIALS_DIRECTORY": str(key.parent)}
    text = sealed.conf.read_text()
    sealed.conf.write_text(text.replace(str(key), f"credential:{key.name}"))
    must_fail(sealed, account, CONFIG, "LoadCredential")
    must_fail(sealed, account, CONFIG, key.name,
              CREDENTIALS_DIRECTORY="/nonexistent")
    must_work(sealed, account, **given)
    must_be_sealed(sealed, account)


# The application's secret.

@pytest.mark.parametrize("client", [BODY, BASIC])
def test_the_chroot_has_a_clients_secret_that_it_cannot_read(
        client, make_site, make_postfix, dovecot, account, provider):
    site = make_site(client=client, accounts=[account])
    secret = site.directory / "client_secret"
    shutil.chown(secret, "root", "root")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    site.login(account)
    site.expire(account)
    must_deliver(make_postfix(site, dovecot, account), provider)
    assert [r["client"] for r in provider.refreshes()] == [client]
    assert secret.stat().st_uid == 0


# A renewal that is killed.

def is_free(lock):
    """Whether somebody else could take the lock now."""
    with open(lock, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def locks(site):
    """The files of a site that somebody has locked."""
    return [path for path in site.state.rglob("*")
            if path.is_file() and not is_free(path)]


@pytest.fixture
def killed(logged_in, account, provider):
    """A site in which the tool was killed while it waited for an answer. What
    it left behind is there; the provider gave no token."""
    logged_in.expire(account)
    provider.hold()
    child = spawn([logged_in.objects.tool, "token", account],
                  env=logged_in.env)
    try:
        wait_for("the request", provider.renewals)
        assert len(locks(logged_in)) == 1
    finally:
        child.kill()
        child.wait()
    provider.set(outage={"status": 503})
    provider.release()
    wait_for("the end of the request",
             lambda: provider.renewals()[0]["status"] == 503)
    provider.reset()
    return logged_in


@pytest.mark.toolonly
def test_what_a_killed_renewal_leaves_is_cleared_by_the_next(
        killed, account, provider):
    stale = temporary(killed.grant_path(account))
    assert stale.exists() and locks(killed) == []
    done = must_work(killed, account)
    assert done.stderr == ""
    assert not stale.exists()
    assert len(provider.refreshes()) == 1


# A disk that is full, or fails.

@pytest.fixture
def full(fresh, logged_in, account):
    """A site whose state is on a full disk, its token over."""
    disk = SmallDisk(fresh("disk"))
    try:
        disk.start()
    except AssertionError as error:
        if "permission denied" not in str(error) \
                and "not permitted" not in str(error):
            raise
        pytest.skip("this machine lets nobody mount anything")
    logged_in.expire(account)
    disk.take(logged_in.state)
    logged_in.state = disk.state
    disk.fill()
    yield logged_in, disk
    assert half_written(disk.state) == []
    disk.stop()


@pytest.mark.toolonly
def test_a_full_disk_asks_nothing_and_says_to_free_space(full, account):
    site, disk = full
    must_fail(site, account, None, "free some space", str(site.state))
    disk.free()
    must_work(site, account)


@pytest.mark.toolonly
def test_a_full_disk_still_hands_out_a_token_inside_its_window(
        full, account):
    site, disk = full
    disk.free()
    site.make_due(account)
    disk.fill()
    before = site.record(account)["access_token"]
    done = use(site, "token", account)
    assert done.stdout.strip() == before
    assert done.stderr.count("\n") == 1 and "free some space" in done.stderr
    assert site.provider.renewals() == []


BROKEN = pytest.mark.parametrize("call, error", [
    ("pwrite64", "ENOSPC"), ("pwrite64", "EDQUOT"), ("fsync", "EIO"),
    ("openat", "EROFS"),
])


@pytest.mark.toolonly
@BROKEN
def test_a_grant_that_cannot_be_saved_asks_nothing(
        call, error, logged_in, account):
    logged_in.expire(account)
    path = temporary(logged_in.grant_path(account))
    advice = "free some space" if error in ("ENOSPC", "EDQUOT") else "cannot"
    must_fail(logged_in, account, None, advice, str(path.parent),
              prefix=failing(call, path, error))
    must_work(logged_in, account)


@pytest.mark.toolonly
@BROKEN
def test_a_record_that_cannot_be_saved_costs_nobody_the_token(
        call, error, logged_in, account, provider):
    logged_in.expire(account)
    path = logged_in.record_path(account)
    before = path.read_bytes()
    done = must_work(logged_in, account,
                     prefix=failing(call, temporary(path), error))
    assert "could not be saved" in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1
    assert path.read_bytes() == before
    assert provider.account(account)["refresh"] \
        == [logged_in.grant(account)["refresh_token"]]
    assert must_work(logged_in, account).stderr == ""


@pytest.mark.toolonly
@pytest.mark.parametrize("call", ["fsync", "renameat"])
def test_a_grant_that_fails_at_the_last_moment_is_taken_over_by_the_next(
        call, logged_in, account):
    """The file is the old one, and the new one is in the draft: its refresh
    token is nowhere else."""
    logged_in.expire(account)
    path = logged_in.grant_path(account)
    before = path.read_bytes()
    # The first fsync is that of the reserved space.
    when = "2+" if call == "fsync" else "1"
    done = use(logged_in, "token", account, prefix=failing(
        call, temporary(path), "EIO", when))
    assert done.stdout.strip() in \
        logged_in.provider.account(account)["access"]
    assert "could not be saved" in done.stderr, done.stderr
    assert path.read_bytes() == before
    assert half_written(logged_in.state) == [temporary(path)]
    logged_in.expire(account)
    assert must_work(logged_in, account).stderr == ""
