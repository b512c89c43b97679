# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""`sasl-bearer seal`: keys are made and changed, and no grant is lost."""

import json
import os
import re
import shutil
import stat
import threading

import pytest

from lab.process import run
from lab.tuning import drop_option, half_written, use

TEMPFAIL, CANTCREAT, NOUSER, CONFIG = 75, 73, 67, 78
MAGIC = b"sasl-bearer-sealed-grant "
SEAL_CALLS = re.compile(r"\d+ +(\w+)\(")
ROUNDS = 120


@pytest.fixture
def keys(fresh):
    """A directory for keys that only root may enter."""
    directory = fresh("keys")
    directory.chmod(0o700)
    return directory


@pytest.fixture
def three(make_site, account):
    """A site with three accounts, none of them sealed."""
    site = make_site()
    names = [account, f"b.{account}", f"c.{account}"]
    for name in names:
        site.login(name)
    return site, names


def is_sealed(site, name):
    """Nothing in the grant can be read."""
    raw = site.grant_path(name).read_bytes()
    return raw.startswith(MAGIC) and b"refresh_token" not in raw


def option(site, name):
    """The value of an option that stands outside of sections, or None."""
    found = re.findall(rf'^{name} = "(.*)"$', site.conf.read_text(),
                       flags=re.MULTILINE)
    assert len(found) <= 1
    return found[0] if found else None


def must_renew(site, names):
    """Each account's grant can be used."""
    for name in names:
        site.tool("refresh", name)
    assert half_written(site.state) == []


def grants(site, names):
    """The bytes of all."""
    return [site.grant_path(name).read_bytes() for name in names]


@pytest.mark.toolonly
def test_a_key_is_made_configured_and_seals_all(three, keys):
    site, names = three
    key = keys / "one"
    before = site.conf.read_text()
    mode = stat.S_IMODE(site.conf.stat().st_mode)
    said = site.tool("seal", f"--key-file={key}").stdout
    assert f'grant_key = "{key}"' in said and "postfix reload" in said
    assert [f"{name}: sealed" in said for name in names] == [True] * 3
    assert len(key.read_bytes()) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert site.conf.read_text().startswith(before)
    assert stat.S_IMODE(site.conf.stat().st_mode) == mode
    assert all(is_sealed(site, name) for name in names)
    raw = grants(site, names)
    said = site.tool("seal").stdout
    assert said.count("already") == 3 and grants(site, names) == raw
    must_renew(site, names)


@pytest.mark.toolonly
def test_the_key_is_changed_in_three_steps(three, keys):
    site, names = three
    one, two = keys / "one", keys / "two"
    site.tool("seal", f"--key-file={one}")
    site.tool("seal", f"--key-file={two}", names[0])
    assert option(site, "grant_key") == str(two)
    assert option(site, "grant_key_old") == str(one)
    # A renewal opens with the old key, and seals with the new one.
    must_renew(site, names[1:2])
    said = site.tool("seal").stdout
    assert said.count("already") == 2 and f"{names[2]}: sealed" in said
    assert "remove grant_key_old" in site.tool("seal").stdout
    drop_option(site, "grant_key_old")
    one.unlink()
    must_renew(site, names)


@pytest.mark.toolonly
def test_a_grant_that_needs_the_older_key_stops_the_next_change(three, keys):
    site, names = three
    site.tool("seal", f"--key-file={keys / 'one'}")
    site.tool("seal", f"--key-file={keys / 'two'}", names[0])
    conf, raw = site.conf.read_text(), grants(site, names)
    done = site.tool("seal", f"--key-file={keys / 'three'}", code=CONFIG)
    assert names[1] in done.stderr or names[2] in done.stderr
    assert "not changed" in done.stderr
    assert not (keys / "three").exists()
    assert site.conf.read_text() == conf and grants(site, names) == raw
    # Back to the one before loses nothing.
    site.tool("seal", f"--key-file={keys / 'one'}")
    assert option(site, "grant_key_old") == str(keys / "two")
    must_renew(site, names)


@pytest.mark.toolonly
def test_an_account_in_use_is_sealed_meanwhile(three, keys):
    site, names = three
    done = threading.Event()
    codes = []

    def refresh():
        while not done.is_set():
            codes.append(site.tool("refresh", names[0], code=None).returncode)

    user = threading.Thread(target=refresh)
    user.start()
    try:
        for number in range(4):
            site.tool("seal", f"--key-file={keys / str(number)}")
            site.tool("seal")
    finally:
        done.set()
        user.join()
    # One that has read the configuration before sees neither of two keys.
    assert len(codes) > 3 and set(codes) <= {0, CONFIG}
    assert all(is_sealed(site, name) for name in names)
    must_renew(site, names)


def test_postfix_renews_between_the_steps(
        three, keys, make_postfix, dovecot, provider):
    site, names = three
    site.tool("seal", f"--key-file={keys / 'one'}")
    site.tool("seal", f"--key-file={keys / 'two'}", names[1])
    site.expire(names[0])
    postfix = make_postfix(site, dovecot, names[0])
    postfix.submit("between")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "sent", postfix.log()
    assert [r["status"] for r in provider.refreshes()][-1:] == [200]
    said = site.tool("seal").stdout
    assert f"{names[0]}: was sealed already" in said
    drop_option(site, "grant_key_old")
    must_renew(site, names)


@pytest.mark.toolonly
def test_without_the_first_key_the_old_one_ends_the_sealing(three, keys):
    site, names = three
    site.tool("seal", f"--key-file={keys / 'one'}")
    site.conf.write_text(site.conf.read_text().replace(
        "grant_key =", "grant_key_old ="))
    must_renew(site, names)
    assert not any(is_sealed(site, name) for name in names)


@pytest.mark.toolonly
@pytest.mark.parametrize("loss", ["gone", "other", "short", "lax"])
def test_a_lost_key_is_a_sentence_and_no_grant_changes(loss, three, keys):
    site, names = three
    key = keys / "one"
    site.tool("seal", f"--key-file={key}")
    right, raw = key.read_bytes(), grants(site, names)
    code = CONFIG
    if loss == "gone":
        key.unlink()
    elif loss == "other":
        key.write_bytes(os.urandom(32))
    elif loss == "short":
        key.write_bytes(right[:31])
    else:
        key.chmod(0o644)
        code = CANTCREAT
    for verb in (["refresh", names[0]], ["seal"],
                 ["status", names[0]]):
        wanted = CONFIG if verb[0] == "status" else code
        done = site.tool(*verb, code=wanted)
        if loss != "other":
            assert str(key) in done.stderr + done.stdout
        assert "grant_key" in done.stderr + done.stdout
    assert grants(site, names) == raw and half_written(site.state) == []
    if loss == "gone":
        site.tool("login", names[0], code=CONFIG)
        site.tool("seal", f"--key-file={key}", code=CONFIG)
        assert not key.exists() and grants(site, names) == raw
    key.write_bytes(right)
    key.chmod(0o600)
    must_renew(site, names)


@pytest.mark.toolonly
def test_after_a_loss_a_new_key_serves_new_logins(three, keys):
    site, names = three
    site.tool("seal", f"--key-file={keys / 'one'}")
    raw = grants(site, names)
    (keys / "one").rename(keys / "kept")
    site.tool("seal", f"--key-file={keys / 'two'}", code=CONFIG)
    assert grants(site, names) == raw
    site.login(names[0])
    assert is_sealed(site, names[0])
    # It comes back, and opens what it has sealed.
    (keys / "kept").rename(keys / "one")
    site.tool("seal")
    must_renew(site, names)


@pytest.mark.toolonly
@pytest.mark.parametrize("mode, owner, word", [
    (0o600, 0, None), (0o640, 0, None), (0o644, 0, "chmod"),
    (0o620, 0, "chmod"), (0o600, 54321, "chown")])
def test_a_key_that_is_there_must_be_safe(mode, owner, word, three, keys):
    site, names = three
    key = keys / "one"
    key.write_bytes(os.urandom(32))
    key.chmod(mode)
    os.chown(key, owner, -1)
    conf, raw = site.conf.read_text(), grants(site, names)
    done = site.tool("seal", f"--key-file={key}",
                     code=CANTCREAT if word else 0)
    if word:
        assert word in done.stderr and str(key) in done.stderr
        assert site.conf.read_text() == conf and grants(site, names) == raw
    else:
        assert all(is_sealed(site, name) for name in names)


@pytest.mark.toolonly
def test_a_named_account_without_a_grant_is_told(three, keys):
    site, _ = three
    site.tool("seal", f"--key-file={keys / 'one'}")
    done = site.tool("seal", "nobody@contoso.com", code=NOUSER)
    assert "nobody@contoso.com" in done.stderr


# A seal that is killed.

class Small:
    """A state of two accounts, put back before each round."""

    def __init__(self, top, tool):
        self.top, self.tool = top, tool
        self.now = top / "now"
        state = top / "first" / "state"
        for name in ("tokens", "grants"):
            (state / name).mkdir(parents=True)
        self.names = ["a@contoso.com", "b@contoso.com"]
        for name in self.names:
            path = state / "grants" / name
            path.write_text(json.dumps({
                "format": 1, "kind": "refresh_token",
                "refresh_token": f"R-{name}"}) + "\n")
            path.chmod(0o600)
        for path in (top, state, *state.iterdir()):
            path.chmod(0o700)
        (top / "first" / "conf").write_text('client_id = "app"\n')
        self.env = {**os.environ,
                    "SASL_BEARER_CONF": str(self.now / "conf"),
                    "SASL_BEARER_STATE": str(self.now / "state")}

    def back(self):
        """As it was at first."""
        shutil.rmtree(self.now, ignore_errors=True)
        shutil.copytree(self.top / "first", self.now)

    def do(self, *arguments, prefix=(), **more):
        """Runs the tool."""
        return run([*prefix, self.tool, *arguments], env=self.env, **more)

    def renewing(self):
        """The accounts whose grant can be opened and used."""
        shown = json.loads(self.do("status", "--json").stdout)
        return [one["account"] for one in shown if one["renews"]]


@pytest.mark.toolonly
def test_a_seal_killed_at_any_call_leaves_every_grant_openable(
        fresh, objects):
    small = Small(fresh("small"), objects.tool)
    log = small.top / "strace"
    small.back()
    small.do("seal", f"--key-file={small.now / 'one'}", check=True)
    shutil.rmtree(small.top / "first")
    small.now.rename(small.top / "first")
    # The configuration names the key by where it will be.
    small.back()
    change = ("seal", f"--key-file={small.now / 'two'}")
    small.do(*change, prefix=["strace", "-f", "-qq", "-o", log], check=True)
    points = [point for point in _points(log, small.now / "conf")
              if point[0] not in ("mmap", "munmap", "brk", "mprotect")]
    assert len(points) > 50
    step = -(-len(points) // ROUNDS)
    for name, at in points[::step]:
        small.back()
        small.do(*change, prefix=[
            "strace", "-f", "-qq", "-o", log, "-e",
            f"inject={name}:signal=KILL:when={at}"])
        assert "killed by SIGKILL" in log.read_text(), (name, at)
        assert small.renewing() == small.names, (name, at)
        small.do(*change, check=True)
        small.do("seal", check=True)
        conf = small.now / "conf"
        conf.write_text(re.sub("grant_key_old.*", "", conf.read_text()))
        assert small.renewing() == small.names, (name, at)
        left = [path for path in (small.now / "state").rglob(".*.tmp")]
        assert left == [], (name, at)


def _points(log, conf):
    """(name, which of that name) of the calls from the configuration on."""
    counts, points, begun = {}, [], False
    for line in log.read_text(errors="replace").splitlines():
        found = SEAL_CALLS.match(line)
        if not found:
            continue
        name = found.group(1)
        counts[name] = counts.get(name, 0) + 1
        begun = begun or str(conf) in line
        if begun and not name.startswith("exit"):
            points.append((name, counts[name]))
    return points
